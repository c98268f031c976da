"""Participations, their months, and what residents pay in a year. No HTTP, no queries."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed
from social_insurance.db import Base
from social_insurance.participations.rules import PENSION

MONTH_ONCE: Final = "uq_contribution_months_person"
ONE_PER_SOURCE: Final = "uq_participations_source"
YEAR_ONCE: Final = "uq_resident_payments_person"
MONTH_SHAPE: Final = "'^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$'"


class Participation(Resource, PersonColumns, Base):
    """A stretch of insurance of one person in one city (参保缴费段)."""

    __tablename__ = "participations"
    __table_args__ = (
        CheckConstraint("scheme IN ('EMP', 'INST', 'RES', 'UNEMP', 'INJ')", name="scheme"),
        CheckConstraint("person_kind IN ('STAFF', 'FLEX', 'RESIDENT')", name="person_kind"),
        CheckConstraint("status IN ('ACTIVE', 'PAUSED', 'STOPPED', 'BENEFIT')", name="status"),
        CheckConstraint("relation_kind IN ('NORMAL', 'TEMP')", name="relation_kind"),
        CheckConstraint(f"from_month ~ {MONTH_SHAPE}", name="from_month"),
        CheckConstraint(f"to_month ~ {MONTH_SHAPE} AND to_month >= from_month", name="to_month"),
        CheckConstraint("deemed_months BETWEEN 0 AND 600", name="deemed_months"),
        CheckConstraint("city = owner_city", name="city"),
        CheckConstraint(f"birth_month ~ {MONTH_SHAPE}", name="birth_month"),
        Index("ix_participations_employer_uscc", "employer_uscc"),
        Index("ix_participations_birth_month", "birth_month"),
        Index(
            ONE_PER_SOURCE,
            "source_system",
            "source_ref",
            unique=True,
            postgresql_where=sql("source_ref IS NOT NULL"),
        ),
    )

    scheme: Mapped[str] = mapped_column(String(5))
    city: Mapped[str] = mapped_column(String(6))
    employer_uscc: Mapped[str | None] = mapped_column(String(18))
    person_kind: Mapped[str] = mapped_column(String(8))
    from_month: Mapped[str] = mapped_column(String(7))
    to_month: Mapped[str | None] = mapped_column(String(7))
    status: Mapped[str] = mapped_column(String(7))
    relation_kind: Mapped[str] = mapped_column(String(6))
    deemed_months: Mapped[int] = mapped_column(default=0)
    # Finds who nears the age of retirement without opening a number; empty in rows of before.
    birth_month: Mapped[str | None] = mapped_column(String(7))

    @property
    def is_pension(self) -> bool:
        """True for the schemes that pay a pension at the end."""
        return self.scheme in PENSION


class ContributionMonth(Base):
    """One insured month (缴费月); the amounts are sealed, the month and whether it is paid not."""

    __tablename__ = "contribution_months"
    __table_args__ = (
        # One month of one scheme in one city is insured once, whoever sends it.
        UniqueConstraint("id_hash", "scheme", "city", "month", name=MONTH_ONCE),
        Index("ix_contribution_months_participation", "participation_id", "month"),
        CheckConstraint(f"month ~ {MONTH_SHAPE}", name="month"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    participation_id: Mapped[UUID] = mapped_column(ForeignKey("participations.id"))
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    scheme: Mapped[str] = mapped_column(String(5))
    city: Mapped[str] = mapped_column(String(6))
    month: Mapped[str] = mapped_column(String(7))
    base: Mapped[str | None] = mapped_column(Sealed("contribution_months.base"))
    personal: Mapped[str | None] = mapped_column(Sealed("contribution_months.personal"))
    employer: Mapped[str | None] = mapped_column(Sealed("contribution_months.employer"))
    paid: Mapped[bool]
    paid_on: Mapped[date | None]
    late: Mapped[bool]
    lump_sum_batch: Mapped[str | None] = mapped_column(String(60))
    # Settled by an overlap resolution: the month counts in another city or scheme.
    overlap: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))


class ResidentPayment(Base):
    """What a resident paid in a year (年度缴费): a tier of the city; amounts sealed."""

    __tablename__ = "resident_payments"
    __table_args__ = (
        UniqueConstraint("id_hash", "city", "year", name=YEAR_ONCE),
        Index("ix_resident_payments_participation_id", "participation_id"),
        CheckConstraint("year BETWEEN 1992 AND 2200", name="year"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    participation_id: Mapped[UUID] = mapped_column(ForeignKey("participations.id"))
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    city: Mapped[str] = mapped_column(String(6))
    year: Mapped[int]
    amount: Mapped[str] = mapped_column(Sealed("resident_payments.amount"))
    collective: Mapped[str | None] = mapped_column(Sealed("resident_payments.collective"))
    subsidy: Mapped[str | None] = mapped_column(Sealed("resident_payments.subsidy"))
    paid_on: Mapped[date | None]
