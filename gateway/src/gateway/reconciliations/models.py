"""Comparisons of two sides, and the rows that differed. No HTTP, no queries."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from hrss_kit import clock
from hrss_kit.ids import new_id


class Reconciliation(Base):
    """One comparison of a resource: two members, or a partner's system and a member."""

    __tablename__ = "reconciliations"
    __table_args__ = (
        CheckConstraint("result IN ('AGREED', 'DIFFERENT', 'OPEN')", name="result"),
        CheckConstraint("(client_id IS NULL) = (city IS NULL)", name="partner"),
        Index("ix_reconciliations_day", "day", "resource"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    day: Mapped[date]
    resource: Mapped[str] = mapped_column(String(40))
    # Members; the origin of what a partner keeps of us is the partner's own system.
    origin: Mapped[str] = mapped_column(String(80))
    copy: Mapped[str] = mapped_column(String(80))
    client_id: Mapped[str | None] = mapped_column(String(80))
    city: Mapped[str | None] = mapped_column(String(6))
    origin_count: Mapped[int]
    copy_count: Mapped[int]
    result: Mapped[str] = mapped_column(String(9))
    differences: Mapped[int] = mapped_column(default=0)
    # Of a partner's: the buckets whose rows are wanted.
    buckets: Mapped[list[int]] = mapped_column(ARRAY(Integer), default=list)
    # When what differed was asked for again.
    requested_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class ReconciliationDifference(Base):
    """A row that is not the same on both sides."""

    __tablename__ = "reconciliation_differences"
    __table_args__ = (
        CheckConstraint("kind IN ('LOST', 'DUPLICATED', 'CORRUPTED', 'SURPLUS')", name="kind"),
        Index("ix_reconciliation_differences_of", "reconciliation_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    reconciliation_id: Mapped[UUID] = mapped_column(
        ForeignKey(Reconciliation.id, ondelete="CASCADE")
    )
    key: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(10))
