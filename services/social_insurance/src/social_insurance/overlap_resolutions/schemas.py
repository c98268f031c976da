"""Everything a resolution says over the wire."""

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
from social_insurance.participations.schemas import City

OverlapKind = Literal["SAME_SCHEME", "EMP_RES", "EMP_INST", "DOUBLE_PENSION"]


class ResolutionCreate(RequestModel):
    """Of a transfer, or of a person without one; which relation is kept."""

    transfer_case_id: UUID | None = None
    person: PersonIn | None = None
    kept_city: City
    kept_scheme: Literal["EMP", "INST", "RES", "UNEMP"] = "EMP"
    agreed_by_person: bool
    agreement_ref: Annotated[str | None, Field(max_length=120)] = None
    interest: Annotated[
        Money | None, Field(description="Interest on the refunded part, as the account says")
    ] = None
    base_pension_paid: Annotated[
        Money | None, Field(description="Base pension paid beside an employees' pension")
    ] = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if (given.get("transfer_case_id") is None) == (given.get("person") is None):
            yield CrossError(
                ("transfer_case_id",),
                "ONE_OF",
                "请填写转移案号或人员之一",
                "name a case or a person",
            )


class RefundLine(BaseModel):
    """A relation that is cleared of its overlapping months."""

    city: str
    scheme: str
    months: int
    principal: str
    interest: str
    amount: str
    subsidy_kept: str
    # Of a double pension: what was set off against the base pension paid, what is still claimed.
    offset: str = "0.00"
    still_claimed: str = "0.00"


class ResolutionRead(LivingRead):
    """A resolution; amounts only for the city that decided and the one that clears."""

    state: Literal["DECIDED", "CLEARED"]
    kind: OverlapKind
    person: PersonMasked
    transfer_case_id: UUID | None
    kept_city: str
    kept_scheme: str
    months: list[str]
    months_count: int
    lines: list[RefundLine] | None
    refund_total: str | None
    agreed_by_person: bool
    agreement_ref: str | None
    decided_by: str
    decided_on: date
    cleared_on: date | None


class ResolutionQuery(ListQuery):
    """How a city looks through its resolutions."""

    state: Literal["DECIDED", "CLEARED"] | None = None
    kind: OverlapKind | None = None
    transfer_case_id: UUID | None = None
