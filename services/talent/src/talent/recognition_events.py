"""What recognitions of titles and awards publish (domain §3.2)."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from hrss_kit.outbox import Event

Kind = Literal["TITLE", "AWARD"]


class RecognitionEvent(Event):
    """What every event of a recognition says."""

    recognition_id: UUID
    kind: Kind
    level: str
    series: str | None
    issuer_city: str
    receiving_city: str


class RecognitionApplied(RecognitionEvent):
    """Somebody asks the receiving city to recognise a title or an award."""

    type: ClassVar[str] = "talent.recognition.applied.v1"


class RecognitionVerified(RecognitionEvent):
    """The issuing city, or the table of cases that need none, has answered."""

    type: ClassVar[str] = "talent.recognition.verified.v1"

    result: str


class RecognitionGranted(RecognitionEvent):
    """A recognition was granted and its certificate made."""

    type: ClassVar[str] = "talent.recognition.granted.v1"

    certificate_no: str
    valid_to: date | None


class RecognitionRevoked(RecognitionEvent):
    """Its origin holds no longer: the recognition is SUSPENDED or REVOKED the same day."""

    type: ClassVar[str] = "talent.recognition.revoked.v1"

    state: Literal["SUSPENDED", "REVOKED"]
    on: date


class RecognitionReinstated(RecognitionEvent):
    """Its origin holds again, and with it the recognition."""

    type: ClassVar[str] = "talent.recognition.reinstated.v1"

    on: date


class RecognitionExpired(RecognitionEvent):
    """Its term, or that of its origin, is over."""

    type: ClassVar[str] = "talent.recognition.expired.v1"

    on: date


EVENTS = (
    RecognitionApplied,
    RecognitionVerified,
    RecognitionGranted,
    RecognitionRevoked,
    RecognitionReinstated,
    RecognitionExpired,
)
