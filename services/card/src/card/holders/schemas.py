"""Everything a holder says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, Field

from card.holders import rules
from card.numbers import MESSAGES, refusal
from hrss_kit import clock, field_messages
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import DivisionCode, PersonIn, PersonMasked
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import CrossError, RequestModel

Gender = Literal["0", "1", "2", "9"]


def _ethnicity(code: str) -> str:
    if code not in rules.ETHNICITIES:
        raise refusal("ETHNICITY")
    return code


Ethnicity = Annotated[
    str, Field(max_length=2, description="民族 GB/T 3304"), AfterValidator(_ethnicity)
]


class HolderCreate(RequestModel):
    """A holder to be registered."""

    person: PersonIn
    gender: Gender | None = None
    ethnicity: Ethnicity | None = Field(default=None, repr=False)
    hukou_division: DivisionCode | None = None
    residence_division: DivisionCode | None = None
    deceased_on: date | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """The gender agrees with the number; nobody dies before birth or after today."""
        person = given.get("person")
        number = str(person.get("doc_no", "")) if isinstance(person, Mapping) else ""
        kind = str(person.get("doc_type", "01")) if isinstance(person, Mapping) else ""
        if not rules.gender_agrees(given.get("gender"), kind, number, today=clock.today()):
            message = field_messages.MESSAGES["GENDER_ID_MISMATCH"]
            yield CrossError(("gender",), "GENDER_ID_MISMATCH", *message)
        died = given.get("deceased_on")
        if died is not None and not rules.death_is_possible(
            date.fromisoformat(str(died)), kind, number, today=clock.today()
        ):
            yield CrossError(("deceased_on",), "DATE_ORDER", *MESSAGES["DATE_ORDER"])


class HolderRead(ResourceRead):
    """A holder, masked."""

    person: PersonMasked
    gender: str | None
    hukou_division: str | None
    residence_division: str | None
    deceased_on: date | None


class HolderQuery(ListQuery):
    """Filters of the list of holders."""

    residence_division: Annotated[str | None, Field(max_length=20)] = None
    id: UUID | None = None


class Death(RequestModel):
    """A death, and what it is known from."""

    deceased_on: date
    verified_by: Literal["CIVIL_REGISTER", "HOSPITAL", "DELEGATED_SURVEY", "FAMILY"]


class HolderDeceased(Event):
    """A holder has died: whoever has something open for them closes it."""

    type: ClassVar[str] = "card.holder.deceased.v1"

    verified_by: str
    deceased_on: date
