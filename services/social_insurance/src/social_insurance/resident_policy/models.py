"""Tiers and base pensions with their periods; no two of them ever hold on one day."""

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, Numeric, String, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from social_insurance.db import Base

TIER_ONCE: Final = "ex_resident_tiers_period"
BASE_ONCE: Final = "ex_resident_base_pensions_period"
DEMO: Final = "DEMO"
_PERIOD: Final = "daterange(effective_from, effective_to)"


class Standard(Resource):
    """What a tier and a base pension have in common: a period, and where the figure is from."""

    #: The first day it holds, and the first day it no longer does.
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    #: True when no end was given: it holds until the next, whenever that is loaded.
    ends_with_next: Mapped[bool]
    #: The document it is taken from; DEMO for an invented figure, which is always shown as one.
    source: Mapped[str] = mapped_column(String(200))

    @property
    def city(self) -> str:
        """The city whose residents it is for."""
        return self.owner_city

    @property
    def is_demo(self) -> bool:
        """True for an invented figure."""
        return self.source == DEMO


class ResidentTier(Standard, Base):
    """缴费档次: what a resident may pay in a year, and what the government adds."""

    __tablename__ = "resident_tiers"
    __table_args__ = (
        CheckConstraint("effective_to IS NULL OR effective_to > effective_from", name="period"),
        CheckConstraint("tier > 0 AND subsidy >= 0", name="amounts"),
        ExcludeConstraint(
            ("owner_city", "="),
            ("tier", "="),
            (literal_column(_PERIOD), "&&"),
            using="gist",
            name=TIER_ONCE,
        ),
    )

    tier: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    subsidy: Mapped[Decimal] = mapped_column(Numeric(14, 2))


class ResidentBasePension(Standard, Base):
    """基础养老金标准: what every resident pensioner of a city is paid in a month."""

    __tablename__ = "resident_base_pensions"
    __table_args__ = (
        CheckConstraint("effective_to IS NULL OR effective_to > effective_from", name="period"),
        CheckConstraint("amount > 0", name="amount"),
        ExcludeConstraint(
            ("owner_city", "="),
            (literal_column(_PERIOD), "&&"),
            using="gist",
            name=BASE_ONCE,
        ),
    )

    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
