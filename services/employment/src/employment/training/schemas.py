"""Everything shared training says over the wire."""

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
from employment.codes import Occupation, SkillLevel
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, Uscc
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

ProviderState = Literal["OPEN", "CLOSED"]
ResourceState = Literal["REGISTERED", "SHARED", "WITHDRAWN"]
ResourceKind = Literal["COURSE", "TEACHER", "WORKSHOP", "EQUIPMENT"]
#: ELEC 电子信息, AVLOG 航空物流 (X-5).
FieldCode = Literal["ELEC", "AVLOG", "OTHER"]
Title = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=2000)]
Hotline = Annotated[str, StringConstraints(pattern=r"^[0-9-]{5,30}$")]
Hours = Annotated[int, Field(ge=1, le=2000)]
City = Annotated[str | None, Field(max_length=6)]


class ProviderCreate(RequestModel):
    """A provider of training 培训机构."""

    name: Name
    uscc: Uscc | None = None
    division: DivisionCode
    address: Address
    fields: Annotated[list[FieldCode], Field(min_length=1, max_length=3)]
    hotline: Hotline | None = None
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None


class ProviderChange(RequestModel):
    """What may be changed of a provider."""

    name: Name | None = None
    address: Address | None = None
    fields: Annotated[list[FieldCode] | None, Field(min_length=1, max_length=3)] = None
    hotline: Hotline | None = None


class ProviderRead(LivingRead):
    """A provider."""

    state: ProviderState
    name: str
    uscc: str | None
    division: str
    address: str
    fields: list[FieldCode]
    hotline: str | None


class ProviderQuery(ListQuery):
    """How providers are looked for; `q` is part of the name."""

    state: ProviderState | None = None
    owner_city: City = None
    fields: FieldCode | None = None


class ResourceCreate(RequestModel):
    """A course, teacher, workshop or piece of equipment, with its first slots."""

    provider_id: UUID
    kind: ResourceKind
    title: Title
    field: FieldCode = "OTHER"
    occupation: Occupation | None = None
    skill_level: SkillLevel | None = None
    hours: Hours | None = None
    description: Text = ""
    brand_programme_id: UUID | None = None
    slots: Annotated[list[SlotWish], Field(max_length=200)] = Field(default_factory=list)


class ResourceChange(RequestModel):
    """What may be changed of a training resource."""

    title: Title | None = None
    occupation: Occupation | None = None
    skill_level: SkillLevel | None = None
    hours: Hours | None = None
    description: Text | None = None


class ResourceRead(LivingRead):
    """A training resource and its slots; `brand` is the mark that a course carries."""

    state: ResourceState
    provider_id: UUID
    kind: ResourceKind
    title: str
    field: FieldCode
    occupation: str | None
    skill_level: str | None
    hours: int | None
    description: str
    division: str
    brand_programme_id: UUID | None
    brand: str | None
    slots: list[SlotRead]


class ResourceQuery(ListQuery):
    """How training resources are looked for; `q` is part of the title."""

    state: ResourceState | None = None
    owner_city: City = None
    provider_id: UUID | None = None
    kind: ResourceKind | None = None
    field: FieldCode | None = None
    skill_level: SkillLevel | None = None
    division: Annotated[str | None, Field(max_length=12)] = None


class ResourceBookingWish(BookingWish):
    """A booking of a training resource."""

    resource_id: UUID | None = None


class ResourceBookingRead(BookingRead):
    """A booking of a training resource."""

    resource_id: UUID


class ResourceBookingQuery(BookingQuery):
    """How bookings of training resources are looked for."""

    resource_id: UUID | None = None
