"""Everything a file's transfer says over the wire."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel
from talent.programmes.schemas import City, Day

Pages = Annotated[int, Field(ge=1, le=5000)]


class FileTransferCreate(RequestModel):
    """The receiving city's letter: whose file it asks the other city for."""

    person: PersonIn
    from_city: City
    to_city: City | None = None
    move_id: UUID | None = None
    journey_id: UUID | None = None
    holder_org: Annotated[str | None, Field(max_length=120)] = None
    #: 曾任公务员、国有单位管理人员等: not by EMS.
    is_restricted: bool = False
    carried_by_person: bool = False
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None


class SendFile(RequestModel):
    """How the file goes."""

    method: Literal["MACHINE_POST", "COURIER", "EMS"]
    pages: Pages
    sent_on: Day | None = None
    tracking_no: Annotated[str | None, Field(max_length=60)] = None
    carried_by_person: bool = False


class ReceiveFile(RequestModel):
    """What came, counted."""

    pages: Pages
    received_on: Day | None = None


class ReturnFile(RequestModel):
    """What is missing or wrong, item by item."""

    items: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=200)]],
        Field(min_length=1, max_length=50),
    ]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class FileTransferRead(LivingRead):
    """A file's transfer, the person masked; its `biz_no` is the number of the letter."""

    person: PersonMasked
    from_city: str
    to_city: str
    move_id: UUID | None
    journey_id: UUID | None
    holder_org: str | None
    is_restricted: bool
    requested_on: date
    method: str | None
    tracking_no: str | None
    pages_sent: int | None
    sent_on: date | None
    pages_received: int | None
    received_on: date | None
    returned_on: date | None
    return_list: list[str]
    source_system: str | None
    source_ref: str | None


class FileTransferQuery(ListQuery):
    """How the two cities concerned look through transfers."""

    state: Annotated[str | None, Field(max_length=24)] = None
    from_city: City | None = None
    owner_city: City | None = None
    move_id: UUID | None = None
    journey_id: UUID | None = None
    requested_on_from: date | None = None
    requested_on_to: date | None = None
