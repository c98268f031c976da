"""The feed: an ordered list of events that can be read again from any point (api §3.8)."""

import asyncio
import time
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import outbox
from hrss_kit.auth import Caller, Principal
from hrss_kit.db import Database
from hrss_kit.outbox import OutboxEvent
from hrss_kit.problems import BadRequest
from hrss_kit.routing import Router

POLL_SECONDS = 0.2
READ_ALL = ("service", "auditor", "ops")


class UnknownEvent(BadRequest):
    code = "CURSOR"
    title_zh, title_en = "after 不是本服务的事件编号", "after names no event of this feed"


class CloudEvent(BaseModel):
    """CloudEvents 1.0 in JSON, with the extensions city, personref, journeyid, schemaversion.

    `audience`, who may see it, is told to the suite's own services only.
    """

    model_config = ConfigDict(extra="forbid")

    specversion: str
    id: UUID
    type: str
    source: str
    time: str
    subject: str
    datacontenttype: str
    schemaversion: int
    city: str | None = None
    personref: str | None = None
    journeyid: UUID | None = None
    audience: Annotated[list[str] | None, Field(exclude_if=lambda one: one is None)] = None
    data: dict[str, Any]


class EventFeed(BaseModel):
    """A stretch of the feed; `next_cursor` is the `after` of the next call, also when empty."""

    items: list[CloudEvent]
    next_cursor: UUID | None


class FeedQuery(BaseModel):
    """Where to read from, how much, and how long to wait for more (seconds)."""

    model_config = ConfigDict(extra="forbid")

    after: UUID | None = None
    limit: Annotated[int, Query(ge=1, le=200)] = 100
    wait: Annotated[int, Query(ge=0, le=20)] = 0


def feed_router() -> Router:
    """GET /events of a service."""
    router = Router(prefix="/events", tags=["events"])

    @router.listen("", permission="event:read", reply=EventFeed)
    async def read_events(
        request: Request, caller: Caller, query: Annotated[FeedQuery, Query()]
    ) -> EventFeed:
        """Events of your city or shared with it, oldest first; the order never changes."""
        database: Database = request.app.state.database
        until = time.monotonic() + query.wait
        while True:
            rows = await _read(database, caller, query)
            if rows or time.monotonic() >= until or await request.is_disconnected():
                break
            await asyncio.sleep(POLL_SECONDS)
        items = [
            CloudEvent(**outbox.envelope(row), audience=row.audience if caller.is_service else None)
            for row in rows
        ]
        return EventFeed(items=items, next_cursor=items[-1].id if items else query.after)

    return router


async def _read(database: Database, caller: Principal, query: FeedQuery) -> list[OutboxEvent]:
    async with database.sessions() as session:
        if await outbox.has_waiting(session):
            await session.rollback()
            async with session.begin():
                await outbox.place_committed(session)
        after = await _position(session, query.after)
        wanted = select(OutboxEvent).where(OutboxEvent.position > after)
        if not caller.holds(*READ_ALL):
            mine = [caller.city or "", caller.client_id, outbox.EVERYBODY]
            wanted = wanted.where(OutboxEvent.audience.overlap(mine))
        found = await session.scalars(wanted.order_by(OutboxEvent.position).limit(query.limit))
        return list(found)


async def _position(session: AsyncSession, event_id: UUID | None) -> int:
    if event_id is None:
        return 0
    position = await session.scalar(select(OutboxEvent.position).where(OutboxEvent.id == event_id))
    if position is None:
        raise UnknownEvent
    return position
