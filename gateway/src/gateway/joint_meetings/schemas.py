"""Everything that joint meetings say over the wire."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

State = Literal["OPEN", "CLOSED"]
City = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]
Task = Annotated[str, Field(min_length=1, max_length=500)]


class ActionItemIn(RequestModel):
    """What one city will do."""

    title: Task
    owner_city: City
    due_on: date


class JointMeetingCreate(RequestModel):
    """The record of a meeting; how many came is told by city, names stay in the minutes."""

    title: Line
    held_on: date
    place: Annotated[str, Field(max_length=200)] = ""
    minutes: Annotated[str, Field(max_length=20000)] = ""
    attendance: dict[City, Annotated[int, Field(ge=0, le=500)]] = Field(
        default_factory=dict, max_length=10
    )
    agreement_id: UUID | None = None
    action_items: list[ActionItemIn] = Field(default_factory=list, max_length=50)


class JointMeetingChange(RequestModel):
    """What the city that keeps the minutes may mend."""

    title: Line | None = None
    place: Annotated[str | None, Field(max_length=200)] = None
    minutes: Annotated[str | None, Field(max_length=20000)] = None


class CloseItem(RequestModel):
    """An item of one's own city is done; what came of it."""

    result: Annotated[str, Field(min_length=1, max_length=2000)]


class ActionItemRead(LivingRead):
    """An item; `is_overdue` when it is open after its day."""

    state: State
    meeting_id: UUID
    title: str
    due_on: date
    is_overdue: bool
    result: str | None
    closed_on: date | None
    closed_by: str | None


class JointMeetingRead(LivingRead):
    """A meeting with its items; CLOSED once every item is."""

    state: State
    title: str
    agreement_id: UUID | None
    parties: list[str]
    held_on: date
    place: str
    attendance: dict[str, int]
    minutes: str
    action_items: list[ActionItemRead]


class JointMeetingQuery(ListQuery):
    """Filters of the list."""

    state: State | None = None
    owner_city: City | None = None
    agreement_id: UUID | None = None
    held_on_from: date | None = None
    held_on_to: date | None = None


class ActionItemQuery(ListQuery):
    """Filters of the list; `is_overdue` gives what is open after its day."""

    state: State | None = None
    owner_city: City | None = None
    meeting_id: UUID | None = None
    due_on_from: date | None = None
    due_on_to: date | None = None
    is_overdue: bool | None = None


class JointMeetingHeld(Event):
    """The cities have met; how much each has undertaken."""

    type: ClassVar[str] = "gateway.joint_meeting.held.v1"

    held_on: date
    action_items: int


class ActionItemClosed(Event):
    """A city has done what it undertook."""

    type: ClassVar[str] = "gateway.action_item.closed.v1"

    meeting_no: str
    due_on: date
    closed_on: date
