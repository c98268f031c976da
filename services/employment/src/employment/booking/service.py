"""Booking a place in a slot. A full slot is refused by the database, not by a look before it."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, or_, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.booking import models
from employment.booking.models import MACHINE, BookingColumns
from employment.booking.schemas import BookingConfirmed, BookingRead, SlotTime, SlotWish
from employment.kinds import Kind, Step, tell
from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.problems import Conflict, NotFound, refuse
from hrss_kit.resources import WithReason
from hrss_kit.translation import constraint_of
from hrss_kit.validation import RequestModel

Booking = TypeVar("Booking", bound=BookingColumns)
Read = TypeVar("Read", bound=BookingRead)


class SlotTaken(Conflict):
    code = "SLOT_TAKEN"
    title_zh, title_en = "该时段已无空余名额", "No place is left in this slot"


class QuotaReached(Conflict):
    code = "QUOTA_REACHED"
    title_zh, title_en = "该时段留给本市的名额已满", "No place of your city's quota is left"


class SlotPast(Conflict):
    code = "SLOT_PAST"
    title_zh, title_en = "该时段已开始或已结束", "This slot has begun or is over"


class SlotNotBegun(Conflict):
    code = "SLOT_NOT_BEGUN"
    title_zh, title_en = "该时段尚未开始", "This slot has not begun"


class SlotsOverlap(Conflict):
    code = "SLOTS_OVERLAP"
    title_zh, title_en = "同一资源的时段相互重叠", "Slots of one resource overlap"


class NotOffered(Conflict):
    code = "NOT_OFFERED"
    title_zh, title_en = "该资源目前不对外共享", "This is not shared at present"


def parties(model: type[BookingColumns]) -> Any:
    """A booking concerns the city that asks and the city that answers."""

    def condition(caller: Principal) -> ColumnElement[bool]:
        if caller.city is None:
            return ~true()
        return or_(model.owner_city == caller.city, model.resource_city == caller.city)

    return condition


def answers(row: Any, city: str | None) -> bool:
    """The city whose resource it is."""
    return bool(row.resource_city == city)


def steps(prefix: str) -> Mapping[str, Step]:
    """The resource's city answers and keeps the record; who asked may cancel before the start."""
    decide = Step(f"{prefix}:decide", answers)
    named = dict.fromkeys(("confirm", "decline", "start", "finish", "no-show"), decide)
    return {**named, "cancel": Step(f"{prefix}:create")}


@asynccontextmanager
async def offered(session: AsyncSession) -> AsyncIterator[None]:
    """Slots are added here; that two of one resource overlap is the database's finding."""
    try:
        async with session.begin_nested():
            yield
            await session.flush()  # the constraint speaks
    except IntegrityError as error:
        if str(constraint_of(error)).endswith("_overlap"):
            raise SlotsOverlap from error
        raise


def slot_values(slots: Iterable[SlotWish]) -> Sequence[dict[str, Any]]:
    """The columns of slots."""
    return [slot.model_dump() for slot in slots]


class Desk(Generic[Booking, Read]):
    """Bookings of one kind of slot: `slot` is their table, `of` names the thing it belongs to."""

    def __init__(
        self,
        kind: Kind[Booking, Read],
        slot: Any,
        thing: Kind[Any, Any],
        of: str,
        event_kind: Literal["TRAINING", "SPACE"],
    ) -> None:
        self.kind, self.slot, self.thing, self.of = kind, slot, thing, of
        self.event_kind: Literal["TRAINING", "SPACE"] = event_kind

    async def request(self, session: AsyncSession, caller: Principal, wish: RequestModel) -> Read:
        """Asks for places; they are kept from now on."""
        given = wish.model_dump()
        slot = await session.get(self.slot, given["slot_id"])
        if slot is None:
            raise NotFound
        thing = await self.thing.load(session, caller, getattr(slot, self.of))
        if thing.state not in ("OPEN", "SHARED"):
            raise NotOffered
        if slot.starts_at <= clock.now():
            raise SlotPast
        if given.get(self.of) not in (None, thing.id):
            raise refuse("slot_id", "SLOT_OF", "该时段不属于此资源", "is a slot of something else")
        given[self.of] = thing.id
        if slot.taken_own + slot.taken_counterpart >= slot.capacity:
            raise SlotTaken  # only sparing work: what binds is the constraint, asked below
        given |= {"starts_at": slot.starts_at, "ends_at": slot.ends_at}
        given |= {"state": models.REQUESTED, "resource_city": thing.owner_city}
        row = self.kind.model(**given)
        await self.kind.add(session, caller, row, action="request")
        shown = await self.kind.show(session, caller, row)
        await self._take(session, row)  # last, so that others wait for the slot's row shortly
        return shown

    async def _take(self, session: AsyncSession, row: Booking) -> None:
        column = _counter(row)
        taken = getattr(self.slot, column)
        try:
            async with session.begin_nested():
                await session.execute(
                    update(self.slot)
                    .where(self.slot.id == row.slot_id)
                    .values({column: taken + row.places})
                    .execution_options(synchronize_session=False)
                )
        except IntegrityError as error:
            match str(constraint_of(error)).removeprefix(f"ck_{self.slot.__tablename__}_"):
                case "taken":
                    raise SlotTaken from error
                case "quota_kept":
                    raise QuotaReached from error
            raise

    async def give_back(self, session: AsyncSession, row: Booking) -> None:
        """Frees the places of a booking that came to nothing."""
        column = _counter(row)
        taken = getattr(self.slot, column)
        await session.execute(
            update(self.slot)
            .where(self.slot.id == row.slot_id)
            .values({column: taken - row.places})
            .execution_options(synchronize_session=False)
        )

    async def confirm(
        self, session: AsyncSession, caller: Principal, row_id: UUID, _wish: RequestModel
    ) -> Read:
        """The resource's city keeps the places; the gateway hears of it."""
        row, target = await self.kind.hold(session, caller, row_id, "confirm")
        _refuse_after_start(row)
        await self.kind.move(session, caller, row, "confirm", target)
        event = BookingConfirmed(
            booking_id=row.id,
            resource_id=getattr(row, self.of),
            kind=self.event_kind,
            slot=SlotTime(id=row.slot_id, starts_at=row.starts_at, ends_at=row.ends_at),
            places=row.places,
            requester_city=row.owner_city,
        )
        tell(session, row, event, audience=[row.owner_city, row.resource_city])
        return await self.kind.show(session, caller, row)

    async def decline(
        self, session: AsyncSession, caller: Principal, row_id: UUID, wish: WithReason
    ) -> Read:
        """The resource's city says no, and why."""
        row, target = await self.kind.hold(session, caller, row_id, "decline")
        row.reason = wish.reason
        await self.give_back(session, row)
        await self.kind.move(session, caller, row, "decline", target, wish.reason)
        return await self.kind.show(session, caller, row)

    async def cancel(
        self, session: AsyncSession, caller: Principal, row_id: UUID, _wish: RequestModel
    ) -> Read:
        """Who asked takes it back, before the start."""
        row, target = await self.kind.hold(session, caller, row_id, "cancel")
        _refuse_after_start(row)
        await self.give_back(session, row)
        await self.kind.move(session, caller, row, "cancel", target)
        return await self.kind.show(session, caller, row)

    async def begun(
        self,
        action: str,
        session: AsyncSession,
        caller: Principal,
        row_id: UUID,
        _wish: RequestModel,
    ) -> Read:
        """They came, or they did not: known from the start of the slot on."""
        row, target = await self.kind.hold(session, caller, row_id, action)
        if row.starts_at > clock.now():
            raise SlotNotBegun
        await self.kind.move(session, caller, row, action, target)
        return await self.kind.show(session, caller, row)

    async def start_due(self, session: AsyncSession) -> int:
        """Timer: confirmed bookings are in use from their start; unanswered ones have lapsed."""
        model = self.kind.model
        rows = await self.kind.due(
            session, model.state.in_(models.BEFORE_START), model.starts_at <= clock.now()
        )
        for row in rows:
            action = "start" if row.state == models.CONFIRMED else "decline"
            if action == "decline":
                row.reason = "时段开始前未答复"
                await self.give_back(session, row)
            await self.kind.move(
                session, None, row, action, MACHINE.take(row.state, action), row.reason
            )
        return len(rows)


def _counter(row: BookingColumns) -> str:
    return "taken_own" if row.owner_city == row.resource_city else "taken_counterpart"


def _refuse_after_start(row: BookingColumns) -> None:
    if row.starts_at <= clock.now():
        raise SlotPast
