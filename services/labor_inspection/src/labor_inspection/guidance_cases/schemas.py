"""Everything that guidance cases say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from labor_inspection.complaints.rules import MATTERS

State = Literal["DRAFT", "CHECKED", "PUBLISHED", "WITHDRAWN"]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Long = Annotated[str, Field(min_length=1, max_length=8000)]
Middle = Annotated[str, Field(min_length=1, max_length=4000)]
Short = Annotated[str, Field(min_length=1, max_length=2000)]
Matters = Annotated[
    list[Annotated[str, Field(json_schema_extra={"enum": list(MATTERS)}, max_length=24)]],
    Field(min_length=1, max_length=20),
]


def _known(given: Mapping[str, Any]) -> Iterable[CrossError]:
    for at, matter in enumerate(given.get("matter") or []):
        if isinstance(matter, str) and matter.strip() not in MATTERS:
            yield CrossError(
                ("matter", at), "CODE", "不在代码表中", "is not one of the allowed codes"
            )


class GuidanceCreate(RequestModel):
    """A draft; personal data is refused, field by field with its place."""

    title: Title
    matter: Matters
    facts: Long
    issue: Short
    reasoning: Long
    outcome: Middle
    legal_basis: Short
    case_id: UUID | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Known matters."""
        yield from _known(given)


class GuidanceChange(RequestModel):
    """What may change of a draft."""

    title: Title | None = None
    matter: Matters | None = None
    facts: Long | None = None
    issue: Short | None = None
    reasoning: Long | None = None
    outcome: Middle | None = None
    legal_basis: Short | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Known matters."""
        yield from _known(given)


class GuidanceQuery(ListQuery):
    """Filters of the list; `q` is part of a title."""

    state: State | None = None
    matter: Annotated[str | None, Field(max_length=24)] = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None


class GuidanceRead(LivingRead):
    """A guidance case."""

    state: State
    title: str
    matter: list[str]
    facts: str
    issue: str
    reasoning: str
    outcome: str
    legal_basis: str
    case_id: UUID | None
    checked_on: date | None
    published_on: date | None
    withdrawn_on: date | None


class GuidancePublished(Event):
    """A guidance case is there for everybody to read."""

    type: ClassVar[str] = "li.guidance_case.published.v1"

    matter: list[str]
    published_on: date


EVENT_TYPES: tuple[type[Event], ...] = (GuidancePublished,)
