"""Everything an indicator says over the wire at the gateway."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, field_validator

from hrss_kit.indicators import IndicatorQuery, IndicatorRead, Period
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import RequestModel

#: I-LI-1 and so on.
IndicatorId = Annotated[str, Field(max_length=20, pattern=r"^I-[A-Z]+-[0-9]{1,2}$")]


class FigureRead(IndicatorRead):
    """An indicator with the service that computed it."""

    service: str


class IndicatorList(BaseModel):
    """Figures as they are now; services that did not answer are named."""

    items: list[FigureRead]
    incomplete: list[str]


class GatewayIndicatorQuery(IndicatorQuery):
    """Which period, which city, which indicator."""

    id: IndicatorId | None = None


class SnapshotCreate(RequestModel):
    """Which period to freeze, and why."""

    period: Annotated[str, Field(max_length=7, examples=["2026-Q4"])]
    note: Annotated[str, Field(max_length=500)] = ""

    @field_validator("period")
    @classmethod
    def _is_period(cls, text: str) -> str:
        checked = IndicatorQuery(period=text).period
        assert checked is not None
        return checked


class SnapshotRead(ResourceRead):
    """Frozen figures; `digest` is the SHA-256 of their canonical JSON; final after the period."""

    period: str
    is_final: bool
    note: str
    created_by: str
    digest: str
    figures: list[FigureRead]


class SnapshotQuery(ListQuery):
    """Filters of the list."""

    period: Annotated[str | None, Field(max_length=7)] = None


class DifferenceRead(BaseModel):
    """A figure that would be another one today."""

    id: str
    city: str
    frozen: float | int | None
    now: float | int | None


class Recomputed(BaseModel):
    """A snapshot computed again: whether it is whole, and what would differ today."""

    is_intact: bool
    differences: list[DifferenceRead]
    incomplete: list[str]


class TrendQuery(BaseModel):
    """Which city; each when it is not said."""

    city: Annotated[str | None, Field(max_length=6)] = None


class TrendPoint(BaseModel):
    """The last frozen figure of a period."""

    period: str
    city: str
    value: float | int | None
    suppressed: bool
    is_final: bool
    frozen_at: datetime


class Trend(BaseModel):
    """An indicator from period to period, oldest first, for each city."""

    id: str
    items: list[TrendPoint]


class ScoreboardQuery(BaseModel):
    """Which period; this year when it is not said."""

    period: Annotated[str | None, Field(max_length=7)] = None

    @field_validator("period")
    @classmethod
    def _is_period(cls, text: str | None) -> str | None:
        return IndicatorQuery(period=text).period


class ScoreRead(BaseModel):
    """What is handled on time, city by city; `ahead` is the city that does better, if one does."""

    id: str
    unit: str
    values: dict[str, float | int | None]
    suppressed: list[str]
    ahead: str | None


class Scoreboard(BaseModel):
    """On-time handling of both cities, computed alike."""

    period: str
    items: list[ScoreRead]
    incomplete: list[str]


def this_year() -> str:
    """The period that is meant when none is said."""
    return Period.this_year().text
