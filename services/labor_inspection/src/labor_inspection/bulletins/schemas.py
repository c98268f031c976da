"""Everything that bulletins and notices say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field, PlainSerializer

from hrss_kit.money import money_text
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead, ResourceRead
from hrss_kit.validation import CrossError, RequestModel

Kind = Literal["QUARTERLY", "MAJOR_CASE", "CREDIT"]
State = Literal["DUE", "ISSUED", "RECEIVED"]
MajorKind = Literal["WAGE", "SOCIAL_INSURANCE", "HOURS", "FEMALE_MINOR", "CHILD", "EFFECT", "OTHER"]
Stage = Literal["DECIDED", "CLOSED"]
City = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Quarter = Annotated[
    str, Field(pattern=r"^[0-9]{4}(-(Q[1-4]|[01][0-9]))?$", examples=["2026-Q4"], max_length=7)
]
Note = Annotated[str | None, Field(max_length=1000)]
Amount = Annotated[Decimal, PlainSerializer(money_text, return_type=str, when_used="json")]


class BulletinCreate(RequestModel):
    """A quarterly bulletin, or a notice of a case that no figure shows to be major."""

    kind: Literal["QUARTERLY", "MAJOR_CASE"] = "QUARTERLY"
    quarter: Quarter | None = None
    to_city: City | None = None
    case_id: UUID | None = None
    major_kinds: list[MajorKind] = Field(default_factory=list, max_length=7)
    note: Note = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """What each kind needs."""
        is_notice = given.get("kind") == "MAJOR_CASE"
        for name in ("case_id", "major_kinds") if is_notice else ("quarter",):
            if not given.get(name):
                yield CrossError((name,), "REQUIRED", "必填", "is required")


class BulletinQuery(ListQuery):
    """Filters of the list."""

    kind: Kind | None = None
    state: State | None = None
    quarter: Annotated[str | None, Field(max_length=7)] = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None
    to_city: Annotated[str | None, Field(max_length=6)] = None
    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
    case_id: UUID | None = None


class BulletinCounts(BaseModel):
    """What a city's inspection did in the period; cases and complaints, not persons."""

    complaints_received: int
    complaints_from_other_city: int
    cases_filed: int
    cases_decided: int
    cases_closed: int
    arrears_listed: int
    employers_of_other_city: int
    wages_recovered: Amount


class BulletinEmployer(BaseModel):
    """An employer registered in the other city, and what it did in this one."""

    uscc: str
    name: str
    kinds: list[str]
    case_nos: list[str]
    joint_grade: Literal["A", "B", "C"] | None
    is_arrears_listed: bool


class BulletinRead(LivingRead):
    """A bulletin or notice; `deadlines` has the clock of one that is still due."""

    kind: Kind
    state: State
    to_city: str
    quarter: str | None
    period_from: date | None
    period_to: date | None
    counts: BulletinCounts | None
    employers: list[BulletinEmployer]
    employer_uscc: str | None
    employer_name: str | None
    case_id: UUID | None
    case_no: str | None
    stage: Stage | None
    major_kinds: list[MajorKind]
    matter: list[str]
    decision: str | None
    decided_on: date | None
    amount: Amount | None
    workers_count: int | None
    credit_kind: str | None
    note: str | None
    issued_on: date | None
    received_on: date | None


class PublicationCreate(RequestModel):
    """Which quarter's major cases to publish."""

    quarter: Quarter


class MajorPublicationQuery(ListQuery):
    """Filters of the list of publications."""

    quarter: Annotated[str | None, Field(max_length=7)] = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None


class MajorItem(BaseModel):
    """What the public reads of one major case."""

    employer_name: str
    employer_uscc: str | None
    case_no: str
    kinds: list[MajorKind]
    facts: str
    decision: str
    decided_on: date


class MajorPublicationRead(ResourceRead):
    """A quarter's publication."""

    quarter: str
    published_on: date
    items: list[MajorItem]


class BulletinIssued(Event):
    """One city has told the other of a quarter of its inspection."""

    type: ClassVar[str] = "li.bulletin.issued.v1"

    quarter: str
    to_city: str
    counts: BulletinCounts


class MajorCaseNoticed(Event):
    """One city has told the other of a major case, in the moment it was decided or closed."""

    type: ClassVar[str] = "li.major_case.noticed.v1"

    uscc: str | None
    to_city: str
    kinds: list[MajorKind]
    stage: Stage
    decision: str
    amount_band: str | None


EVENT_TYPES: tuple[type[Event], ...] = (BulletinIssued, MajorCaseNoticed)
