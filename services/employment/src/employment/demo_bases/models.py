"""Demonstration bases, both cities' reviews of them, and the jobs they made."""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Numeric,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from employment.kinds import Lived, states_of
from hrss_kit.ids import new_id
from hrss_kit.states import Machine, transition

APPLIED: Final = "APPLIED"
SCORED: Final = "SCORED"
GRANTED: Final = "GRANTED"
MACHINE: Final = Machine(
    # Both cities' scores make it SCORED.
    transition("score", APPLIED, SCORED),
    transition("grant", SCORED, GRANTED),
    transition("refuse", (APPLIED, SCORED), "REFUSED"),
    transition("record-jobs", GRANTED, None),
    transition("revoke", GRANTED, "REVOKED"),
    transition("expire", GRANTED, "EXPIRED"),
)
REVIEW_MACHINE: Final = Machine(transition("amend", "FILED", None))
ONE_REVIEW: Final = "uq_base_reviews_city"
ONE_APPLICATION: Final = "uq_demo_bases_name"


class DemoBase(Lived, Base):
    """创业示范基地: applied for by its city, scored by both, granted for a term."""

    __tablename__ = "demo_bases"
    __table_args__ = (
        states_of(MACHINE),
        CheckConstraint(
            "state <> 'GRANTED' OR (granted_on IS NOT NULL AND valid_to > granted_on "
            "AND joint_score IS NOT NULL)",
            name="granted",
        ),
        Index(
            ONE_APPLICATION,
            "name",
            unique=True,
            postgresql_where=text("state IN ('APPLIED', 'SCORED', 'GRANTED')"),
        ),
        Index("ix_demo_bases_state_valid_to", "state", "valid_to"),
    )

    name: Mapped[str] = mapped_column(String(120))
    operator: Mapped[str] = mapped_column(String(120))
    division: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(200))
    space_id: Mapped[UUID | None] = mapped_column(ForeignKey("startup_spaces.id"))
    statement: Mapped[str] = mapped_column(String(4000))
    joint_score: Mapped[Decimal | None] = mapped_column(Numeric(5, 2))
    granted_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(2000))


class BaseReview(Lived, Base):
    """评审: one city's score before the grant, or its review of a year after it."""

    __tablename__ = "base_reviews"
    __table_args__ = (
        states_of(REVIEW_MACHINE),
        CheckConstraint("kind IN ('SCORE', 'ANNUAL')", name="kind"),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        UniqueConstraint("base_id", "kind", "round", "owner_city", name=ONE_REVIEW),
    )

    base_id: Mapped[UUID] = mapped_column(ForeignKey("demo_bases.id"))
    kind: Mapped[str] = mapped_column(String(6))
    # 0 before the grant; 1, 2, … the years after it.
    round: Mapped[int]
    score: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    opinion: Mapped[str] = mapped_column(String(2000))
    reviewed_on: Mapped[date]


class BaseJob(Base):
    """带动就业: a job that a base has made. Nothing else is kept of a person, who counts once."""

    __tablename__ = "base_jobs"
    __table_args__ = (UniqueConstraint("id_hash", name="uq_base_jobs_person"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    base_id: Mapped[UUID] = mapped_column(ForeignKey("demo_bases.id"), index=True)
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_on: Mapped[date]
