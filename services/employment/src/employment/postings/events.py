"""What postings tell: both cities, the mirrors and the gateway (domain §3.2)."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import ConfigDict

from hrss_kit.outbox import Event


class PostingEvent(Event):
    """What both cities and the gateway are told of a posting (domain §3.2)."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    posting_id: UUID
    version: int
    occupation: str
    work_division: str
    valid_to: date


class PostingPublished(PostingEvent):
    """It is on offer."""

    type: ClassVar[str] = "employment.posting.published.v1"


class PostingUpdated(PostingEvent):
    """It was changed while on offer, or is on offer again."""

    type: ClassVar[str] = "employment.posting.updated.v1"


class PostingWithdrawn(PostingEvent):
    """It was taken back."""

    type: ClassVar[str] = "employment.posting.withdrawn.v1"


class PostingExpired(PostingEvent):
    """Its last day has passed."""

    type: ClassVar[str] = "employment.posting.expired.v1"


class PostingFilled(PostingEvent):
    """Everybody wanted was found."""

    type: ClassVar[str] = "employment.posting.filled.v1"


class PostingSuspended(PostingEvent):
    """It is off for now."""

    type: ClassVar[str] = "employment.posting.suspended.v1"


class PostingRejected(PostingEvent):
    """It was not accepted for publication."""

    type: ClassVar[str] = "employment.posting.rejected.v1"

    reason_code: str
