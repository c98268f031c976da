"""What a suggested joint case says over the wire: counts for one's own city, bands elsewhere."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead

State = Literal["SUGGESTED", "ACCEPTED", "DISMISSED"]


class SuggestionQuery(ListQuery):
    """Filters of the list."""

    state: State | None = None
    employer_uscc: Annotated[str | None, Field(max_length=18)] = None


class JointPart(BaseModel):
    """One city's case in a joint one: where it stands."""

    case_no: str
    state: str


class CityPart(BaseModel):
    """One city's part. Exact numbers and complaints are shown to that city's inspectors only."""

    city: str
    answer: State
    answered_on: date | None
    reason: str | None
    complaints_band: str
    workers_band: str
    complaints: int | None = None
    workers: int | None = None
    complaint_ids: list[UUID] | None = None
    cases: list[JointPart]


class SuggestionRead(LivingRead):
    """A suggested joint case; no complainant is named, and none of the other city is counted."""

    state: State
    employer_name: str | None
    employer_uscc: str | None
    window_from: date
    suggested_on: date
    settled_on: date | None
    joint_case_no: str | None
    lead_city: str | None
    cities: list[CityPart]


class JointCaseSuggested(Event):
    """Complaints about one employer in both cities look like one event."""

    type: ClassVar[str] = "li.joint_case.suggested.v1"

    uscc: str | None
    cities: list[str]
    complaints_band: str
    workers_band: str
    suggested_on: date


class JointCaseSettled(Event):
    """Both cities have answered a suggested joint case."""

    type: ClassVar[str] = "li.joint_case.settled.v1"

    uscc: str | None
    state: State
    settled_on: date
    joint_case_no: str | None = None
    lead_city: str | None = None


EVENT_TYPES: tuple[type[Event], ...] = (JointCaseSuggested, JointCaseSettled)
