"""Overlay days over the wire."""

from datetime import date
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery, Page
from hrss_kit.validation import RequestModel

Text = Annotated[str, Field(min_length=1, max_length=200)]


class CalendarDayWrite(RequestModel):
    """A day that the State Council's notice made a working day or a day off."""

    day: Annotated[date, Field(alias="date")]
    is_workday: bool
    reason: Text
    source: Text


class CalendarLoad(RequestModel):
    """Days to load; those given before for the same dates are replaced."""

    days: Annotated[list[CalendarDayWrite], Field(min_length=1, max_length=400)]


class CalendarDayRead(BaseModel):
    """An overlay day."""

    model_config = ConfigDict(from_attributes=True, populate_by_name=True)

    day: Annotated[date, Field(alias="date")]
    is_workday: bool
    reason: str
    source: str


class CalendarDays(Page[CalendarDayRead]):
    """Overlay days in order."""


class CalendarQuery(ListQuery):
    """One year, or all of them; `q` is part of the reason or the source."""

    year: Annotated[int | None, Field(ge=2000, le=2100)] = None


class OverlayDay(BaseModel):
    """A day as the event says it."""

    model_config = ConfigDict(extra="forbid", serialize_by_alias=True, populate_by_name=True)

    day: Annotated[date, Field(alias="date")]
    is_workday: bool
    reason: str
    source: str


class CalendarOverlayChanged(Event):
    """Days were loaded; services take them over and recompute open deadlines."""

    type: ClassVar[str] = "calendar.overlay.changed.v1"

    days: list[OverlayDay]
