"""A resource and a project. No HTTP, no queries."""

from datetime import date
from decimal import Decimal
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.states import Machine, transition
from talent.casework import LivingResource
from talent.db import Base

ACTIVE, CLOSED = "ACTIVE", "CLOSED"
RESOURCE: Final = Machine(transition("close", ACTIVE, CLOSED))
SIGNED, RUNNING, COMPLETED, TERMINATED = "SIGNED", "RUNNING", "COMPLETED", "TERMINATED"
PROJECT: Final = Machine(
    transition("start", SIGNED, RUNNING),
    transition("complete", RUNNING, COMPLETED),
    transition("terminate", (SIGNED, RUNNING), TERMINATED),
)


class ScienceResource(LivingResource, Base):
    """科教资源: a university, laboratory, team or project that may answer a demand."""

    __tablename__ = "science_resources"
    __table_args__ = (
        CheckConstraint("kind IN ('UNIVERSITY', 'LAB', 'TEAM', 'PROJECT')", name="kind"),
        CheckConstraint("state IN ('ACTIVE', 'CLOSED')", name="state"),
        CheckConstraint("ladder IN ('A', 'B', 'C', 'D', 'E', 'F')", name="ladder"),
        Index("ix_science_resources_fields", "fields", postgresql_using="gin"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(200))
    institution: Mapped[str | None] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(String(4000))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    ladder: Mapped[str | None] = mapped_column(String(1))
    modes: Mapped[list[str]] = mapped_column(ARRAY(String(12)))
    last_outcome_on: Mapped[date | None]


class CooperationProject(LivingResource, Base):
    """合作项目: what a demand and a resource have agreed to do, and what came of it."""

    __tablename__ = "cooperation_projects"
    __table_args__ = (
        CheckConstraint("state IN ('SIGNED', 'RUNNING', 'COMPLETED', 'TERMINATED')", name="state"),
        CheckConstraint("ends_on IS NULL OR ends_on >= signed_on", name="period"),
        Index("ix_cooperation_projects_resource_id", "resource_id"),
    )

    title: Mapped[str] = mapped_column(String(200))
    resource_id: Mapped[UUID] = mapped_column(ForeignKey(ScienceResource.id))
    demand_id: Mapped[UUID | None]
    partner_name: Mapped[str] = mapped_column(String(200))
    partner_uscc: Mapped[str | None] = mapped_column(String(18))
    signed_on: Mapped[date]
    ends_on: Mapped[date | None]
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    outcome: Mapped[str | None] = mapped_column(String(2000))
    completed_on: Mapped[date | None]
