"""Estimates as they were told, with what they were computed from."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary, Numeric, String
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.sealing import Sealed, blind, person_ref
from social_insurance.db import Base


class RetirementEstimate(Resource, Base):
    """退休测算: the statutory month, the months needed and those there are, and what follows."""

    __tablename__ = "retirement_estimates"
    __table_args__ = (
        CheckConstraint("retire_kind IN ('M60', 'F55', 'F50')", name="retire_kind"),
        CheckConstraint("months_from IN ('RECORD', 'GIVEN', 'NONE')", name="months_from"),
    )

    id_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), index=True)
    person_text: Mapped[str | None] = mapped_column(Sealed("retirement_estimates.person"))
    as_of: Mapped[date]
    birth_month: Mapped[str] = mapped_column(String(7))
    retire_kind: Mapped[str] = mapped_column(String(3))
    delay_months: Mapped[int]
    age_years: Mapped[int]
    age_months: Mapped[int]
    retire_month: Mapped[str] = mapped_column(String(7))
    min_months: Mapped[int]
    months_from: Mapped[str] = mapped_column(String(6))
    emp_months: Mapped[int]
    res_months: Mapped[int]
    is_receiving: Mapped[bool]
    #: What C-6 will allow in the retirement month, with the months there are today.
    choices: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    months_after_link: Mapped[int]
    #: Why an application made on `as_of` would be refused; None when it would not.
    refusal: Mapped[str | None] = mapped_column(String(40))

    @property
    def person_ref(self) -> str | None:
        """What events and audit rows may carry."""
        return person_ref(self.id_hash) if self.id_hash else None

    def take(self, person: PersonIn) -> None:
        """Keeps whom it is for, sealed."""
        self.id_hash = blind(person.doc_no)
        self.person_text = "\n".join((person.name, person.doc_type, person.doc_no))

    def masked(self) -> PersonMasked | None:
        """Whom it is for, as anybody may see them."""
        return PersonMasked.of(*self.person_text.split("\n")) if self.person_text else None


class BenefitEstimate(Resource, Base):
    """待遇测算: a resident's monthly pension on a day, part by part."""

    __tablename__ = "benefit_estimates"

    city: Mapped[str] = mapped_column(String(6))
    as_of: Mapped[date]
    account_balance: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    contributions: Mapped[list[Any]] = mapped_column(JSONB)
    divisor: Mapped[int]
    base_pension: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    account_pension: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    supplement: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    monthly: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    source: Mapped[str] = mapped_column(String(200))
