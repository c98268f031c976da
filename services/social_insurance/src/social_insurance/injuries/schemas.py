"""What a determination says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit import clock
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked, Uscc
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from social_insurance.participations.schemas import City

Text = Annotated[str, Field(min_length=1, max_length=2000)]
Day = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2100, 12, 31))]
InjuryKind = Literal["ACCIDENT", "OCC_DISEASE", "COMMUTE", "SUDDEN_DEATH"]
Applicant = Literal["EMPLOYER", "WORKER", "RELATIVE", "UNION"]
Paper = Annotated[str, Field(min_length=1, max_length=200)]


class InjuryCreate(RequestModel):
    """An application; for an occupational disease the day of diagnosis is `accident_on`."""

    person: PersonIn
    employer_name: Annotated[str, Field(min_length=1, max_length=200)]
    employer_uscc: Uscc
    worker_kind: Literal["STAFF", "NEWFORM"] = "STAFF"
    accident_on: Day
    kind: InjuryKind
    accident_place: Annotated[str | None, Field(max_length=200)] = None
    facts: Annotated[str | None, Field(max_length=4000)] = None
    applicant: Applicant
    applied_on: Day | None = None
    is_complete: bool = True
    missing_papers: Annotated[list[Paper], Field(default_factory=list, max_length=30)]
    is_simple: bool = False

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        today = clock.today().isoformat()
        for name in ("accident_on", "applied_on"):
            day = given.get(name)
            if isinstance(day, str) and day > today:
                yield CrossError((name,), "DATE", "不得晚于今日", "lies after today")
        accident, applied = given.get("accident_on"), given.get("applied_on")
        if isinstance(accident, str) and isinstance(applied, str) and applied < accident:
            yield CrossError(("applied_on",), "DATE", "早于事故日", "is before the accident")
        if given.get("is_complete") is False and not given.get("missing_papers"):
            yield CrossError(
                ("missing_papers",), "REQUIRED", "须一次性列明缺少的材料", "all are told at once"
            )


class RequestSupplement(RequestModel):
    """All papers that are missing, at once (一次性告知)."""

    missing_papers: Annotated[list[Paper], Field(min_length=1, max_length=30)]


class AcceptInjury(RequestModel):
    """Whether the facts are clear, which shortens the decision."""

    is_simple: bool | None = None


class Suspend(RequestModel):
    """Whose conclusion is awaited."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]
    authority: Annotated[str, Field(min_length=1, max_length=200)]
    since: Day | None = None


class Resume(RequestModel):
    """Since when the conclusion is there."""

    until: Day | None = None


class Decide(RequestModel):
    """The decision."""

    decision: Literal["YES", "DEEMED", "NO"]
    reason: Text


class Serve(RequestModel):
    """When it reached the parties."""

    receipt_no: Annotated[str, Field(min_length=1, max_length=60)]
    served_on: Day | None = None


class InjuryQuery(ListQuery):
    """Filters of the list."""

    state: Annotated[str | None, Field(max_length=12)] = None
    kind: InjuryKind | None = None
    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
    owner_city: City | None = None
    accident_on_from: Day | None = None
    accident_on_to: Day | None = None


class SuspensionRead(BaseModel):
    """A time when the clock stood still."""

    model_config = ConfigDict(from_attributes=True)

    since: date
    until: date | None
    reason: str
    authority: str


class InjuryRead(LivingRead):
    """A determination; the injury itself is health data and shown by `reveal` only."""

    person: PersonMasked
    employer_name: str
    employer_uscc: str
    worker_kind: str
    accident_on: date
    kind: str
    applicant: str
    applied_on: date
    apply_until: date
    is_late_application: bool
    is_employer_insured: bool
    is_complete: bool
    missing_papers: list[str]
    is_simple: bool
    accepted_on: date | None
    suspensions: list[SuspensionRead]
    decision: str | None
    decided_on: date | None
    served_on: date | None
    receipt_no: str | None
