"""Everything a joint venture says over the wire."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field, PlainSerializer, StringConstraints
from pydantic_core import PydanticCustomError

from hrss_kit.money import Money
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import Uscc
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel
from talent.programmes.schemas import City, Day

Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Service = Literal["RECRUITMENT", "HEADHUNTING", "TRAINING", "ASSESSMENT", "CONSULTING", "OTHER"]


def _share(value: object) -> Decimal:
    """Per cent with two decimals at most, over nothing and up to the whole."""
    try:
        made = Decimal(str(value))
        if made.is_finite() and made == made.quantize(Decimal("0.01")) and 0 < made <= 100:
            return made
    except InvalidOperation:
        pass
    raise PydanticCustomError(
        "SHARE",
        "{message_en}",
        {"message_zh": "须为两位小数以内的百分比", "message_en": "is not a share in per cent"},
    )


Share = Annotated[
    Decimal,
    BeforeValidator(_share, json_schema_input_type=str),
    PlainSerializer(lambda share: f"{share:.2f}", return_type=str, when_used="always"),
]


class Shareholder(RequestModel):
    """Who holds how much."""

    name: Words
    uscc: Uscc | None = None
    city: City | None = None
    share: Share


class JointVentureCreate(RequestModel):
    """A venture under study; the shares come to exactly 100.00 per cent."""

    name: Words
    uscc: Uscc | None = None
    shareholders: Annotated[list[Shareholder], Field(min_length=1, max_length=50)]


class JointVentureChange(RequestModel):
    """What may change until it is filed."""

    name: Words | None = None
    shareholders: Annotated[list[Shareholder], Field(min_length=1, max_length=50)] | None = None


class Incorporation(RequestModel):
    """The company's own code, and since when."""

    uscc: Uscc
    registered_on: Day | None = None


class JointVentureRead(LivingRead):
    """A venture."""

    name: str
    uscc: str | None
    shareholders: list[Shareholder]
    registered_on: date | None


class JointVentureQuery(ListQuery):
    """How ventures are looked through; `q` is part of the name."""

    state: Annotated[str | None, Field(max_length=24)] = None
    owner_city: City | None = None


class JvMilestoneCreate(RequestModel):
    """A step of a venture."""

    venture_id: UUID
    step: Annotated[int, Field(ge=1, le=100)]
    title: Words
    due_on: Day | None = None


class MilestoneDone(RequestModel):
    """Since when."""

    done_on: Day | None = None


class JvMilestoneRead(LivingRead):
    """A step."""

    venture_id: UUID
    step: int
    title: str
    due_on: date | None
    done_on: date | None


class JvMilestoneQuery(ListQuery):
    """How steps are looked through."""

    state: Literal["PLANNED", "DONE"] | None = None
    venture_id: UUID | None = None


class JvServiceOrderCreate(RequestModel):
    """An order to the group."""

    venture_id: UUID
    client_name: Words
    client_uscc: Uscc | None = None
    service: Service
    subject: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    amount: Money | None = None
    due_on: Day | None = None


class JvServiceOrderRead(LivingRead):
    """An order."""

    venture_id: UUID
    client_name: str
    client_uscc: str | None
    service: str
    subject: str
    amount: Money | None
    due_on: date | None
    delivered_on: date | None


class JvServiceOrderQuery(ListQuery):
    """How orders are looked through; `q` is part of the subject."""

    state: Annotated[str | None, Field(max_length=24)] = None
    venture_id: UUID | None = None
    service: Service | None = None
