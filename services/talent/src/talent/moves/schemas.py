"""Everything a move says over the wire: requests, replies and events."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked, Uscc
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel
from talent.programmes.schemas import City, Day

Item = Literal[
    "CONTRACT", "FILE_TRANSFER", "SOCIAL_INSURANCE", "CARD", "TITLE_RECOGNITION",
    "TALENT_AWARD", "EMPLOYMENT_REGISTRATION",
]  # fmt: skip
MoveCategory = Literal["HIGH_LEVEL", "POSTDOC", "GRADUATE", "SKILLED", "OTHER"]
Note = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class MoveCreate(RequestModel):
    """A move into one's own city; a contract that was signed, or an employer, ticks the first item.

    `not_needed` names what this move does without, `needed` what it needs besides.
    """

    person: PersonIn
    from_city: City
    to_city: City | None = None
    employer_uscc: Uscc | None = None
    employer_name: Annotated[str | None, Field(max_length=200)] = None
    category: MoveCategory = "OTHER"
    contract_signed_on: Day | None = None
    not_needed: Annotated[list[Item], Field(max_length=7)] = Field(default_factory=list)
    needed: Annotated[list[Item], Field(max_length=7)] = Field(default_factory=list)
    note: Annotated[str | None, Field(max_length=1000)] = None
    journey_id: UUID | None = None
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None


class MarkItem(RequestModel):
    """What became of an item."""

    item: Item
    state: Literal["DONE", "FAILED", "NOT_NEEDED", "WAITING"]
    reference: Annotated[str | None, Field(max_length=60)] = None
    note: Note | None = None


class CardChoice(RequestModel):
    """KEEP the card one has, which is good in both cities, or REPLACE it by one of the new city."""

    choice: Literal["KEEP", "REPLACE"]


class ItemRead(BaseModel):
    """An item of the checklist."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    state: str
    done_on: date | None
    reference: str | None
    note: str | None


class MoveRead(LivingRead):
    """A move with its checklist, the person masked."""

    person: PersonMasked
    from_city: str
    to_city: str
    employer_uscc: str | None
    employer_name: str | None
    category: str
    opened_on: date
    contract_signed_on: date | None
    card_choice: str | None
    note: str | None
    journey_id: UUID
    done_on: date | None
    items: list[ItemRead]
    source_system: str | None
    source_ref: str | None


class MoveQuery(ListQuery):
    """How the two cities concerned look through moves."""

    state: Literal["OPEN", "CHECKLIST", "DONE", "CANCELLED"] | None = None
    category: MoveCategory | None = None
    from_city: City | None = None
    owner_city: City | None = None
    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
    journey_id: UUID | None = None
    opened_on_from: date | None = None
    opened_on_to: date | None = None


class MoveEvent(Event):
    """What every event of a move says; `items` are the states of its checklist."""

    # `from` is a word of Python.
    model_config = ConfigDict(
        extra="forbid", populate_by_name=True, serialize_by_alias=True, from_attributes=True
    )

    move_id: UUID
    from_: str = Field(alias="from")
    to: str
    items: dict[str, str]
    card_choice: str | None = None


class MoveOpened(MoveEvent):
    """Somebody moves: social insurance, card and employment take up their part (journey J-2)."""

    type: ClassVar[str] = "talent.move.opened.v1"

    employer_uscc: str | None


class MoveItemDone(MoveEvent):
    """An item of a move's checklist was settled: done, failed, or found not needed."""

    type: ClassVar[str] = "talent.move.item_done.v1"

    item: str
    state: str


class MoveDone(MoveEvent):
    """Every item of a move is done or not needed."""

    type: ClassVar[str] = "talent.move.done.v1"


class MoveCancelled(MoveEvent):
    """A move was called off; who has taken up a part of it ends that part."""

    type: ClassVar[str] = "talent.move.cancelled.v1"
