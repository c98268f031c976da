"""Everything brand programmes and enrolments say over the wire."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from employment.codes import KeyGroup, Occupation, SkillLevel
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

State = Literal[
    "APPLIED", "REVIEW_WH", "REVIEW_EZ", "GRANTED", "REFUSED", "EXPIRED", "WITHDRAWN"
]  # fmt: skip
EnrolmentState = Literal["ENROLLED", "PASSED", "FAILED", "CERTIFIED", "WITHDRAWN"]
FieldCode = Literal["ELEC", "AVLOG", "OTHER"]
Title = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Statement = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Opinion = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
City = Annotated[str | None, Field(max_length=6)]
Score = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]


class BrandApply(RequestModel):
    """An application for the mark 武昌鱼."""

    brand: Literal["WUCHANGYU"] = "WUCHANGYU"
    provider_id: UUID
    title: Title
    field: FieldCode = "OTHER"
    occupation: Occupation
    skill_level: SkillLevel
    statement: Statement


class BrandReview(RequestModel):
    """One city's decision."""

    decision: Literal["APPROVE", "REFUSE"]
    opinion: Opinion


class ReviewRead(BaseModel):
    """A city's decision on record."""

    city: str
    decision: Literal["APPROVE", "REFUSE"]
    opinion: str
    reviewed_by: str
    reviewed_on: date


class BrandRead(LivingRead):
    """A programme and its mark. APPLIED: both reviews are open; REVIEW_EZ: only Ezhou's is."""

    state: State
    brand: str
    provider_id: UUID
    title: str
    field: FieldCode
    occupation: str
    skill_level: str
    statement: str
    reviews: list[ReviewRead]
    granted_on: date | None
    valid_to: date | None
    reason: str | None


class BrandQuery(ListQuery):
    """How programmes are looked for; `q` is part of the title."""

    state: State | None = None
    brand: Literal["WUCHANGYU"] | None = None
    owner_city: City = None
    provider_id: UUID | None = None
    field: FieldCode | None = None
    valid_to_from: date | None = None
    valid_to_to: date | None = None


class Enrol(RequestModel):
    """A person joins a course."""

    person: PersonIn
    course_id: UUID
    subsidised: bool
    groups: Annotated[list[KeyGroup], Field(max_length=8)] = Field(default_factory=list)
    home_city: Annotated[str | None, Field(pattern=r"^[0-9]{6}$")] = None


class Assessment(RequestModel):
    """How the person did."""

    result: Literal["PASS", "FAIL"]
    score: Score | None = None
    assessed_on: date | None = None


class Certificate(RequestModel):
    """The certificate, which carries the skill level; without one it is the course's."""

    certificate_no: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z-]{4,40}$")]
    skill_level: SkillLevel | None = None
    certified_on: date | None = None


class EnrolmentRead(LivingRead):
    """An enrolment; the person is masked."""

    state: EnrolmentState
    person: PersonMasked
    course_id: UUID
    course_title: str
    home_city: str
    subsidised: bool
    groups: list[KeyGroup]
    enrolled_on: date
    completed_on: date | None
    score: Decimal | None
    certificate_no: str | None
    certified_on: date | None
    skill_level: str | None
    brand: str | None


class EnrolmentQuery(ListQuery):
    """How enrolments are looked for."""

    state: EnrolmentState | None = None
    owner_city: City = None
    home_city: City = None
    course_id: UUID | None = None
    subsidised: bool | None = None
    groups: KeyGroup | None = None
    completed_on_from: date | None = None
    completed_on_to: date | None = None
