"""What was left unpaid when an order's limit passed, and the compensation that may follow."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import deadlines, policy
from labor_inspection.cases import rules
from labor_inspection.cases.models import WAGE, Case, CaseOrder, CasePayment, CaseWorker

ORDER = "ORDER"


async def compensation_range(
    session: AsyncSession, case: Case, order: CaseOrder, workers: Sequence[CaseWorker]
) -> rules.Range:
    """How much compensation an order on wages that was not obeyed may bring."""
    on, city = order.decided_on, case.owner_city
    rate = await policy.get(session, "li.comp_rate", on=on, city=city)
    base = await policy.get(session, "li.comp_base", on=on, city=city)
    ordered = order.amount or rules.ZERO
    left = await unpaid_at_deadline(session, order, workers)
    due = rules.compensation_base(
        base,
        ordered=ordered,
        unpaid_at_deadline=sum(left.values(), rules.ZERO) if workers else ordered,
    )
    return rules.additional_compensation(due, Decimal(rate["min"]), Decimal(rate["max"]))


async def unpaid_at_deadline(
    session: AsyncSession, order: CaseOrder, workers: Sequence[CaseWorker]
) -> dict[UUID, Decimal]:
    """What each worker had not got when the order's limit passed."""
    limit = await limit_of(session, order)
    rows = await session.execute(
        select(CasePayment.worker_id, func.sum(CasePayment.amount))
        .where(CasePayment.case_id == order.case_id, CasePayment.kind == WAGE)
        .where(CasePayment.paid_on <= limit)
        .group_by(CasePayment.worker_id)
    )
    paid: dict[UUID | None, Decimal] = {row[0]: row[1] for row in rows}
    return {row.id: rules.unpaid(row.owed, paid.get(row.id, rules.ZERO)) for row in workers}


async def limit_of(session: AsyncSession, order: CaseOrder) -> date:
    """The last day of an order: a rest day moves it to the next working day (domain §0.8)."""
    due_on: date | None = await session.scalar(
        select(deadlines.Deadline.due_on).where(
            deadlines.Deadline.subject_id == order.id, deadlines.Deadline.code == ORDER
        )
    )
    return due_on or order.due_on or order.decided_on
