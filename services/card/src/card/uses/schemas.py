"""Everything a use of a card says over the wire."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from card.ecards.schemas import EcardCode
from card.lookups import factors
from card.numbers import MESSAGES
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, PersonMasked, PersonName
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import CrossError, RequestModel

Assurance = Literal["LOW", "MEDIUM", "HIGH"]
Way = Literal["CARD", "ECARD", "NUMBER"]
UseCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$", examples=["BENEFIT"])]
WAYS = ("reader_line", "ecard_token", "card_id", "verification_id")


class Place(RequestModel):
    """The counter: its office (one's own when it is not said) and the division it stands in."""

    org_id: Annotated[str | None, Field(min_length=1, max_length=60)] = None
    division: DivisionCode


class CardUseCreate(RequestModel):
    """A card or e-card used at a counter.

    Shown in one way: a reader's line, an e-card's code, a card the counter has read, or a
    verification of name and number that it has made.
    """

    use_code: UseCode
    assurance: Assurance = Field(
        description="HIGH: face or PIN; MEDIUM: the chip or a code; LOW: told"
    )
    place: Place
    reader_line: Annotated[str | None, Field(max_length=400, repr=False)] = None
    name: PersonName | None = Field(default=None, repr=False)
    ecard_token: EcardCode | None = Field(default=None, repr=False)
    card_id: UUID | None = None
    verification_id: UUID | None = None
    data_only: bool = Field(default=False, description="Data were asked for, nobody was there")
    source_ref: Annotated[str | None, Field(min_length=1, max_length=120)] = None
    journey_id: UUID | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Shown in one way, and a line that can be read."""
        if sum(given.get(way) is not None for way in WAYS) != 1:
            yield CrossError((), "ONE_WAY", *MESSAGES["SHOWN_ONCE"])
        if given.get("name") is not None and given.get("reader_line") is None:
            yield CrossError(("name",), "ONE_WAY", *MESSAGES["SHOWN_ONCE"])
        yield from factors.readable(given)


class CardUseRead(ResourceRead):
    """A use, with its holder masked."""

    person: PersonMasked
    card_id: UUID | None
    use_code: str
    way: Way
    assurance: Assurance
    data_only: bool
    place: "PlaceRead"
    journey_id: UUID | None
    source_ref: str | None


class PlaceRead(BaseModel):
    """The counter."""

    org_id: str
    division: str


class CardUseQuery(ListQuery):
    """Filters of the list of uses."""

    use_code: Annotated[str | None, Field(max_length=40)] = None
    assurance: Assurance | None = None
    card_id: UUID | None = None
    holder_id: UUID | None = None


class CardUsed(Event):
    """A card or e-card was used at a counter (J-3: life certification by card use)."""

    type: ClassVar[str] = "card.used.v1"

    use_code: str
    assurance: str
    division: str
    data_only: bool = False
