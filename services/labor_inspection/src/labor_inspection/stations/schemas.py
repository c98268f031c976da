"""Everything a service station says over the wire."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

City = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Phone = Annotated[str, Field(pattern=r"^[0-9+ -]{3,20}$")]
State = Literal["PLANNED", "OPEN", "SUSPENDED", "CLOSED"]


class StaffMember(RequestModel):
    """Somebody at the station, by their own number, and the city that sends them."""

    staff_no: Annotated[str, Field(min_length=1, max_length=40)]
    city: City


class StationCreate(RequestModel):
    """A station that the caller's city plans inside another city."""

    name_zh: Annotated[str, Field(min_length=1, max_length=100)]
    name_en: Annotated[str, Field(min_length=1, max_length=100)]
    division: DivisionCode
    town: Annotated[str | None, Field(max_length=60)] = None
    address: Annotated[str, Field(min_length=1, max_length=200)]
    hours: Annotated[str, Field(min_length=1, max_length=200)]
    phones: Annotated[list[Phone], Field(min_length=1, max_length=5)]
    staff: list[StaffMember] = Field(default_factory=list, max_length=50)


class StationChange(RequestModel):
    """What may change while a station lives."""

    hours: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    phones: Annotated[list[Phone] | None, Field(min_length=1, max_length=5)] = None
    staff: Annotated[list[StaffMember] | None, Field(max_length=50)] = None


class StaffRead(BaseModel):
    """Somebody at the station."""

    model_config = ConfigDict(from_attributes=True)

    staff_no: str
    city: str


class StationRead(LivingRead):
    """A service station; no clock runs on it."""

    name_zh: str
    name_en: str
    host_city: str
    sponsor_city: str
    division: str
    town: str | None
    address: str
    hours: str
    phones: list[str]
    staff: list[StaffRead]


class StationQuery(ListQuery):
    """Filters of the list."""

    state: State | None = None
    host_city: Annotated[str | None, Field(max_length=6)] = None
    sponsor_city: Annotated[str | None, Field(max_length=6)] = None
    division: Annotated[str | None, Field(max_length=9)] = None
