"""What can be done with workshops. Each function runs in the caller's transaction."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, outbox, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, FieldError, Invalid, NotYourCity, refuse
from hrss_kit.resources import load, match_version, shown
from labor_inspection.access import ACCESS
from labor_inspection.workshops import rules
from labor_inspection.workshops.models import ActionItem, Workshop
from labor_inspection.workshops.rules import MACHINE
from labor_inspection.workshops.schemas import (
    CompleteItem,
    Hold,
    ItemRead,
    WorkshopChange,
    WorkshopCreate,
    WorkshopHeld,
    WorkshopQuery,
    WorkshopRead,
)


class ItemsOpen(Conflict):
    code = "ITEMS_OPEN"
    title_zh, title_en = "尚有落实事项未完成", "Some action items are not done yet"


def visible(caller: Principal) -> Select[Workshop]:
    """The inviting city's, and for the invited one what it was invited to."""
    wanted = select(Workshop)
    if caller.holds("auditor", "province"):
        return wanted
    invited = and_(Workshop.partner_city == caller.city, Workshop.state != rules.PLANNED)
    return wanted.where(or_(Workshop.owner_city == caller.city, invited))


def _is_turn(caller: Principal, row: Workshop, action: str) -> bool:
    cities = {
        rules.OWNER: {row.owner_city},
        rules.PARTNER: {row.partner_city},
        rules.EITHER: {row.owner_city, row.partner_city},
    }
    return caller.city in cities[rules.TURNS[action]]


async def show(
    session: AsyncSession, caller: Principal, rows: Sequence[Workshop]
) -> list[WorkshopRead]:
    """Workshops with their items."""
    await session.flush()  # the answer carries ids and versions
    ids = [row.id for row in rows]
    items: dict[UUID, list[ItemRead]] = defaultdict(list)
    wanted = select(ActionItem).where(ActionItem.workshop_id.in_(ids)).order_by(ActionItem.number)
    for item in await session.scalars(wanted):
        items[item.workshop_id].append(ItemRead.model_validate(item))
    clocks = await deadlines.of(session, ids)

    def allowed(row: Workshop) -> list[str]:
        keeps = ACCESS.allows(caller, "workshop:keep")
        return MACHINE.allowed(row.state, lambda action: keeps and _is_turn(caller, row, action))

    return [
        shown(
            WorkshopRead,
            row,
            action_items=items[row.id],
            allowed_actions=allowed(row),
            deadlines=clocks[row.id],
        )
        for row in rows
    ]


async def one(session: AsyncSession, caller: Principal, workshop_id: UUID) -> Workshop:
    """The workshop, if this caller may know of it."""
    return await load(session, visible(caller).where(Workshop.id == workshop_id))


async def page(
    session: AsyncSession, caller: Principal, query: WorkshopQuery
) -> Page[WorkshopRead]:
    """A page of workshops."""
    wanted = visible(caller)
    for name in ("state", "owner_city"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(Workshop, name) == value)
    if query.planned_on_from is not None:
        wanted = wanted.where(Workshop.planned_on >= query.planned_on_from)
    if query.planned_on_to is not None:
        wanted = wanted.where(Workshop.planned_on <= query.planned_on_to)
    if query.q:
        wanted = wanted.where(Workshop.topic.contains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=Workshop.id,
        sorts={"created_at": Workshop.created_at, "planned_on": Workshop.planned_on},
        default="-created_at",
    )
    return Page(items=await show(session, caller, rows), next_cursor=cursor)


async def plan(session: AsyncSession, caller: Principal, new: WorkshopCreate) -> WorkshopRead:
    """Plans a workshop that the caller's city invites to."""
    if caller.city is None:
        raise NotYourCity
    others = [city for city in ACTIVE_CITIES if city != caller.city]
    partner = new.partner_city or (others[0] if len(others) == 1 else None)
    if partner not in others:
        raise refuse("partner_city", "CITY", "须为另一参与城市", "must be another city of the hub")
    row = Workshop(
        biz_no=await numbering.next_number(session, "LI", caller.city, clock.today()),
        owner_city=caller.city,
        state=rules.PLANNED,
        steps=0,
        **{**new.model_dump(), "partner_city": partner},
    )
    session.add(row)
    await session.flush()  # its id is the subject of its history
    timeline.add(session, row.id, "plan", caller=caller, to_state=row.state)
    return (await show(session, caller, [row]))[0]


async def change(
    session: AsyncSession, caller: Principal, workshop_id: UUID, wish: WorkshopChange
) -> WorkshopRead:
    """Changes what was not yet invited to."""
    row, _ = await _hold(session, caller, workshop_id, "invite")
    for name, value in wish.model_dump(exclude_none=True).items():
        setattr(row, name, value)
    return await _move(session, caller, row, "change", row.state)


async def move(
    session: AsyncSession,
    caller: Principal,
    workshop_id: UUID,
    action: str,
    reason: str | None = None,
) -> WorkshopRead:
    """Invites, confirms, declines or cancels."""
    row, target = await _hold(session, caller, workshop_id, action)
    return await _move(session, caller, row, action, target, reason=reason)


async def hold(
    session: AsyncSession, caller: Principal, workshop_id: UUID, wish: Hold
) -> WorkshopRead:
    """Keeps the minutes and starts a clock for each item."""
    row, target = await _hold(session, caller, workshop_id, "hold")
    held_on = wish.held_on or clock.today()
    _check(row, wish)
    row.held_on, row.minutes, row.attendance = held_on, wish.minutes, dict(wish.attendance)
    for number, item in enumerate(wish.action_items, start=1):
        session.add(ActionItem(workshop_id=row.id, number=number, **item.model_dump()))
        await deadlines.start(
            session,
            subject_id=row.id,
            subject_no=row.biz_no,
            owner_city=item.city,
            audience=[row.owner_city, row.partner_city],
            code=f"ACTION_ITEM_{number}",
            started_on=held_on,
            unit="CD",
            length=(item.due_on - held_on).days,
            basis="研讨会议纪要",
        )
    outbox.publish(
        session,
        WorkshopHeld(held_on=held_on, action_items=len(wish.action_items)),
        source="li",
        subject=row.biz_no,
        city=row.owner_city,
        audience=[row.owner_city, row.partner_city],
    )
    return await _move(session, caller, row, "hold", target)


def _check(row: Workshop, wish: Hold) -> None:
    cities = (row.owner_city, row.partner_city)
    wrong = []
    if wish.held_on is not None and wish.held_on > clock.today():
        wrong.append(("held_on", "DATE", "不得晚于今日", "lies after today"))
    if not set(wish.attendance) <= set(cities):
        wrong.append(("attendance", "CITY", "含有未参加的城市", "names a city that takes no part"))
    for at, item in enumerate(wish.action_items):
        if item.city not in cities:
            wrong.append(
                (f"action_items.{at}.city", "CITY", "不是参加的城市", "takes no part in it")
            )
        if item.due_on <= (wish.held_on or clock.today()):
            wrong.append(
                (f"action_items.{at}.due_on", "DATE", "须晚于会议日期", "lies not after the day")
            )
    if wrong:
        raise Invalid(
            *(
                FieldError(field=field, code=code, message_zh=zh, message_en=en)
                for field, code, zh, en in wrong
            )
        )


async def complete_item(
    session: AsyncSession, caller: Principal, workshop_id: UUID, wish: CompleteItem
) -> WorkshopRead:
    """An item is done, says the city whose it is."""
    row, target = await _hold(session, caller, workshop_id, "complete-item")
    item = await session.scalar(
        select(ActionItem).where(ActionItem.workshop_id == row.id, ActionItem.number == wish.number)
    )
    if item is None or item.done_on is not None:
        raise refuse("number", "ITEM", "没有此未完成事项", "is no open item")
    if item.city != caller.city:
        raise NotYourCity
    item.done_on, item.done_by, item.note = clock.today(), caller.actor, wish.note
    await deadlines.meet(session, row.id, f"ACTION_ITEM_{item.number}", clock.today())
    return await _move(session, caller, row, "complete-item", target, reason=str(item.number))


async def close(session: AsyncSession, caller: Principal, workshop_id: UUID) -> WorkshopRead:
    """Closes it when everything that was agreed is done."""
    row, target = await _hold(session, caller, workshop_id, "close")
    left = select(ActionItem.id).where(
        ActionItem.workshop_id == row.id, ActionItem.done_on.is_(None)
    )
    if await session.scalar(left.limit(1)) is not None:
        raise ItemsOpen
    row.closed_on = clock.today()
    return await _move(session, caller, row, "close", target)


async def _hold(
    session: AsyncSession, caller: Principal, workshop_id: UUID, action: str
) -> tuple[Workshop, str]:
    row = await load(session, visible(caller).where(Workshop.id == workshop_id), lock=True)
    if not _is_turn(caller, row, action):
        raise NotYourCity
    match_version(row)
    return row, MACHINE.take(row.state, action)


async def _move(
    session: AsyncSession,
    caller: Principal,
    row: Workshop,
    action: str,
    target: str,
    *,
    reason: str | None = None,
) -> WorkshopRead:
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=row.state,
        to_state=target,
        reason=reason,
    )
    row.state = target
    row.steps += 1
    return (await show(session, caller, [row]))[0]
