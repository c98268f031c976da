"""Everything a card says over the wire: requests, replies and events."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from card.cards.identity import HolderProof
from card.cards.rules import FinancialState, SocialState
from card.numbers import MESSAGES, CardNo, IdentificationCode
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import BankCard, PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

SpecVersion = Literal["1.00", "2.00", "3.00"]


class CardRecord(RequestModel):
    """A card as its owner city's register has it; the identification code is in the path."""

    holder: PersonIn | None = None
    holder_id: UUID | None = None
    issuing_division: Annotated[str | None, Field(max_length=6)] = None
    card_no: CardNo
    spec_version: SpecVersion
    atr: Annotated[str | None, Field(pattern=r"^[0-9A-Fa-f]{4,80}$")] = None
    issued_on: date
    valid_to: date | None = None
    bank_code: Annotated[str | None, Field(pattern=r"^[0-9A-Z]{3,14}$")] = None
    bank_account: Annotated[BankCard | None, Field(repr=False)] = None
    social_state: SocialState | None = None
    financial_state: FinancialState | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """One holder, a validity that ends after it begins, an issuer that fits the code."""
        if (given.get("holder") is None) == (given.get("holder_id") is None):
            yield CrossError(("holder",), "HOLDER", *MESSAGES["HOLDER"])
        code, division = given.get("identification_code"), given.get("issuing_division")
        if isinstance(code, str) and division is not None and code.strip()[:6] != division:
            yield CrossError(("issuing_division",), "CARD_ISSUER", *MESSAGES["CARD_ISSUER"])
        if given.get("valid_to") is not None:
            issued_on, valid_to = (
                date.fromisoformat(str(given[name])) for name in ("issued_on", "valid_to")
            )
            if valid_to <= issued_on:
                yield CrossError(("valid_to",), "CARD_VALIDITY", *MESSAGES["CARD_VALIDITY"])


class CardCreate(CardRecord):
    """A card to be registered."""

    identification_code: IdentificationCode


class CardRead(LivingRead):
    """A card, masked; `state` is the social state, the financial one is the bank's last word."""

    holder_id: UUID
    person: PersonMasked
    issuing_division: str
    card_no: str
    identification_code: str
    spec_version: str
    generation: str
    atr: str | None
    issued_on: date
    valid_to: date
    bank_code: str | None
    bank_account: str | None
    social_state: str
    financial_state: str
    ecard_state: str | None
    has_successor: bool = Field(description="The holder has a newer card that is active")
    temp_loss_ends_on: date | None
    tell_holder: list[Literal["REPORT_TO_BANK"]] = Field(
        description="What the holder has to be told at the counter"
    )


class CardQuery(ListQuery):
    """Filters of the list of cards."""

    state: SocialState | None = None
    generation: Literal["G1", "G2", "G3"] | None = None
    holder_id: UUID | None = None
    valid_to_from: date | None = None
    valid_to_to: date | None = None
    changed_since: AwareDatetime | None = Field(
        default=None,
        description="What was added or changed from this instant on, the first changed first. "
        "Ask again a minute before the last answer: what is committed late has an earlier time. "
        "The feed of events never misses one.",
    )


class Preopening(RequestModel):
    """银行预开户: the bank has opened the account the card will carry."""

    photo_checked: bool
    bank_code: Annotated[str, Field(pattern=r"^[0-9A-Z]{3,14}$")]
    bank_account: Annotated[BankCard | None, Field(repr=False)] = None


class Delivery(RequestModel):
    """封存: sent on sealed, or handed over at once to whoever proves to be the holder."""

    proof: HolderProof | None = None


class AtCounter(RequestModel):
    """What the holder asks for, and how they show that they are the holder."""

    proof: HolderProof
    reason: Annotated[str | None, Field(min_length=1, max_length=500)] = None


class PinCheck(RequestModel):
    """What the reader says after a PIN was typed: the PIN itself never leaves the reader."""

    correct: bool


class Cancellation(RequestModel):
    """注销 by the issuing city, and why."""

    cause: Literal["DEATH", "NATIONALITY", "DUPLICATE"]
    reason: Annotated[str | None, Field(min_length=1, max_length=500)] = None


class CardEvent(Event):
    """A card's social state changed."""

    state: str
    issuing_city: str
    successor: UUID | None = None
    card_id: UUID | None = None


class CardDelivered(CardEvent):
    type: ClassVar[str] = "card.delivered.v1"


class CardUnlocked(CardEvent):
    type: ClassVar[str] = "card.unlocked.v1"


class CardActivated(CardEvent):
    type: ClassVar[str] = "card.activated.v1"


class CardTempLost(CardEvent):
    type: ClassVar[str] = "card.temp_lost.v1"


class CardRestored(CardEvent):
    type: ClassVar[str] = "card.restored.v1"


class CardLost(CardEvent):
    type: ClassVar[str] = "card.lost.v1"


class CardLocked(CardEvent):
    type: ClassVar[str] = "card.locked.v1"


class CardExpired(CardEvent):
    type: ClassVar[str] = "card.expired.v1"


class CardCancelled(CardEvent):
    type: ClassVar[str] = "card.cancelled.v1"


EVENTS: dict[str, type[CardEvent]] = {
    kind.type.split(".")[1]: kind
    for kind in (
        CardDelivered,
        CardActivated,
        CardUnlocked,
        CardTempLost,
        CardRestored,
        CardLost,
        CardLocked,
        CardExpired,
        CardCancelled,
    )
}
