"""What slots and bookings say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

State = Literal[
    "REQUESTED", "CONFIRMED", "DECLINED", "IN_USE", "DONE", "NO_SHOW", "CANCELLED"
]  # fmt: skip
Places = Annotated[int, Field(ge=1, le=999)]


class SlotWish(RequestModel):
    """A time that is offered, with its places."""

    starts_at: AwareDatetime
    ends_at: AwareDatetime
    capacity: Places = 1
    counterpart_quota: Annotated[int | None, Field(ge=0, le=999)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        starts, ends = (str(given[name]) for name in ("starts_at", "ends_at"))
        if datetime.fromisoformat(ends) <= datetime.fromisoformat(starts):
            yield CrossError(("ends_at",), "RANGE", "须晚于开始时间", "must be after its start")
        if (given.get("counterpart_quota") or 0) > given.get("capacity", 1):
            yield CrossError(
                ("counterpart_quota",), "RANGE", "超过总名额", "is more than the capacity"
            )


class SlotsWish(RequestModel):
    """More times."""

    slots: Annotated[list[SlotWish], Field(min_length=1, max_length=200)]


class SlotRead(BaseModel):
    """A time that is offered, and how many places are still free, for whom."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    starts_at: datetime
    ends_at: datetime
    capacity: int
    counterpart_quota: int | None
    taken_own: int
    taken_counterpart: int


class BookingRead(LivingRead):
    """A booking; `owner_city` asked for it, `resource_city` answers."""

    state: State
    resource_city: str
    slot_id: UUID
    places: int
    purpose: str
    starts_at: datetime
    ends_at: datetime
    reason: str | None


class BookingQuery(ListQuery):
    """How bookings are looked for."""

    state: State | None = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None
    resource_city: Annotated[str | None, Field(max_length=6)] = None
    slot_id: UUID | None = None
    starts_at_from: AwareDatetime | None = None
    starts_at_to: AwareDatetime | None = None


class BookingWish(RequestModel):
    """Places that are asked for, and what for."""

    slot_id: UUID
    places: Places = 1
    purpose: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class SlotTime(BaseModel):
    """The slot of an event."""

    id: UUID
    starts_at: datetime
    ends_at: datetime


class BookingConfirmed(Event):
    """A place in a shared course, room, space or desk is kept for the other city or one's own."""

    type: ClassVar[str] = "employment.booking.confirmed.v1"

    booking_id: UUID
    resource_id: UUID
    kind: Literal["TRAINING", "SPACE"]
    slot: SlotTime
    places: int
    requester_city: str
