"""Joint meetings (domain P-0a): minutes, and items that each city does by a day."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, not_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.access import ACCESS
from gateway.agreements.models import Agreement
from gateway.joint_meetings.models import ActionItem, JointMeeting
from gateway.joint_meetings.schemas import (
    ActionItemClosed,
    ActionItemIn,
    ActionItemQuery,
    ActionItemRead,
    JointMeetingChange,
    JointMeetingCreate,
    JointMeetingHeld,
    JointMeetingQuery,
    JointMeetingRead,
)
from hrss_kit import clock, deadlines, numbering, outbox, timeline
from hrss_kit.auth import Principal
from hrss_kit.deadlines import DeadlineRead
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import FieldError, Invalid, NotYourCity, StateConflict
from hrss_kit.resources import load, match_version, shown

SOURCE = "gateway"
OPEN, CLOSED = "OPEN", "CLOSED"
CODE = "ACTION_ITEM"
BASIS = "联席会议纪要"


def visible(_caller: Principal) -> Select[JointMeeting]:
    """Both cities have met, and both read what was said."""
    return select(JointMeeting)


def visible_items(_caller: Principal) -> Select[ActionItem]:
    """So are the items."""
    return select(ActionItem)


def _late() -> ColumnElement[bool]:
    return and_(ActionItem.state == OPEN, ActionItem.due_on < clock.today())


def _item(
    caller: Principal, row: ActionItem, clocks: dict[UUID, list[DeadlineRead]]
) -> ActionItemRead:
    may = row.state == OPEN and caller.city == row.owner_city
    may = may and ACCESS.allows(caller, "action-item:close")
    return shown(
        ActionItemRead,
        row,
        is_overdue=row.state == OPEN and row.due_on < clock.today(),
        allowed_actions=["close"] if may else [],
        deadlines=clocks[row.id],
    )


async def show_items(
    session: AsyncSession, caller: Principal, rows: Sequence[ActionItem]
) -> list[ActionItemRead]:
    """Items with their clocks."""
    await session.flush()
    clocks = await deadlines.of(session, [row.id for row in rows])
    return [_item(caller, row, clocks) for row in rows]


async def show(
    session: AsyncSession, caller: Principal, rows: Sequence[JointMeeting]
) -> list[JointMeetingRead]:
    """Meetings with their items."""
    await session.flush()  # the answer carries ids and versions
    wanted = select(ActionItem).where(ActionItem.meeting_id.in_([row.id for row in rows]))
    found = (await session.scalars(wanted.order_by(ActionItem.id))).all()
    items: dict[UUID, list[ActionItemRead]] = defaultdict(list)
    for one in await show_items(session, caller, found):
        items[one.meeting_id].append(one)
    keeps = ACCESS.allows(caller, "joint-meeting:keep")
    return [
        shown(
            JointMeetingRead,
            row,
            action_items=items[row.id],
            allowed_actions=["change", "add-item"] if keeps and _is_own(caller, row) else [],
            deadlines=[],
        )
        for row in rows
    ]


def _is_own(caller: Principal, row: JointMeeting) -> bool:
    return caller.city == row.owner_city


async def one(
    session: AsyncSession, caller: Principal, meeting_id: UUID, *, lock: bool = False
) -> JointMeeting:
    """The meeting; 404 when there is none."""
    return await load(session, visible(caller).where(JointMeeting.id == meeting_id), lock=lock)


async def item(
    session: AsyncSession, caller: Principal, item_id: UUID, *, lock: bool = False
) -> ActionItem:
    """The item; 404 when there is none."""
    return await load(session, visible_items(caller).where(ActionItem.id == item_id), lock=lock)


async def page(
    session: AsyncSession, caller: Principal, query: JointMeetingQuery
) -> Page[JointMeetingRead]:
    """A page of meetings."""
    wanted = visible(caller)
    for name in ("state", "owner_city", "agreement_id"):
        if (value := getattr(query, name)) is not None:
            wanted = wanted.where(getattr(JointMeeting, name) == value)
    if query.held_on_from is not None:
        wanted = wanted.where(JointMeeting.held_on >= query.held_on_from)
    if query.held_on_to is not None:
        wanted = wanted.where(JointMeeting.held_on <= query.held_on_to)
    if query.q:
        wanted = wanted.where(JointMeeting.title.contains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=JointMeeting.id,
        sorts={"held_on": JointMeeting.held_on},
        default="-held_on",
    )
    return Page(items=await show(session, caller, rows), next_cursor=cursor)


async def page_of_items(
    session: AsyncSession, caller: Principal, query: ActionItemQuery
) -> Page[ActionItemRead]:
    """A page of items, what is due first at the top."""
    wanted = visible_items(caller)
    for name in ("state", "owner_city", "meeting_id"):
        if (value := getattr(query, name)) is not None:
            wanted = wanted.where(getattr(ActionItem, name) == value)
    if query.due_on_from is not None:
        wanted = wanted.where(ActionItem.due_on >= query.due_on_from)
    if query.due_on_to is not None:
        wanted = wanted.where(ActionItem.due_on <= query.due_on_to)
    if query.is_overdue is not None:
        wanted = wanted.where(_late() if query.is_overdue else not_(_late()))
    if query.q:
        wanted = wanted.where(ActionItem.title.contains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=ActionItem.id,
        sorts={"due_on": ActionItem.due_on},
        default="due_on",
    )
    return Page(items=await show_items(session, caller, rows), next_cursor=cursor)


async def record(
    session: AsyncSession, caller: Principal, new: JointMeetingCreate
) -> JointMeetingRead:
    """Records a meeting and starts a clock for each item."""
    if caller.city is None:
        raise NotYourCity
    parties = sorted(ACTIVE_CITIES)
    if new.agreement_id is not None:
        treaty = await session.get(Agreement, new.agreement_id)
        if treaty is None:
            _refuse([("agreement_id", "UNKNOWN", "没有此协议", "is no agreement")])
        else:
            parties = treaty.parties
    _check(new, parties)
    row = JointMeeting(
        biz_no=await numbering.next_number(session, "GW", caller.city, clock.today()),
        owner_city=caller.city,
        state=OPEN if new.action_items else CLOSED,
        parties=parties,
        **new.model_dump(exclude={"action_items"}),
    )
    session.add(row)
    await session.flush()  # its id is the subject of its history
    timeline.add(session, row.id, "record", caller=caller, to_state=row.state)
    for wish in new.action_items:
        await _undertake(session, caller, row, wish)
    outbox.publish(
        session,
        JointMeetingHeld(held_on=row.held_on, action_items=len(new.action_items)),
        source=SOURCE,
        subject=row.biz_no,
        city=row.owner_city,
        audience=row.parties,
    )
    return (await show(session, caller, [row]))[0]


async def _undertake(
    session: AsyncSession, caller: Principal, meeting: JointMeeting, wish: ActionItemIn
) -> None:
    row = ActionItem(
        biz_no=await numbering.next_number(session, "GW", wish.owner_city, clock.today()),
        meeting_id=meeting.id,
        state=OPEN,
        **wish.model_dump(),
    )
    session.add(row)
    await session.flush()
    timeline.add(session, row.id, "undertake", caller=caller, to_state=OPEN)
    await deadlines.start(
        session,
        subject_id=row.id,
        subject_no=row.biz_no,
        owner_city=row.owner_city,
        audience=meeting.parties,
        code=CODE,
        started_on=meeting.held_on,
        unit="CD",
        length=(row.due_on - meeting.held_on).days,
        basis=BASIS,
    )


def _check(new: JointMeetingCreate, parties: Sequence[str]) -> None:
    wrong = []
    if new.held_on > clock.today():
        wrong.append(("held_on", "DATE", "不得晚于今日", "lies after today"))
    if not set(new.attendance) <= set(parties):
        wrong.append(("attendance", "CITY", "含有未参加的城市", "names a city that takes no part"))
    for at, one in enumerate(new.action_items):
        wrong += _wrong(one, f"action_items.{at}.", new, parties)
    _refuse(wrong)


def _wrong(
    wish: ActionItemIn,
    prefix: str,
    meeting: JointMeetingCreate | JointMeeting,
    parties: Sequence[str],
) -> list[tuple[str, str, str, str]]:
    wrong = []
    if wish.owner_city not in parties:
        wrong.append((f"{prefix}owner_city", "CITY", "不是参加的城市", "takes no part in it"))
    if wish.due_on < meeting.held_on:
        wrong.append((f"{prefix}due_on", "DATE", "不得早于会议日期", "lies before the meeting"))
    return wrong


def _refuse(wrong: Sequence[tuple[str, str, str, str]]) -> None:
    if wrong:
        raise Invalid(
            *(
                FieldError(field=field, code=code, message_zh=zh, message_en=en)
                for field, code, zh, en in wrong
            )
        )


async def change(
    session: AsyncSession, caller: Principal, meeting_id: UUID, wish: JointMeetingChange
) -> JointMeetingRead:
    """Mends the minutes, on record."""
    row = await _hold(session, caller, meeting_id)
    for name, value in wish.model_dump(exclude_none=True).items():
        setattr(row, name, value)
    timeline.add(session, row.id, "change", caller=caller, from_state=row.state, to_state=row.state)
    return (await show(session, caller, [row]))[0]


async def add_item(
    session: AsyncSession, caller: Principal, meeting_id: UUID, wish: ActionItemIn
) -> JointMeetingRead:
    """Adds an item that was left out of the record."""
    row = await _hold(session, caller, meeting_id)
    _refuse(_wrong(wish, "", row, row.parties))
    await _undertake(session, caller, row, wish)
    timeline.add(session, row.id, "add-item", caller=caller, from_state=row.state, to_state=OPEN)
    row.state, row.updated_at = OPEN, clock.now()
    return (await show(session, caller, [row]))[0]


async def _hold(session: AsyncSession, caller: Principal, meeting_id: UUID) -> JointMeeting:
    row = await one(session, caller, meeting_id, lock=True)
    if not _is_own(caller, row):
        raise NotYourCity
    match_version(row)
    return row


async def close_item(
    session: AsyncSession, caller: Principal, item_id: UUID, result: str
) -> ActionItemRead:
    """An item is done, says the city whose it is; with the last one the meeting is closed."""
    row = await item(session, caller, item_id, lock=True)
    if caller.city != row.owner_city:
        raise NotYourCity
    match_version(row)
    if row.state != OPEN:
        raise StateConflict(row.state, [])
    row.state, row.result = CLOSED, result
    row.closed_on, row.closed_by = clock.today(), caller.actor
    timeline.add(session, row.id, "close", caller=caller, from_state=OPEN, to_state=CLOSED)
    await deadlines.meet(session, row.id, CODE, clock.today())
    # The meeting's row is held, so that of two last items one sees the other.
    meeting = await load(
        session, select(JointMeeting).where(JointMeeting.id == row.meeting_id), lock=True
    )
    await session.flush()
    left = exists().where(ActionItem.meeting_id == meeting.id, ActionItem.state == OPEN)
    if not await session.scalar(select(left)):
        timeline.add(session, meeting.id, "close", caller=caller, from_state=OPEN, to_state=CLOSED)
        meeting.state = CLOSED
    outbox.publish(
        session,
        ActionItemClosed(meeting_no=meeting.biz_no, due_on=row.due_on, closed_on=clock.today()),
        source=SOURCE,
        subject=row.biz_no,
        city=row.owner_city,
        audience=meeting.parties,
    )
    return (await show_items(session, caller, [row]))[0]
