"""Indicators 指标: figures that a service computes from its own rows (domain §5, §4.3 STAT).

A service says how each is computed. Which period is meant, who reads and which cells are too
small to be shown is the same everywhere: a count of persons, or of their cases, below five is not
shown, and neither is what would give it away by subtraction.
"""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Final, Self

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_core import PydanticCustomError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock
from hrss_kit.db import Session
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.routing import Router

SMALLEST: Final = 5
Number = int | Decimal
_PERIOD: Final = re.compile(r"((?:19|20)[0-9]{2})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?")


@dataclass(frozen=True, slots=True)
class Period:
    """A year, quarter or month of Asia/Shanghai: 2026, 2026-Q4, 2026-11."""

    text: str
    first: date
    last: date

    @classmethod
    def parse(cls, text: str) -> Self:
        """The period that is written so; ValueError when none is."""
        found = _PERIOD.fullmatch(text)
        if found is None:
            raise ValueError("not a period")
        year, quarter, month = int(found[1]), found[2], found[3]
        begin, months = (int(month), 1) if month else (1, 12)
        if quarter:
            begin, months = 3 * int(quarter) - 2, 3
        years, end = divmod(begin - 1 + months, 12)
        after = date(year + years, end + 1, 1)
        return cls(text, date(year, begin, 1), after - timedelta(days=1))

    @classmethod
    def this_year(cls) -> Self:
        """The year that today is in."""
        return cls.parse(f"{clock.today().year:04}")

    @property
    def begins_at(self) -> datetime:
        """Its first instant."""
        return datetime.combine(self.first, time(), clock.SHANGHAI)

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last + timedelta(days=1), time(), clock.SHANGHAI)

    @property
    def as_of(self) -> date:
        """The day a stock is counted on: its last one, or today while it runs."""
        return min(self.last, clock.today())


@dataclass(frozen=True, slots=True)
class Figures:
    """What an indicator came to.

    Whole numbers among the inputs count persons or their cases, unless `things` names them.
    """

    inputs: Mapping[str, Number]
    value: Number | None
    unit: str
    groups: Mapping[str, "Figures"] = field(default_factory=dict)
    things: Collection[str] = ()

    @property
    def cells(self) -> dict[str, int]:
        """The counts of persons among the inputs."""
        return {
            name: number
            for name, number in self.inputs.items()
            if isinstance(number, int) and name not in self.things
        }

    @property
    def is_small(self) -> bool:
        """True when a cell is too small to be shown."""
        return any(count < SMALLEST for count in self.cells.values())


Calculate = Callable[[AsyncSession, Period, str], Awaitable[Figures]]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator: its id, how it is computed for a period and a city, which formula that is."""

    id: str
    calculate: Calculate
    formula_version: int = 1


def share(part: Number, whole: Number, places: int = 4) -> Decimal | None:
    """part ÷ whole, half up; None when there is nothing to divide by."""
    if not whole:
        return None
    return (Decimal(part) / Decimal(whole)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def percent(part: Number, whole: Number) -> Decimal | None:
    """part ÷ whole in per cent with two decimals: 640 000 of 1 070 000 are 59.81."""
    return share(100 * Decimal(part), whole, 2)


def hidden_groups(figures: Figures) -> frozenset[str]:
    """The groups that are not shown: small ones, and what would give them away by subtraction.

    Somebody who knows the whole learns what the hidden ones come to together; so there are two
    of them at least, and together they are no small cell.
    """
    groups = figures.groups
    hidden = {name for name, one in groups.items() if one.is_small}
    if figures.is_small:
        return frozenset(groups)
    others = sorted(
        groups.keys() - hidden, key=lambda name: (min(groups[name].cells.values(), default=0), name)
    )
    while hidden and others and _is_open(groups, hidden):
        hidden.add(others.pop(0))
    return frozenset(hidden)


def _is_open(groups: Mapping[str, Figures], hidden: Collection[str]) -> bool:
    if len(hidden) == 1:
        return True
    cells = {cell for name in hidden for cell in groups[name].cells}
    sums = (sum(groups[name].cells.get(cell, 0) for name in hidden) for cell in cells)
    return any(total < SMALLEST for total in sums)


class GroupRead(BaseModel):
    """One group's part of an indicator."""

    group: str
    inputs: dict[str, float | int] | None
    value: float | int | None
    suppressed: bool


class IndicatorRead(BaseModel):
    """An indicator; what rests on fewer than five persons is null and `suppressed`."""

    id: str
    city: str
    period: str
    inputs: dict[str, float | int] | None
    value: float | int | None
    unit: str
    suppressed: bool
    formula_version: int
    groups: list[GroupRead]


class Indicators(BaseModel):
    """The indicators of a period, city by city."""

    items: list[IndicatorRead]


def _period(text: str) -> str:
    try:
        Period.parse(text)
    except ValueError as error:
        texts = {"message_zh": "期间格式应为 2026、2026-Q4 或 2026-11"}
        texts["message_en"] = "A period is written 2026, 2026-Q4 or 2026-11"
        raise PydanticCustomError("PERIOD", "{message_en}", texts) from error
    return text


def _city(code: str) -> str:
    if code not in ACTIVE_CITIES:
        texts = {"message_zh": "不是协作城市", "message_en": "is not a city of the hub"}
        raise PydanticCustomError("CITY", "{message_en}", texts)
    return code


class IndicatorQuery(BaseModel):
    """Which period (this year when it is not said) and which city (each when it is not said)."""

    model_config = ConfigDict(extra="forbid")

    period: Annotated[str | None, Field(max_length=8, examples=["2026-Q4"])] = None
    city: Annotated[str | None, Field(max_length=6, examples=["420700"])] = None

    @field_validator("period")
    @classmethod
    def _is_period(cls, text: str | None) -> str | None:
        return None if text is None else _period(text)

    @field_validator("city")
    @classmethod
    def _is_city(cls, code: str | None) -> str | None:
        return None if code is None else _city(code)


def indicators_router(indicators: Sequence[Indicator]) -> Router:
    """GET /indicators of a service; `indicator:read` opens it."""
    router = Router(prefix="/indicators", tags=["indicators"])

    @router.read("", permission="indicator:read", reply=Indicators)
    async def read_indicators(
        session: Session, query: Annotated[IndicatorQuery, Query()]
    ) -> Indicators:
        """The indicators of a period; cells of fewer than five persons are not shown."""
        period = Period.parse(query.period) if query.period else Period.this_year()
        cities = (query.city,) if query.city else ACTIVE_CITIES
        return Indicators(
            items=[
                shown(one, period, city, await one.calculate(session, period, city))
                for one in indicators
                for city in cities
            ]
        )

    return router


def shown(indicator: Indicator, period: Period, city: str, figures: Figures) -> IndicatorRead:
    """An indicator as it may be shown."""
    hidden = hidden_groups(figures)
    return IndicatorRead(
        id=indicator.id,
        city=city,
        period=period.text,
        inputs=None if figures.is_small else _plain(figures.inputs),
        value=None if figures.is_small else _number(figures.value),
        unit=figures.unit,
        suppressed=figures.is_small,
        formula_version=indicator.formula_version,
        groups=[
            GroupRead(
                group=name,
                inputs=None if name in hidden else _plain(one.inputs),
                value=None if name in hidden else _number(one.value),
                suppressed=name in hidden,
            )
            for name, one in figures.groups.items()
        ],
    )


def _plain(inputs: Mapping[str, Number]) -> dict[str, float | int]:
    return {
        name: number for name, given in inputs.items() if (number := _number(given)) is not None
    }


def _number(number: Number | None) -> float | int | None:
    return float(number) if isinstance(number, Decimal) else number
