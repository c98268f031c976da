"""Everything a policy parameter says over the wire: requests, replies and its event."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from hrss_kit.deadlines import DeadlineRead
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.validation import RequestModel

City = Literal["420100", "420700"]
Key = Annotated[str, Field(pattern=r"^[a-z_]+(\.[A-Za-z0-9_-]+)+$", max_length=80)]


class PolicyParameterCreate(RequestModel):
    """A draft: one value of one key, for one city or both, in one period."""

    key: Key
    city: City | None = None
    value: JsonValue
    unit: Annotated[str, Field(max_length=20)] = ""
    effective_from: date
    effective_to: date | None = None
    source_doc: Annotated[str, Field(min_length=1, max_length=200)]
    source_article: Annotated[str, Field(max_length=100)] = ""
    confidence: Literal["H", "M", "L"]
    note: Annotated[str, Field(max_length=500)] = ""


class PolicyParameterRead(BaseModel):
    """A row; `effective_to` is the first day it no longer holds, `is_verified` false for L rows."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    biz_no: str
    owner_city: str | None
    version: int
    created_at: datetime
    updated_at: datetime
    created_by: str
    state: Literal["DRAFT", "ACTIVE", "SUPERSEDED"]
    allowed_actions: list[str]
    deadlines: list[DeadlineRead] = []
    key: str
    city: str | None
    value: Any
    unit: str
    effective_from: date
    effective_to: date | None
    source_doc: str
    source_article: str
    confidence: str
    is_verified: bool
    is_joint: bool
    status: str
    approved_by: list[str]
    note: str


class PolicyParameterQuery(ListQuery):
    """Filters of the list."""

    key: Annotated[str | None, Field(max_length=80)] = None
    city: City | None = None
    status: Literal["DRAFT", "ACTIVE", "SUPERSEDED"] | None = None
    state: Literal["DRAFT", "ACTIVE", "SUPERSEDED"] | None = None
    effective_on: date | None = None


class PolicyParameterActivated(Event):
    """A row came into force: the whole of it, so that every service's copy follows."""

    type: ClassVar[str] = "policy.parameter.activated.v1"

    id: UUID
    key: str
    city: str
    value: JsonValue
    unit: str
    effective_from: date
    effective_to: date | None
    source_doc: str
    source_article: str
    confidence: str
    approved_by: list[str]
    note: str
