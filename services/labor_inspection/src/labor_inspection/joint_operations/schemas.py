"""Everything that joint operations say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import Uscc
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from labor_inspection.cases.schemas import StaffNo
from labor_inspection.complaints.rules import MATTERS

State = Literal[
    "PLANNED", "PROPOSED", "AGREED", "DECLINED", "FROZEN", "DRAWN", "COMPLETED", "CANCELLED"
]
Outcome = Literal["NO_VIOLATION", "CORRECTED_ON_SITE", "VIOLATION"]
City = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Matters = Annotated[
    list[Annotated[str, Field(json_schema_extra={"enum": list(MATTERS)}, max_length=24)]],
    Field(min_length=1, max_length=20),
]


def _matters(given: Mapping[str, Any]) -> Iterable[CrossError]:
    for at, matter in enumerate(given.get("matter") or []):
        if isinstance(matter, str) and matter.strip() not in MATTERS:
            yield CrossError(
                ("matter", at), "CODE", "不在代码表中", "is not one of the allowed codes"
            )


class OperationCreate(RequestModel):
    """A plan; the other city is invited by `propose`."""

    title: Title
    purpose: Words
    matter: Matters
    planned_from: date
    planned_to: date
    partner_city: City | None = None
    suggestion_id: UUID | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Known matters, and a period that does not run backwards."""
        yield from _matters(given)
        first, last = given.get("planned_from"), given.get("planned_to")
        if isinstance(first, str) and isinstance(last, str) and last < first:
            yield CrossError(("planned_to",), "PERIOD", "不得早于开始日期", "is before the start")


class OperationChange(RequestModel):
    """What may change while it is only planned."""

    title: Title | None = None
    purpose: Words | None = None
    matter: Matters | None = None
    planned_from: date | None = None
    planned_to: date | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Known matters."""
        yield from _matters(given)


class EmployerIn(RequestModel):
    """An employer under one's own city's inspection."""

    uscc: Uscc
    name: Annotated[str, Field(min_length=1, max_length=200)]


class Nominate(RequestModel):
    """Whom one's own city offers for the draw; replaces what it offered before."""

    inspectors: list[StaffNo] = Field(default_factory=list, max_length=200)
    employers: list[EmployerIn] = Field(default_factory=list, max_length=1000)


class Freeze(RequestModel):
    """How many are to be drawn."""

    draw_employers: Annotated[int, Field(ge=1, le=200)]
    inspectors_per_employer: Annotated[int, Field(ge=1, le=10)] = 2
    joining_per_employer: Annotated[int, Field(ge=0, le=5)] = 1


class ContributeSeed(RequestModel):
    """The partner's part of the seed: any hexadecimal number it has made by itself."""

    nonce: Annotated[str, Field(pattern=r"^[0-9a-f]{16,64}$", examples=["8f3a61c07b2d4e95"])]


class RecordResult(RequestModel):
    """What was found at a drawn employer of one's own city."""

    employer_uscc: Uscc
    outcome: Outcome
    findings: Words
    inspectors: Annotated[list[StaffNo], Field(max_length=10)]


class Complete(RequestModel):
    """The joint report in a few words."""

    summary: Words


class OperationQuery(ListQuery):
    """Filters of the list."""

    state: State | None = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None
    partner_city: Annotated[str | None, Field(max_length=6)] = None


class CandidateRead(BaseModel):
    """An employer that may be drawn."""

    model_config = ConfigDict(from_attributes=True)

    city: str
    uscc: str
    name: str


class InspectorRead(BaseModel):
    """An inspector who may be drawn."""

    model_config = ConfigDict(from_attributes=True)

    city: str
    staff_no: str


class CheckRead(BaseModel):
    """A drawn employer. What was found in detail is for its own city."""

    city: str
    uscc: str
    name: str
    inspectors: list[str]
    joining: list[str]
    case_id: UUID | None
    case_no: str | None
    outcome: Outcome | None
    acted: list[str]
    recorded_on: date | None
    findings: str | None


class OperationRead(LivingRead):
    """A joint operation as both cities see it."""

    state: State
    title: str
    purpose: str
    matter: list[str]
    partner_city: str
    planned_from: date
    planned_to: date
    suggestion_id: UUID | None
    agreed_on: date | None
    frozen_on: date | None
    list_sha256: str | None
    seed_commitment: str | None
    nonce: str | None
    drawn_on: date | None
    completed_on: date | None
    summary: str | None
    inspectors: list[InspectorRead]
    employers: list[CandidateRead]
    checks: list[CheckRead]


class DrawRead(BaseModel):
    """All that is needed to run the draw again; `seed` and `result` once it was drawn."""

    biz_no: str
    state: State
    algorithm: str
    frozen: dict[str, Any] | None
    frozen_on: date | None
    list_sha256: str | None
    seed_commitment: str | None
    nonce: str | None
    seed: str | None
    drawn_on: date | None
    result: dict[str, Any] | None


class OperationAgreed(Event):
    """Both cities have agreed to an operation."""

    type: ClassVar[str] = "li.joint_operation.agreed.v1"

    partner_city: str
    planned_from: date
    planned_to: date


class OperationFrozen(Event):
    """The candidates are fixed and the seed is committed to; the draw comes after."""

    type: ClassVar[str] = "li.joint_operation.frozen.v1"

    list_sha256: str
    seed_commitment: str


class OperationDrawn(Event):
    """Chance has decided; how many, not whom."""

    type: ClassVar[str] = "li.joint_operation.drawn.v1"

    list_sha256: str
    seed_commitment: str
    employers: int


class OperationCompleted(Event):
    """Every drawn employer was inspected."""

    type: ClassVar[str] = "li.joint_operation.completed.v1"

    employers: int
    violations: int
    completed_on: date


EVENT_TYPES: tuple[type[Event], ...] = (
    OperationAgreed,
    OperationFrozen,
    OperationDrawn,
    OperationCompleted,
)
