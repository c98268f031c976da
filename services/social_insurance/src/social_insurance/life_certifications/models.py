"""Certifications, what was found out, what was held back, what was paid too much."""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.person_columns import PersonColumns
from social_insurance.db import Base

ONCE: Final = "uq_life_certifications_person"
METHODS: Final = "('DATA_MATCH', 'FACE_SELF', 'COUNTER', 'HOME_VISIT', 'CARD_USE', 'ASSIST')"


class LifeCertification(Resource, PersonColumns, Base):
    """待遇资格认证: one person and benefit; `owner_city` pays."""

    __tablename__ = "life_certifications"
    __table_args__ = (
        CheckConstraint(
            "benefit IN ('EMP_PENSION', 'RES_PENSION', 'INJ_LONG', 'SURVIVOR', 'UNEMP')",
            name="benefit",
        ),
        CheckConstraint(
            "state IN ('NOT_DUE', 'DUE_SOON', 'DUE', 'OVERDUE', 'SUSPENDED', 'RESUMED', "
            "'STOPPED', 'OVERPAID', 'RECOVERY')",
            name="state",
        ),
        CheckConstraint("monthly_amount >= 0", name="monthly_amount"),
        Index(
            ONCE,
            "id_hash",
            "benefit",
            "owner_city",
            unique=True,
            postgresql_where=text("state NOT IN ('STOPPED', 'OVERPAID', 'RECOVERY')"),
        ),
        Index("ix_life_certifications_due", "due_on", "state"),
        # Events name a person by the first half of the hash.
        Index("ix_life_certifications_person_ref", text("substring(id_hash, 1, 12)")),
    )

    benefit: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10))
    residence_city: Mapped[str] = mapped_column(String(6))
    monthly_amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    last_ok_on: Mapped[date]
    due_on: Mapped[date]
    method: Mapped[str | None] = mapped_column(String(10))
    result: Mapped[str | None] = mapped_column(String(12))
    #: Somebody said that the person has died, or lost the right; nothing stops by that alone.
    is_end_reported: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None]
    stopped_on: Mapped[date | None]
    stop_reason: Mapped[str | None] = mapped_column(String(10))
    document_ref: Mapped[str | None] = mapped_column(String(120))
    visit_proposed_on: Mapped[date | None]

    @property
    def cities(self) -> list[str]:
        """The city that pays and the one where the person lives."""
        return sorted({self.owner_city, self.residence_city})


class LifeCheck(Base):
    """One thing that was found out. Only ever added to."""

    __tablename__ = "life_checks"
    __table_args__ = (
        CheckConstraint(f"method IN {METHODS}", name="method"),
        CheckConstraint(
            "result IN ('ALIVE', 'DECEASED', 'UNREACHABLE', 'INELIGIBLE')", name="result"
        ),
        CheckConstraint("confidence IN ('HIGH', 'MEDIUM', 'LOW')", name="confidence"),
        Index("ix_life_checks_certification_id", "certification_id", "checked_on"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    certification_id: Mapped[UUID] = mapped_column(ForeignKey(LifeCertification.id))
    checked_on: Mapped[date]
    method: Mapped[str] = mapped_column(String(10))
    result: Mapped[str] = mapped_column(String(12))
    confidence: Mapped[str] = mapped_column(String(6))
    #: Who says so: two that differ are two sources.
    source: Mapped[str] = mapped_column(String(40))
    evidence_ref: Mapped[str | None] = mapped_column(String(120))
    actor: Mapped[str] = mapped_column(String(80))
    city: Mapped[str | None] = mapped_column(String(6))


class BenefitHold(Base):
    """待遇暂停: months that are held back, and paid when the right is shown."""

    __tablename__ = "benefit_holds"
    __table_args__ = (
        Index(
            "uq_benefit_holds_open",
            "certification_id",
            unique=True,
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    certification_id: Mapped[UUID] = mapped_column(ForeignKey(LifeCertification.id))
    from_month: Mapped[str] = mapped_column(String(7))
    reason: Mapped[str] = mapped_column(String(40))
    ended_on: Mapped[date | None]
    resumed_on: Mapped[date | None]
    backpay_months: Mapped[list[str]] = mapped_column(ARRAY(String(7)), default=list)
    backpay_amount: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal(0))


class Overpayment(Base):
    """多发追回: months paid after the right had ended (经办条例 art. 46)."""

    __tablename__ = "overpayments"
    __table_args__ = (
        CheckConstraint("recovered >= 0 AND recovered <= amount", name="recovered"),
        CheckConstraint("mode IN ('LUMP', 'INSTALMENTS', 'OFFSET')", name="mode"),
        Index("ix_overpayments_certification_id", "certification_id", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    certification_id: Mapped[UUID] = mapped_column(ForeignKey(LifeCertification.id))
    months: Mapped[list[str]] = mapped_column(ARRAY(String(7)))
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    recovered: Mapped[Decimal] = mapped_column(Numeric(14, 2), default=Decimal(0))
    mode: Mapped[str | None] = mapped_column(String(12))
    settled_on: Mapped[date | None]


class OverpaymentInstalment(Base):
    """One month's part of what is paid back."""

    __tablename__ = "overpayment_instalments"
    __table_args__ = (Index("uq_overpayment_instalments", "overpayment_id", "month", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    overpayment_id: Mapped[UUID] = mapped_column(ForeignKey(Overpayment.id))
    month: Mapped[str] = mapped_column(String(7))
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
