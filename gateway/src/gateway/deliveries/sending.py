"""Pushing what is ready: signed after Standard Webhooks, tried again with growing pauses.

At least once: a worker that is killed between the answer and its record sends the event again,
under the same `webhook-id`.
"""

import asyncio
import base64
import hmac
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.deliveries import addresses, lanes
from gateway.deliveries.addresses import AddressRefused, Allowed, Target
from gateway.settings import GatewaySettings
from gateway.subscriptions.models import SubscriberHealth, Subscription
from gateway.subscriptions.schemas import key_of
from hrss_kit import clock, timeline
from hrss_kit.worker import Worker

TRIES = 20
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
AT_ONCE = 64
IN_FLIGHT = 16
SEND_SECONDS = 10.0
LEASE_SECONDS = 60.0
# What says that the receiver, not the event, is the trouble: everything else waits with it.
BUSY = (408, 425, 429)

READY = text(
    """
    SELECT DISTINCT deliveries.subscription_id FROM deliveries
    JOIN subscriptions ON subscriptions.id = deliveries.subscription_id
    JOIN subscriber_health AS health ON health.subscription_id = subscriptions.id
    WHERE subscriptions.state = 'ACTIVE' AND deliveries.state = 'PENDING'
      AND deliveries.ready_at <= :now AND coalesce(health.hold_until, :now) <= :now
    """
)
CLAIM = text(
    """
    WITH due AS (
        SELECT id FROM deliveries
        WHERE subscription_id = :subscription_id AND state = 'PENDING' AND ready_at <= :now
        ORDER BY ready_at, sequence LIMIT :limit FOR UPDATE SKIP LOCKED
    )
    UPDATE deliveries SET ready_at = :lease, attempts = attempts + 1
    FROM due WHERE deliveries.id = due.id
    RETURNING deliveries.id, deliveries.event_id, deliveries.lane, deliveries.body,
              deliveries.attempts
    """
)
SETTLE = text(
    """
    UPDATE deliveries SET state = one.state, ready_at = one.ready_at, settled_at = one.settled_at,
                          status_code = one.status_code, failure = one.failure,
                          version = version + 1
    FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[]), CAST(:readies AS timestamptz[]),
                CAST(:settled AS timestamptz[]), CAST(:codes AS int[]), CAST(:failures AS text[]))
        AS one (id, state, ready_at, settled_at, status_code, failure)
    WHERE deliveries.id = one.id AND deliveries.state = 'PENDING'
    """
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery that this worker is trying."""

    id: UUID
    event_id: UUID
    lane: str
    body: bytes
    attempts: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try."""

    claimed: Claimed
    status_code: int | None
    failure: str | None
    retry_after: float = 0.0

    @property
    def is_delivered(self) -> bool:
        """True for any 2xx."""
        return self.failure is None

    @property
    def is_receivers_fault(self) -> bool:
        """True when nothing else would arrive there now either."""
        code = self.status_code
        return not self.is_delivered and (code is None or code >= 500 or code in BUSY)


def signature(keys: Sequence[bytes], event_id: str, at: int, body: bytes) -> str:
    """`webhook-signature`: HMAC-SHA256 over id, time and body, one for each key."""
    signed = b".".join((event_id.encode(), str(at).encode(), body))
    return " ".join(
        "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode() for key in keys
    )


def pause_after(attempts: int) -> float:
    """Seconds until the next try: 1, 2, 4 … 300."""
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 30)))


@cache
def client() -> httpx.AsyncClient:
    """One client a process: connections are kept, redirects refused, no proxy from outside."""
    limits = httpx.Limits(max_connections=200, max_keepalive_connections=100)
    return httpx.AsyncClient(
        timeout=httpx.Timeout(SEND_SECONDS, connect=5.0),
        limits=limits,
        trust_env=False,
        follow_redirects=False,
    )


async def send_ready(worker: Worker) -> int:
    """One round over every subscriber that has something ready; how many tries."""
    async with worker.database.sessions() as session:
        found = list(await session.scalars(READY, {"now": clock.now()}))
    done = await asyncio.gather(*(_serve(worker, one) for one in found))
    return sum(done)


async def _serve(worker: Worker, subscription_id: UUID) -> int:
    settings = worker.settings
    assert isinstance(settings, GatewaySettings)
    now = clock.now()
    async with worker.database.transaction() as session:
        row = await session.get(Subscription, subscription_id)
        health = await session.get(SubscriberHealth, subscription_id)
        assert row is not None
        assert health is not None
        # Who has not been answering is asked with one event, not with all of them.
        limit = 1 if health.failures else AT_ONCE
        claimed = await _claim(session, subscription_id, limit, now)
    if not claimed:
        return 0
    keys = _keys(row, now)
    try:
        target = await addresses.vet(row.url, Allowed.of(settings))
    except AddressRefused:
        outcomes = [Outcome(one, None, "ADDRESS") for one in claimed]
    else:
        outcomes = await _send_all(target, keys, claimed)
    async with worker.database.transaction() as session:
        await _settle(session, row.id, outcomes)
    return len(outcomes)


async def _claim(
    session: AsyncSession, subscription_id: UUID, limit: int, now: datetime
) -> list[Claimed]:
    rows = await session.execute(
        CLAIM,
        {
            "subscription_id": subscription_id,
            "now": now,
            "limit": limit,
            "lease": now + timedelta(seconds=LEASE_SECONDS),
        },
    )
    return [
        Claimed(row.id, row.event_id, row.lane, row.body.encode(), row.attempts) for row in rows
    ]


def _keys(row: Subscription, now: datetime) -> list[bytes]:
    secrets = [row.secret]
    if row.previous_secret and row.previous_until and row.previous_until > now:
        secrets.append(row.previous_secret)
    return [key for key in map(key_of, secrets) if key is not None]


async def _send_all(
    target: Target, keys: Sequence[bytes], claimed: Sequence[Claimed]
) -> list[Outcome]:
    waiting, outcomes = deque(claimed), []

    async def lane() -> None:
        while waiting:
            outcomes.append(await _send(target, keys, waiting.popleft()))

    await asyncio.gather(*(lane() for _ in range(min(IN_FLIGHT, len(claimed)))))
    return outcomes


async def _send(target: Target, keys: Sequence[bytes], one: Claimed) -> Outcome:
    at = int(clock.now().timestamp())
    event_id = str(one.event_id)
    headers = {
        "Host": target.host,
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "hrss-push/1",
        "webhook-id": event_id,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(keys, event_id, at, one.body),
    }
    try:
        answer = await client().post(
            _pinned(target), content=one.body, headers=headers, extensions=_extensions(target)
        )
    except httpx.TimeoutException:
        return Outcome(one, None, "TIMEOUT")
    except httpx.HTTPError:
        return Outcome(one, None, "UNREACHABLE")
    if answer.is_success:
        return Outcome(one, answer.status_code, None)
    failure = "REDIRECT" if answer.is_redirect else "REFUSED"
    return Outcome(one, answer.status_code, failure, _retry_after(answer))


def _pinned(target: Target) -> httpx.URL:
    """The subscriber's path at the address that was looked up and vetted."""
    return httpx.URL(target.url).copy_with(host=target.address, port=target.port)


def _extensions(target: Target) -> dict[str, Any]:
    # The certificate is that of the name, although the connection is made to the address.
    return {"sni_hostname": httpx.URL(target.url).host} if target.is_tls else {}


def _retry_after(answer: httpx.Response) -> float:
    given = answer.headers.get("retry-after", "")
    return min(float(given), LONGEST_PAUSE) if given.isascii() and given.isdigit() else 0.0


async def _settle(
    session: AsyncSession, subscription_id: UUID, outcomes: Sequence[Outcome]
) -> None:
    now = clock.now()
    rows = [_row(one, now) for one in outcomes]
    names = ("ids", "states", "readies", "settled", "codes", "failures")
    await lanes.hold(session, subscription_id)
    await session.execute(SETTLE, dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)))
    done = [one.claimed.lane for one in outcomes if one.is_delivered]
    if done:
        await lanes.advance(session, subscription_id, done, now=now)
    await _remember(session, subscription_id, outcomes, now)


def _row(one: Outcome, now: datetime) -> tuple[Any, ...]:
    head = (one.claimed.id,)
    if one.is_delivered:
        return (*head, "DELIVERED", None, now, one.status_code, None)
    if one.claimed.attempts >= TRIES:
        return (*head, "DEAD", None, now, one.status_code, one.failure)
    pause = max(pause_after(one.claimed.attempts), one.retry_after)
    return (*head, "PENDING", now + timedelta(seconds=pause), None, one.status_code, one.failure)


async def _remember(
    session: AsyncSession, subscription_id: UUID, outcomes: Sequence[Outcome], now: datetime
) -> None:
    """How the receiver answered: whether everything waits for it, or only what it refused."""
    health = await session.scalar(
        select(SubscriberHealth)
        .where(SubscriberHealth.subscription_id == subscription_id)
        .with_for_update()
    )
    if health is None:
        return
    failed = [one for one in outcomes if not one.is_delivered]
    faults = [one for one in failed if one.is_receivers_fault]
    if failed:
        health.last_failure_at = now
        last = failed[-1]
        health.last_failure = last.failure if last.status_code is None else f"{last.status_code}"
    if len(failed) < len(outcomes):
        health.failures, health.hold_until, health.last_success_at = 0, None, now
    elif faults:
        health.failures += 1
        pause = max(pause_after(health.failures), *(one.retry_after for one in faults))
        health.hold_until = now + timedelta(seconds=pause)
    if any(one.status_code == 410 for one in failed):
        await _stop(session, subscription_id)


async def _stop(session: AsyncSession, subscription_id: UUID) -> None:
    """410 Gone: the receiver wants nothing any more (Standard Webhooks); its owner may resume."""
    row = await session.get(Subscription, subscription_id, with_for_update=True)
    if row is not None and row.state == "ACTIVE":
        row.state = "PAUSED"
        timeline.add(
            session,
            row.id,
            "pause",
            caller=None,
            from_state="ACTIVE",
            to_state="PAUSED",
            reason="410",
        )
