"""What a certification says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit import clock
from hrss_kit.money import Money
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import Month, PersonIn, PersonMasked, PersonName
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from social_insurance.participations.schemas import City, ResidentId
from social_insurance.resident_policy.schemas import Amount

Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2100, 12, 31))]
Benefit = Literal["EMP_PENSION", "RES_PENSION", "INJ_LONG", "SURVIVOR", "UNEMP"]
Method = Literal["DATA_MATCH", "FACE_SELF", "COUNTER", "HOME_VISIT", "CARD_USE", "ASSIST"]
Result = Literal["ALIVE", "DECEASED", "UNREACHABLE", "INELIGIBLE"]
Confidence = Literal["HIGH", "MEDIUM", "LOW"]
Ref = Annotated[str, Field(min_length=1, max_length=120)]
Source = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{0,39}$", examples=["FUNERAL"])]


def _not_to_come(given: Mapping[str, Any], *names: str) -> Iterable[CrossError]:
    today = clock.today().isoformat()
    for name in names:
        day = given.get(name)
        if isinstance(day, str) and day > today:
            yield CrossError((name,), "DATE", "不得晚于今日", "lies after today")


class LifeCertificationCreate(RequestModel):
    """Somebody who draws a benefit of the caller's city, and when that was last in order."""

    person: PersonIn
    benefit: Benefit
    last_ok_on: Day
    monthly_amount: Money = Decimal("0.00")
    residence_city: City | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _not_to_come(given, "last_ok_on")


class Certify(RequestModel):
    """What was found out, how, and when. DECEASED is a report and stops nothing by itself."""

    method: Method
    result: Result
    confidence: Confidence = "HIGH"
    certified_on: Day | None = None
    source: Source | None = None
    evidence_ref: Ref | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _not_to_come(given, "certified_on")


class ReportDeath(RequestModel):
    """Family or employer say that somebody has died; they have 20 working days to."""

    death_on: Day
    source: Source = "FAMILY"
    document_ref: Ref | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _not_to_come(given, "death_on")


class Stop(RequestModel):
    """Ends the benefit: proved by a document, or by two sources on record."""

    reason: Literal["DEATH", "LOST_RIGHT"]
    ended_on: Day
    document_ref: Ref | None = None
    paid_through: Month | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from _not_to_come(given, "ended_on")


class PlanRecovery(RequestModel):
    """How it is paid back: at once, by instalments, or set off (经办条例 art. 46)."""

    mode: Literal["LUMP", "INSTALMENTS", "OFFSET"]
    instalments: Annotated[int, Field(ge=1, le=120)] = 1
    first_month: Month | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if given.get("mode") == "LUMP" and given.get("instalments", 1) != 1:
            yield CrossError(("instalments",), "RANGE", "一次性退还为1期", "is one at once")


class RecordRepayment(RequestModel):
    """What came back."""

    amount: Money
    paid_on: Day | None = None


class DataMatch(RequestModel):
    """A line of a partner's register: who, and what it says (death, funeral, prison, travel)."""

    name: PersonName = Field(repr=False)
    doc_no: ResidentId = Field(repr=False)
    source: Source
    result: Result
    on: Day
    confidence: Confidence = "HIGH"
    evidence_ref: Ref | None = None


class DataMatches(RequestModel):
    """Lines that are compared with who draws a benefit of the caller's city."""

    items: Annotated[list[DataMatch], Field(min_length=1, max_length=500)]


class DataMatchesRead(BaseModel):
    """How many lines met somebody, and what followed; nobody is named."""

    received: int
    matched: int
    certified: int
    ends_reported: int


class LifeCertificationQuery(ListQuery):
    """Filters of the list."""

    state: Annotated[str | None, Field(max_length=10)] = None
    benefit: Benefit | None = None
    owner_city: City | None = None
    residence_city: City | None = None
    is_end_reported: bool | None = None
    due_on_from: Day | None = None
    due_on_to: Day | None = None


class CheckRead(BaseModel):
    """Something that was found out."""

    model_config = ConfigDict(from_attributes=True)

    checked_on: date
    method: str
    result: str
    confidence: str
    source: str
    evidence_ref: str | None
    city: str | None


class HoldRead(BaseModel):
    """Months held back, and paid later."""

    model_config = ConfigDict(from_attributes=True)

    from_month: str
    reason: str
    resumed_on: date | None
    backpay_months: list[str]
    backpay_amount: Amount


class InstalmentRead(BaseModel):
    """A part of what is paid back."""

    model_config = ConfigDict(from_attributes=True)

    month: str
    amount: Amount


class OverpaymentRead(BaseModel):
    """What was paid too much, and what came back."""

    months: list[str]
    amount: Amount
    recovered: Amount
    mode: str | None
    settled_on: date | None
    instalments: list[InstalmentRead]


class LifeCertificationRead(LivingRead):
    """A certification: where its cycle stands, and what is tried next."""

    person: PersonMasked
    benefit: Benefit
    residence_city: str
    monthly_amount: Amount | None
    last_ok_on: date
    due_on: date
    method: str | None
    result: str | None
    next_step: Literal["DATA_MATCH", "SELF", "VISIT", "SUPERVISOR"]
    is_end_reported: bool
    ended_on: date | None
    stopped_on: date | None
    stop_reason: str | None
    checks: list[CheckRead]
    holds: list[HoldRead]
    overpayment: OverpaymentRead | None


class _LifeEvent(Event):
    benefit: Benefit
    due_on: date
    method: str | None = None


class LifeCertDue(_LifeEvent):
    """Somebody has to show that the right lasts."""

    type: ClassVar[str] = "si.lifecert.due.v1"


class LifeCertOk(_LifeEvent):
    """It was shown; `due_on` is the next time."""

    type: ClassVar[str] = "si.lifecert.ok.v1"


class LifeCertSuspended(_LifeEvent):
    """It was not shown in time: payment is held from `from_month` on."""

    type: ClassVar[str] = "si.lifecert.suspended.v1"

    from_month: str


class LifeCertResumed(_LifeEvent):
    """It was shown after all; the months held back are paid."""

    type: ClassVar[str] = "si.lifecert.resumed.v1"

    backpay_months: list[str]


class LifeCertStopped(_LifeEvent):
    """The right has ended, and that was verified."""

    type: ClassVar[str] = "si.lifecert.stopped.v1"

    reason: Literal["DEATH", "LOST_RIGHT"]
    ended_on: date
    months_overpaid: int


EVENT_TYPES: tuple[type[Event], ...] = (
    LifeCertDue,
    LifeCertOk,
    LifeCertSuspended,
    LifeCertResumed,
    LifeCertStopped,
)
