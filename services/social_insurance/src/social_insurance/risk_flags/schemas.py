"""Everything a risk flag says over the wire."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from hrss_kit.pagination import ListQuery
from hrss_kit.persons import PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

FlagKind = Literal["FRAUD", "IDENTITY", "DATA"]
FlagState = Literal["OPEN", "CLEARED"]


class FlagRaise(RequestModel):
    """Whom it is about, and why."""

    person: PersonIn
    kind: FlagKind = "FRAUD"
    reason: Annotated[str, Field(min_length=2, max_length=2000)]


class FlagRead(LivingRead):
    """A flag, the person masked."""

    state: FlagState
    kind: FlagKind
    person: PersonMasked
    reason: str
    raised_on: date
    raised_by: str
    cleared_on: date | None


class FlagQuery(ListQuery):
    """How a city looks through its flags."""

    state: FlagState | None = None
    kind: FlagKind | None = None
