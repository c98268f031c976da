"""A decision about the place that pays somebody's pension."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.person_columns import PersonColumns
from social_insurance.db import Base


class BenefitPlaceDecision(Resource, PersonColumns, Base):
    """待遇领取地认定: the city, the rule that found it, and what it was found from."""

    __tablename__ = "benefit_place_decisions"
    __table_args__ = (
        CheckConstraint("rule IN ('LAST_INSURED', 'AS_S08')", name="rule"),
        CheckConstraint("rule_no BETWEEN 1 AND 4", name="rule_no"),
    )

    hukou_city: Mapped[str] = mapped_column(String(6))
    benefit_city: Mapped[str] = mapped_column(String(6))
    rule: Mapped[str] = mapped_column(String(12))
    rule_no: Mapped[int]
    places: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    compared: Mapped[dict[str, Any]] = mapped_column(JSONB)
    decided_on: Mapped[date]
