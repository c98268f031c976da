"""Everything that agreements say over the wire."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

State = Literal["DRAFT", "PROPOSED", "ACTIVE", "EXPIRED", "TERMINATED"]
City = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Scope = Annotated[str, Field(min_length=1, max_length=4000)]


class AgreementCreate(RequestModel):
    """A draft; without `parties` it is between all cities of the hub."""

    title: Title = "合作协议"
    parties: Annotated[list[City] | None, Field(min_length=2, max_length=10)] = None
    scope: Scope
    effective_from: date
    effective_to: date | None = None
    file_hash: Hash | None = None


class AgreementChange(RequestModel):
    """What may change before it is proposed."""

    title: Title | None = None
    scope: Scope | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    file_hash: Hash | None = None


class ApprovalRead(BaseModel):
    """Who approved for a city, and when."""

    model_config = ConfigDict(from_attributes=True)

    city: str
    approver: str
    approved_at: datetime


class AgreementRead(LivingRead):
    """An agreement; `effective_to` and `ended_on` are the first day on which it does not hold."""

    state: State
    title: str
    parties: list[str]
    scope: str
    effective_from: date
    effective_to: date | None
    file_hash: str | None
    has_file: bool
    approved_cities: list[str]
    approvals: list[ApprovalRead]
    ended_on: date | None


class AgreementQuery(ListQuery):
    """Filters of the list."""

    state: State | None = None
    owner_city: City | None = None
    effective_on: date | None = None
    effective_from_from: date | None = None
    effective_from_to: date | None = None


class AgreementProposed(Event):
    """One city asks the other to approve an agreement."""

    type: ClassVar[str] = "sharing.agreement.proposed.v1"

    id: UUID
    parties: list[str]
    effective_from: date
    effective_to: date | None


class AgreementChanged(Event):
    """An agreement was approved by every party, has run out or was ended: as it stands now."""

    type: ClassVar[str] = "sharing.agreement.changed.v1"

    id: UUID
    state: State
    parties: list[str]
    effective_from: date
    effective_to: date | None
    version: int
