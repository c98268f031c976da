"""Everything a job fair says over the wire: requests, replies and events."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

State = Literal[
    "DRAFT", "PROPOSED", "COSIGNED", "ANNOUNCED", "OPEN", "CLOSED", "REPORTED", "CANCELLED"
]  # fmt: skip
Mode = Literal["ONLINE", "OFFLINE", "HYBRID"]
Title = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Url = Annotated[str, StringConstraints(pattern=r"^https://[^\s]{1,290}$")]
Reference = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Attendance = Annotated[int, Field(ge=1, le=1_000_000)]
Themes = Annotated[
    list[Annotated[str, StringConstraints(min_length=1, max_length=40)]], Field(max_length=20)
]
City = Annotated[str | None, Field(max_length=6)]
CityCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Figure = Annotated[int, Field(ge=0, le=9_999_999)]


class FairCreate(RequestModel):
    """A joint fair 联合招聘会, hosted by the caller's city."""

    title: Title
    mode: Mode
    host_city: CityCode | None = None
    co_city: CityCode | None = None
    venue_division: DivisionCode | None = None
    venue_address: Address | None = None
    online_url: Url | None = None
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    safety_plan_ref: Reference | None = None
    emergency_plan_ref: Reference | None = None
    expected_attendance: Attendance | None = None
    themes: Themes = Field(default_factory=list)
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if given.get("mode") in ("OFFLINE", "HYBRID") and not given.get("venue_division"):
            yield CrossError(("venue_division",), "REQUIRED", "线下须有场地", "a hall has a place")
        for name in ("host_city", "co_city"):
            if given.get(name) is not None and given[name] not in ACTIVE_CITIES:
                yield CrossError((name,), "CITY_UNKNOWN", "不是合作城市", "is no partner city")
        starts, ends = (str(given[name]) for name in ("starts_at", "ends_at"))
        if datetime.fromisoformat(ends) <= datetime.fromisoformat(starts):
            yield CrossError(("ends_at",), "RANGE", "须晚于开始时间", "must be after its start")


class FairChange(RequestModel):
    """What may be changed: everything before the other city signs, then the plans only."""

    title: Title | None = None
    mode: Mode | None = None
    venue_division: DivisionCode | None = None
    venue_address: Address | None = None
    online_url: Url | None = None
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None
    safety_plan_ref: Reference | None = None
    emergency_plan_ref: Reference | None = None
    expected_attendance: Attendance | None = None
    themes: Themes | None = None


class Announce(RequestModel):
    """References of the plans, unless they are in the fair already."""

    safety_plan_ref: Reference | None = None
    emergency_plan_ref: Reference | None = None


class Figures(BaseModel):
    """What a fair brought; `hired_30d` is null until somebody knows it."""

    employers: int
    postings: int
    headcount: int
    visitors: int
    resumes: int
    intents: int
    hired_30d: int | None


class FiguresWish(RequestModel):
    """A city's figures."""

    employers: Figure
    postings: Figure = 0
    headcount: Figure
    visitors: Figure
    resumes: Figure = 0
    intents: Figure
    hired_30d: Figure | None = None


class ResultCreate(FiguresWish):
    """The figures of the caller's city."""

    fair_id: UUID


class ResultRow(FiguresWish):
    """The figures of the sender's city, by the number of the fair that people read."""

    fair_no: Annotated[str, StringConstraints(min_length=10, max_length=40)]


class ResultChange(RequestModel):
    """Figures that have become known or were wrong."""

    employers: Figure | None = None
    postings: Figure | None = None
    headcount: Figure | None = None
    visitors: Figure | None = None
    resumes: Figure | None = None
    intents: Figure | None = None
    hired_30d: Figure | None = None


class FairRead(LivingRead):
    """A fair; `results` are the figures of both cities together, once there are some."""

    state: State
    title: str
    mode: Mode
    host_city: str
    co_city: str
    venue_division: str | None
    venue_address: str | None
    online_url: str | None
    starts_at: datetime
    ends_at: datetime
    safety_plan_ref: str | None
    emergency_plan_ref: str | None
    expected_attendance: int | None
    themes: list[str]
    cosigned_on: date | None
    cosigned_by: str | None
    announced_on: date | None
    closed_on: date | None
    reason: str | None
    booths: int
    linked_postings: int
    results: Figures | None
    results_from: list[str]


class FairQuery(ListQuery):
    """How fairs are looked for; `q` is part of the title."""

    state: State | None = None
    mode: Mode | None = None
    owner_city: City = None
    co_city: City = None
    themes: Annotated[str | None, Field(max_length=40)] = None
    starts_at_from: AwareDatetime | None = None
    starts_at_to: AwareDatetime | None = None


class BoothCreate(RequestModel):
    """A booth for an employer of either city."""

    fair_id: UUID
    employer_id: UUID
    booth_no: Annotated[str | None, StringConstraints(min_length=1, max_length=20)] = None


class BoothRead(LivingRead):
    """A booth."""

    state: Literal["REGISTERED", "CANCELLED"]
    fair_id: UUID
    employer_id: UUID
    booth_no: str | None
    reason: str | None


class BoothQuery(ListQuery):
    """How booths are looked for."""

    state: Literal["REGISTERED", "CANCELLED"] | None = None
    owner_city: City = None
    fair_id: UUID | None = None
    employer_id: UUID | None = None


class LinkCreate(RequestModel):
    """A posting that is offered at the fair."""

    fair_id: UUID
    posting_id: UUID


class LinkRead(LivingRead):
    """A posting at a fair."""

    state: Literal["LINKED", "REMOVED"]
    fair_id: UUID
    posting_id: UUID


class LinkQuery(ListQuery):
    """How a fair's postings are looked for."""

    state: Literal["LINKED", "REMOVED"] | None = None
    owner_city: City = None
    fair_id: UUID | None = None
    posting_id: UUID | None = None


class ResultRead(LivingRead):
    """One city's figures of a fair."""

    state: Literal["FILED"]
    fair_id: UUID
    employers: int
    postings: int
    headcount: int
    visitors: int
    resumes: int
    intents: int
    hired_30d: int | None


class ResultQuery(ListQuery):
    """How results are looked for."""

    owner_city: City = None
    fair_id: UUID | None = None


class FairEvent(Event):
    """What both cities and the gateway are told of a fair (domain §3.2)."""

    fair_id: UUID
    mode: str
    host_city: str
    co_city: str
    starts_at: datetime
    ends_at: datetime


class FairAnnounced(FairEvent):
    """A joint fair will be held; both cities have signed."""

    type: ClassVar[str] = "employment.fair.announced.v1"


class FairReported(FairEvent):
    """Both cities have filed their figures, or one has corrected them since."""

    type: ClassVar[str] = "employment.fair.reported.v1"

    figures: Figures
