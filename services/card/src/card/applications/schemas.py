"""Everything an application for a first card says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from card.applications.rules import State
from card.cards.identity import HolderProof
from card.numbers import MESSAGES, CardNo, IdentificationCode
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel


class ApplicationCreate(RequestModel):
    """Who applies, and how the card is to reach them."""

    person: PersonIn
    bank_code: Annotated[str | None, Field(pattern=r"^[0-9A-Z]{3,14}$")] = None
    delivery: Literal["PICKUP", "POST"] = "PICKUP"
    delivery_address: Annotated[str | None, Field(min_length=4, max_length=200, repr=False)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """An address to post to."""
        if given.get("delivery") == "POST" and given.get("delivery_address") is None:
            yield CrossError(
                ("delivery_address",), "DELIVERY_ADDRESS", *MESSAGES["DELIVERY_ADDRESS"]
            )


class CardMade(RequestModel):
    """制卡: what the maker has put on the card."""

    identification_code: IdentificationCode
    card_no: CardNo
    spec_version: Literal["2.00", "3.00"] = "3.00"
    atr: Annotated[str | None, Field(pattern=r"^[0-9A-F]{2,80}$")] = None
    issued_on: date
    valid_to: date | None = None


class HandOver(RequestModel):
    """To the holder, who is identified; the card is sealed until it is activated."""

    proof: HolderProof


class ApplicationRead(LivingRead):
    """An application, masked."""

    state: State
    holder_id: UUID
    person: PersonMasked
    card_id: UUID | None
    card_state: str | None
    bank_code: str | None
    delivery: str


class ApplicationQuery(ListQuery):
    """Filters of the list of applications."""

    state: State | None = None
    holder_id: UUID | None = None
