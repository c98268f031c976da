"""What an opening says over the wire: never the identity, but in the one answer that opens it."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

Reason = Annotated[str, Field(min_length=2, max_length=500)]


class OpeningAsk(RequestModel):
    """Why the inspector must know."""

    reason: Reason


class OpeningRefuse(RequestModel):
    """Why not."""

    reason: Reason


class OpeningQuery(ListQuery):
    """Filters of the openings of a report."""

    state: Annotated[str | None, Field(max_length=10)] = None


class OpeningRead(LivingRead):
    """An opening, for the inspectors and the head of the competent city."""

    complaint_id: UUID
    reason: str
    asked_by: str
    decided_by: str | None
    decided_at: datetime | None
    decision_reason: str | None
    expires_at: datetime | None
    opened_at: datetime | None


class Identity(BaseModel):
    """Who reported."""

    id: UUID
    name: str
    doc_type: str
    doc_no: str
    mobile: str | None
