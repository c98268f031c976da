"""Unemployment benefits as the paying city records them."""

from datetime import date
from typing import Final

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed
from social_insurance.db import Base

ONE_OPEN: Final = "uq_unemployment_benefits_open"
_MONTH: Final = "'^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$'"


class UnemploymentBenefit(Resource, PersonColumns, Base):
    """失业保险金: from which month, how long at most, and whether it still runs."""

    __tablename__ = "unemployment_benefits"
    __table_args__ = (
        CheckConstraint("state IN ('PAYING', 'STOP_PROPOSED', 'STOPPED')", name="state"),
        CheckConstraint(f"from_month ~ {_MONTH}", name="from_month"),
        Index(
            ONE_OPEN,
            "id_hash",
            unique=True,
            postgresql_where=text("state IN ('PAYING', 'STOP_PROPOSED')"),
        ),
    )

    state: Mapped[str] = mapped_column(String(13))
    from_month: Mapped[str] = mapped_column(String(7))
    monthly_amount: Mapped[str] = mapped_column(Sealed("unemployment_benefits.monthly_amount"))
    paid_months: Mapped[int]
    months_granted: Mapped[int]
    used_before: Mapped[int]
    proposed_by: Mapped[str | None] = mapped_column(String(80))
    reemployed_month: Mapped[str | None] = mapped_column(String(7))
    # The month up to which somebody has looked: what was found fine is not found again.
    cleared_through: Mapped[str | None] = mapped_column(String(7))
    stopped_from: Mapped[str | None] = mapped_column(String(7))
    stopped_on: Mapped[date | None]
