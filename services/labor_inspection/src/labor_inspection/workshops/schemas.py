"""Everything that workshops say over the wire."""

from datetime import date
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

State = Literal["PLANNED", "INVITED", "CONFIRMED", "DECLINED", "HELD", "CLOSED", "CANCELLED"]
City = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Line = Annotated[str, Field(min_length=1, max_length=200)]


class WorkshopCreate(RequestModel):
    """A plan; the other city is invited by `invite`."""

    topic: Line
    agenda: Annotated[list[Line], Field(min_length=1, max_length=30)]
    division: DivisionCode
    place: Line
    planned_on: date
    partner_city: City | None = None


class WorkshopChange(RequestModel):
    """What may change before the invitation."""

    topic: Line | None = None
    agenda: Annotated[list[Line] | None, Field(min_length=1, max_length=30)] = None
    division: DivisionCode | None = None
    place: Line | None = None
    planned_on: date | None = None


class ItemIn(RequestModel):
    """What one city will do."""

    text: Annotated[str, Field(min_length=1, max_length=1000)]
    city: City
    due_on: date


class Hold(RequestModel):
    """The minutes, who came, and what follows."""

    held_on: date | None = None
    minutes: Annotated[str, Field(min_length=1, max_length=20000)]
    attendance: dict[City, Annotated[int, Field(ge=0, le=500)]] = Field(max_length=10)
    action_items: list[ItemIn] = Field(default_factory=list, max_length=50)


class CompleteItem(RequestModel):
    """An item of one's own city is done."""

    number: Annotated[int, Field(ge=1, le=50)]
    note: Annotated[str | None, Field(max_length=1000)] = None


class WorkshopQuery(ListQuery):
    """Filters of the list; `q` is part of a topic."""

    state: State | None = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None
    planned_on_from: date | None = None
    planned_on_to: date | None = None


class ItemRead(BaseModel):
    """An action item."""

    model_config = ConfigDict(from_attributes=True)

    number: int
    text: str
    city: str
    due_on: date
    done_on: date | None
    note: str | None


class WorkshopRead(LivingRead):
    """A workshop; `deadlines` has a clock for each item."""

    state: State
    topic: str
    agenda: list[str]
    partner_city: str
    division: str
    place: str
    planned_on: date
    held_on: date | None
    attendance: dict[str, int] | None
    minutes: str | None
    action_items: list[ItemRead]
    closed_on: date | None


class WorkshopHeld(Event):
    """Both cities have met."""

    type: ClassVar[str] = "li.workshop.held.v1"

    held_on: date
    action_items: int


EVENT_TYPES: tuple[type[Event], ...] = (WorkshopHeld,)
