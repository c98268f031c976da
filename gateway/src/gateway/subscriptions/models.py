"""Subscriptions 订阅: where a partner wants which events pushed to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from hrss_kit import clock
from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.sealing import Sealed


class Subscription(Resource, Base):
    """订阅: the partner's address, the types it wants, and how it has been answering."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint("state IN ('ACTIVE', 'PAUSED', 'ENDED')", name="state"),
        Index("ix_subscriptions_active", "id", postgresql_where=text("state = 'ACTIVE'")),
    )

    client_id: Mapped[str] = mapped_column(String(80), index=True)
    url: Mapped[str] = mapped_column(String(2000))
    types: Mapped[list[str]] = mapped_column(ARRAY(String(80)))
    state: Mapped[str] = mapped_column(String(8))
    secret: Mapped[str] = mapped_column(Sealed("subscriptions.secret"))
    previous_secret: Mapped[str | None] = mapped_column(Sealed("subscriptions.previous_secret"))
    previous_until: Mapped[datetime | None]


class SubscriberHealth(Base):
    """How the address answers: kept apart, so that a delivery does not change the resource."""

    __tablename__ = "subscriber_health"

    subscription_id: Mapped[UUID] = mapped_column(
        ForeignKey("subscriptions.id", ondelete="CASCADE"), primary_key=True
    )
    failures: Mapped[int] = mapped_column(default=0)
    hold_until: Mapped[datetime | None]
    last_success_at: Mapped[datetime | None]
    last_failure_at: Mapped[datetime | None]
    last_failure: Mapped[str | None] = mapped_column(String(40))


class Replay(Base):
    """重放: a stretch of one service's feed that a subscriber wants once more."""

    __tablename__ = "replays"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subscription_id: Mapped[UUID] = mapped_column(
        ForeignKey("subscriptions.id", ondelete="CASCADE"), index=True
    )
    number: Mapped[int]
    service: Mapped[str] = mapped_column(String(60))
    after: Mapped[UUID | None]
    until: Mapped[UUID | None]
    count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
