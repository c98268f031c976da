"""Everything that is said over the wire of employers' credit."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import Uscc
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import RequestModel

Kind = Literal[
    "PUNISHED", "CORRECTED", "DISOBEYED", "REFUSED_ORDER", "TRANSFERRED_POLICE", "INCIDENT",
    "CHILD_OR_FORCED", "RESISTED", "CONVICTED",
]  # fmt: skip
Grade = Literal["A", "B", "C"]
ListKind = Literal["RED_LIST", "C_LIST"]
Year = Annotated[int, Field(ge=2015, le=2100)]


class CreditRecord(RequestModel):
    """What no act of a case shows by itself, with the document that does."""

    employer_uscc: Uscc
    employer_name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Literal["INCIDENT", "CHILD_OR_FORCED", "RESISTED", "CONVICTED"]
    occurred_on: date
    document_no: Annotated[str, Field(min_length=1, max_length=60)]


class GradeWish(RequestModel):
    """The year to grade; without employers everyone under the city's inspection."""

    year: Year
    employer_usccs: Annotated[list[Uscc] | None, Field(max_length=500)] = None


class Publish(RequestModel):
    """Which list of which calendar year."""

    kind: ListKind
    year: Year


class CreditQuery(ListQuery):
    """Filters of the list of events."""

    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
    year: Annotated[int | None, Field(ge=2015, le=2100)] = None
    kind: Kind | None = None


class GradeQuery(ListQuery):
    """Filters of the list of grades."""

    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
    year: Annotated[int | None, Field(ge=2015, le=2100)] = None
    grade: Grade | None = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None
    is_red_listed: bool | None = None


class PublicationQuery(ListQuery):
    """Filters of the list of publications."""

    kind: ListKind | None = None
    year: Annotated[int | None, Field(ge=2015, le=2100)] = None


class CreditRead(ResourceRead):
    """Something an employer did."""

    employer_uscc: str
    employer_name: str
    kind: Kind
    occurred_on: date
    year: int
    case_id: UUID | None
    case_no: str | None
    document_no: str | None
    annulled_on: date | None


class GradeRead(ResourceRead):
    """A grade; `joint_grade` is what both cities display."""

    employer_uscc: str
    employer_name: str
    year: int
    grade: Grade
    joint_grade: Grade
    reasons: list[str]
    punished_acts: int
    is_red_listed: bool
    graded_on: date


class Graded(BaseModel):
    """How many were graded, and how."""

    year: int
    city: str
    employers: int
    grades: dict[Grade, int]


class PublicationRead(ResourceRead):
    """A yearly publication."""

    kind: ListKind
    year: int
    state: Literal["WARNED", "OVERDUE", "PUBLISHED"]
    published_on: date | None
    employers: list[dict[str, str]]


class CreditRecorded(Event):
    """Something that counts in an employer's credit."""

    type: ClassVar[str] = "li.credit.recorded.v1"

    uscc: str
    year: int
    kind: Kind
    occurred_on: date


class GradePublished(Event):
    """An employer's grade of a year; `joint_grade` is what both cities display."""

    type: ClassVar[str] = "li.grade.published.v1"

    uscc: str
    year: int
    grade: Grade
    joint_grade: Grade
    reasons: list[str]
    is_red_listed: bool


EVENT_TYPES: tuple[type[Event], ...] = (CreditRecorded, GradePublished)
