"""Everything demands and their matches say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import Uscc
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from talent.codes import FieldCode
from talent.programmes.schemas import City, LadderLevel
from talent.science_resources.schemas import Fields, Modes, Text, Title

DemandState = Literal["DRAFT", "PUBLISHED", "MATCHING", "CONTACTED", "SIGNED", "UNFILLED"]
CandidateKind = Literal["RESOURCE", "PERSON"]


class TalentDemandCreate(RequestModel):
    """A demand of an employer of one's own city."""

    title: Title
    employer_uscc: Uscc
    employer_name: Title | None = None
    description: Text | None = None
    requirements: Text | None = None
    fields: Fields
    ladder: LadderLevel
    modes: Modes
    headcount: Annotated[int, Field(ge=1, le=1000)] = 1


class TalentDemandChange(RequestModel):
    """What may change before it is published; only what is given does."""

    title: Title | None = None
    employer_name: Title | None = None
    description: Text | None = None
    requirements: Text | None = None
    fields: Fields | None = None
    ladder: LadderLevel | None = None
    modes: Modes | None = None
    headcount: Annotated[int | None, Field(ge=1, le=1000)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """What every demand has is not taken away."""
        for name in ("title", "fields", "ladder", "modes", "headcount"):
            if name in given and given[name] is None:
                yield CrossError((name,), "REQUIRED", "不得为空", "may not be empty")


class TalentDemandRead(LivingRead):
    """A demand."""

    title: str
    employer_uscc: str
    employer_name: str | None
    description: str | None
    requirements: str | None
    fields: list[str]
    ladder: str
    modes: list[str]
    headcount: int
    published_on: date | None
    closed_on: date | None


class TalentDemandQuery(ListQuery):
    """How demands are looked through; `q` is part of the title."""

    state: DemandState | None = None
    field: FieldCode | None = None
    ladder: LadderLevel | None = None
    owner_city: City | None = None
    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
    published_on_from: date | None = None
    published_on_to: date | None = None


class MatchRequest(RequestModel):
    """For which demand, among what, and how many answers."""

    demand_id: UUID
    kind: CandidateKind | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class ReasonRead(BaseModel):
    """One factor of a score: how far it is met, what it adds, what was found."""

    factor: str
    weight: float
    met: float
    points: float
    found: list[str]


class DemandMatchRead(LivingRead):
    """What may answer a demand. A person is named by the entry's id only, until contacted."""

    demand_id: UUID
    kind: str
    resource_id: UUID | None
    talent_id: UUID | None
    candidate_city: str
    score: float
    reasons: list[ReasonRead]
    note: str | None


class MatchReply(BaseModel):
    """The best answers, the best first."""

    demand_id: UUID
    items: list[DemandMatchRead]


class DemandMatchQuery(ListQuery):
    """How matches are looked through."""

    state: Literal["SUGGESTED", "CONTACTED", "SIGNED", "DECLINED"] | None = None
    demand_id: UUID | None = None
    resource_id: UUID | None = None
    talent_id: UUID | None = None


class FollowUp(RequestModel):
    """What was said or agreed; on a demand, with which match."""

    match_id: UUID | None = None
    note: Annotated[str | None, StringConstraints(max_length=1000)] = None


class DemandPublished(Event):
    """An employer looks for high-level talent."""

    type: ClassVar[str] = "talent.demand.published.v1"

    demand_id: UUID
    fields: list[str]
    ladder: str
