"""What can be done with subscriptions: a partner's system keeps its own, operations see all."""

import base64
import os
from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from fastapi import Request
from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.access import ACCESS
from gateway.deliveries import addresses, lanes
from gateway.deliveries.models import Delivery
from gateway.subscriptions.models import Replay, SubscriberHealth, Subscription
from gateway.subscriptions.schemas import (
    SECRET_PREFIX,
    HealthRead,
    ReplayWish,
    SecretRotation,
    SubscriptionChange,
    SubscriptionCreate,
    SubscriptionQuery,
    SubscriptionRead,
)
from hrss_kit import clock, numbering, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import refuse
from hrss_kit.resources import load, match_version
from hrss_kit.states import Machine, transition

MACHINE: Final = Machine(
    transition("pause", "ACTIVE", "PAUSED"),
    transition("resume", "PAUSED", "ACTIVE"),
    transition("rotate-secret", ("ACTIVE", "PAUSED"), None),
    transition("replay", ("ACTIVE", "PAUSED"), None),
    transition("end", ("ACTIVE", "PAUSED"), "ENDED"),
)
NEW_SECRET_BYTES = 32
SEES_ALL = ("ops", "auditor")


def visible(caller: Principal) -> Select[Subscription]:
    """One's own; operations and auditors see everybody's."""
    wanted = select(Subscription)
    if caller.holds(*SEES_ALL):
        return wanted
    return wanted.where(Subscription.client_id == caller.client_id)


async def vet(request: Request) -> None:
    """Before the transaction: is the address one that may be asked (SSRF)?"""
    url = addresses.url_in(await request.body())
    if url is not None:
        await addresses.vet(url, addresses.Allowed.of(request.app.state.settings))


async def create(
    session: AsyncSession, caller: Principal, new: SubscriptionCreate
) -> SubscriptionRead:
    """A new subscription of the caller; events from now on."""
    secret = new.secret or new_secret()
    row = Subscription(
        biz_no=await numbering.next_number(session, "GW", caller.city or "", clock.today()),
        owner_city=caller.city or "",
        client_id=caller.client_id,
        url=new.url,
        types=sorted(set(new.types)),
        state="ACTIVE",
        secret=secret,
    )
    session.add(row)
    await session.flush()  # its id and version are part of the answer
    session.add(SubscriberHealth(subscription_id=row.id))
    await session.flush()  # the reply reads it
    timeline.add(session, row.id, "create", caller=caller, to_state="ACTIVE")
    return await shown(session, caller, row, secret=secret)


def new_secret() -> str:
    """A secret of 256 random bits as Standard Webhooks writes it."""
    return SECRET_PREFIX + base64.b64encode(os.urandom(NEW_SECRET_BYTES)).decode()


async def shown(
    session: AsyncSession, caller: Principal, row: Subscription, *, secret: str | None = None
) -> SubscriptionRead:
    """A subscription with its health as this caller sees it."""
    may = ACCESS.allows(caller, "subscription:keep") and caller.client_id == row.client_id
    health = await session.get(SubscriberHealth, row.id)
    assert health is not None
    counts = await session.execute(
        select(Delivery.state, func.count())
        .where(Delivery.subscription_id == row.id, Delivery.state.in_(("PENDING", "DEAD")))
        .group_by(Delivery.state)
    )
    waiting = {state: int(count) for state, count in counts}
    plain = {
        name: getattr(row, name)
        for name in ("id", "biz_no", "owner_city", "version", "created_at", "updated_at", "state")
    }
    return SubscriptionRead(
        **plain,
        allowed_actions=MACHINE.allowed(row.state, lambda _action: may),
        deadlines=[],
        client_id=row.client_id,
        url=row.url,
        types=row.types,
        previous_secret_until=row.previous_until,
        secret=secret,
        health=HealthRead(
            failures=health.failures,
            hold_until=health.hold_until,
            last_success_at=health.last_success_at,
            last_failure_at=health.last_failure_at,
            last_failure=health.last_failure,
            waiting=waiting.get("PENDING", 0),
            dead=waiting.get("DEAD", 0),
        ),
    )


async def listed(
    session: AsyncSession, caller: Principal, query: SubscriptionQuery
) -> Page[SubscriptionRead]:
    """A page of them."""
    statement = visible(caller)
    for name in ("state", "owner_city"):
        if (wanted := getattr(query, name)) is not None:
            statement = statement.where(getattr(Subscription, name) == wanted)
    if query.q:
        statement = statement.where(Subscription.url.contains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=Subscription.id,
        sorts={"created_at": Subscription.created_at},
        default="created_at",
    )
    items = [await shown(session, caller, row) for row in rows]
    return Page(items=items, next_cursor=cursor)


async def one(session: AsyncSession, caller: Principal, row_id: UUID) -> Subscription:
    """The subscription, if the caller may know of it."""
    return await load(session, visible(caller).where(Subscription.id == row_id))


async def _mine(session: AsyncSession, caller: Principal, row_id: UUID) -> Subscription:
    row = await load(session, visible(caller).where(Subscription.id == row_id), lock=True)
    match_version(row)
    return row


async def change(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: SubscriptionChange
) -> SubscriptionRead:
    """Another address, other types: what waits goes to the new address."""
    row = await _mine(session, caller, row_id)
    if row.state == "ENDED":
        MACHINE.take(row.state, "change")
    for name, value in wish.model_dump(exclude_none=True).items():
        setattr(row, name, sorted(set(value)) if name == "types" else value)
    await session.flush()  # the new version is part of the answer
    timeline.add(session, row.id, "change", caller=caller)
    return await shown(session, caller, row)


async def move(
    session: AsyncSession, caller: Principal, row_id: UUID, action: str, reason: str | None = None
) -> SubscriptionRead:
    """Pauses, resumes or ends it; what waits when it ends is given up."""
    row = await _mine(session, caller, row_id)
    before, row.state = row.state, MACHINE.take(row.state, action)
    if action == "resume":
        await lanes.release(session, row.id)
    if action == "end":
        await lanes.give_up(session, row.id)
    await session.flush()  # the new version is part of the answer
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=before,
        to_state=row.state,
        reason=reason,
    )
    return await shown(session, caller, row)


async def rotate(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: SecretRotation
) -> SubscriptionRead:
    """A new secret; until the overlap ends each push carries a signature under both."""
    row = await _mine(session, caller, row_id)
    MACHINE.take(row.state, "rotate-secret")
    hours = int(await policy.get(session, "common.webhook_overlap_hours", on=clock.today()))
    secret = wish.secret or new_secret()
    row.previous_secret, row.secret = row.secret, secret
    row.previous_until = clock.now() + timedelta(hours=hours)
    await session.flush()  # the new version is part of the answer
    timeline.add(session, row.id, "rotate-secret", caller=caller)
    return await shown(session, caller, row, secret=secret)


async def replay(
    session: AsyncSession,
    caller: Principal,
    row_id: UUID,
    wish: ReplayWish,
    services: Sequence[str],
) -> SubscriptionRead:
    """Asks for a service's events once more; they follow what already waits in each lane."""
    row = await _mine(session, caller, row_id)
    MACHINE.take(row.state, "replay")
    service = wish.service.replace("-", "_")
    if service not in services:
        raise refuse("service", "SERVICE", "没有此服务", "is not a service of the suite")
    number = await session.scalar(
        select(func.coalesce(func.max(Replay.number), 0) + 1).where(
            Replay.subscription_id == row.id
        )
    )
    session.add(Replay(subscription_id=row.id, number=number, service=service, after=wish.after))
    row.updated_at = clock.now()
    await session.flush()  # the new version is part of the answer
    timeline.add(session, row.id, "replay", caller=caller, reason=service)
    exchange().note(reason=service)
    return await shown(session, caller, row)


def matches(types: Sequence[str], type_: str) -> bool:
    """True when one of the patterns names the type."""
    return any(
        pattern == "*"
        or pattern == type_
        or (pattern.endswith(".*") and type_.startswith(pattern[:-1]))
        for pattern in types
    )


def may_see(row: Subscription, audience: Sequence[str], everybody: str) -> bool:
    """True when the event is for the subscriber's city, for its client, or for everybody."""
    return not {row.owner_city, row.client_id, everybody}.isdisjoint(audience)
