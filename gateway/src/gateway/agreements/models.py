"""An agreement as it is kept."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from hrss_kit import clock
from hrss_kit.db import Resource


class Agreement(Resource, Base):
    """合作协议 (P-0a). `effective_to` is the first day on which it no longer holds."""

    __tablename__ = "agreements"
    __table_args__ = (
        CheckConstraint(
            "state IN ('DRAFT', 'PROPOSED', 'ACTIVE', 'EXPIRED', 'TERMINATED')", name="state"
        ),
        CheckConstraint("effective_to IS NULL OR effective_to > effective_from", name="period"),
        CheckConstraint("cardinality(parties) >= 2", name="parties"),
        CheckConstraint(
            "state IN ('DRAFT', 'PROPOSED') OR approved_cities @> parties", name="approved"
        ),
        CheckConstraint("(state = 'TERMINATED') = (ended_on IS NOT NULL)", name="ended"),
        CheckConstraint("file_hash IS NULL OR file_hash ~ '^[0-9a-f]{64}$'", name="file_hash"),
    )

    state: Mapped[str] = mapped_column(String(10), index=True)
    title: Mapped[str] = mapped_column(String(200))
    parties: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    scope: Mapped[str] = mapped_column(String(4000))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    file_hash: Mapped[str | None] = mapped_column(String(64))
    file_id: Mapped[UUID | None]
    approved_cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    ended_on: Mapped[date | None]


class AgreementApproval(Base):
    """The agreement of one city: one officer a city, and never the same one for two."""

    __tablename__ = "agreement_approvals"
    __table_args__ = (
        UniqueConstraint("agreement_id", "approver", name="uq_agreement_approvals_approver"),
    )

    agreement_id: Mapped[UUID] = mapped_column(ForeignKey(Agreement.id), primary_key=True)
    city: Mapped[str] = mapped_column(String(6), primary_key=True)
    approver: Mapped[str] = mapped_column(String(80))
    approved_at: Mapped[datetime] = mapped_column(default=clock.now)
