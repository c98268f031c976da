"""Everything resources and projects say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from hrss_kit.money import Money
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import Uscc
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from talent.codes import FieldCode
from talent.programmes.schemas import City, Day, LadderLevel, ends_after

#: How somebody, or something, is at another's service.
Mode = Literal["FULL", "PART", "PROJECT", "CONSULTANT"]
ResourceKind = Literal["UNIVERSITY", "LAB", "TEAM", "PROJECT"]
Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Fields = Annotated[list[FieldCode], Field(min_length=1, max_length=13)]
Modes = Annotated[list[Mode], Field(min_length=1, max_length=4)]


class ScienceResourceCreate(RequestModel):
    """A resource of one's own city."""

    kind: ResourceKind
    name: Title
    institution: Title | None = None
    description: Text | None = None
    fields: Fields
    ladder: LadderLevel | None = None
    modes: Modes
    last_outcome_on: Day | None = None


class ScienceResourceChange(RequestModel):
    """What may change."""

    name: Title | None = None
    institution: Title | None = None
    description: Text | None = None
    fields: Fields | None = None
    ladder: LadderLevel | None = None
    modes: Modes | None = None
    last_outcome_on: Day | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        for name in ("name", "fields", "modes"):
            if name in given and given[name] is None:
                yield CrossError((name,), "REQUIRED", "不得为空", "may not be empty")


class ScienceResourceRead(LivingRead):
    """A resource."""

    kind: str
    name: str
    institution: str | None
    description: str | None
    fields: list[str]
    ladder: str | None
    modes: list[str]
    last_outcome_on: date | None


class ScienceResourceQuery(ListQuery):
    """How resources of both cities are looked through; `q` is part of the name."""

    state: Literal["ACTIVE", "CLOSED"] | None = None
    kind: ResourceKind | None = None
    field: FieldCode | None = None
    owner_city: City | None = None


class CooperationProjectCreate(RequestModel):
    """A project that was signed."""

    title: Title
    resource_id: UUID
    demand_id: UUID | None = None
    partner_name: Title
    partner_uscc: Uscc | None = None
    signed_on: Day
    ends_on: Day | None = None
    amount: Money | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from ends_after(given, "signed_on", "ends_on")


class ProjectOutcome(RequestModel):
    """What came of it."""

    outcome: Annotated[str, StringConstraints(min_length=1, max_length=2000)]
    completed_on: Day | None = None


class CooperationProjectRead(LivingRead):
    """A project."""

    title: str
    resource_id: UUID
    demand_id: UUID | None
    partner_name: str
    partner_uscc: str | None
    signed_on: date
    ends_on: date | None
    amount: Money | None
    outcome: str | None
    completed_on: date | None


class CooperationProjectQuery(ListQuery):
    """How projects of both cities are looked through; `q` is part of the title."""

    state: Literal["SIGNED", "RUNNING", "COMPLETED", "TERMINATED"] | None = None
    resource_id: UUID | None = None
    demand_id: UUID | None = None
    owner_city: City | None = None
    signed_on_from: date | None = None
    signed_on_to: date | None = None
