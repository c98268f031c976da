"""Everything that sharing rules say over the wire."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

State = Literal["DRAFT", "ACTIVE", "REJECTED", "WITHDRAWN", "EXPIRED"]
ServiceName = Literal["employment", "social_insurance", "talent", "labor_inspection", "card"]
City = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Purpose = Annotated[str, Field(pattern=r"^[A-Z][A-Z_]{1,29}$")]
FieldName = Annotated[str, Field(pattern=r"^(\*|[a-z][a-z0-9_]*(\.[a-z0-9_]+)*)$", max_length=80)]


def _as_named(value: Any) -> Any:
    """A service may be written as in its path."""
    return value.replace("-", "_") if isinstance(value, str) else value


def _as_collection(value: Any) -> Any:
    """A resource is named as the collection in its path."""
    return value.replace("_", "-") if isinstance(value, str) else value


Member = Annotated[ServiceName, BeforeValidator(_as_named)]
Collection = Annotated[
    str, BeforeValidator(_as_collection), Field(pattern=r"^[a-z][a-z-]*$", max_length=60)
]


class SharingRuleCreate(RequestModel):
    """A draft. `fields` are names in the reply, `worker.name` one inside, `*` all that is shown."""

    agreement_id: UUID
    service: Member
    resource: Collection
    from_city: City
    to_city: City
    purpose: Purpose | None = None
    fields: Annotated[list[FieldName], Field(min_length=1, max_length=100)]
    effective_from: date
    effective_to: date | None = None
    note: Annotated[str, Field(max_length=500)] = ""


class SharingRuleRead(LivingRead):
    """A rule; `is_in_force` says whether it and its agreement hold today."""

    state: State
    agreement_id: UUID
    service: str
    resource: str
    from_city: str
    to_city: str
    purpose: str | None
    fields: list[str]
    effective_from: date
    effective_to: date | None
    revision: int
    drafted_by: str
    drafted_city: str
    approved_by: str | None
    approved_city: str | None
    is_in_force: bool
    note: str


class SharingRuleQuery(ListQuery):
    """Filters of the list; `effective_on` gives what holds on a day, with its agreement."""

    state: State | None = None
    agreement_id: UUID | None = None
    service: Member | None = None
    resource: Collection | None = None
    from_city: City | None = None
    to_city: City | None = None
    purpose: Purpose | None = None
    effective_on: date | None = None


class SharingRuleChanged(Event):
    """A rule came into force or ended: the whole of it, so that every member's copy follows."""

    type: ClassVar[str] = "sharing.rule.changed.v1"

    id: UUID
    agreement_id: UUID
    service: str
    resource: str
    from_city: str
    to_city: str
    purpose: str
    fields: list[str]
    effective_from: date
    effective_to: date | None
    version: int
