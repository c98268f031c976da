"""What a case tells both cities: no names, no numbers of persons, no staff."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from hrss_kit.money import Money
from hrss_kit.outbox import Event
from labor_inspection.cases.schemas import DecisionKind


class CaseInvestigating(Event):
    """Two inspectors are at work."""

    type: ClassVar[str] = "li.case.investigating.v1"

    due_on: date


class CaseExtended(Event):
    """The investigation may take longer."""

    type: ClassVar[str] = "li.case.extended.v1"

    due_on: date
    provisional: bool


class CaseDecided(Event):
    """The competent city has decided."""

    type: ClassVar[str] = "li.case.decided.v1"

    decision: DecisionKind
    decided_on: date
    due_on: date | None


class OrderServed(Event):
    """A decision has reached the employer."""

    type: ClassVar[str] = "li.order.served.v1"

    decision: DecisionKind
    served_on: date
    due_on: date | None
    through_assist: bool


class CaseComplied(Event):
    """Everything that was ordered has been done."""

    type: ClassVar[str] = "li.case.complied.v1"

    amount_recovered: Money


class CaseNotComplied(Event):
    """The limit of an order has passed and it was not obeyed."""

    type: ClassVar[str] = "li.case.not_complied.v1"

    decision: DecisionKind
    due_on: date


class CaseOverdue(Event):
    """The investigation or the decision is late: for the supervisors of both cities."""

    type: ClassVar[str] = "li.case.overdue.v1"

    code: str
    due_on: date


class CaseClosed(Event):
    """The case is done; `amount_recovered` are the wages paid."""

    type: ClassVar[str] = "li.case.closed.v1"

    decision: DecisionKind
    amount_recovered: Money
    compensation_recovered: Money
    workers_count: int
    receiving_city: str
    closed_on: date


class CaseReopened(Event):
    """New evidence has reopened the case."""

    type: ClassVar[str] = "li.case.reopened.v1"

    reopened_on: date


class InsuranceChecked(Event):
    """Social insurance has answered for every worker of the case (J-1)."""

    type: ClassVar[str] = "li.case.insurance_checked.v1"

    workers: int
    not_insured: int


class PaymentRecorded(Event):
    """Wages or compensation were paid to a worker's own account (J-10)."""

    type: ClassVar[str] = "li.payment.recorded.v1"

    payment_id: UUID
    kind: str
    amount_band: str
    paid_on: date


EVENT_TYPES: tuple[type[Event], ...] = (
    CaseInvestigating,
    CaseExtended,
    CaseDecided,
    OrderServed,
    CaseComplied,
    CaseNotComplied,
    CaseOverdue,
    CaseClosed,
    CaseReopened,
    InsuranceChecked,
    PaymentRecorded,
)
