"""Lanes: which delivery of a subject is next. All statements hold the subscription's own lock.

Two transactions that each see half of a lane would leave it without a next one; the lock is per
subscription, and what is done under it is a handful of index look-ups.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock

LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('push/' || :subscription_id, 0))")
INSERT = text(
    """
    INSERT INTO deliveries (
        id, subscription_id, event_id, replay, type, subject, lane, body, state, version, attempts,
        created_at
    )
    SELECT one.id, :subscription_id, one.event_id, :replay, one.type, one.subject, one.lane,
           one.body, 'PENDING', 1, 0, :now
    FROM unnest(CAST(:ids AS uuid[]), CAST(:event_ids AS uuid[]), CAST(:types AS text[]),
                CAST(:subjects AS text[]), CAST(:lanes AS text[]), CAST(:bodies AS text[]))
        WITH ORDINALITY AS one (id, event_id, type, subject, lane, body, place)
    ORDER BY one.place
    ON CONFLICT (subscription_id, event_id, replay) DO NOTHING
    """
)
ADVANCE = text(
    """
    UPDATE deliveries SET ready_at = :now
    FROM unnest(CAST(:lanes AS text[])) AS wanted (lane),
    LATERAL (
        SELECT id FROM deliveries AS first
        WHERE first.subscription_id = :subscription_id AND first.lane = wanted.lane
          AND first.state IN ('PENDING', 'DEAD')
        ORDER BY first.sequence LIMIT 1
    ) AS head
    WHERE deliveries.id = head.id AND deliveries.state = 'PENDING' AND deliveries.ready_at IS NULL
    """
)
RELEASE = text(
    """
    UPDATE deliveries SET ready_at = :now
    WHERE subscription_id = :subscription_id AND state = 'PENDING' AND ready_at IS NOT NULL
    """
)
NO_HOLD = text("UPDATE subscriber_health SET hold_until = NULL WHERE subscription_id = :id")
GIVE_UP = text(
    """
    UPDATE deliveries SET state = 'DISCARDED', ready_at = NULL, settled_at = :now,
                          version = version + 1
    WHERE subscription_id = :subscription_id AND state IN ('PENDING', 'DEAD')
    """
)


async def hold(session: AsyncSession, subscription_id: UUID) -> None:
    """Takes the subscription's lock until the transaction ends."""
    await session.execute(LOCK, {"subscription_id": str(subscription_id)})


async def enqueue(
    session: AsyncSession,
    subscription_id: UUID,
    rows: Sequence[dict[str, Any]],
    *,
    replay: int = 0,
) -> None:
    """Adds deliveries behind what waits in their lanes; an event that is there stays once."""
    now = clock.now()
    await hold(session, subscription_id)
    columns = {
        f"{name}s" if name != "body" else "bodies": [row[name] for row in rows]
        for name in ("id", "event_id", "type", "subject", "lane", "body")
    }
    await session.execute(
        INSERT, {"subscription_id": subscription_id, "replay": replay, "now": now, **columns}
    )
    await advance(session, subscription_id, [row["lane"] for row in rows], now=now)


async def advance(
    session: AsyncSession, subscription_id: UUID, lanes: Sequence[str], *, now: datetime
) -> None:
    """Makes the first of each lane ready that is not yet."""
    wanted = sorted(set(lanes))
    await session.execute(
        ADVANCE, {"subscription_id": subscription_id, "lanes": wanted, "now": now}
    )


async def release(session: AsyncSession, subscription_id: UUID) -> None:
    """Lets everything that waits for its next try be tried at once."""
    await hold(session, subscription_id)
    parameters = {"subscription_id": subscription_id, "now": clock.now()}
    await session.execute(RELEASE, parameters)
    await session.execute(NO_HOLD, {"id": subscription_id})


async def give_up(session: AsyncSession, subscription_id: UUID) -> None:
    """Discards everything that waits."""
    await hold(session, subscription_id)
    parameters = {"subscription_id": subscription_id, "now": clock.now()}
    await session.execute(GIVE_UP, parameters)
