"""The draw 双随机: candidates frozen and the seed committed first, revealed with the result."""

import secrets
from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, policy
from hrss_kit.auth import Principal
from hrss_kit.problems import Conflict, FieldError, Invalid, refuse
from labor_inspection.cases.models import InspectorInterest
from labor_inspection.credit import rules as credit_rules
from labor_inspection.credit.models import CreditGrade
from labor_inspection.joint_operations import rules
from labor_inspection.joint_operations.models import (
    CandidateEmployer,
    CandidateInspector,
    JointOperation,
    OperationCheck,
)
from labor_inspection.joint_operations.schemas import (
    ContributeSeed,
    DrawRead,
    Freeze,
    OperationDrawn,
    OperationFrozen,
    OperationRead,
)
from labor_inspection.joint_operations.service import REPORT, hold, move, one, start, tell


class NonceMissing(Conflict):
    code = "NONCE_MISSING"
    title_zh, title_en = "对方城市尚未提供随机数", "The other city has not added its nonce yet"


class NonceGiven(Conflict):
    code = "NONCE_GIVEN"
    title_zh, title_en = "随机数已提供", "The nonce has been added already"


async def freeze(
    session: AsyncSession, caller: Principal, operation_id: UUID, wish: Freeze
) -> OperationRead:
    """Fixes the candidates with their weights and commits to a seed that nobody knows yet."""
    operation, target = await hold(session, caller, operation_id, "freeze")
    frozen = await _candidates(session, operation, wish)
    operation.frozen, operation.frozen_on = frozen, clock.today()
    operation.list_sha256 = rules.list_sha256(frozen)
    operation.seed = secrets.token_hex(32)
    operation.seed_commitment = rules.commitment(operation.seed)
    tell(
        session,
        operation,
        OperationFrozen(
            list_sha256=operation.list_sha256, seed_commitment=operation.seed_commitment
        ),
    )
    return await move(session, caller, operation, "freeze", target)


async def _candidates(
    session: AsyncSession, operation: JointOperation, wish: Freeze
) -> dict[str, Any]:
    today = clock.today()
    employers = (
        await session.scalars(
            select(CandidateEmployer)
            .where(CandidateEmployer.operation_id == operation.id)
            .order_by(CandidateEmployer.uscc)
        )
    ).all()
    inspectors = (
        await session.scalars(
            select(CandidateInspector)
            .where(CandidateInspector.operation_id == operation.id)
            .order_by(CandidateInspector.staff_no)
        )
    ).all()
    if wish.draw_employers > len(employers):
        raise refuse(
            "draw_employers", "TOO_FEW", "超过候选用人单位数", "is more than there are candidates"
        )
    least = int(await policy.get(session, "li.inspectors_min", on=today))
    wanted = wish.inspectors_per_employer
    if wanted < least:
        raise refuse(
            "inspectors_per_employer",
            "TWO_INSPECTORS",
            f"监察员不得少于{least}人",
            f"at least {least} inspectors are needed",
        )
    usccs = [one.uscc for one in employers]
    weights = await policy.get(session, "li.draw_weights", on=today)
    grades = await _joint_grades(session, usccs)
    excluded = await _interests(session, usccs, [one.staff_no for one in inspectors])
    for row in employers:
        free = [
            who
            for who in inspectors
            if who.city == row.city and who.staff_no not in excluded[row.uscc]
        ]
        if len(free) < wanted:
            raise Invalid(
                FieldError(
                    field="inspectors_per_employer",
                    code="TWO_INSPECTORS",
                    message_zh=f"{row.city}可选派的监察员不足{wanted}人",
                    message_en=f"{row.city} offers fewer than {wanted} who may inspect everybody",
                )
            )
    return {
        "algorithm": rules.ALGORITHM,
        "operation": operation.biz_no,
        "draw_employers": wish.draw_employers,
        "inspectors_per_employer": wanted,
        "joining_per_employer": wish.joining_per_employer,
        "employers": [
            {
                "uscc": row.uscc,
                "name": row.name,
                "city": row.city,
                "grade": grades.get(row.uscc),
                "weight": rules.weight(grades.get(row.uscc), weights),
                "excluded": sorted(excluded[row.uscc]),
            }
            for row in employers
        ],
        "inspectors": [{"staff_no": row.staff_no, "city": row.city} for row in inspectors],
    }


async def _joint_grades(session: AsyncSession, usccs: Sequence[str]) -> dict[str, str]:
    """The newest grade that both cities display of each employer."""
    found: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    rows = await session.execute(
        select(CreditGrade.employer_uscc, CreditGrade.year, CreditGrade.grade).where(
            CreditGrade.employer_uscc.in_(usccs)
        )
    )
    for uscc, year, grade in rows:
        found[uscc][year].append(grade)
    view = await policy.get(session, "li.joint_grade", on=clock.today())
    newest = {uscc: years[max(years)] for uscc, years in found.items()}
    return {uscc: credit_rules.joint(grades[0], grades, view) for uscc, grades in newest.items()}


async def _interests(
    session: AsyncSession, usccs: Sequence[str], staff: Sequence[str]
) -> dict[str, set[str]]:
    """Who must stand aside for which employer (S01 art. 16)."""
    found: dict[str, set[str]] = defaultdict(set)
    rows = await session.execute(
        select(InspectorInterest.employer_uscc, InspectorInterest.staff_no).where(
            InspectorInterest.employer_uscc.in_(usccs), InspectorInterest.staff_no.in_(staff)
        )
    )
    for uscc, staff_no in rows:
        if uscc is not None:
            found[uscc].add(staff_no)
    return found


async def contribute(
    session: AsyncSession, caller: Principal, operation_id: UUID, wish: ContributeSeed
) -> OperationRead:
    """The other city's part of the seed, after the commitment and before the reveal; once."""
    operation, target = await hold(session, caller, operation_id, "contribute-seed")
    if operation.nonce is not None:
        raise NonceGiven
    operation.nonce, operation.nonce_by = wish.nonce, caller.actor
    return await move(session, caller, operation, "contribute-seed", target)


async def draw(session: AsyncSession, caller: Principal, operation_id: UUID) -> OperationRead:
    """Draws, and reveals the seed with the result."""
    operation, target = await hold(session, caller, operation_id, "draw")
    if operation.nonce is None:
        raise NonceMissing
    assert operation.seed is not None and operation.frozen is not None, "it is frozen"  # noqa: PT018
    assert operation.list_sha256 is not None, "a frozen list has its hash"
    assert operation.seed_commitment is not None, "a seed was committed to"
    today = clock.today()
    result = rules.draw(operation.seed, operation.nonce, operation.frozen)
    operation.result, operation.drawn_on, operation.drawn_by = result, today, caller.actor
    names = {row["uscc"]: row["name"] for row in operation.frozen["employers"]}
    session.add_all(
        OperationCheck(operation_id=operation.id, name=names[team["uscc"]], acted=[], **team)
        for team in result["employers"]
    )
    days = int(await policy.get(session, "li.joint_operation_report_wd", on=today))
    await start(session, operation, REPORT, max(operation.planned_to, today), days)
    tell(
        session,
        operation,
        OperationDrawn(
            list_sha256=operation.list_sha256,
            seed_commitment=operation.seed_commitment,
            employers=len(result["employers"]),
        ),
    )
    return await move(session, caller, operation, "draw", target)


async def read(session: AsyncSession, caller: Principal, operation_id: UUID) -> DrawRead:
    """What the draw rests on; the seed only once it was drawn."""
    operation = await one(session, caller, operation_id)
    is_drawn = operation.drawn_on is not None
    return DrawRead(
        biz_no=operation.biz_no,
        state=operation.state,
        algorithm=rules.ALGORITHM,
        frozen=operation.frozen,
        frozen_on=operation.frozen_on,
        list_sha256=operation.list_sha256,
        seed_commitment=operation.seed_commitment,
        nonce=operation.nonce,
        seed=operation.seed if is_drawn else None,
        drawn_on=operation.drawn_on,
        result=operation.result,
    )
