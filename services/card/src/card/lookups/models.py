"""The log of look-ups."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from card.db import Base


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
