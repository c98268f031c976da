"""Everything posts and secondments say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from talent.programmes.schemas import City, Day, Name, ends_after

Grade = Literal["EXCELLENT", "COMPETENT", "BASIC", "FAILED"]


class SecondmentPostCreate(RequestModel):
    """A post of one's own city's HRSS body."""

    host_org: Name
    title: Name
    duties: Annotated[str | None, StringConstraints(max_length=2000)] = None
    months: Annotated[int, Field(ge=1, le=60)] = 12
    open_until: Day | None = None


class SecondmentPostRead(LivingRead):
    """A post."""

    host_org: str
    host_city: str
    title: str
    duties: str | None
    months: int
    open_until: date | None


class SecondmentPostQuery(ListQuery):
    """How posts of both cities are looked through; `q` is part of the title."""

    state: Literal["OPEN", "CLOSED"] | None = None
    owner_city: City | None = None


class SecondmentCreate(RequestModel):
    """Somebody of one's own city for a post of the other."""

    post_id: UUID
    person: PersonIn
    home_org: Name
    starts_on: Day
    ends_on: Day

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from ends_after(given, "starts_on", "ends_on")


class Extension(RequestModel):
    """Until when, and why."""

    ends_on: Day
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class Appraisal(RequestModel):
    """What the host says of it."""

    grade: Grade
    note: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class SecondmentRead(LivingRead):
    """A secondment, the person masked."""

    post_id: UUID
    person: PersonMasked
    home_city: str
    home_org: str
    host_city: str
    starts_on: date
    ends_on: date
    started_on: date | None
    extended_from: date | None
    appraisal: str | None
    appraisal_note: str | None
    ended_on: date | None


class SecondmentQuery(ListQuery):
    """How secondments of both directions are looked through."""

    state: Annotated[str | None, Field(max_length=24)] = None
    owner_city: City | None = None
    host_city: City | None = None
    post_id: UUID | None = None
    starts_on_from: date | None = None
    starts_on_to: date | None = None


class SecondmentEvent(Event):
    """What every event of a secondment says."""

    secondment_id: UUID
    home: str
    host: str


class SecondmentStarted(SecondmentEvent):
    """Somebody has taken up a post in the other city."""

    type: ClassVar[str] = "talent.secondment.started.v1"

    starts_on: date
    ends_on: date


class SecondmentEnded(SecondmentEvent):
    """Somebody is back home, at the end of the term or recalled before."""

    type: ClassVar[str] = "talent.secondment.ended.v1"

    on: date
