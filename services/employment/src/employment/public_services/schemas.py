"""Everything public employment service says over the wire. No field speaks of a fee."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from hrss_kit.divisions import DIVISIONS
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

MarketState = Literal["OPEN", "CLOSED"]
ItemState = Literal["DRAFT", "PUBLISHED", "WITHDRAWN"]
VisitState = Literal["RECORDED", "VOIDED"]
ItemKind = Literal["REGISTRATION", "GUIDANCE", "POLICY_ADVICE", "REFERRAL", "OTHER"]
Channel = Literal["COUNTER", "ONLINE", "PHONE"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Address = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Hours = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Hotline = Annotated[str, StringConstraints(pattern=r"^[0-9-]{5,30}$")]
TownCode = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{9}$"), Field(examples=["420704001"])
]  # fmt: skip
Service = Annotated[str, StringConstraints(min_length=1, max_length=40)]
City = Annotated[str | None, Field(max_length=6)]


def town_errors(given: Mapping[str, Any], *at: str | int) -> Iterable[CrossError]:
    """A town lies in its district (X-7); a zone counts by the district it lies in."""
    district = DIVISIONS.get(str(given.get("district")))
    code = str(given.get("town_code"))
    if district is not None and not code.startswith((district.gb_parent or district.code)[:6]):
        yield CrossError(
            (*at, "town_code"), "TOWN_DISTRICT", "不属于所填区", "is no town of this district"
        )


class MarketCreate(RequestModel):
    """A gig market."""

    name: Name
    district: DivisionCode
    town_code: TownCode
    address: Address
    opening_hours: Hours
    hotline: Hotline | None = None
    services: Annotated[list[Service], Field(max_length=20)] = Field(default_factory=list)

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        return town_errors(given)


class MarketChange(RequestModel):
    """What may be changed of a market."""

    address: Address | None = None
    opening_hours: Hours | None = None
    hotline: Hotline | None = None
    services: Annotated[list[Service] | None, Field(max_length=20)] = None


class MarketRead(LivingRead):
    """A market; `gig_postings` are the jobs by the hour or day on offer in its district."""

    state: MarketState
    name: str
    district: str
    town_code: str
    address: str
    opening_hours: str
    hotline: str | None
    services: list[str]
    gig_postings: int


class MarketQuery(ListQuery):
    """How markets are looked for; `q` is part of the name."""

    state: MarketState | None = None
    owner_city: City = None
    district: Annotated[str | None, Field(max_length=12)] = None
    town_code: Annotated[str | None, Field(max_length=9)] = None


class ServicePoint(RequestModel):
    """Where an item is served."""

    name: Name
    district: DivisionCode
    town_code: TownCode
    address: Address

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        return town_errors(given)


class ItemCreate(RequestModel):
    """An item that a non-local may use; no condition of hukou, no fee."""

    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9-]{2,20}$")]
    kind: ItemKind
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    description: Annotated[str, StringConstraints(max_length=2000)] = ""
    materials: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=120)]], Field(max_length=20)
    ] = Field(default_factory=list)
    service_points: Annotated[list[ServicePoint], Field(max_length=200)] = Field(
        default_factory=list
    )


class ItemChange(RequestModel):
    """What may be changed of an item."""

    name: Annotated[str | None, StringConstraints(min_length=1, max_length=80)] = None
    description: Annotated[str | None, StringConstraints(max_length=2000)] = None
    materials: Annotated[
        list[Annotated[str, StringConstraints(min_length=1, max_length=120)]] | None,
        Field(max_length=20),
    ] = None
    service_points: Annotated[list[ServicePoint] | None, Field(max_length=200)] = None


class PointRead(BaseModel):
    """A service point."""

    name: str
    district: str
    town_code: str
    address: str


class ItemRead(LivingRead):
    """An item."""

    state: ItemState
    code: str
    kind: ItemKind
    name: str
    description: str
    materials: list[str]
    service_points: list[PointRead]


class ItemQuery(ListQuery):
    """How items are looked for; `q` is part of the name."""

    state: ItemState | None = None
    owner_city: City = None
    kind: ItemKind | None = None


class VisitCreate(RequestModel):
    """A use of an item of the caller's city, and where the person is at home."""

    item_id: UUID
    home_city: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    channel: Channel = "COUNTER"
    visited_at: AwareDatetime | None = None
    source_system: Annotated[str | None, Field(max_length=60)] = None
    source_ref: Annotated[str | None, Field(max_length=120)] = None


class VisitRead(LivingRead):
    """A visit."""

    state: VisitState
    item_id: UUID
    home_city: str
    serving_city: str
    cross_city: bool
    channel: Channel
    visited_at: datetime


class VisitQuery(ListQuery):
    """How visits are looked for."""

    state: VisitState | None = None
    owner_city: City = None
    home_city: City = None
    item_id: UUID | None = None
    channel: Channel | None = None
    visited_at_from: AwareDatetime | None = None
    visited_at_to: AwareDatetime | None = None
