"""Everything a delivery says over the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

State = Literal["PENDING", "DELIVERED", "DEAD", "DISCARDED"]


class DeliveryRead(BaseModel):
    """A line of the ledger; the event's id is the same at each try and in each replay."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    event_id: UUID
    replay: int
    type: str
    subject: str
    state: State
    attempts: int
    next_try_at: datetime | None
    created_at: datetime
    settled_at: datetime | None
    status_code: int | None
    failure: str | None


class DeliveryQuery(ListQuery):
    """Filters of the ledger."""

    state: State | None = None
    type: Annotated[str | None, Field(max_length=80)] = None
    subject: Annotated[str | None, Field(max_length=120)] = None
    event_id: UUID | None = None
    created_at_from: datetime | None = None
    created_at_to: datetime | None = None


class DeadLetterRead(LivingRead):
    """A delivery given up after its last try; what follows it on its subject waits for it."""

    subscription_id: UUID
    event_id: UUID
    type: str
    subject: str
    attempts: int
    status_code: int | None
    failure: str | None
    held: int


class DeadLetterQuery(ListQuery):
    """Filters of the dead letters."""

    subscription_id: UUID | None = None
    type: Annotated[str | None, Field(max_length=80)] = None
    subject: Annotated[str | None, Field(max_length=120)] = None
    created_at_from: datetime | None = None
    created_at_to: datetime | None = None


class ResendMany(RequestModel):
    """Which dead letters to try again; without a filter all that one may see."""

    subscription_id: UUID | None = None
    type: Annotated[str | None, Field(max_length=80)] = None
    subject: Annotated[str | None, Field(max_length=120)] = None
    created_at_from: datetime | None = None
    created_at_to: datetime | None = None


class ResentMany(BaseModel):
    """How many are tried again."""

    resent: int
