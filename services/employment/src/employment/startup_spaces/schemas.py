"""Everything start-up space says over the wire."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from employment.booking.schemas import (
    BookingQuery,
    BookingRead,
    BookingWish,
    SlotRead,
    SlotWish,
)
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, Mobile, PersonName, Uscc
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

SpaceState = Literal["OPEN", "CLOSED"]
ResidentState = Literal["APPLIED", "ADMITTED", "REFUSED", "WITHDRAWN", "LEFT"]
SpaceKind = Literal["INCUBATOR", "MAKERSPACE", "TECHFIRM_LAB"]
OfferKind = Literal["DESK", "EQUIPMENT", "MENTOR_HOUR"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Title = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2000)]
Project = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Count = Annotated[int, Field(ge=1, le=999)]
City = Annotated[str | None, Field(max_length=6)]


class SpaceCreate(RequestModel):
    """A space for those who start a firm."""

    kind: SpaceKind
    name: Name
    operator: Name
    division: DivisionCode
    address: Address
    desks: Annotated[int, Field(ge=0, le=100_000)]
    description: Text = ""


class SpaceChange(RequestModel):
    """What may be changed of a space; desks cannot fall below those taken."""

    name: Name | None = None
    operator: Name | None = None
    address: Address | None = None
    desks: Annotated[int | None, Field(ge=0, le=100_000)] = None
    description: Text | None = None


class SpaceRead(LivingRead):
    """A space, and how many of its desks residents and offers have taken."""

    state: SpaceState
    kind: SpaceKind
    name: str
    operator: str
    division: str
    address: str
    desks: int
    desks_resident: int
    desks_offered: int
    description: str


class SpaceQuery(ListQuery):
    """How spaces are looked for; `q` is part of the name."""

    state: SpaceState | None = None
    owner_city: City = None
    kind: SpaceKind | None = None
    division: Annotated[str | None, Field(max_length=12)] = None


class OfferCreate(RequestModel):
    """Free desks, equipment or mentor hours, with their times."""

    space_id: UUID
    kind: OfferKind
    title: Title
    capacity: Count = 1
    description: Text = ""
    slots: Annotated[list[SlotWish], Field(max_length=200)] = Field(default_factory=list)


class OfferRead(LivingRead):
    """An offer and its slots."""

    state: SpaceState
    space_id: UUID
    kind: OfferKind
    title: str
    capacity: int
    description: str
    slots: list[SlotRead]


class OfferQuery(ListQuery):
    """How offers are looked for; `q` is part of the title."""

    state: SpaceState | None = None
    owner_city: City = None
    space_id: UUID | None = None
    kind: OfferKind | None = None


class SpaceBookingWish(BookingWish):
    """A booking of an offer."""

    offer_id: UUID | None = None


class SpaceBookingRead(BookingRead):
    """A booking of an offer."""

    offer_id: UUID


class SpaceBookingQuery(BookingQuery):
    """How bookings of offers are looked for."""

    offer_id: UUID | None = None


class ResidentApply(RequestModel):
    """A team asks for desks of its own."""

    space_id: UUID
    team_name: Name
    uscc: Uscc | None = None
    project: Project
    desks: Count = 1
    contact_name: PersonName | None = Field(default=None, repr=False)
    contact_phone: Mobile | None = Field(default=None, repr=False)


class ResidentRead(LivingRead):
    """A residence; whom to call is shown on reveal only."""

    state: ResidentState
    space_id: UUID
    space_city: str
    team_name: str
    uscc: str | None
    project: str
    desks: int
    admitted_on: date | None
    left_on: date | None
    reason: str | None


class ResidentQuery(ListQuery):
    """How residents are looked for; `q` is part of the team's name."""

    state: ResidentState | None = None
    owner_city: City = None
    space_id: UUID | None = None
    space_city: City = None
