"""From the members' feeds to deliveries: each event once for each subscriber that may see it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.deliveries import lanes
from gateway.deliveries.models import PushCursor
from gateway.subscriptions.models import Replay, Subscription
from gateway.subscriptions.service import matches, may_see
from hrss_kit import clock, outbox
from hrss_kit.ids import new_id
from hrss_kit.peers import PeerDown
from hrss_kit.worker import FEED_WAIT_SECONDS, Worker

STRETCH = 200


class FeedItem(BaseModel):
    """What is read of an event; `audience` is told to the suite's own services only."""

    model_config = ConfigDict(extra="ignore")

    id: UUID
    type: str
    subject: str
    time: datetime
    audience: list[str] = Field(default_factory=list)


async def follow(worker: Worker, member: str) -> int:
    """Reads one stretch of a member's feed and turns it into deliveries; how many events."""
    async with worker.database.sessions() as session:
        cursor = await session.get(PushCursor, member)
        after = cursor.after if cursor else None
    items = await _read(worker, member, after, wait=FEED_WAIT_SECONDS)
    if not items:
        return 0
    async with worker.database.transaction() as session:
        # Two workers may have read the same stretch: the cursor says who was first.
        await session.execute(
            insert(PushCursor).values(member=member, after=None).on_conflict_do_nothing()
        )
        held = await session.scalar(
            select(PushCursor).where(PushCursor.member == member).with_for_update()
        )
        assert held is not None
        if held.after != after:
            return 0
        active = await session.scalars(
            select(Subscription).where(Subscription.state.in_(("ACTIVE", "PAUSED")))
        )
        for row in sorted(active, key=lambda one: str(one.id)):
            # Nothing of the time before somebody subscribed: that is what a replay is for.
            fresh = [one for one in items if FeedItem.model_validate(one).time >= row.created_at]
            await _enqueue(session, row, member, fresh, replay=0)
        held.after = UUID(items[-1]["id"])
    return len(items)


async def _read(
    worker: Worker, member: str, after: UUID | None, *, wait: int
) -> list[dict[str, Any]]:
    parameters = {"limit": str(STRETCH), "wait": str(wait)}
    if after is not None:
        parameters["after"] = str(after)
    prefix = f"/{member.replace('_', '-')}/v1"
    answer = await worker.peers.ask(
        member, "GET", f"{prefix}/events", params=parameters, read_seconds=wait + 5
    )
    if answer.status_code != 200:
        raise PeerDown(member)
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def _enqueue(
    session: AsyncSession,
    row: Subscription,
    member: str,
    items: Sequence[dict[str, Any]],
    *,
    replay: int,
) -> int:
    wanted = []
    for item in items:
        event = FeedItem.model_validate(item)
        if matches(row.types, event.type) and may_see(row, event.audience, outbox.EVERYBODY):
            shown = {name: value for name, value in item.items() if name != "audience"}
            wanted.append(
                {
                    "id": new_id(),
                    "event_id": event.id,
                    "type": event.type,
                    "subject": event.subject,
                    "lane": f"{member}/{event.subject}",
                    "body": orjson.dumps(shown).decode(),
                }
            )
    if wanted:
        await lanes.enqueue(session, row.id, wanted, replay=replay)
    return len(wanted)


async def run_replays(worker: Worker) -> int:
    """Works off a stretch of each replay that was asked for; how many events it read."""
    async with worker.database.sessions() as session:
        open_ = list(
            await session.scalars(
                select(Replay)
                .where(Replay.ended_at.is_(None))
                .order_by(Replay.created_at)
                .limit(10)
            )
        )
    read = 0
    for replay in open_:
        read += await _replay_some(worker, replay)
    return read


async def _replay_some(worker: Worker, seen: Replay) -> int:
    if seen.until is None:
        # Up to where the feed has become deliveries; what comes later comes anyway.
        async with worker.database.transaction() as session:
            cursor = await session.get(PushCursor, seen.service)
            replay = await session.get(Replay, seen.id, with_for_update=True)
            assert replay is not None
            if cursor is None or cursor.after is None:
                replay.ended_at = clock.now()
                return 0
            replay.until = cursor.after
        seen.until = cursor.after
    items = await _read(worker, seen.service, seen.after, wait=0)
    places = [place for place, one in enumerate(items) if UUID(one["id"]) == seen.until]
    chosen = items[: places[0] + 1] if places else items
    async with worker.database.transaction() as session:
        replay = await session.get(Replay, seen.id, with_for_update=True)
        row = await session.get(Subscription, seen.subscription_id)
        assert replay is not None
        if row is None or replay.ended_at is not None or replay.after != seen.after:
            return 0
        replay.count += await _enqueue(session, row, seen.service, chosen, replay=replay.number)
        if chosen:
            replay.after = UUID(chosen[-1]["id"])
        if places or not items:
            replay.ended_at = clock.now()
    return len(chosen)
