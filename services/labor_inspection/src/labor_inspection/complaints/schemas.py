"""Everything a complaint says over the wire: requests and replies."""

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from hrss_kit.field_messages import refusal
from hrss_kit.money import Money
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, PersonIn, PersonMasked, Uscc
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from labor_inspection.complaints import rules

DAY: Final = r"[0-9]{4}-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?"
MAX_WORKERS: Final = 500


def _fault(code: str, message_zh: str, message_en: str) -> PydanticCustomError:
    texts = {"message_zh": message_zh, "message_en": message_en}
    return PydanticCustomError(code, "{message_en}", texts)


def _day(value: object, *, is_end: bool) -> date:
    """A date; a month stands for its first or its last day."""
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not re.fullmatch(DAY, value.strip()):
        raise _fault("DATE", "日期格式应为YYYY-MM-DD或YYYY-MM", "is not a date or a month")
    parts = [int(part) for part in value.strip().split("-")]
    year, month = parts[0], parts[1]
    try:
        last = monthrange(year, month)[1] if is_end else 1
        return date(year, month, parts[2] if len(parts) == 3 else last)
    except ValueError as error:
        raise _fault("DATE", "日期不存在", "is not a day of the calendar") from error


def _matter(code: str) -> str:
    if code not in rules.MATTERS:
        raise _fault("CODE", "不在监察事项代码表中", "is not a matter of labour inspection")
    return code


def _taking_part(division: str) -> str:
    if rules.city_taking_part(division) is None:
        raise refusal("DIVISION_UNKNOWN")
    return division


_DAY_SCHEMA = WithJsonSchema(
    {"type": "string", "pattern": f"^{DAY}$", "examples": ["2026-04", "2026-08-31"]}
)
PeriodStart = Annotated[date, BeforeValidator(lambda value: _day(value, is_end=False)), _DAY_SCHEMA]
PeriodEnd = Annotated[date, BeforeValidator(lambda value: _day(value, is_end=True)), _DAY_SCHEMA]
Matter = Annotated[
    str, AfterValidator(_matter), Field(json_schema_extra={"enum": list(rules.MATTERS)})
]
Matters = Annotated[
    list[Matter],
    Field(min_length=1, max_length=len(rules.MATTERS)),
    AfterValidator(lambda codes: list(dict.fromkeys(codes))),
]
WorkDivision = Annotated[DivisionCode, AfterValidator(_taking_part)]
Facts = Annotated[str, Field(min_length=1, max_length=4000)]
Line = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
VerificationId = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{8,64}$")]


class WorkPlaceIn(RequestModel):
    """用工所在地: where the work is really done. UNKNOWN is an answer; silence is not."""

    kind: rules.PlaceKind = "KNOWN"
    division: WorkDivision | None = None
    address: Line | None = None
    project_name: Line | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """A place that is known has a division and an address."""
        if given.get("kind", "KNOWN") != "KNOWN":
            return
        if not given.get("division"):
            yield _required_place("division")
        if not str(given.get("address") or "").strip():
            yield CrossError(("address",), "REQUIRED", "必填", "is required")


def _required_place(*field: str) -> CrossError:
    return CrossError(
        field,
        "WORK_PLACE_REQUIRED",
        "请填写用工所在地；确实不清楚的填 kind=UNKNOWN",
        "is required: where the work is done, or kind UNKNOWN",
    )


class WorkerIn(RequestModel):
    """One worker and what is owed."""

    person: PersonIn
    amount: Money | None = None
    months: Annotated[int | None, Field(ge=0, le=600)] = None


class ComplaintCreate(RequestModel):
    """A complaint or a report, filed once, at any counter of either city (api §4)."""

    model_config = ConfigDict(
        json_schema_extra=lambda schema: schema["required"].append("work_place")
    )

    kind: Literal["COMPLAINT", "REPORT"]
    station_id: UUID | None = None
    channel: Literal["STATION", "WINDOW", "WEB", "HOTLINE_12333", "PARTNER", "NATIONAL_PLATFORM"]
    complainant: PersonIn | None = None
    is_migrant: bool = False
    representatives: list[PersonIn] = Field(default_factory=list, max_length=50)
    employer_name: Line | None = None
    employer_uscc: Uscc | None = None
    work_place: WorkPlaceIn | None = None
    additional_work_places: list[WorkPlaceIn] = Field(default_factory=list, max_length=5)
    matter: Matters
    facts: Facts
    period_from: PeriodStart
    period_to: PeriodEnd | None = None
    amount_claimed: Money | None = None
    workers_count: Annotated[int | None, Field(ge=0, le=100_000)] = None
    workers: list[WorkerIn] = Field(default_factory=list, max_length=MAX_WORKERS)
    other_procedure: Literal["NONE", "ARBITRATION", "COURT"] = "NONE"
    contract_filing_no: Annotated[str | None, Field(min_length=4, max_length=60)] = None
    verification_id: VerificationId | None = None
    source_system: Annotated[str | None, Field(min_length=1, max_length=60)] = None
    source_ref: Annotated[str | None, Field(min_length=1, max_length=120)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Complainant, work place, period and sums."""
        if given.get("kind") == "COMPLAINT" and given.get("complainant") is None:
            yield CrossError(
                ("complainant",),
                "COMPLAINANT_REQUIRED",
                "投诉须实名；匿名请以举报（kind=REPORT）提交",
                "a complaint is named; file it anonymously as kind REPORT",
            )
        if given.get("work_place") is None:
            yield _required_place("work_place")
        yield from _money_errors(given)
        yield from _period_errors(given)


def _money_errors(given: Mapping[str, Any]) -> Iterable[CrossError]:
    workers = given.get("workers") or []
    count = given.get("workers_count")
    if workers and count is not None and count != len(workers):
        yield CrossError(
            ("workers_count",),
            "WORKERS_COUNT",
            "与劳动者明细人数不一致",
            "differs from the number of workers listed",
        )
    claimed = given.get("amount_claimed")
    if not workers or claimed is None:
        return
    total = sum((Decimal(str(one.get("amount") or 0)) for one in workers), Decimal(0))
    if total != Decimal(claimed):
        yield CrossError(
            ("amount_claimed",),
            "AMOUNT_SUM",
            "与劳动者明细金额之和不一致",
            "differs from the sum of the workers' amounts",
        )


def _period_errors(given: Mapping[str, Any]) -> Iterable[CrossError]:
    start, end = given.get("period_from"), given.get("period_to")
    if start is None or end is None:
        return
    if _day(end, is_end=True) < _day(start, is_end=False):
        yield CrossError(
            ("period_to",), "PERIOD", "不得早于开始日期", "is before the start of the act"
        )


class ComplaintForward(RequestModel):
    """To the competent city; with the work place when it is clear only now."""

    work_place: WorkPlaceIn | None = None
    reason: Words | None = None


class JurisdictionDispute(RequestModel):
    """Why the city it was sent to is not competent."""

    reason: Words


class Designation(RequestModel):
    """The common superior names the competent city (S01 art. 13)."""

    competent_city: Annotated[str, Field(min_length=6, max_length=6)]
    reason: Words


class SupplementRequest(RequestModel):
    """Everything that is missing, at once (S02 art. 18)."""

    missing: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]],
        Field(min_length=1, max_length=20),
    ]


class Supplement(RequestModel):
    """What the complainant brought."""

    employer_name: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    employer_uscc: Uscc | None = None
    work_place: WorkPlaceIn | None = None
    facts: Facts | None = None
    matter: Matters | None = None
    period_from: PeriodStart | None = None
    period_to: PeriodEnd | None = None

    @model_validator(mode="after")
    def _brings_something(self) -> Self:
        if all(value is None for _, value in self):
            raise _fault("REQUIRED", "至少补充一项", "names nothing that was brought")
        return self


class Acceptance(RequestModel):
    """Accepting; `matter` says what it is when the complainant could not."""

    matter: Matters | None = None


class Refusal(RequestModel):
    """Not accepting: the written reason, and where else to go."""

    reason: Words
    where_to_go: Words


class WorkPlaceRead(BaseModel):
    """Where the work is done; `is_provisional` until it is clear."""

    kind: rules.PlaceKind
    division: str | None
    address: str | None
    project_name: str | None
    is_provisional: bool


class WorkerRead(BaseModel):
    """One worker, masked."""

    person: PersonMasked
    amount: Money | None
    months: int | None


class CollectiveRead(BaseModel):
    """All complaints about one employer and site together; nobody is counted twice."""

    complaints: int
    workers_count: int
    amount_claimed: Money | None


class ComplaintRead(LivingRead):
    """A complaint as this caller may see it; what they may not see is null."""

    tracking_no: str
    kind: str
    channel: str
    station_id: UUID | None
    received_on: date
    complainant: PersonMasked | None
    complainant_notice: str | None
    is_migrant: bool
    representatives: list[PersonMasked] | None
    employer_name: str | None
    employer_uscc: str | None
    employer_division: str | None
    work_place: WorkPlaceRead
    matter: list[str]
    facts: str | None
    period_from: date
    period_to: date | None
    workers_count: int
    amount_claimed: Money | None
    months_owed_max: int | None
    workers: list[WorkerRead] | None
    other_procedure: str
    contract_filing_no: str | None
    card_verified: bool
    receiving_city: str
    competent_city: str
    forwarded_on: date | None
    dispute_kind: Literal["BOTH_REFUSE", "BOTH_CLAIM"] | None
    disputed_by: str | None
    disputed_on: date | None
    designated_on: date | None
    linkage_id: UUID | None
    collective: CollectiveRead | None
    case_id: UUID | None
    missing: list[str]
    refusal_code: str | None
    refusal_reason: str | None
    where_to_go: str | None


class ComplaintQuery(ListQuery):
    """Filters of the list; `q` is a tracking number or part of an employer's name."""

    state: Annotated[str | None, Field(max_length=24)] = None
    kind: Literal["COMPLAINT", "REPORT"] | None = None
    competent_city: Annotated[str | None, Field(max_length=6)] = None
    receiving_city: Annotated[str | None, Field(max_length=6)] = None
    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
    linkage_id: UUID | None = None
    received_from: date | None = None
    received_to: date | None = None


class LinkedComplaint(BaseModel):
    """One complaint of a linkage: where it stands, nobody's name."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    tracking_no: str
    state: str
    receiving_city: str
    competent_city: str
    received_on: date
    workers_count: int
    amount_claimed: Money | None
    case_id: UUID | None


class LinkageRead(BaseModel):
    """两地联动: one matter as both cities see it."""

    id: UUID
    reason: str
    opened_on: date
    cities: list[str]
    complaints: list[LinkedComplaint]
    workers_count: int
    amount_claimed: Money | None
