"""Everything demonstration bases say over the wire."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, PersonIn
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

State = Literal["APPLIED", "SCORED", "GRANTED", "REFUSED", "REVOKED", "EXPIRED"]
ReviewKind = Literal["SCORE", "ANNUAL"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Statement = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Opinion = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Score = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
City = Annotated[str | None, Field(max_length=6)]


class BaseApply(RequestModel):
    """An application to be a demonstration base."""

    name: Name
    operator: Name
    division: DivisionCode
    address: Address
    space_id: UUID | None = None
    statement: Statement


class RecordJobs(RequestModel):
    """People who got a job through the base; nobody counts twice, at this base or another."""

    persons: Annotated[list[PersonIn], Field(min_length=1, max_length=500)]
    created_on: date | None = None


class BaseRead(LivingRead):
    """A base; `joint_score` is the mean of both cities' scores."""

    state: State
    name: str
    operator: str
    division: str
    address: str
    space_id: UUID | None
    statement: str
    joint_score: Decimal | None
    granted_on: date | None
    valid_to: date | None
    reason: str | None
    jobs_created: int


class BaseQuery(ListQuery):
    """How bases are looked for; `q` is part of the name."""

    state: State | None = None
    owner_city: City = None
    division: Annotated[str | None, Field(max_length=12)] = None
    valid_to_from: date | None = None
    valid_to_to: date | None = None


class ReviewCreate(RequestModel):
    """A city's score before the grant, or its annual review."""

    base_id: UUID
    kind: ReviewKind
    score: Score
    opinion: Opinion


class ReviewRead(LivingRead):
    """A review."""

    state: Literal["FILED"]
    base_id: UUID
    kind: ReviewKind
    round: int
    score: Decimal
    opinion: str
    reviewed_on: date


class ReviewQuery(ListQuery):
    """How reviews are looked for."""

    owner_city: City = None
    base_id: UUID | None = None
    kind: ReviewKind | None = None
