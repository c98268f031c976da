"""Everything a verification says over the wire: request, replies and event."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from card.cards.rules import SocialState
from card.lookups import factors
from card.numbers import MESSAGES
from hrss_kit.outbox import Event
from hrss_kit.validation import CrossError


class VerificationRequest(factors.TwoFactors):
    """Two factors: name and number, the line of a card reader, or an e-card token."""

    ecard_token: Annotated[str | None, Field(min_length=8, max_length=200, repr=False)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Both factors, in one way, and a line that can be read."""
        token = given.get("ecard_token")
        ways = [given.get(way) for way in ("reader_line", "ecard_token", "doc_no")]
        if sum(way is not None for way in ways) > 1 or (
            token is not None and given.get("name") is not None
        ):
            yield CrossError((), "ONE_WAY", *MESSAGES["ONE_WAY"])
        elif given.get("reader_line") is None and token is None:
            yield from factors.named(given, ("doc_no",))
        yield from factors.readable(given)


class VerificationReply(BaseModel):
    """Yes or no. What is unknown and what does not match look the same."""

    verification_id: UUID
    match: bool
    card_state: SocialState | None
    ecard_state: Literal["USABLE", "USABLE_WITH_AUTH", "LIMITED"] | None
    checked_at: datetime
    deceased: bool | None = Field(
        default=None, description="Only for the purposes LIFE_CERT and BENEFIT_PAY"
    )


class VerificationRead(BaseModel):
    """A verification that another service was told of."""

    verification_id: UUID
    match: bool
    checked_at: datetime
    expires_at: datetime
    expired: bool
    person_ref: str | None


class CardVerified(Event):
    """Somebody's identity was checked."""

    type: ClassVar[str] = "card.verified.v1"

    verification_id: UUID
    match: bool
    assurance: str
