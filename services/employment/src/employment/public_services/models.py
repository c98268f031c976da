"""Public employment service without regard to hukou: items, visits, and gig markets."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from employment.kinds import Lived, one_of, states_of
from hrss_kit.states import Machine, transition

ITEM_KINDS: Final = ("REGISTRATION", "GUIDANCE", "POLICY_ADVICE", "REFERRAL", "OTHER")
CHANNELS: Final = ("COUNTER", "ONLINE", "PHONE")
MARKET_MACHINE: Final = Machine(
    transition("close", "OPEN", "CLOSED"), transition("reopen", "CLOSED", "OPEN")
)
ITEM_MACHINE: Final = Machine(
    transition("publish", ("DRAFT", "WITHDRAWN"), "PUBLISHED"),
    transition("withdraw", "PUBLISHED", "WITHDRAWN"),
)
VISIT_MACHINE: Final = Machine(transition("void", "RECORDED", "VOIDED"))
ONE_CODE: Final = "uq_service_items_code"
ONE_MARKET: Final = "uq_gig_markets_name"


class GigMarket(Lived, Base):
    """零工市场: where day work is found, with its district and town (X-4, X-7)."""

    __tablename__ = "gig_markets"
    __table_args__ = (
        states_of(MARKET_MACHINE),
        Index(ONE_MARKET, "owner_city", "name", unique=True),
        Index("ix_gig_markets_district", "district"),
    )

    name: Mapped[str] = mapped_column(String(120))
    district: Mapped[str] = mapped_column(String(12))
    town_code: Mapped[str] = mapped_column(String(9))
    address: Mapped[str] = mapped_column(String(200))
    opening_hours: Mapped[str] = mapped_column(String(120))
    hotline: Mapped[str | None] = mapped_column(String(30))
    services: Mapped[list[str]] = mapped_column(ARRAY(String(40)))


class ServiceItem(Lived, Base):
    """服务事项: what a non-local may use like a local; it costs nothing, so no fee is kept."""

    __tablename__ = "service_items"
    __table_args__ = (
        states_of(ITEM_MACHINE),
        CheckConstraint(one_of("kind", ITEM_KINDS), name="kind"),
        Index(ONE_CODE, "owner_city", "code", unique=True),
    )

    code: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(String(2000))
    materials: Mapped[list[str]] = mapped_column(ARRAY(String(120)))
    # Each {"name", "district", "town_code", "address"}.
    service_points: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class ServiceVisit(Lived, Base):
    """服务记录: one use of an item. Whoever it was is not kept: counting needs the cities only."""

    __tablename__ = "service_visits"
    __table_args__ = (
        states_of(VISIT_MACHINE),
        CheckConstraint(one_of("channel", CHANNELS), name="channel"),
        Index("ix_service_visits_visited_at", "owner_city", "visited_at"),
        Index(
            "uq_service_visits_source",
            "source_system",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
    )

    item_id: Mapped[UUID] = mapped_column(ForeignKey("service_items.id"), index=True)
    home_city: Mapped[str] = mapped_column(String(6))
    channel: Mapped[str] = mapped_column(String(8))
    visited_at: Mapped[datetime]

    @property
    def serving_city(self) -> str:
        """The owner under its name in the domain."""
        return self.owner_city

    @property
    def cross_city(self) -> bool:
        """True when it counts in I-EMP-5."""
        return self.home_city != self.owner_city
