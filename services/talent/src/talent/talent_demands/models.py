"""A demand and what may answer it. No HTTP, no queries."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from talent.casework import LivingResource
from talent.db import Base
from talent.science_resources.models import ScienceResource
from talent.talents.models import Talent


class TalentDemand(LivingResource, Base):
    """高端人才需求: what an employer looks for; names nobody."""

    __tablename__ = "talent_demands"
    __table_args__ = (
        CheckConstraint(
            "state IN ('DRAFT', 'PUBLISHED', 'MATCHING', 'CONTACTED', 'SIGNED', 'UNFILLED')",
            name="state",
        ),
        CheckConstraint("ladder IN ('A', 'B', 'C', 'D', 'E', 'F')", name="ladder"),
        CheckConstraint("headcount > 0", name="headcount"),
        Index("ix_talent_demands_fields", "fields", postgresql_using="gin"),
        Index("ix_talent_demands_employer_uscc", "employer_uscc"),
    )

    title: Mapped[str] = mapped_column(String(200))
    employer_uscc: Mapped[str] = mapped_column(String(18))
    employer_name: Mapped[str | None] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(String(4000))
    requirements: Mapped[str | None] = mapped_column(String(4000))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    ladder: Mapped[str] = mapped_column(String(1))
    modes: Mapped[list[str]] = mapped_column(ARRAY(String(12)))
    headcount: Mapped[int]
    published_on: Mapped[date | None]
    closed_on: Mapped[date | None]


class DemandMatch(LivingResource, Base):
    """对接: a resource or a person that may answer a demand, and how that goes on (跟踪推荐)."""

    __tablename__ = "demand_matches"
    __table_args__ = (
        CheckConstraint("state IN ('SUGGESTED', 'CONTACTED', 'SIGNED', 'DECLINED')", name="state"),
        CheckConstraint("(resource_id IS NULL) <> (talent_id IS NULL)", name="candidate"),
        Index(
            "uq_demand_matches_resource",
            "demand_id",
            "resource_id",
            unique=True,
            postgresql_where=text("resource_id IS NOT NULL"),
        ),
        Index(
            "uq_demand_matches_talent",
            "demand_id",
            "talent_id",
            unique=True,
            postgresql_where=text("talent_id IS NOT NULL"),
        ),
    )

    demand_id: Mapped[UUID] = mapped_column(ForeignKey(TalentDemand.id))
    resource_id: Mapped[UUID | None] = mapped_column(ForeignKey(ScienceResource.id))
    talent_id: Mapped[UUID | None] = mapped_column(ForeignKey(Talent.id))
    candidate_city: Mapped[str] = mapped_column(String(6))
    score: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    note: Mapped[str | None] = mapped_column(String(1000))
