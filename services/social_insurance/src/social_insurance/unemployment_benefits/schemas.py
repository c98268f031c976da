"""Everything an unemployment benefit says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from hrss_kit import clock
from hrss_kit.money import Money
from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.persons import Month, PersonIn, PersonMasked
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

BenefitState = Literal["PAYING", "STOP_PROPOSED", "STOPPED"]


class BenefitGrant(RequestModel):
    """Who is paid from which month; how long follows from the paid months of all cities."""

    person: PersonIn
    from_month: Month
    monthly_amount: Money
    used_before: Annotated[
        int, Field(ge=0, le=24, description="Months of the same claim drawn in another city")
    ] = 0

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        month = given.get("from_month")
        if isinstance(month, str) and not "1999-01" <= month <= clock.today().strftime("%Y-%m"):
            yield CrossError(
                ("from_month",), "MONTH_RANGE", "月份过早或晚于本月", "is out of range"
            )


class BenefitStop(RequestModel):
    """From which month nothing is paid, and why."""

    from_month: Month
    reason: Annotated[str, Field(min_length=1, max_length=2000)]


class BenefitRead(LivingRead):
    """A benefit, the person masked; the amount only for the city that pays."""

    state: BenefitState
    person: PersonMasked
    from_month: str
    monthly_amount: str | None
    paid_months: int
    months_granted: int
    months_used: int
    months_left: int
    reemployed_month: str | None
    stopped_from: str | None
    stopped_on: date | None


class BenefitQuery(ListQuery):
    """How a city looks through its benefits."""

    state: BenefitState | None = None


class Reemployed(Event):
    """Somebody who draws unemployment benefit is insured as employed again."""

    type: ClassVar[str] = "si.unemp.reemployed.v1"

    month: str


EVENT_TYPES: tuple[type[Event], ...] = (Reemployed,)
