"""What is asked about money, and the register of fines."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.money import Money
from hrss_kit.pagination import ListQuery
from hrss_kit.validation import CrossError, RequestModel

Basis = Literal["OBSTRUCTION", "MIGRANT_WAGES", "CHILD_LABOUR"]
Target = Literal["EMPLOYER", "RESPONSIBLE"]


class LatenessAsk(RequestModel):
    """A payday, and the day wages were paid; without it they are unpaid to this day."""

    payday: date
    paid_on: date | None = None


class LatenessRead(BaseModel):
    """When wages were due: before a rest day, and without grace."""

    payday: date
    due_on: date
    is_late: bool
    days_late: int
    grace_days: int


class CompensationAsk(RequestModel):
    """What is still due after the limit of an order on wages."""

    amount: Money


class CompensationRead(BaseModel):
    """What may be added (加付赔偿金)."""

    amount: Money
    compensation_from: Money
    compensation_to: Money


class LateFeeAsk(RequestModel):
    """Contributions that are owed, and for how many days."""

    amount: Money
    days: Annotated[int, Field(ge=0, le=36_500)]


class LateFeeRead(BaseModel):
    """滞纳金, and the rate of a day that it was computed with."""

    amount: Money
    days: int
    daily_rate: str
    fee: Money


class FineRecord(RequestModel):
    """A fine. For child labour, how many children for how many months."""

    basis: Basis
    target: Target
    amount: Money
    children: Annotated[int | None, Field(ge=1, le=1000)] = None
    months: Annotated[int | None, Field(ge=1, le=600)] = None
    fined_on: date
    document_ref: Annotated[str, Field(min_length=1, max_length=120)]
    order_id: UUID | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """Children and months belong to child labour, and only there."""
        is_child_labour = given.get("basis") == "CHILD_LABOUR"
        for name in ("children", "months"):
            is_given = given.get(name) is not None
            if is_child_labour and not is_given:
                yield CrossError((name,), "REQUIRED", "必填", "is required")
            if is_given and not is_child_labour:
                yield CrossError((name,), "NOT_APPLICABLE", "不适用", "does not apply")


class FineRead(BaseModel):
    """A fine of the register."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    case_id: UUID
    order_id: UUID | None
    basis: Basis
    target: Target
    amount: Money
    children: int | None
    months: int | None
    fined_on: date
    document_ref: str
    recorded_by: str
    created_at: datetime


class FineQuery(ListQuery):
    """Filters of the register."""

    basis: Basis | None = None
