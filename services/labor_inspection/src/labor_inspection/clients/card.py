"""What the card service says of a verification that a counter made there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from hrss_kit.peers import PeerDown, Peers

PURPOSE: Final = {"X-Purpose": "LI_COMPLAINT"}


class Verification(BaseModel):
    """The card service's answer, as far as it is needed here."""

    model_config = ConfigDict(extra="ignore")

    match: bool
    expired: bool = False
    expires_at: datetime | None = None
    person_ref: str | None = None


@dataclass(frozen=True, slots=True)
class CardAnswer:
    """The answer, or why there is none. DOWN means: ask again later."""

    status: Literal["FOUND", "EXPIRED", "UNKNOWN", "DOWN"]
    verification: Verification | None = None

    def is_about(self, person_ref: str | None) -> bool:
        """True when the verification was made for this person; an answer of no names nobody."""
        found = self.verification
        if found is None or person_ref is None:
            return False
        return found.person_ref == person_ref or (not found.match and found.person_ref is None)

    def verifies(self, person_ref: str | None) -> bool:
        """True when name and number of this person matched the card."""
        return (
            self.verification is not None and self.verification.match and self.is_about(person_ref)
        )


async def ask(peers: Peers, verification_id: str) -> CardAnswer:
    """Asks for a verification; never inside a transaction."""
    try:
        answer = await peers.ask(
            "card", "GET", f"/card/v1/verifications/{verification_id}", headers=PURPOSE
        )
        return _read(answer)
    except PeerDown:
        return CardAnswer("DOWN")


def _read(answer: httpx.Response) -> CardAnswer:
    if answer.status_code in (404, 422):
        return CardAnswer("UNKNOWN")
    if answer.status_code not in (200, 409):
        return CardAnswer("DOWN")
    is_expired = answer.status_code == 409
    try:
        found = Verification.model_validate_json(answer.content)
    except ValidationError:
        # A refusal need not say what it refuses; an answer must.
        return CardAnswer("EXPIRED" if is_expired else "DOWN")
    return CardAnswer("EXPIRED" if is_expired or found.expired else "FOUND", found)
