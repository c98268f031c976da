"""Everything competitions and their results say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead, ResourceRead
from hrss_kit.validation import CrossError, RequestModel
from talent.codes import SkillLevel
from talent.programmes.schemas import City, Day

Title = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Occupation = Annotated[str, StringConstraints(pattern=r"^[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}$")]


class CompetitionCreate(RequestModel):
    """A competition that one's own city will hold."""

    title: Title
    starts_on: Day
    ends_on: Day
    venue: Annotated[str, StringConstraints(min_length=1, max_length=200)]

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Its days are in order, and of one year."""
        first, last = given.get("starts_on"), given.get("ends_on")
        if first is not None and last is not None and str(last) < str(first):
            yield CrossError(("ends_on",), "RANGE", "不得早于开始日期", "is before its first day")


class CompetitionRead(LivingRead):
    """A competition."""

    title: str
    year: int
    starts_on: date
    ends_on: date
    venue: str
    announced_on: date | None
    held_on: date | None


class CompetitionQuery(ListQuery):
    """How competitions are looked through; `q` is part of the title."""

    state: Literal["PLANNED", "ANNOUNCED", "HELD", "CANCELLED"] | None = None
    year: Annotated[int | None, Field(ge=2000, le=2100)] = None
    owner_city: City | None = None


class CompetitionResultCreate(RequestModel):
    """Who came in at which place of an occupation, and what level that shows."""

    competition_id: UUID
    person: PersonIn
    occupation: Occupation
    place: Annotated[int, Field(ge=1, le=100)]
    skill_level: SkillLevel
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None


class CompetitionResultRead(ResourceRead):
    """A result, the person masked; its `biz_no` is cited as evidence of the skill."""

    person: PersonMasked
    competition_id: UUID
    occupation: str
    place: int
    skill_level: str
    published_on: date
    source_system: str | None
    source_ref: str | None


class CompetitionResultQuery(ListQuery):
    """How results are looked through."""

    competition_id: UUID | None = None
    occupation: Annotated[str | None, Field(max_length=10)] = None
    skill_level: SkillLevel | None = None


class CompetitionResultPublished(Event):
    """Somebody did well in a skill competition: evidence of a level in an occupation."""

    type: ClassVar[str] = "talent.competition.result_published.v1"

    result_id: UUID
    competition_id: UUID
    occupation: str
    place: int
    skill_level: str
    published_on: date
