"""The ledger of deliveries and the dead letters: read, resend, discard."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from gateway.access import ACCESS
from gateway.deliveries import lanes
from gateway.deliveries.models import Delivery
from gateway.deliveries.schemas import (
    DeadLetterQuery,
    DeadLetterRead,
    DeliveryQuery,
    DeliveryRead,
    ResendMany,
    ResentMany,
)
from gateway.subscriptions.models import Subscription
from hrss_kit import clock, policy
from hrss_kit.auth import Principal
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotFound
from hrss_kit.resources import match_version
from hrss_kit.states import Machine, transition

MACHINE: Final = Machine(
    transition("resend", "DEAD", "PENDING"), transition("discard", "DEAD", "DISCARDED")
)
SEES_ALL = ("ops", "auditor")
SORTS = {"created_at": Delivery.created_at}


def read(row: Delivery) -> DeliveryRead:
    """A line of the ledger."""
    plain = {
        name: getattr(row, name) for name in DeliveryRead.model_fields if name != "next_try_at"
    }
    return DeliveryRead(**plain, next_try_at=row.ready_at)


async def listed(
    session: AsyncSession, subscription_id: UUID, query: DeliveryQuery
) -> Page[DeliveryRead]:
    """The ledger of a subscription, newest first."""
    wanted = _filtered(select(Delivery).where(Delivery.subscription_id == subscription_id), query)
    for name in ("state", "event_id"):
        if (value := getattr(query, name)) is not None:
            wanted = wanted.where(getattr(Delivery, name) == value)
    rows, cursor = await select_page(
        session, wanted, query, key=Delivery.id, sorts=SORTS, default="-created_at"
    )
    return Page(items=[read(row) for row in rows], next_cursor=cursor)


def _filtered(wanted: Select[Any], query: DeliveryQuery | DeadLetterQuery | ResendMany) -> Any:
    for name in ("type", "subject", "subscription_id"):
        if (value := getattr(query, name, None)) is not None:
            wanted = wanted.where(getattr(Delivery, name) == value)
    if query.created_at_from is not None:
        wanted = wanted.where(Delivery.created_at >= query.created_at_from)
    if query.created_at_to is not None:
        wanted = wanted.where(Delivery.created_at <= query.created_at_to)
    return wanted


def visible(caller: Principal) -> Select[Delivery, Subscription]:
    """Dead letters of one's own subscriptions; operations and auditors see all."""
    wanted = (
        select(Delivery, Subscription)
        .join(Subscription, Subscription.id == Delivery.subscription_id)
        .where(Delivery.state == "DEAD")
    )
    if caller.holds(*SEES_ALL):
        return wanted
    return wanted.where(Subscription.client_id == caller.client_id)


async def shown(
    session: AsyncSession, caller: Principal, row: Delivery, owner: Subscription
) -> DeadLetterRead:
    """A dead letter, with how many wait behind it."""
    held = await session.scalar(
        select(func.count()).where(
            Delivery.subscription_id == row.subscription_id,
            Delivery.lane == row.lane,
            Delivery.state == "PENDING",
        )
    )
    may = ACCESS.allows(caller, "dead-letter:resend")
    return DeadLetterRead(
        id=row.id,
        biz_no=row.subject,
        owner_city=owner.owner_city,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.settled_at or row.created_at,
        state=row.state,
        allowed_actions=MACHINE.allowed(row.state, lambda _action: may),
        deadlines=[],
        subscription_id=row.subscription_id,
        event_id=row.event_id,
        type=row.type,
        subject=row.subject,
        attempts=row.attempts,
        status_code=row.status_code,
        failure=row.failure,
        held=int(held or 0),
    )


async def dead_letters(
    session: AsyncSession, caller: Principal, query: DeadLetterQuery
) -> Page[DeadLetterRead]:
    """A page of dead letters, oldest first."""
    wanted = _filtered(visible(caller).with_only_columns(Delivery), query)
    rows, cursor = await select_page(
        session, wanted, query, key=Delivery.id, sorts=SORTS, default="created_at"
    )
    items = []
    for row in rows:
        owner = await session.get(Subscription, row.subscription_id)
        assert owner is not None
        items.append(await shown(session, caller, row, owner))
    return Page(items=items, next_cursor=cursor)


async def dead_letter(
    session: AsyncSession, caller: Principal, row_id: UUID, *, lock: bool = False
) -> tuple[Delivery, Subscription]:
    """One dead letter; 404 when there is none or it is somebody else's."""
    wanted = visible(caller).where(Delivery.id == row_id)
    if lock:
        wanted = wanted.with_for_update(of=Delivery)
    for row, owner in await session.execute(wanted):
        return row, owner
    raise NotFound


async def settle(
    session: AsyncSession, caller: Principal, row_id: UUID, action: str
) -> DeadLetterRead:
    """Tries it again, at once and with all its tries, or gives it up and lets the next go on."""
    row, owner = await dead_letter(session, caller, row_id)
    await lanes.hold(session, row.subscription_id)
    row, owner = await dead_letter(session, caller, row_id, lock=True)
    match_version(row)
    now = clock.now()
    row.state = MACHINE.take(row.state, action)
    row.version += 1
    if action == "resend":
        row.attempts, row.ready_at, row.settled_at = 0, now, None
    else:
        row.settled_at = now
    await session.flush()  # the lane goes by what is written
    if action == "discard":
        await lanes.advance(session, row.subscription_id, [row.lane], now=now)
    return await shown(session, caller, row, owner)


async def resend_many(session: AsyncSession, caller: Principal, wish: ResendMany) -> ResentMany:
    """Tries again what a filter finds, each lane from its dead letter on, in order."""
    letter = aliased(Delivery)
    ids = _filtered(visible(caller).with_only_columns(Delivery.id), wish).subquery()
    subscriptions = await session.scalars(
        select(letter.subscription_id).where(letter.id.in_(select(ids))).distinct()
    )
    for subscription_id in sorted(subscriptions, key=str):
        await lanes.hold(session, subscription_id)
    done = await session.execute(
        update(Delivery)
        .where(Delivery.id.in_(select(ids)), Delivery.state == "DEAD")
        .values(
            state="PENDING",
            attempts=0,
            ready_at=clock.now(),
            settled_at=None,
            version=Delivery.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
    return ResentMany(resent=int(getattr(done, "rowcount", 0)))


async def forget(session: AsyncSession) -> int:
    """Timer: what was delivered or given up leaves the ledger after its time."""
    days = int(await policy.get(session, "common.delivery_days", on=clock.today()))
    done = await session.execute(
        delete(Delivery).where(
            Delivery.state.in_(("DELIVERED", "DISCARDED")),
            Delivery.settled_at < clock.hours_ago(24 * days),
        )
    )
    return int(getattr(done, "rowcount", 0))
