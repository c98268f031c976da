"""A joint venture, its milestones and its orders. No HTTP, no queries."""

from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.states import Machine, transition
from talent.casework import LivingResource
from talent.db import Base

STUDY, FILED, APPROVED = "STUDY", "FILED", "APPROVED"
INCORPORATED, OPERATING, CLOSED = "INCORPORATED", "OPERATING", "CLOSED"
VENTURE: Final = Machine(
    transition("file", STUDY, FILED),
    transition("approve", FILED, APPROVED),
    transition("incorporate", APPROVED, INCORPORATED),
    transition("operate", INCORPORATED, OPERATING),
    transition("close", OPERATING, CLOSED),
)
PLANNED, DONE = "PLANNED", "DONE"
MILESTONE: Final = Machine(transition("done", PLANNED, DONE))
ORDERED, ACCEPTED, DELIVERED, CANCELLED = "ORDERED", "ACCEPTED", "DELIVERED", "CANCELLED"
ORDER: Final = Machine(
    transition("accept", ORDERED, ACCEPTED),
    transition("deliver", ACCEPTED, DELIVERED),
    transition("cancel", (ORDERED, ACCEPTED), CANCELLED),
)
WHOLE: Final = Decimal("100.00")


class JointVenture(LivingResource, Base):
    """武鄂人才集团: a company that both cities' shareholders hold together."""

    __tablename__ = "joint_ventures"
    __table_args__ = (
        CheckConstraint(
            "state IN ('STUDY', 'FILED', 'APPROVED', 'INCORPORATED', 'OPERATING', 'CLOSED')",
            name="state",
        ),
        CheckConstraint("shares_total = 100.00", name="shares_total"),
    )

    name: Mapped[str] = mapped_column(String(200))
    uscc: Mapped[str | None] = mapped_column(String(18))
    # Name, code, city and share in per cent of each.
    shareholders: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    shares_total: Mapped[Decimal] = mapped_column(Numeric(6, 2))
    registered_on: Mapped[date | None]


class JvMilestone(LivingResource, Base):
    """里程碑: a step of the venture; steps are done in their order."""

    __tablename__ = "jv_milestones"
    __table_args__ = (
        CheckConstraint("state IN ('PLANNED', 'DONE')", name="state"),
        Index("uq_jv_milestones_step", "venture_id", "step", unique=True),
    )

    venture_id: Mapped[UUID] = mapped_column(ForeignKey(JointVenture.id))
    step: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    due_on: Mapped[date | None]
    done_on: Mapped[date | None]


class JvServiceOrder(LivingResource, Base):
    """服务订单: what somebody orders of the group."""

    __tablename__ = "jv_service_orders"
    __table_args__ = (
        CheckConstraint("state IN ('ORDERED', 'ACCEPTED', 'DELIVERED', 'CANCELLED')", name="state"),
        CheckConstraint("amount IS NULL OR amount >= 0", name="amount"),
        Index("ix_jv_service_orders_venture_id", "venture_id"),
    )

    venture_id: Mapped[UUID] = mapped_column(ForeignKey(JointVenture.id))
    client_name: Mapped[str] = mapped_column(String(200))
    client_uscc: Mapped[str | None] = mapped_column(String(18))
    service: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(500))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    due_on: Mapped[date | None]
    delivered_on: Mapped[date | None]
