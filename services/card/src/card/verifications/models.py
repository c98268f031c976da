"""Verifications 核验 and the log of look-ups."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from card.db import Base


class Verification(Base):  # type: ignore[misc, valid-type]
    """核验: who asked, and whether it matched; other services store its id, not the answer."""

    __tablename__ = "verifications"
    __table_args__ = (
        CheckConstraint("assurance IN ('LOW', 'MEDIUM', 'HIGH')", name="assurance"),
        # A look-up that did not match must not say whom it did not match.
        CheckConstraint("match = (person_ref IS NOT NULL)", name="person_ref"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(String(80))
    sub: Mapped[str] = mapped_column(String(80))
    match: Mapped[bool]
    person_ref: Mapped[str | None] = mapped_column(String(24))
    assurance: Mapped[str] = mapped_column(String(6))
    checked_at: Mapped[datetime]


class LookupLog(Base):  # type: ignore[misc, valid-type]
    """查询日志: who asked, what for, which fields were returned, whether there was a hit."""

    __tablename__ = "lookup_logs"
    __table_args__ = (Index("ix_lookup_logs_client_id_actor_at", "client_id", "actor", "at"),)

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
