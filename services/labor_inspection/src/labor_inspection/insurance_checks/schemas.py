"""What checks and hints say over the wire: worker ids and months, nobody's name."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.pagination import ListQuery
from hrss_kit.validation import CrossError, RequestModel

Month = Annotated[str, Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]


class CheckAsk(RequestModel):
    """Which months; without them the time of the complaints."""

    from_month: Month | None = None
    to_month: Month | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """From lies before to."""
        first, last = given.get("from_month"), given.get("to_month")
        if isinstance(first, str) and isinstance(last, str) and first > last:
            yield CrossError(("to_month",), "PERIOD", "不得早于起始月份", "is before from_month")


class LineRead(BaseModel):
    """One worker: months that this employer insured them in."""

    model_config = ConfigDict(from_attributes=True)

    worker_id: UUID
    state: Literal["PENDING", "INSURED", "NOT_INSURED"]
    months: int | None


class CheckRead(BaseModel):
    """One round of questions, and how far it has come."""

    id: UUID
    case_id: UUID
    state: Literal["PENDING", "DONE"]
    from_month: str
    to_month: str
    asked_by: str
    created_at: datetime
    done_on: date | None
    workers: int
    insured: int
    not_insured: int
    pending: int
    lines: list[LineRead]


class HintRead(BaseModel):
    """A hint that somebody is not insured."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    city: str
    employer_uscc: str
    person_ref: str
    since: date
    received_at: datetime


class HintQuery(ListQuery):
    """Filters of hints."""

    employer_uscc: Annotated[str | None, Field(max_length=18)] = None
    since_from: date | None = None
    since_to: date | None = None


class ParticipationMissing(BaseModel):
    """What social insurance tells of somebody who is missing."""

    model_config = ConfigDict(extra="ignore")

    employer_uscc: Annotated[str, Field(max_length=18)]
    person_ref: Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]
    since: date
