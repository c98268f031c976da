"""Everything a request for card service says over the wire."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from card.cards.identity import HolderProof
from card.cards.schemas import CardCreate
from card.numbers import MESSAGES
from card.requests.rules import Kind, State
from hrss_kit.money import Money
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel


class RequestCreate(RequestModel):
    """What a holder asks for; with a proof of identity the request goes on at once."""

    kind: Kind
    card_id: UUID | None = Field(default=None, description="The present card, where there is one")
    holder_id: UUID | None = Field(default=None, description="For somebody without a card")
    person: PersonIn | None = Field(
        default=None, description="In place of either: the holder by name and number"
    )
    person_ref: Annotated[str | None, Field(pattern=r"^[0-9a-f]{24}$")] = Field(
        default=None, description="For the suite's own services: the holder by blind reference"
    )
    proof: HolderProof | None = None
    delivery: Literal["PICKUP", "POST"] = "PICKUP"
    delivery_address: Annotated[str | None, Field(min_length=4, max_length=200, repr=False)] = None
    bank_code: Annotated[str | None, Field(pattern=r"^[0-9A-Z]{3,14}$")] = None
    fee: Money = Decimal("0.00")
    damage_proof: Annotated[str | None, Field(min_length=1, max_length=200)] = Field(
        default=None, description="What shows that the card is damaged"
    )
    correction: Annotated[str | None, Field(min_length=1, max_length=500, repr=False)] = None
    takes_part_here: bool | None = Field(
        default=None,
        description="Whether the person now takes part in the serving city; by default where "
        "they reside decides",
    )

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """One person; an address to post to; the proof of a damage; what is to be corrected."""
        ways = [given.get(way) for way in ("card_id", "holder_id", "person", "person_ref")]
        if sum(way is not None for way in ways) != 1:
            yield CrossError(("card_id",), "HOLDER", *MESSAGES["CARD_OR_HOLDER"])
        kind = given.get("kind")
        no_card = all(given.get(way) is None for way in ("card_id", "person", "person_ref"))
        if no_card and kind not in (None, "FIRST_ISSUE"):
            yield CrossError(("card_id",), "REQUIRED", *MESSAGES["CARD_NEEDED"])
        for wanted, field, code in (
            (given.get("delivery") == "POST", "delivery_address", "DELIVERY_ADDRESS"),
            (kind == "REPLACE_DAMAGED", "damage_proof", "DAMAGE_PROOF"),
            (kind == "CORRECT_INFO", "correction", "CORRECTION"),
        ):
            if wanted and given.get(field) is None:
                yield CrossError((field,), code, *MESSAGES[code])


class IdentityCheck(RequestModel):
    """身份核对 at the counter."""

    proof: HolderProof


class NewCard(CardCreate):
    """The card that has been made; its holder is the request's."""

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """As any card; whose it is, the request says."""
        for wrong in super().cross_check(given):
            if wrong.code != "HOLDER":
                yield wrong
        for field in ("holder", "holder_id", "social_state"):
            if given.get(field) is not None:
                yield CrossError((field,), "FIXED", *MESSAGES["FIXED"])


class Execution(RequestModel):
    """What the issuing city has done."""

    new_card: NewCard | None = None
    note: Annotated[str | None, Field(min_length=1, max_length=500)] = None


class RequestRead(LivingRead):
    """A request, masked."""

    kind: Kind
    state: State
    holder_id: UUID
    person: PersonMasked
    card_id: UUID | None
    card_state: str | None
    new_card_id: UUID | None
    serving_city: str
    issuing_city: str
    delivery: str
    bank_code: str | None
    fee: Money
    offer: Literal["FIRST_ISSUE"] | None = Field(
        description="What the person may choose instead, where they now take part"
    )
    refused_because: str | None


class RequestQuery(ListQuery):
    """Filters of the list: each city's queue."""

    state: State | None = None
    kind: Kind | None = None
    serving_city: Literal["420100", "420700"] | None = None
    issuing_city: Literal["420100", "420700"] | None = None
    holder_id: UUID | None = None
