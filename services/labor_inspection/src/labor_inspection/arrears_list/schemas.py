"""Everything an entry of the arrears list says over the wire, to the suite and to the public."""

from datetime import date
from decimal import Decimal
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

from hrss_kit.money import money_text
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

State = Literal[
    "PROPOSED", "NOTICE_SERVED", "OBJECTED", "UPHELD", "DROPPED", "LISTED",
    "EARLY_REMOVED", "EXPIRED", "REVOKED",
]  # fmt: skip
Criterion = Literal["SINGLE", "GROUP", "INCIDENT"]
Name = Annotated[str, Field(min_length=2, max_length=60, pattern=r"^[^\r\n]+$")]
Amount = Annotated[Decimal, PlainSerializer(money_text, return_type=str, when_used="json")]


class ServeNotice(RequestModel):
    """列入告知: whom it names, and the receipt. Facts, basis and right to object go with it."""

    receipt_no: Annotated[str, Field(min_length=1, max_length=60)]
    served_on: date | None = None
    employer_address: Annotated[str, Field(min_length=1, max_length=200)]
    legal_representative: Name
    responsible_persons: list[Name] = Field(default_factory=list, max_length=20)


class RecordObjection(RequestModel):
    """What the party objects."""

    statement: Annotated[str, Field(min_length=1, max_length=4000)]
    received_on: date | None = None


class ApplyRemoval(RequestModel):
    """移出申请: the party applies, with its written promise (S22)."""

    has_written_promise: bool
    note: Annotated[str | None, Field(max_length=1000)] = None


class ListingQuery(ListQuery):
    """Filters of the list."""

    state: State | None = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None
    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
    case_id: UUID | None = None


class PublishedQuery(ListQuery):
    """Filters of the published list."""

    owner_city: Annotated[str | None, Field(max_length=6)] = None
    employer_uscc: Annotated[str | None, Field(max_length=18)] = None


class ArrearsListRead(LivingRead):
    """An entry; people's names are masked."""

    state: State
    case_id: UUID
    case_no: str
    order_due_on: date
    employer_name: str
    employer_uscc: str
    employer_address: str | None
    legal_representative: str | None
    responsible_persons: list[str]
    criteria: list[Criterion]
    workers_unpaid: int
    amount_unpaid: Amount
    inspectors: list[str]
    proposed_on: date
    notice_served_on: date | None
    receipt_no: str | None
    objected_on: date | None
    answered_on: date | None
    answer: str | None
    listed_on: date | None
    expires_on: date | None
    removal_applied_on: date | None
    corrected_on: date | None
    removed_on: date | None
    removal_reason: str | None


class PublishedRead(BaseModel):
    """What the public reads of an employer on the list: no workers."""

    biz_no: str
    owner_city: str
    employer_name: str
    employer_uscc: str
    employer_address: str | None
    legal_representative: str | None
    facts: str
    basis: str
    listed_on: date
    expires_on: date


class ArrearsEvent(Event):
    """Who, from which day, to which day."""

    model_config = ConfigDict(
        extra="forbid", serialize_by_alias=True, validate_by_name=True, validate_by_alias=True
    )

    uscc: str
    from_: date = Field(alias="from")
    to: date
    case_no: str | None = None


class ArrearsListed(ArrearsEvent):
    """An employer is on the arrears list; `to` is the last day of its term."""

    type: ClassVar[str] = "li.arrears.listed.v1"


class ArrearsRemoved(ArrearsEvent):
    """An employer is off the arrears list since `to`."""

    type: ClassVar[str] = "li.arrears.removed.v1"

    reason: Literal["EARLY_REMOVED", "EXPIRED", "REVOKED"]


EVENT_TYPES: tuple[type[Event], ...] = (ArrearsListed, ArrearsRemoved)
