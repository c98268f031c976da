"""After the draw: each city inspects its own employers, inside cases of its own (LI-1d)."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, policy
from hrss_kit.auth import Principal
from hrss_kit.problems import Conflict, NotYourCity, refuse
from labor_inspection.cases.inspections import file_inspection
from labor_inspection.joint_operations import rules
from labor_inspection.joint_operations.models import JointOperation, OperationCheck
from labor_inspection.joint_operations.schemas import (
    Complete,
    OperationCompleted,
    OperationRead,
    RecordResult,
)
from labor_inspection.joint_operations.service import REPORT, hold, move, tell


class CaseRequired(Conflict):
    code = "CASE_REQUIRED"
    title_zh = "须先由有管辖权的城市立案"
    title_en = "Its city must file a case first: inspectors act inside a case only"


class ResultsMissing(Conflict):
    code = "RESULTS_MISSING"
    title_zh, title_en = "尚有抽中单位未登记检查结果", "Some drawn employers have no result yet"


class AlreadyRecorded(Conflict):
    code = "ALREADY_RECORDED"
    title_zh, title_en = "检查结果已登记", "The result has been recorded already"


async def _checks(session: AsyncSession, operation: JointOperation) -> list[OperationCheck]:
    rows = await session.scalars(
        select(OperationCheck)
        .where(OperationCheck.operation_id == operation.id)
        .order_by(OperationCheck.id)
    )
    return list(rows)


async def file_cases(session: AsyncSession, caller: Principal, operation_id: UUID) -> OperationRead:
    """Files a case for each drawn employer of the caller's city, with its drawn inspectors."""
    operation, target = await hold(session, caller, operation_id, "file-cases")
    for check in await _checks(session, operation):
        if check.city != caller.city or check.case_id is not None:
            continue
        case = await file_inspection(
            session,
            caller,
            employer=(check.uscc, check.name),
            matter=operation.matter,
            inspectors=check.inspectors,
            shared_with=[operation.owner_city, operation.partner_city],
            on=clock.today(),
            reason=operation.biz_no,
        )
        check.case_id, check.case_no = case.id, case.biz_no
    return await move(session, caller, operation, "file-cases", target)


async def record_result(
    session: AsyncSession, caller: Principal, operation_id: UUID, wish: RecordResult
) -> OperationRead:
    """Records what two of the drawn inspectors found, in the case of their city (X-28)."""
    operation, target = await hold(session, caller, operation_id, "record-result")
    checks = {check.uscc: check for check in await _checks(session, operation)}
    check = checks.get(wish.employer_uscc)
    if check is None:
        raise refuse("employer_uscc", "NOT_DRAWN", "未被抽中", "was not drawn")
    if check.city != caller.city:
        raise NotYourCity
    if check.case_id is None:
        raise CaseRequired
    if check.outcome is not None:
        raise AlreadyRecorded
    acted = list(dict.fromkeys(wish.inspectors))
    least = int(await policy.get(session, "li.inspectors_min", on=clock.today()))
    if len(acted) < least:
        raise refuse(
            "inspectors",
            "TWO_INSPECTORS",
            f"监察员不得少于{least}人",
            f"at least {least} different inspectors are needed",
        )
    if not set(acted) <= set(check.inspectors):
        raise refuse(
            "inspectors", "NOT_DRAWN", "含有未抽中的监察员", "names somebody who was not drawn"
        )
    check.outcome, check.findings, check.acted = wish.outcome, wish.findings, acted
    check.recorded_on, check.recorded_by = clock.today(), caller.actor
    return await move(session, caller, operation, "record-result", target, reason=check.case_no)


async def complete(
    session: AsyncSession, caller: Principal, operation_id: UUID, wish: Complete
) -> OperationRead:
    """Reports, once every drawn employer has its result; from now on anybody may verify."""
    operation, target = await hold(session, caller, operation_id, "complete")
    checks = await _checks(session, operation)
    if any(check.outcome is None for check in checks):
        raise ResultsMissing
    today = clock.today()
    operation.completed_on, operation.summary = today, wish.summary
    await deadlines.meet(session, operation.id, REPORT, today)
    violations = sum(check.outcome == rules.VIOLATION for check in checks)
    tell(
        session,
        operation,
        OperationCompleted(employers=len(checks), violations=violations, completed_on=today),
    )
    return await move(session, caller, operation, "complete", target)
