"""Everything a matter says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gateway.citizens import LONGEST, SHORTEST
from gateway.matters.catalogue import Scope
from gateway.matters.rules import State, StepState
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.timeline import TimelineEntryRead
from hrss_kit.validation import CrossError, RequestModel

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{2,39}$", examples=["SI_TRANSFER"])]
#: What the form says; the catalogue's JSON Schema of the matter decides.
Form = Annotated[dict[str, Any], Field(max_length=40)]


class MaterialRead(BaseModel):
    """A paper that is needed; `proof` names the electronic certificate that stands for it."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    title_zh: str
    title_en: str
    proof: str | None


class StepOffered(BaseModel):
    """What a service will do."""

    kind: str
    service: str
    title_zh: str
    title_en: str


class CatalogueRead(BaseModel):
    """A matter on offer: what it needs, who does it, and the form as JSON Schema 2020-12."""

    code: str
    scope: Scope
    title_zh: str
    title_en: str
    services: list[str]
    steps: list[StepOffered]
    is_one_thing: bool = Field(description="高效办成一件事: several services, one form")
    materials: list[MaterialRead]
    form: dict[str, Any]
    legal_basis: str
    limit_wd: int
    visit_required: bool
    auth_level: str
    handoff_fields: list[str] = Field(description="What leaves with a national matter, no more")
    effective_from: date
    effective_to: date | None


class CatalogueQuery(ListQuery):
    """Which net, which words, as of which day (today)."""

    scope: Scope | None = None
    service: Annotated[str | None, Field(max_length=40)] = None
    on: date | None = None


class MatterCreate(RequestModel):
    """Which matter, who it is for, and what is known of the form.

    With `ecard_token` nothing of the person is typed. A citizen who has signed in with an e-card
    needs neither. A counter may name the person, and the verification it has made.
    """

    code: Code
    ecard_token: Annotated[
        str | None, Field(min_length=SHORTEST, max_length=LONGEST, repr=False)
    ] = None
    person: PersonIn | None = None
    verification_id: Annotated[str | None, Field(pattern=r"^[0-9A-Za-z-]{8,64}$")] = None
    form: Form = Field(default_factory=dict)
    city: Annotated[
        str | None,
        Field(description="Where it is handled, for whoever starts it online", max_length=6),
    ] = None
    source_system: Annotated[str | None, Field(min_length=1, max_length=60)] = None
    source_ref: Annotated[str | None, Field(min_length=1, max_length=120)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """One way to say who it is; one of the two cities."""
        if given.get("ecard_token") is not None and given.get("person") is not None:
            yield CrossError(
                ("person",),
                "ONE_WAY",
                "已出示电子社保卡，无需再填身份信息",
                "is not needed with an e-card's code",
            )
        city = given.get("city")
        if isinstance(city, str) and city not in ACTIVE_CITIES:
            yield CrossError(("city",), "CITY", "不是协作城市", "is not a city of the hub")


class MatterChange(RequestModel):
    """Fields of the form that are added or put right; null takes one out."""

    form: Form


class ProblemTold(BaseModel):
    """Why a service did not take it."""

    code: str
    detail: str
    errors: list[dict[str, str]]


class StepRead(BaseModel):
    """One service's part."""

    position: int
    kind: str
    service: str
    title_zh: str
    title_en: str
    state: StepState
    city: str
    collection: str
    resource: str | None = Field(description="The path of what was opened")
    resource_id: UUID | None
    resource_no: str | None
    resource_state: str | None
    attempts: int
    next_try_at: datetime | None
    last_problem: ProblemTold | None
    opened_at: datetime | None
    settled_at: datetime | None


class HandoffLink(BaseModel):
    """The hand-off of a national matter."""

    id: UUID
    biz_no: str
    state: str
    href: str


class JourneyLink(BaseModel):
    """A journey over several services that a part of the matter has begun (domain §3.1)."""

    id: UUID
    biz_no: str
    kind: str
    state: str
    href: str


class MaterialHeld(MaterialRead):
    """A paper of this matter, and what has been shown for it."""

    is_shown: bool
    shown_by: Literal["ELECTRONIC_PROOF", "FORM", "COUNTER"] | None
    number: str | None = Field(description="Masked number of the certificate")


class MatterRead(LivingRead):
    """A matter, the person masked; the form for the city that handles it and for the person."""

    state: State
    code: str
    scope: Scope
    title_zh: str
    title_en: str
    tracking_no: str
    channel: str
    person: PersonMasked
    is_verified: bool
    verification_id: str | None
    form: dict[str, Any] | None
    missing: list[str]
    materials: list[MaterialHeld]
    steps: list[StepRead]
    handoff: HandoffLink | None
    journeys: list[JourneyLink]
    visit_required: bool
    without_visit: bool
    submitted_on: date | None
    closed_at: datetime | None
    result: str | None


class MatterQuery(ListQuery):
    """Filters of the list; `q` is a matter's number, or that of what a service opened for it."""

    state: State | None = None
    code: Code | None = None
    scope: Scope | None = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None
    biz_no: Annotated[str | None, Field(max_length=40)] = None
    person_ref: Annotated[str | None, Field(pattern="^[0-9a-f]{24}$")] = None
    submitted_on_from: date | None = None
    submitted_on_to: date | None = None


class MatterTimelineEntry(TimelineEntryRead):
    """An entry, with whose it is: the gateway's own, or that of a service's resource."""

    service: str
    biz_no: str


class MatterTimeline(BaseModel):
    """One timeline over all the services, oldest first."""

    items: list[MatterTimelineEntry]


class TrackingRequest(RequestModel):
    """The number of a matter and the document of whoever it is for."""

    tracking_no: Annotated[str, Field(min_length=1, max_length=40)]
    doc_no: Annotated[str, Field(min_length=1, max_length=40, repr=False)]


class TrackedStep(BaseModel):
    """Where one service's part stands."""

    service: str
    title_zh: str
    title_en: str
    state: StepState
    resource_no: str | None
    resource_state: str | None


class TrackingReply(BaseModel):
    """Where a matter stands."""

    tracking_no: str
    code: str
    title_zh: str
    title_en: str
    state: State
    missing: list[str]
    steps: list[TrackedStep]
    handoff_state: str | None
    due_on: date | None
    closed_at: datetime | None
    result: str | None
