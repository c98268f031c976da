"""Everything category mappings say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from talent.programmes.schemas import City, Day, LadderLevel, Reference, ends_after

Kind = Literal["EQUIVALENT", "LOWER", "NOT_RECOGNISED"]


class CategoryMappingCreate(RequestModel):
    """A draft: from a category to one of the other city, or to a level of the common ladder.

    One that replaces a mapping in force says what becomes of those recognised under it: KEEP, to
    the end of their term, or UNTIL a day.
    """

    from_category: Reference
    to_category: Reference | None = None
    to_city: City | None = None
    ladder_level: LadderLevel | None = None
    kind: Kind
    effective_from: Day
    effective_to: Day | None = None
    basis: Annotated[str, StringConstraints(min_length=1, max_length=500)] = "两市人才互认协议"
    supersedes: UUID | None = None
    grandfathering: Literal["KEEP", "UNTIL"] | None = None
    grandfather_until: Day | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from ends_after(given, "effective_from", "effective_to")
        if (given.get("supersedes") is None) != (given.get("grandfathering") is None):
            yield CrossError(
                ("grandfathering",),
                "GRANDFATHERING",
                "替换现行映射的，须明确原已互认人员的过渡办法",
                "is to be said when a mapping in force is replaced, and only then",
            )
        until = given.get("grandfather_until") is not None
        if until != (given.get("grandfathering") == "UNTIL"):
            yield CrossError(
                ("grandfather_until",),
                "GRANDFATHERING",
                "过渡期截止日仅在 UNTIL 时填写",
                "goes with UNTIL",
            )


class Approval(BaseModel):
    """Who approved for a city, and when."""

    by: str
    at: datetime


class CategoryMappingRead(LivingRead):
    """A mapping; `approvals` has an entry for each city concerned, empty until it approves."""

    from_category: str
    from_city: str
    to_category: str | None
    to_city: str
    ladder_level: str | None
    kind: str
    effective_from: date
    effective_to: date | None
    basis: str
    approvals: dict[str, Approval | None]
    supersedes: UUID | None
    grandfathering: str | None
    grandfather_until: date | None
    activated_on: date | None


class CategoryMappingQuery(ListQuery):
    """How mappings are looked through; `as_of` asks which were in force on a day."""

    state: Annotated[str | None, Field(max_length=24)] = None
    kind: Kind | None = None
    from_category: Reference | None = None
    to_category: Reference | None = None
    to_city: City | None = None
    effective_from_from: date | None = None
    effective_from_to: date | None = None
    as_of: Day | None = None


class AffectedRead(BaseModel):
    """Somebody whose recognition rests on the mapping that is replaced."""

    recognition_id: UUID
    recognition_no: str
    person: PersonMasked
    state: str
    granted_level: str | None
    level_under_new: str | None
    valid_to: date | None
    grandfathered_until: date | None


class AffectedQuery(ListQuery):
    """Page of those affected."""


class MappingActivated(Event):
    """Both cities have approved what a category counts for in the other city."""

    type: ClassVar[str] = "talent.category_mapping.activated.v1"

    mapping_id: UUID
    from_category: str
    to_city: str
    to_category: str | None
    ladder_level: str | None
    kind: str
    effective_from: date
    effective_to: date | None
    supersedes: UUID | None
