"""Comparisons, snapshots and plans: each with the inputs it was computed from, frozen."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, Index, Numeric, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from social_insurance.db import Base

_HASH = "inputs_hash ~ '^[0-9a-f]{64}$'"


class Computed(Resource):
    """What was computed from what: the result can be checked long after the figures changed."""

    as_of: Mapped[date]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    #: SHA-256 of the inputs in their canonical form (统计数据可复核).
    inputs_hash: Mapped[str] = mapped_column(String(64))
    formula_version: Mapped[int]
    #: DEMO when one of the figures is invented, else where the figures are from.
    source: Mapped[str] = mapped_column(String(1000))


class PolicyComparison(Computed, Base):
    """政策比对: what differs between two cities on a day."""

    __tablename__ = "policy_comparisons"
    __table_args__ = (CheckConstraint(_HASH, name="inputs_hash"),)

    result: Mapped[dict[str, Any]] = mapped_column(JSONB)


class ConvergenceSnapshot(Computed, Base):
    """趋同度快照: gap, index and trend on a day."""

    __tablename__ = "convergence_snapshots"
    __table_args__ = (
        CheckConstraint(_HASH, name="inputs_hash"),
        Index("ix_convergence_snapshots_as_of", "as_of"),
    )

    compared_to: Mapped[date | None]
    gap: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    ratio: Mapped[Decimal] = mapped_column(Numeric(6, 4))
    tier_alignment: Mapped[Decimal] = mapped_column(Numeric(6, 4))
    subsidy_gap: Mapped[Decimal] = mapped_column(Numeric(6, 4))
    convergence_index: Mapped[Decimal] = mapped_column(Numeric(6, 4))
    gap_closed: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    months_between: Mapped[int | None]
    months_to_parity: Mapped[Decimal | None] = mapped_column(Numeric(10, 1))


class ConvergencePlan(Computed, Base):
    """趋同方案: a path of yearly steps to parity, what it costs, who wins and who loses."""

    __tablename__ = "convergence_plans"
    __table_args__ = (
        CheckConstraint(_HASH, name="inputs_hash"),
        CheckConstraint("target_year > first_year", name="years"),
    )

    title: Mapped[str] = mapped_column(String(200))
    first_year: Mapped[int]
    target_year: Mapped[int]
    result: Mapped[dict[str, Any]] = mapped_column(JSONB)
