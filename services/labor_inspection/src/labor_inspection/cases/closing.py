"""Closing a case, which tells everybody its result, and reopening it on new evidence."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.problems import Conflict, MakerIsChecker, StateConflict
from labor_inspection.bulletins import notices
from labor_inspection.bulletins.rules import AT_CLOSING
from labor_inspection.cases import rules
from labor_inspection.cases.events import CaseClosed, CaseReopened
from labor_inspection.cases.models import Case, CaseOrder
from labor_inspection.cases.rules import MACHINE
from labor_inspection.cases.service import (
    CLOSE_NOTICE,
    INVESTIGATE,
    hold,
    move,
    start_clock,
    tell,
)
from labor_inspection.cases.views import is_closable, orders_of, present
from labor_inspection.complaints.models import ACCEPTED, Complaint
from labor_inspection.complaints.models import CLOSED as COMPLAINT_CLOSED

DECISIONS_ZH = {
    rules.ORDER_CORRECT: "责令改正",
    rules.HANDLE: "行政处理",
    rules.PENALTY: "行政处罚",
    rules.DISMISS: "撤销立案",
    rules.TRANSFER_DEPT: "移送有关部门",
    rules.TRANSFER_POLICE: "移送公安机关",
}


class ReopenLimit(Conflict):
    code = "REOPEN_LIMIT"
    title_zh, title_en = "结案已超过可重新立案的期限", "It was closed too long ago to be reopened"


async def close(session: AsyncSession, caller: Principal, case_id: UUID) -> Case:
    """Closes what is done and tells the complainants and both cities the result."""
    case = await hold(session, caller, case_id, "close")
    target = MACHINE.take(case.state, "close")
    orders = (await orders_of(session, case.id))[case.id]
    if not is_closable(case, orders):
        raise StateConflict(
            case.state, [one for one in MACHINE.allowed(case.state) if one != "close"]
        )
    if caller.actor == case.final_step_by:
        raise MakerIsChecker
    today = clock.today()
    case.closed_on, case.closed_by = today, caller.actor
    await deadlines.meet(session, case.id, CLOSE_NOTICE, today)
    for subject in (case.id, *(order.id for order in orders)):
        await deadlines.cancel(session, subject)
    decision = present(case, orders)[-1]
    move(session, case, "close", target, caller=caller)
    await _tell_complainants(session, caller, case, decision)
    tell(
        session,
        case,
        CaseClosed(
            decision=decision.kind,
            amount_recovered=case.amount_paid,
            compensation_recovered=case.compensation_paid,
            workers_count=case.workers_count,
            receiving_city=case.receiving_city,
            closed_on=today,
        ),
    )
    await notices.tell_of_major_case(session, caller, case, decision, AT_CLOSING)
    return case


async def _tell_complainants(
    session: AsyncSession, caller: Principal, case: Case, decision: CaseOrder
) -> None:
    result = f"案件{case.case_no}已办结：{DECISIONS_ZH[decision.kind]}"
    if case.amount_paid:
        result += f"；已追发工资{case.amount_paid}元"
    if case.compensation_paid:
        result += f"；加付赔偿金{case.compensation_paid}元"
    for complaint in await _complaints(session, case, ACCEPTED):
        timeline.add(
            session,
            complaint.id,
            "close",
            caller=caller,
            from_state=complaint.state,
            to_state=COMPLAINT_CLOSED,
            reason=result,
        )
        complaint.state, complaint.result = COMPLAINT_CLOSED, result


async def _complaints(session: AsyncSession, case: Case, state: str) -> Sequence[Complaint]:
    rows = await session.scalars(
        select(Complaint)
        .where(Complaint.case_id == case.id, Complaint.state == state)
        .order_by(Complaint.id)
        .with_for_update()
    )
    return rows.all()


async def reopen(session: AsyncSession, caller: Principal, case_id: UUID, reason: str) -> Case:
    """Reopens a closed case on new evidence: a new round with its own clock and hearing."""
    case = await hold(session, caller, case_id, "reopen")
    target = MACHINE.take(case.state, "reopen")
    assert case.closed_on is not None, "a closed case has the day it was closed"
    today = clock.today()
    years = int(await policy.get(session, "li.reopen_years", on=today, city=case.owner_city))
    if today > rules.years_after(case.closed_on, years):
        raise ReopenLimit
    case.round += 1
    case.reopened_on = today
    case.extended_on = case.heard_on = case.heard_by = case.final_step_by = None
    case.closed_on = case.closed_by = case.overdue_on = case.enforced_on = None
    move(session, case, "reopen", target, caller=caller, reason=reason)
    await start_clock(
        session,
        case,
        INVESTIGATE,
        "li.investigate_wd",
        started_on=today,
        basis="劳动保障监察条例第十七条",
    )
    for complaint in await _complaints(session, case, COMPLAINT_CLOSED):
        timeline.add(
            session,
            complaint.id,
            "reopen",
            caller=caller,
            from_state=complaint.state,
            to_state=ACCEPTED,
        )
        complaint.state, complaint.result = ACCEPTED, None
    tell(session, case, CaseReopened(reopened_on=today))
    return case
