"""What tiers and base pensions say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from hrss_kit.field_messages import refusal
from hrss_kit.money import Money, money_text
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import CrossError, RequestModel
from social_insurance.participations.schemas import City

EARLIEST, LATEST = date(2009, 1, 1), date(2100, 12, 31)
PolicyDay = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
Source = Annotated[
    str,
    Field(min_length=1, max_length=200, description="来源文件；演示数据为 DEMO", examples=["DEMO"]),
]
Amount = Annotated[Decimal, PlainSerializer(money_text, return_type=str, when_used="json")]


def _whole_yuan(value: object) -> object:
    """A tier is called by its whole yuan (300元档), so a JSON integer is understood too."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return f"{value}.00" if is_number and 0 <= value <= 999_999 else value  # type: ignore[operator]


#: Nothing that one resident pays or gets is more; sums over a city stay exact with it.
MOST: Decimal = Decimal("9999999.99")
Yuan = Annotated[
    Money,
    AfterValidator(lambda amount: _bounded(amount)),
    BeforeValidator(_whole_yuan, json_schema_input_type=str | int),
]


def _bounded(amount: Decimal) -> Decimal:
    if amount > MOST:
        raise refusal("MONEY_FORMAT")
    return amount


def _positive(given: Mapping[str, Any], name: str) -> Iterable[CrossError]:
    try:
        none = given.get(name) is not None and Decimal(str(given[name])) <= 0
    except ArithmeticError:
        return
    if none:
        yield CrossError((name,), "RANGE", "须大于零", "is more than nothing")


def _period(given: Mapping[str, Any]) -> Iterable[CrossError]:
    first, end = given.get("effective_from"), given.get("effective_to")
    if isinstance(first, str) and isinstance(end, str) and end <= first:
        yield CrossError(
            ("effective_to",), "PERIOD", "截止日须晚于起始日", "must be after effective_from"
        )


class _StandardCreate(RequestModel):
    city: City
    effective_from: PolicyDay
    effective_to: PolicyDay | None = None
    source: Source = "UNVERIFIED"

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _period(given)
        for name in ("tier", "amount"):
            yield from _positive(given, name)


class TierCreate(_StandardCreate):
    """A tier of a city from a day on; without `effective_to` it holds until the next of it."""

    tier: Yuan
    subsidy: Yuan


class BasePensionCreate(_StandardCreate):
    """A base pension of a city from a day on; without `effective_to` until the next one."""

    amount: Yuan


class _StandardChange(RequestModel):
    effective_to: PolicyDay | None = None
    source: Source | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _positive(given, "amount")
        for name, value in given.items():
            if value is None and name != "effective_to":
                yield CrossError((name,), "REQUIRED", "不得为空", "may not be empty")


class TierChange(_StandardChange):
    """Its last day or source; the subsidy only of a tier that is still to come."""

    subsidy: Yuan | None = None


class BasePensionChange(_StandardChange):
    """Its last day or source; the amount only of one that is still to come."""

    amount: Yuan | None = None


class StandardQuery(ListQuery):
    """Filters of both lists; `as_of` leaves what holds on that day."""

    city: City | None = None
    as_of: PolicyDay | None = None
    effective_from_from: PolicyDay | None = None
    effective_from_to: PolicyDay | None = None
    source: Annotated[str | None, Field(max_length=200)] = None


class TierQuery(StandardQuery):
    """Filters of the tiers."""

    tier: Annotated[str | None, Field(pattern=r"^[0-9]{1,6}(\.[0-9]{1,2})?$")] = None


class StandardRead(ResourceRead):
    """What a tier and a base pension have in common."""

    city: str
    effective_from: date
    effective_to: date | None
    source: str
    is_demo: bool


class TierRead(StandardRead):
    """A tier."""

    tier: Amount
    subsidy: Amount


class BasePensionRead(StandardRead):
    """A base pension."""

    amount: Amount


class PolicyChanged(Event):
    """A standard of the resident pension was set, corrected or ended."""

    type: ClassVar[str] = "si.policy.changed.v1"

    item: Literal["RESIDENT_TIER", "RESIDENT_BASE_PENSION"]
    city: str
    effective_from: date


EVENT_TYPES: tuple[type[Event], ...] = (PolicyChanged,)
