"""Consumers: each event is handled once, in the transaction that records that it was."""

import builtins
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import String
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.db import KitBase


class InboxEvent(KitBase):
    """An event that was handled here."""

    __tablename__ = "inbox_events"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    type: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(80))
    handled_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


class FeedCursor(KitBase):
    """How far a peer's feed has been read."""

    __tablename__ = "feed_cursors"

    peer: Mapped[str] = mapped_column(String(60), primary_key=True)
    after: Mapped[UUID | None]
    failures: Mapped[int] = mapped_column(default=0)


class Received(BaseModel):
    """What a consumer is given besides the data."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    city: str | None = None
    personref: str | None = None
    journeyid: UUID | None = None
    data: dict[str, Any]


Handler = Callable[[AsyncSession, Received, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Consumer:
    """Reads `type` from `peer`; `model` is its own copy of the fields it needs."""

    peer: str
    type: str
    model: "builtins.type[BaseModel]"
    handle: Handler


async def handle_once(session: AsyncSession, consumer: Consumer, event: Received) -> bool:
    """Handles an event unless it was handled before; the caller's transaction decides both."""
    return await handle_all(session, (consumer,), event)


async def handle_all(session: AsyncSession, consumers: Sequence[Consumer], event: Received) -> bool:
    """The same for several parts of a service that listen to one type: all hear it, or none."""
    mine = await session.scalar(
        insert(InboxEvent)
        .values(id=event.id, type=event.type, source=event.source, handled_at=clock.now())
        .on_conflict_do_nothing()
        .returning(InboxEvent.id)
    )
    if mine is None:
        return False
    understood = [(one, one.model.model_validate(event.data)) for one in consumers]
    for consumer, data in understood:
        await consumer.handle(session, event, data)
    return True
