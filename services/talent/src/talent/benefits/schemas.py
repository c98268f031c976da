"""Everything a benefit says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from hrss_kit.money import Money
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel
from talent.programmes.schemas import City, Day, ends_after

BenefitKind = Literal["HOUSING", "LIVING", "SETTLEMENT", "RESEARCH", "EDUCATION", "OTHER"]


class BenefitCreate(RequestModel):
    """A benefit that one's own city pays."""

    person: PersonIn
    city: City | None = None
    kind: BenefitKind
    period_from: Day
    period_to: Day
    amount: Money | None = None
    recognition_id: UUID | None = None
    basis: Annotated[str | None, Field(max_length=200)] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from ends_after(given, "period_from", "period_to")


class BenefitRead(LivingRead):
    """A benefit, the person masked."""

    person: PersonMasked
    city: str
    kind: str
    period_from: date
    period_to: date
    amount: Money | None
    recognition_id: UUID | None
    basis: str | None


class BenefitQuery(ListQuery):
    """How a city looks through its benefits."""

    state: Literal["ACTIVE", "CANCELLED"] | None = None
    kind: BenefitKind | None = None
    recognition_id: UUID | None = None
    period_from_from: date | None = None
    period_to_to: date | None = None


class DrawnElsewhere(BaseModel):
    """A benefit that another city pays: city, kind and period, and nothing else."""

    city: str
    kind: str
    period_from: date
    period_to: date


class BenefitCheck(BaseModel):
    """CLEAR, or DUPLICATE with what is drawn elsewhere."""

    result: Literal["CLEAR", "DUPLICATE"]
    items: list[DrawnElsewhere]
