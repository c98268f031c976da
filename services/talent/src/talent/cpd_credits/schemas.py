"""Everything hours of continuing education say over the wire."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field, PlainSerializer, StringConstraints

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import RequestModel

CreditKind = Literal["PUBLIC", "PROFESSIONAL"]
Year = Annotated[int, Field(ge=1990, le=2100, examples=[2026])]
Hours = Annotated[
    Decimal, PlainSerializer(lambda hours: float(hours), return_type=float, when_used="json")
]


class CpdCreditCreate(RequestModel):
    """Hours that somebody has earned; how many at most a year is policy."""

    person: PersonIn
    year: Year
    kind: CreditKind
    hours: Annotated[Decimal, Field(ge=-9999, le=9999, max_digits=5, decimal_places=1)]
    org: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    certificate_no: Annotated[str | None, Field(max_length=60)] = None
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None


class CpdCreditRead(ResourceRead):
    """Hours, the person masked."""

    person: PersonMasked
    year: int
    kind: str
    hours: Hours
    org: str
    certificate_no: str | None
    source_system: str | None
    source_ref: str | None


class CpdCreditQuery(ListQuery):
    """How a city looks through the hours it has recorded."""

    year: Year | None = None
    kind: CreditKind | None = None


class CpdLookup(RequestModel):
    """Whose hours, of which year."""

    person: PersonIn
    year: Year | None = None


class CpdItem(BaseModel):
    """Hours as every city sees them."""

    city: str
    year: int
    kind: str
    hours: Hours
    org: str


class CpdLookupReply(BaseModel):
    """A person's hours in both cities together."""

    items: list[CpdItem]
    total: Hours
