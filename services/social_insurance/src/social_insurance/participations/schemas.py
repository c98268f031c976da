"""Everything a participation says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from hrss_kit import clock
from hrss_kit.field_messages import refusal
from hrss_kit.identifiers import check_document
from hrss_kit.money import Money
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import Month, PersonIn, PersonMasked, PersonName, Uscc
from hrss_kit.problems import FieldError
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import CrossError, RequestModel
from social_insurance.participations.rules import FIRST_MONTH

Scheme = Literal["EMP", "INST", "RES", "UNEMP", "INJ"]
Status = Literal["ACTIVE", "PAUSED", "STOPPED", "BENEFIT"]
City = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(examples=["420700"])]
Batch = Annotated[str | None, Field(max_length=60)]


def _document(text: str) -> str:
    checked = check_document("01", text, today=clock.today())
    if checked.value is None:
        raise refusal(checked.code or "ID_FORMAT")
    return checked.value


ResidentId = Annotated[str, StringConstraints(max_length=40), AfterValidator(_document)]


def _range_errors(given: Mapping[str, Any]) -> Iterable[CrossError]:
    """Months in their right order, none before the first or after the present one."""
    present = clock.today().strftime("%Y-%m")
    first, last = given.get("from_month"), given.get("to_month")
    months = [item for item in given.get("months") or () if isinstance(item, Mapping)]
    named = [(("from_month",), first), (("to_month",), last)]
    named += [(("months", at, "month"), item.get("month")) for at, item in enumerate(months)]  # type: ignore[misc]
    for where, month in named:
        if isinstance(month, str) and not FIRST_MONTH <= month <= present:
            yield CrossError(
                where, "MONTH_RANGE", "月份早于1992-01或晚于本月", "is before 1992-01 or to come"
            )
    if isinstance(first, str) and isinstance(last, str) and last < first:
        yield CrossError(("to_month",), "MONTH_RANGE", "止月早于起月", "ends before it begins")
    seen: set[str] = set()
    for at, item in enumerate(months):
        month = item.get("month")
        if not isinstance(month, str):
            continue
        if (isinstance(first, str) and month < first) or (isinstance(last, str) and month > last):
            yield CrossError(
                ("months", at, "month"), "MONTH_RANGE", "不在参保段内", "is outside the stretch"
            )
        if month in seen:
            yield CrossError(
                ("months", at, "month"), "MONTH_TWICE", "月份重复", "is named more than once"
            )
        seen.add(month)


def _base_error(where: tuple[str | int, ...], base: Any) -> Iterable[CrossError]:
    try:
        unpaid = isinstance(base, str) and Decimal(base) <= 0
    except ArithmeticError:
        return
    if unpaid:
        yield CrossError(where, "BASE_RANGE", "缴费基数须大于零", "A base is more than nothing")


class MonthIn(RequestModel):
    """One insured month."""

    month: Month
    base: Money | None = None
    personal: Money | None = None
    employer: Money | None = None
    paid: bool = True
    paid_on: date | None = None
    late: bool = False
    lump_sum_batch: Batch = None


class ParticipationCreate(RequestModel):
    """A stretch of insurance; without `months` every month of it is taken as insured and paid."""

    person: PersonIn
    scheme: Scheme
    city: City
    employer_uscc: Uscc | None = None
    person_kind: Literal["STAFF", "FLEX", "RESIDENT"]
    from_month: Month
    to_month: Month | None = None
    status: Status
    relation_kind: Literal["NORMAL", "TEMP"] = "NORMAL"
    deemed_months: Annotated[int, Field(ge=0, le=600)] = 0
    monthly_base: Annotated[
        Money | None, Field(description="The base of every month when `months` is left out")
    ] = None
    months: Annotated[list[MonthIn] | None, Field(max_length=600)] = None
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _range_errors(given)
        yield from _base_error(("monthly_base",), given.get("monthly_base"))
        for at, item in enumerate(given.get("months") or ()):
            if isinstance(item, Mapping):
                yield from _base_error(("months", at, "base"), item.get("base"))
        if given.get("months") is not None and given.get("monthly_base") is not None:
            yield CrossError(
                ("monthly_base",), "BASE_TWICE", "已逐月填写", "is given month by month already"
            )


class ParticipationChange(RequestModel):
    """What ends or goes on: an open stretch gets its last month, or another status."""

    to_month: Month | None = None
    status: Status | None = None
    deemed_months: Annotated[int | None, Field(ge=0, le=600)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _range_errors(given)
        for name in ("to_month", "status", "deemed_months"):
            if name in given and given[name] is None:
                yield CrossError((name,), "REQUIRED", "不得为空", "may not be empty")


class MonthRead(BaseModel):
    """One insured month; amounts only for the city that keeps it."""

    model_config = ConfigDict(from_attributes=True)

    month: str
    base: str | None
    personal: str | None
    employer: str | None
    paid: bool
    paid_on: date | None
    late: bool
    lump_sum_batch: str | None


class ParticipationRead(ResourceRead):
    """A stretch of insurance, the person masked."""

    person: PersonMasked
    scheme: str
    city: str
    employer_uscc: str | None
    person_kind: str
    from_month: str
    to_month: str | None
    status: str
    relation_kind: str
    deemed_months: int
    months_count: int
    source_system: str | None
    source_ref: str | None
    warnings: list[FieldError]


class ParticipationDetail(ParticipationRead):
    """With its months."""

    months: list[MonthRead]


class ParticipationQuery(ListQuery):
    """How a city looks through its participations; persons are looked up by POST only."""

    scheme: Scheme | None = None
    status: Status | None = None
    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
    relation_kind: Literal["NORMAL", "TEMP"] | None = None


class LookupRequest(RequestModel):
    """Two factors, and which months."""

    name: PersonName = Field(repr=False)
    doc_no: ResidentId = Field(repr=False)
    from_month: Month | None = None
    to_month: Month | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _range_errors(given)


class TimelineMonth(BaseModel):
    """One month in one city and scheme; `overlap` when it counts twice."""

    month: str
    city: str
    scheme: str
    employer_uscc: str | None
    paid: bool
    overlap: bool


class Total(BaseModel):
    """Months of a scheme in a city."""

    scheme: str
    city: str
    months: int
    paid_months: int


class SchemeMonths(BaseModel):
    """Different months of a scheme, both cities together."""

    scheme: str
    months: int


class GapRead(BaseModel):
    """Where a scheme is interrupted."""

    model_config = ConfigDict(from_attributes=True)

    scheme: str
    from_month: str
    to_month: str
    months: int


class LookupReply(BaseModel):
    """Both cities' months in one line; the same shape whether the person is known or not."""

    matched: bool
    person: PersonMasked | None = None
    timeline: list[TimelineMonth] = []
    totals: list[Total] = []
    counted: list[SchemeMonths] = []
    gaps: list[GapRead] = []
