"""Deliveries 投递: the ledger of what was pushed to whom, and what waits to be."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from hrss_kit import clock
from hrss_kit.ids import new_id


class Delivery(Base):
    """投递: one event for one subscriber.

    Events of one subject are one lane, delivered in the order of the feed. The first of a lane that
    is not done has `ready_at`; a dead one holds its lane until somebody resends or discards it.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        CheckConstraint("state IN ('PENDING', 'DELIVERED', 'DEAD', 'DISCARDED')", name="state"),
        UniqueConstraint("subscription_id", "event_id", "replay", name="uq_deliveries_event"),
        Index(
            "ix_deliveries_ready",
            "subscription_id",
            "ready_at",
            postgresql_where=text("state = 'PENDING' AND ready_at IS NOT NULL"),
        ),
        Index(
            "ix_deliveries_lane",
            "subscription_id",
            "lane",
            "sequence",
            postgresql_where=text("state IN ('PENDING', 'DEAD')"),
        ),
        Index("ix_deliveries_ledger", "subscription_id", "created_at", "id"),
        Index("ix_deliveries_dead", "created_at", "id", postgresql_where=text("state = 'DEAD'")),
        Index("ix_deliveries_settled_at", "settled_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    subscription_id: Mapped[UUID] = mapped_column(
        ForeignKey("subscriptions.id", ondelete="CASCADE")
    )
    event_id: Mapped[UUID]
    replay: Mapped[int] = mapped_column(default=0)
    type: Mapped[str] = mapped_column(String(80))
    subject: Mapped[str] = mapped_column(String(120))
    lane: Mapped[str] = mapped_column(String(200))
    body: Mapped[str]
    state: Mapped[str] = mapped_column(String(9), default="PENDING")
    version: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    ready_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    settled_at: Mapped[datetime | None]
    status_code: Mapped[int | None]
    failure: Mapped[str | None] = mapped_column(String(40))


class PushCursor(Base):
    """How far a member's feed has been turned into deliveries."""

    __tablename__ = "push_cursors"

    member: Mapped[str] = mapped_column(String(60), primary_key=True)
    after: Mapped[UUID | None]
