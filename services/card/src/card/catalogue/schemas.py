"""Everything the application catalogue says over the wire."""

from typing import Annotated, Literal

from pydantic import Field

from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

Assurance = Literal["LOW", "MEDIUM", "HIGH"]
Domain = Literal["emp", "si", "talent", "li", "card"]
Accepted = Annotated[list[Literal["CARD", "ECARD"]], Field(min_length=1, max_length=2)]
Words = Annotated[str, Field(min_length=1, max_length=200)]


class ApplicationItemCreate(RequestModel):
    """What a card is good for at the counters of one's city."""

    use_code: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]{1,39}$", examples=["BENEFIT"])]
    name_zh: Annotated[str, Field(min_length=1, max_length=80)]
    name_en: Annotated[str, Field(min_length=1, max_length=120)]
    domain: Domain
    accepts: Accepted
    min_assurance: Assurance = "LOW"
    place: Words | None = Field(default=None, description="Where, in words")
    basis: Words | None = Field(default=None, description="The rule it rests on")


class ApplicationItemChange(RequestModel):
    """What may be said anew."""

    name_zh: Annotated[str | None, Field(min_length=1, max_length=80)] = None
    name_en: Annotated[str | None, Field(min_length=1, max_length=120)] = None
    accepts: Accepted | None = None
    min_assurance: Assurance | None = None
    place: Words | None = None
    basis: Words | None = None


class ApplicationItemRead(LivingRead):
    """An entry of the catalogue."""

    use_code: str
    name_zh: str
    name_en: str
    domain: Domain
    accepts: list[str]
    min_assurance: Assurance
    place: str | None
    basis: str | None


class ApplicationItemQuery(ListQuery):
    """Filters of the catalogue; `q` is part of a name."""

    use_code: Annotated[str | None, Field(max_length=40)] = None
    domain: Domain | None = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None
    state: Literal["OPEN", "WITHDRAWN"] | None = None
