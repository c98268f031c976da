"""Mirrors of postings and reports of false ones, over the wire."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from employment.postings.schemas import CityCode, State
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

ReportKind = Literal["FALSE_INFORMATION", "FEE", "DISCRIMINATION", "OTHER"]
Facts = Annotated[str, StringConstraints(min_length=2, max_length=2000)]


class MirrorRead(BaseModel):
    """A posting of the other city as it was received here."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    biz_no: str
    owner_city: str
    version: int
    created_at: datetime
    updated_at: datetime
    mirror_city: str
    origin_city: str
    origin_id: UUID
    origin_version: int
    state: str
    stale: bool
    received_at: datetime
    snapshot: dict[str, Any]
    allowed_actions: list[str]


class MirrorQuery(ListQuery):
    """How mirrors are looked for; `q` is part of the title."""

    state: State | None = None
    origin_city: CityCode | None = None
    origin_id: UUID | None = None
    stale: bool | None = None


class MirrorChange(RequestModel):
    """Nobody changes a mirror: whatever is sent, it is the other city's."""

    model_config = ConfigDict(extra="allow")


class ReportCreate(RequestModel):
    """What is wrong with a posting of the other city."""

    kind: ReportKind = "FALSE_INFORMATION"
    facts: Facts


class ReportAnswer(RequestModel):
    """What its own city has found; a founded report takes the posting off at once."""

    founded: bool
    answer: Facts


class ReportRead(LivingRead):
    """A report, and its answer."""

    posting_id: UUID
    mirror_id: UUID | None
    reporting_city: str
    kind: str
    facts: str
    due_on: date
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None


class ReportQuery(ListQuery):
    """How reports are looked for."""

    state: Literal["OPEN", "FOUNDED", "UNFOUNDED"] | None = None
    posting_id: UUID | None = None


class PostingReported(Event):
    """The other city says that a posting is false; its own city has to answer."""

    type: ClassVar[str] = "employment.posting.reported.v1"

    report_id: UUID
    posting_id: UUID
    kind: str
    due_on: date


class PostingReportAnswered(Event):
    """Its own city has answered."""

    type: ClassVar[str] = "employment.posting.report_answered.v1"

    report_id: UUID
    posting_id: UUID
    founded: bool
