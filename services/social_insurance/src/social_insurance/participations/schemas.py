"""Everything a participation says over the wire."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from hrss_kit import clock
from hrss_kit.field_messages import refusal
from hrss_kit.identifiers import check_document
from hrss_kit.money import Money
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, Month, PersonIn, PersonMasked, PersonName, Uscc
from hrss_kit.problems import FieldError
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import CrossError, RequestModel
from social_insurance.participations.rules import FIRST_MONTH, months_between

Scheme = Literal["EMP", "INST", "RES", "UNEMP", "INJ"]
Status = Literal["ACTIVE", "PAUSED", "STOPPED", "BENEFIT"]
City = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(examples=["420700"])]
Batch = Annotated[str | None, Field(max_length=60)]
MONTH: Final = re.compile(r"(19|20)[0-9]{2}-(0[1-9]|1[0-2])")
TOO_FAR: Final = ("月份早于1992-01或晚于本月", "is before 1992-01 or to come")


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
    for where, month in ((("from_month",), first), (("to_month",), last)):
        if isinstance(month, str) and not FIRST_MONTH <= month <= present:
            yield CrossError(where, "MONTH_RANGE", *TOO_FAR)
    if isinstance(first, str) and isinstance(last, str) and last < first:
        yield CrossError(("to_month",), "MONTH_RANGE", "止月早于起月", "ends before it begins")
    seen: set[str] = set()
    told: set[tuple[tuple[str | int, ...], str]] = set()
    for place, month in _expanded(given):
        wrong: CrossError | None = None
        if not month:
            wrong = CrossError(place, "MONTH_RANGE", "止月早于起月", "ends before it begins")
        elif not FIRST_MONTH <= month <= present:
            wrong = CrossError(place, "MONTH_RANGE", *TOO_FAR)
        elif (isinstance(first, str) and month < first) or (isinstance(last, str) and month > last):
            wrong = CrossError(place, "MONTH_RANGE", "不在参保段内", "is outside the stretch")
        if wrong is not None and (place, wrong.message_en) not in told:
            told.add((place, wrong.message_en))
            yield wrong
        if month in seen and (place, "twice") not in told:
            told.add((place, "twice"))
            yield CrossError(place, "MONTH_TWICE", "月份重复", "is named more than once")
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


class MonthRange(RequestModel):
    """Neighbouring months of one base: a year of contributions in a line."""

    from_month: Month
    to_month: Month
    base: Money | None = None
    personal: Money | None = None
    employer: Money | None = None
    paid: bool = True
    paid_on: date | None = None
    late: bool = False
    lump_sum_batch: Batch = None


class AnnualPayment(RequestModel):
    """What a resident paid for a year: a tier of the city; the subsidy comes with the tier."""

    year: Annotated[int, Field(ge=1992, le=2200)]
    amount: Money
    collective: Money | None = None
    subsidy: Money | None = None
    paid_on: date | None = None


def _expanded(given: Mapping[str, Any]) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """Every month that a request names in `months` and `ranges`, and where."""
    for at, item in enumerate(given.get("months") or ()):
        if isinstance(item, Mapping) and isinstance(item.get("month"), str):
            yield ("months", at, "month"), item["month"]
    for at, item in enumerate(given.get("ranges") or ()):
        if not isinstance(item, Mapping):
            continue
        first, last = item.get("from_month"), item.get("to_month")
        if not (isinstance(first, str) and isinstance(last, str)):
            continue
        if not (MONTH.fullmatch(first) and MONTH.fullmatch(last)):
            continue
        if last < first:
            yield ("ranges", at, "to_month"), ""
        yield ("ranges", at, "from_month"), first
        # What lies outside of all time is told by its ends; nobody counts through centuries.
        present = clock.today().strftime("%Y-%m")
        within = months_between(max(first, FIRST_MONTH), min(last, present))
        for month in within[first >= FIRST_MONTH :]:
            yield ("ranges", at, "from_month"), month
        if last > present:
            yield ("ranges", at, "to_month"), last


class ParticipationCreate(RequestModel):
    """A stretch of insurance.

    Its months come one by one (`months`), as ranges of one base each (`ranges`), or not at all:
    then every month of the stretch is taken as insured and paid, with `monthly_base` as its base.
    Residents pay by the year: `annual_payments`.
    """

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
    ranges: Annotated[list[MonthRange] | None, Field(max_length=600)] = None
    annual_payments: Annotated[list[AnnualPayment] | None, Field(max_length=100)] = None
    hukou_division: Annotated[
        DivisionCode | None,
        Field(description="户籍地, where known: tells a temporary account from a relation"),
    ] = None
    by_order: Annotated[bool, Field(description="组织调动: moved by order")] = False
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _range_errors(given)
        yield from _month_amount_errors(given)
        payments = [one for one in given.get("annual_payments") or () if isinstance(one, Mapping)]
        if payments and given.get("scheme") not in (None, "RES"):
            yield CrossError(
                ("annual_payments",), "NOT_RESIDENT", "仅居民养老保险按年缴费", "is for RES only"
            )
        years: set[Any] = set()
        for at, one in enumerate(payments):
            if one.get("year") in years:
                where = ("annual_payments", at, "year")
                yield CrossError(where, "YEAR_TWICE", "年度重复", "is named more than once")
            years.add(one.get("year"))


def _month_amount_errors(given: Mapping[str, Any]) -> Iterable[CrossError]:
    yield from _base_error(("monthly_base",), given.get("monthly_base"))
    told = 0
    for name in ("months", "ranges"):
        told += given.get(name) is not None
        for at, item in enumerate(given.get(name) or ()):
            if isinstance(item, Mapping):
                yield from _base_error((name, at, "base"), item.get("base"))
    if told and given.get("monthly_base") is not None:
        yield CrossError(("monthly_base",), "BASE_TWICE", "已逐月填写", "is given by month already")


class MonthsAdd(RequestModel):
    """New months of a stretch that goes on: what a month's collection 征缴 brings."""

    months: Annotated[list[MonthIn] | None, Field(max_length=600)] = None
    ranges: Annotated[list[MonthRange] | None, Field(max_length=600)] = None
    annual_payments: Annotated[list[AnnualPayment] | None, Field(max_length=100)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _range_errors(given)
        yield from _month_amount_errors(given)
        if not any(given.get(name) for name in ("months", "ranges", "annual_payments")):
            yield CrossError(("months",), "REQUIRED", "没有可追加的月份", "nothing to add")


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
    overlap: bool


class AnnualPaymentRead(BaseModel):
    """A year's payment; amounts only for the city that keeps it."""

    model_config = ConfigDict(from_attributes=True)

    year: int
    amount: str | None
    collective: str | None
    subsidy: str | None
    paid_on: date | None


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
    """With its months and a resident's years."""

    months: list[MonthRead]
    annual_payments: list[AnnualPaymentRead]


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


class FamilyMonths(BaseModel):
    """Different months of the schemes in which a month counts once."""

    family: str
    months: int


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
    explanation_zh: str = "中断缴费：不罚，只是不计入缴费月数"
    explanation_en: str = "An interruption: no penalty, the months are just not counted"


class OverlapRead(BaseModel):
    """Months that count twice, and what the rules say about it."""

    family: str
    kind: str
    from_month: str
    to_month: str
    months: int
    places: list[dict[str, str]]
    explanation_zh: str
    explanation_en: str


class LookupReply(BaseModel):
    """Both cities' months in one line; the same shape whether the person is known or not."""

    matched: bool
    person: PersonMasked | None = None
    timeline: list[TimelineMonth] = []
    totals: list[Total] = []
    counted: list[SchemeMonths] = []
    counted_by_family: list[FamilyMonths] = []
    gaps: list[GapRead] = []
    overlaps: list[OverlapRead] = []
