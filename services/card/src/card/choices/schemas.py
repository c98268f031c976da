"""Everything a choice says over the wire."""

from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

City = Literal["420100", "420700"]
ChoiceState = Literal["WAITING", "KEPT", "REPLACING", "REPLACED", "NO_CARD", "CANCELLED"]


class ChoiceCreate(RequestModel):
    """Somebody moves: who, by reference only, from where to where, and in which journey."""

    person_ref: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
    from_city: City
    to_city: City
    move_no: Annotated[str, Field(min_length=1, max_length=120)]
    journey_id: UUID


class ChoiceRead(LivingRead):
    """A choice; the person by reference only."""

    state: ChoiceState
    choice: Literal["KEEP", "REPLACE"] | None
    person_ref: str
    card_id: UUID | None
    card_state: str | None
    issuing_city: str | None
    from_city: str
    to_city: str
    move_no: str
    journey_id: UUID
    settled_on: date | None


class ChoiceQuery(ListQuery):
    """Filters of the list: each city's queue, a journey's part; `q` is the move's number."""

    state: ChoiceState | None = None
    owner_city: City | None = None
    from_city: City | None = None
    journey_id: UUID | None = None
    move_no: Annotated[str | None, Field(max_length=120)] = None


class ChoiceMade(Event):
    """Somebody who moves keeps their card, or gets one of the new city."""

    type: ClassVar[str] = "card.choice.made.v1"

    choice_id: UUID
    choice: str
    move_no: str
    to_city: str


class MoveItemDone(BaseModel):
    """Of `talent.move.item_done.v1`: which item, and what became of it."""

    model_config = ConfigDict(extra="ignore")

    item: str
    state: str
    card_choice: str | None = None
