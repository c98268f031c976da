"""Everything labour projects and batches say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from employment.codes import KeyGroup, Occupation
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

ProjectState = Literal["DRAFT", "AGREED", "ACTIVE", "COMPLETED", "TERMINATED"]
BatchState = Literal[
    "PLANNED", "DEPARTED", "ARRIVED", "FOLLOWUP_30", "FOLLOWUP_90", "CLOSED", "CANCELLED"
]  # fmt: skip
Title = Annotated[str, StringConstraints(min_length=1, max_length=80)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Quota = Annotated[int, Field(ge=1, le=100_000)]
City = Annotated[str | None, Field(max_length=6)]
Day = Annotated[date, Field(ge=date(2020, 1, 1), le=date(2100, 12, 31))]


class ProjectCreate(RequestModel):
    """A project: who sends, who receives, for which work, how many, when."""

    title: Title
    sending_city: Annotated[str | None, Field(pattern=r"^[0-9]{6}$")] = None
    sending_org: Name
    employer_id: UUID
    work_division: DivisionCode
    occupation: Occupation
    quota: Quota
    poverty_reserved: Annotated[int, Field(ge=0, le=100_000)] = 0
    starts_on: Day
    ends_on: Day

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if (given.get("poverty_reserved") or 0) > given["quota"]:
            yield CrossError(
                ("poverty_reserved",), "RANGE", "超过项目名额", "is more than the quota"
            )
        starts, ends = (date.fromisoformat(str(given[one])) for one in ("starts_on", "ends_on"))
        if ends <= starts:
            yield CrossError(("ends_on",), "RANGE", "须晚于开始日期", "must be after its start")


class ProjectRead(LivingRead):
    """A project with its figures; `stability_rate_90` are the arrived who stayed, in percent."""

    state: ProjectState
    title: str
    sending_city: str
    sending_org: str
    receiving_city: str
    employer_id: UUID
    work_division: str
    occupation: str
    quota: int
    poverty_reserved: int
    arrived: int
    arrived_poverty: int
    starts_on: date
    ends_on: date
    agreed_by: list[str]
    agreed_on: date | None
    reason: str | None
    followed_up_90: int
    employed_90: int
    stability_rate_90: Decimal | None


class ProjectQuery(ListQuery):
    """How projects are looked for; `q` is part of the title."""

    state: ProjectState | None = None
    owner_city: City = None
    sending_city: City = None
    receiving_city: City = None
    employer_id: UUID | None = None
    occupation: Annotated[str | None, Field(max_length=12)] = None


class WorkerIn(RequestModel):
    """A worker of a batch."""

    person: PersonIn
    groups: Annotated[list[KeyGroup], Field(max_length=8)] = Field(default_factory=list)


class BatchCreate(RequestModel):
    """A batch of a project, or people who went by themselves (`organised` false)."""

    project_id: UUID | None = None
    organised: bool = True
    to_city: Annotated[str | None, Field(pattern=r"^[0-9]{6}$")] = None
    departs_on: Day
    workers: Annotated[list[WorkerIn], Field(min_length=1, max_length=500)]

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if given.get("organised", True) and given.get("project_id") is None:
            yield CrossError(
                ("project_id",), "REQUIRED", "有组织输出须属于项目", "is what organises a batch"
            )


class Arrival(RequestModel):
    """Who has arrived; without a list everybody."""

    arrived_on: Day | None = None
    worker_ids: Annotated[list[UUID] | None, Field(max_length=500)] = None


class FollowUp(RequestModel):
    """Who is still at work."""

    employed_worker_ids: Annotated[list[UUID], Field(max_length=500)]


class WorkerRead(BaseModel):
    """A worker, masked; those whom places are kept for come first."""

    id: UUID
    person: PersonMasked
    groups: list[KeyGroup]
    arrived: bool
    employed_30: bool | None
    employed_90: bool | None


class BatchRead(LivingRead):
    """A batch and its workers."""

    state: BatchState
    project_id: UUID | None
    organised: bool
    to_city: str
    departs_on: date
    departed_on: date | None
    arrived_on: date | None
    reason: str | None
    workers: list[WorkerRead]
    arrived: int
    stability_rate_30: Decimal | None
    stability_rate_90: Decimal | None


class BatchQuery(ListQuery):
    """How batches are looked for."""

    state: BatchState | None = None
    owner_city: City = None
    to_city: City = None
    project_id: UUID | None = None
    organised: bool | None = None
    arrived_on_from: date | None = None
    arrived_on_to: date | None = None


class OutflowQuery(BaseModel):
    """Which outflow: from a city, in a span of days."""

    model_config = {"extra": "forbid"}

    city: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    arrived_on_from: date
    arrived_on_to: date


class OutflowRead(BaseModel):
    """X-2: organised share = organised / all outflow, in percent."""

    city: str
    organised: int
    all: int
    organised_share: Decimal | None
