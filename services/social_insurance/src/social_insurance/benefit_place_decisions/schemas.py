"""Everything a benefit-place decision says over the wire."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import RequestModel
from social_insurance.participations.schemas import City

Rule = Literal["LAST_INSURED", "AS_S08"]


class PlaceIn(RequestModel):
    """A relation, in order of time; the last is the current one."""

    city: City
    months: Annotated[int, Field(ge=0, le=1200)]
    relation_kind: Literal["NORMAL", "TEMP"] = "NORMAL"


class DecisionCreate(RequestModel):
    """Whose place; without `places` they are read from both cities' participations."""

    person: PersonIn
    hukou_city: City
    places: Annotated[list[PlaceIn] | None, Field(min_length=1, max_length=50)] = None


class Found(BaseModel):
    """What one reading of the rule finds."""

    city: str
    rule_no: int
    external: bool


class DecisionRead(ResourceRead):
    """A decision; `external` when the place is none of the cooperating cities."""

    person: PersonMasked
    hukou_city: str
    benefit_city: str
    external: bool
    rule: Rule
    rule_no: int
    places: list[dict[str, Any]]
    compared: dict[str, Found]
    decided_on: date


class DecisionQuery(ListQuery):
    """How a city looks through its decisions."""

    benefit_city: City | None = None
