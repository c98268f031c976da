"""Everything a hand-off says over the wire; nothing of anybody."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gateway.external_handoffs.rules import State
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel


class HandoffRead(LivingRead):
    """A hand-off: where it stands and the names of the fields that left with it."""

    state: State
    matter_id: UUID
    matter_no: str
    code: str
    platform: str
    fields: list[str]
    digest: str = Field(description="SHA-256 of what was handed over, in hex")
    attempts: int
    next_try_at: datetime | None
    last_problem: str | None
    platform_ref: str | None
    receipt_no: str | None
    receipt: str | None = Field(description="The platform's signed receipt, compact JWS")
    reason_code: str | None
    sent_at: datetime | None
    acknowledged_at: datetime | None
    closed_at: datetime | None


class HandoffQuery(ListQuery):
    """Filters of the list; `q` is a number: the hand-off's, the matter's or the platform's."""

    state: State | None = None
    code: Annotated[str | None, Field(max_length=40)] = None
    matter_id: UUID | None = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None


class ReceiptIn(RequestModel):
    """A receipt as the platform has signed it (RFC 7515, compact)."""

    receipt: Annotated[
        str,
        Field(
            min_length=20,
            max_length=4000,
            pattern=r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$",
        ),
    ]


class Receipt(BaseModel):
    """What a receipt says, once its signature has been checked."""

    model_config = ConfigDict(extra="ignore")

    iss: Annotated[str, Field(min_length=1, max_length=40)]
    handoff_no: Annotated[str, Field(min_length=1, max_length=40)]
    digest: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    platform_ref: Annotated[str, Field(min_length=1, max_length=80)]
    receipt_no: Annotated[str, Field(min_length=1, max_length=80)]
    outcome: Literal["COMPLETED", "REJECTED"]
    reason_code: Annotated[str | None, Field(pattern="^[A-Z][A-Z0-9_]{1,39}$")] = None
