"""A money benefit of talent. No HTTP, no queries."""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Numeric, String, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.person_columns import PersonColumns
from hrss_kit.states import Machine, transition
from talent.casework import LivingResource
from talent.db import Base

ACTIVE, CANCELLED = "ACTIVE", "CANCELLED"
MACHINE: Final = Machine(transition("cancel", ACTIVE, CANCELLED))
ONE_OF_A_KIND: Final = "ex_benefits_period"


class Benefit(LivingResource, PersonColumns, Base):
    """人才待遇: what a city pays somebody for a period; of one kind from one city (就高不重复)."""

    __tablename__ = "benefits"
    __table_args__ = (
        CheckConstraint("state IN ('ACTIVE', 'CANCELLED')", name="state"),
        CheckConstraint("period_to >= period_from", name="period"),
        ExcludeConstraint(
            ("id_hash", "="),
            ("kind", "="),
            (literal_column("daterange(period_from, period_to, '[]')"), "&&"),
            where="state = 'ACTIVE'",
            using="gist",
            name=ONE_OF_A_KIND,
        ),
    )

    kind: Mapped[str] = mapped_column(String(16))
    period_from: Mapped[date]
    period_to: Mapped[date]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    recognition_id: Mapped[UUID | None]
    basis: Mapped[str | None] = mapped_column(String(200))
