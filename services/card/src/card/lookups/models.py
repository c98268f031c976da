"""The log of look-ups, and the counters of who asks."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from card.db import Base


class LookupLog(Base):  # type: ignore[misc, valid-type]
    """查询日志: who asked, what for, which fields were returned, whether there was a hit."""

    __tablename__ = "lookup_logs"
    __table_args__ = (
        Index("ix_lookup_logs_client_id_actor_at", "client_id", "actor", "at"),
        # Rows come in the order of their time: a few bytes for each stretch of them.
        Index("ix_lookup_logs_at", "at", postgresql_using="brin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    client_id: Mapped[str] = mapped_column(String(80))
    actor: Mapped[str] = mapped_column(String(80))
    city: Mapped[str | None] = mapped_column(String(6))
    purpose: Mapped[str] = mapped_column(String(40))
    operation: Mapped[str] = mapped_column(String(120))
    person_ref: Mapped[str | None] = mapped_column(String(24))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(80)))
    hit: Mapped[bool]


class LookupCount(Base):  # type: ignore[misc, valid-type]
    """查询计数: how many look-ups a system, or a person at a desk, has made on a day."""

    __tablename__ = "lookup_counts"
    __table_args__ = (UniqueConstraint("caller", "counted_on"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    caller: Mapped[str] = mapped_column(String(170))
    counted_on: Mapped[date]
    client_id: Mapped[str] = mapped_column(String(80))
    actor: Mapped[str] = mapped_column(String(80))
    city: Mapped[str | None] = mapped_column(String(6))
    is_system: Mapped[bool]
    most: Mapped[int]
    answered: Mapped[int]
    turned_away: Mapped[int]
    # How many of the statement that moved the counter last were over the limit.
    last_over: Mapped[int]
    exceeded_at: Mapped[datetime | None]
