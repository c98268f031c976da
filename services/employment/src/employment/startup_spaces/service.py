"""What can be done with start-up space. Each function runs in the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.booking import service as booking
from employment.booking.models import MACHINE as BOOKING_MACHINE
from employment.booking.schemas import SlotsWish, SlotWish
from employment.kinds import Kind, Step, columns_of
from employment.startup_spaces import models
from employment.startup_spaces.models import (
    OFFER_MACHINE,
    RESIDENT_MACHINE,
    SPACE_MACHINE,
    Resident,
    SpaceBooking,
    SpaceOffer,
    SpaceSlot,
    StartupSpace,
)
from employment.startup_spaces.schemas import (
    OfferCreate,
    OfferRead,
    ResidentApply,
    ResidentRead,
    SpaceBookingRead,
    SpaceChange,
    SpaceCreate,
    SpaceRead,
)
from hrss_kit import clock, resources
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import city_of
from hrss_kit.problems import Conflict, Duplicate, FieldError, Invalid, NotYourCity, refuse
from hrss_kit.resources import Empty, RevealReply, RevealRequest, WithReason
from hrss_kit.translation import constraint_of


class NoDesks(Conflict):
    code = "NO_DESKS"
    title_zh, title_en = "空余工位不足", "Not that many desks are free"


async def _slots(
    session: AsyncSession, _caller: Principal, rows: Sequence[SpaceOffer]
) -> Mapping[UUID, Any]:
    more: dict[UUID, Any] = {row.id: {"slots": []} for row in rows}
    found = select(SpaceSlot).where(SpaceSlot.offer_id.in_(more)).order_by(SpaceSlot.starts_at)
    for slot in await session.scalars(found.execution_options(populate_existing=True)):
        more[slot.offer_id]["slots"].append(slot)
    return more


def _concerned(caller: Principal) -> ColumnElement[bool]:
    """The city that asks for a team, and the city of the space."""
    if caller.city is None:
        return ~true()
    return or_(Resident.owner_city == caller.city, Resident.space_city == caller.city)


def _houses(row: Any, city: str | None) -> bool:
    return bool(row.space_city == city)


MANAGE: Final = Step("startup-space:manage")
SPACES: Final = Kind(
    StartupSpace,
    SpaceRead,
    SPACE_MACHINE,
    {"close": MANAGE, "reopen": MANAGE},
    words=("name",),
    sorts=("name", "desks"),
    feature="EMP-4a",
)
OFFERS: Final = Kind(
    SpaceOffer,
    OfferRead,
    OFFER_MACHINE,
    {"add-slots": MANAGE, "close": MANAGE},
    words=("title",),
    sorts=("title",),
    more=_slots,
    feature="EMP-4a",
)
BOOKINGS: Final = Kind(
    SpaceBooking,
    SpaceBookingRead,
    BOOKING_MACHINE,
    booking.steps("space-booking"),
    sorts=("starts_at",),
    parties=booking.parties(SpaceBooking),
)
RESIDENTS: Final = Kind(
    Resident,
    ResidentRead,
    RESIDENT_MACHINE,
    {
        **dict.fromkeys(("admit", "refuse", "leave"), Step("resident:decide", _houses)),
        "withdraw": Step("resident:create"),
    },
    words=("team_name",),
    sorts=("team_name",),
    parties=_concerned,
    feature="EMP-4a",
)
DESK: Final = booking.Desk(BOOKINGS, SpaceSlot, OFFERS, "offer_id", "SPACE")


async def open_space(session: AsyncSession, caller: Principal, new: SpaceCreate) -> SpaceRead:
    """Registers a space of the caller's city."""
    if city_of(new.division) != caller.city:
        raise NotYourCity
    row = StartupSpace(**columns_of(new), owner_city=caller.city, state="OPEN")
    try:
        async with session.begin_nested():
            await SPACES.add(session, caller, row, action="open")
    except IntegrityError as error:
        if constraint_of(error) != "uq_startup_spaces_name":
            raise
        known = await session.scalar(
            select(StartupSpace.id).where(
                StartupSpace.owner_city == caller.city, StartupSpace.name == new.name
            )
        )
        raise Duplicate(existing_id=str(known)) from error
    return await SPACES.show(session, caller, row)


async def change_space(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: SpaceChange
) -> SpaceRead:
    """Changes a space's facts."""
    row = await SPACES.hold_own(session, caller, row_id, ("OPEN",))
    try:
        async with session.begin_nested():
            return await SPACES.change(session, caller, row, wish)
    except IntegrityError as error:
        if constraint_of(error) != models.DESKS_TAKEN:
            raise
        raise NoDesks from error


async def publish_offer(session: AsyncSession, caller: Principal, new: OfferCreate) -> OfferRead:
    """Offers something of a space; free desks on offer are no resident's."""
    space = await SPACES.load(session, caller, new.space_id, lock=True)
    if space.owner_city != caller.city:
        raise NotYourCity
    if space.state != "OPEN":
        raise booking.NotOffered
    _refuse_larger(new.slots, new.capacity)
    if new.kind == "DESK":
        await _take_desks(session, space.id, desks_offered=new.capacity)
    row = SpaceOffer(**columns_of(new, "slots"), owner_city=caller.city, state="OPEN")
    await OFFERS.add(session, caller, row, action="publish")
    await _offer(session, row, new.slots)
    return await OFFERS.show(session, caller, row)


async def add_slots(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: SlotsWish
) -> OfferRead:
    """Offers more times."""
    row, target = await OFFERS.hold(session, caller, row_id, "add-slots")
    _refuse_larger(wish.slots, row.capacity)
    await _offer(session, row, wish.slots)
    await OFFERS.move(session, caller, row, "add-slots", target)
    return await OFFERS.show(session, caller, row)


async def close_offer(
    session: AsyncSession, caller: Principal, row_id: UUID, _wish: Empty
) -> OfferRead:
    """Takes the offer off; its desks are free for residents again."""
    row, target = await OFFERS.hold(session, caller, row_id, "close")
    if row.kind == "DESK":
        await _take_desks(session, row.space_id, desks_offered=-row.capacity)
    await OFFERS.move(session, caller, row, "close", target)
    return await OFFERS.show(session, caller, row)


async def _offer(session: AsyncSession, row: SpaceOffer, slots: Sequence[SlotWish]) -> None:
    async with booking.offered(session):
        for values in booking.slot_values(slots):
            session.add(SpaceSlot(**values, offer_id=row.id))


def _refuse_larger(slots: Sequence[SlotWish], capacity: int) -> None:
    errors = [
        FieldError(
            field=f"slots.{index}.capacity",
            code="RANGE",
            message_zh="超过该项目的容量",
            message_en="is more than the offer holds",
        )
        for index, slot in enumerate(slots)
        if slot.capacity > capacity
    ]
    if errors:
        raise Invalid(*errors)


async def _take_desks(session: AsyncSession, space_id: UUID, **wanted: int) -> None:
    """Adds to a counter of desks; more than there are is the database's finding."""
    changes: dict[str, Any] = {
        name: getattr(StartupSpace, name) + count for name, count in wanted.items()
    }
    try:
        async with session.begin_nested():
            await session.execute(
                update(StartupSpace)
                .where(StartupSpace.id == space_id)
                .values(**changes, version=StartupSpace.version + 1)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError as error:
        if constraint_of(error) != models.DESKS_TAKEN:
            raise
        raise NoDesks from error


# ── residents ───────────────────────────────────────────────────────────────────────────────


async def apply(session: AsyncSession, caller: Principal, new: ResidentApply) -> ResidentRead:
    """A team of either city asks for desks."""
    space = await SPACES.load(session, caller, new.space_id)
    if space.state != "OPEN":
        raise booking.NotOffered
    if new.desks > space.desks:
        raise refuse("desks", "RANGE", "超过该空间的工位数", "is more than the space has")
    row = Resident(
        **columns_of(new), space_city=space.owner_city, owner_city=caller.city, state="APPLIED"
    )
    try:
        async with session.begin_nested():
            await RESIDENTS.add(session, caller, row, action="apply")
    except IntegrityError as error:
        if constraint_of(error) != models.ONE_RESIDENCE:
            raise
        known = await session.scalar(
            select(Resident.id).where(
                Resident.space_id == new.space_id,
                Resident.team_name == new.team_name,
                Resident.state.in_(("APPLIED", "ADMITTED")),
            )
        )
        raise Duplicate(existing_id=str(known)) from error
    return await RESIDENTS.show(session, caller, row)


async def admit(
    session: AsyncSession, caller: Principal, row_id: UUID, _wish: Empty
) -> ResidentRead:
    """The space's city lets the team in, if desks are free."""
    row, target = await RESIDENTS.hold(session, caller, row_id, "admit")
    row.admitted_on = clock.today()
    await RESIDENTS.move(session, caller, row, "admit", target)
    shown = await RESIDENTS.show(session, caller, row)
    await _take_desks(session, row.space_id, desks_resident=row.desks)
    return shown


async def refuse_team(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: WithReason
) -> ResidentRead:
    """The space's city says no, and why."""
    row, target = await RESIDENTS.hold(session, caller, row_id, "refuse")
    row.reason = wish.reason
    await RESIDENTS.move(session, caller, row, "refuse", target, wish.reason)
    return await RESIDENTS.show(session, caller, row)


async def leave(
    session: AsyncSession, caller: Principal, row_id: UUID, _wish: Empty
) -> ResidentRead:
    """The team has moved out; its desks are free."""
    row, target = await RESIDENTS.hold(session, caller, row_id, "leave")
    await _take_desks(session, row.space_id, desks_resident=-row.desks)
    row.left_on = clock.today()
    await RESIDENTS.move(session, caller, row, "leave", target)
    return await RESIDENTS.show(session, caller, row)


async def reveal(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Whom to call in the team, for both cities' desks that deal with it."""
    row = await RESIDENTS.load(session, caller, row_id)
    exchange().note(subject=row.biz_no)
    if caller.city not in (row.owner_city, row.space_city):
        raise NotYourCity
    values = {"contact_name": row.contact_name, "contact_phone": row.contact_phone}
    return resources.reveal(caller, row.id, wish, values)
