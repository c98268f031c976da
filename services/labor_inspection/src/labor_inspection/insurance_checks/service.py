"""Asks social insurance whether the workers of a case were insured, until it has answered.

Nothing waits for it: when social insurance is down the case goes on, and the worker asks again.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, timeline
from hrss_kit.auth import Principal
from hrss_kit.inbox import Consumer, Received
from hrss_kit.pagination import ListQuery, Page, select_page
from hrss_kit.peers import PeerDown
from hrss_kit.problems import Conflict, StateConflict
from labor_inspection.cases import rules as case_rules
from labor_inspection.cases import views
from labor_inspection.cases.events import InsuranceChecked
from labor_inspection.cases.models import Case, CaseWorker
from labor_inspection.cases.service import tell, workers_of
from labor_inspection.clients import social_insurance
from labor_inspection.complaints.models import Complaint
from labor_inspection.db import flush_new
from labor_inspection.evidences.service import case_of
from labor_inspection.insurance_checks.models import (
    DONE,
    INSURED,
    NOT_INSURED,
    PENDING,
    InsuranceCheck,
    InsuranceHint,
    InsuranceLine,
)
from labor_inspection.insurance_checks.schemas import (
    CheckAsk,
    CheckRead,
    HintQuery,
    HintRead,
    LineRead,
    ParticipationMissing,
)

if TYPE_CHECKING:
    from hrss_kit.worker import Worker

MATTER = "SOCIAL_INSURANCE"
BATCH = 20
LONGEST_WAIT_SECONDS = 300


class NobodyToAskFor(Conflict):
    code = "NO_WORKERS"
    title_zh, title_en = "案件没有具名劳动者", "The case names no worker"


async def ask(session: AsyncSession, caller: Principal, case_id: UUID, wish: CheckAsk) -> CheckRead:
    """One of the case's people asks about its workers."""
    case = await case_of(session, caller, case_id, lock=True)
    if case.state == case_rules.CLOSED:
        raise StateConflict(case.state, case_rules.MACHINE.allowed(case.state))
    check = await start(session, case, caller, wish.from_month, wish.to_month)
    if check is None:
        raise NobodyToAskFor
    return (await _shown(session, [check]))[0]


async def start(
    session: AsyncSession,
    case: Case,
    caller: Principal,
    first: str | None = None,
    last: str | None = None,
) -> InsuranceCheck | None:
    """Writes down what is to be asked; the worker does it."""
    workers = await workers_of(session, case.id)
    if not workers:
        return None
    begun, ended = await _period(session, case)
    check = InsuranceCheck(
        case_id=case.id,
        state=PENDING,
        from_month=first or min(f"{begun:%Y-%m}", last or "9999"),
        to_month=last or max(f"{ended:%Y-%m}", first or ""),
        asked_by=caller.actor,
    )
    session.add(check)
    await flush_new(session, "uq_insurance_checks_pending")
    session.add_all(
        InsuranceLine(check_id=check.id, worker_id=row.id, state=PENDING) for row in workers
    )
    timeline.add(session, case.id, "ask-insurance", caller=caller)
    return check


async def start_if_named(session: AsyncSession, case: Case, caller: Principal) -> None:
    """A case about social insurance begins with the question, once."""
    known = select(InsuranceCheck.id).where(InsuranceCheck.case_id == case.id).limit(1)
    if MATTER in case.matter and await session.scalar(known) is None:
        await start(session, case, caller)


async def _period(session: AsyncSession, case: Case) -> tuple[date, date]:
    """From the first day of the acts to their last, or to the filing when they go on."""
    rows = (
        await session.execute(
            select(Complaint.period_from, Complaint.period_to).where(Complaint.case_id == case.id)
        )
    ).all()
    starts = [row.period_from for row in rows] or [case.filed_on]
    ends = [row.period_to or case.filed_on for row in rows] or [case.filed_on]
    return min(starts), max(*ends, min(starts))


async def of_case(
    session: AsyncSession, caller: Principal, case_id: UUID, query: ListQuery
) -> Page[CheckRead]:
    """The rounds of questions about a case, the last one first."""
    case = await case_of(session, caller, case_id)
    rows, cursor = await select_page(
        session,
        select(InsuranceCheck).where(InsuranceCheck.case_id == case.id),
        query,
        key=InsuranceCheck.id,
        sorts={"created_at": InsuranceCheck.created_at},
        default="-created_at",
    )
    return Page[CheckRead](items=await _shown(session, rows), next_cursor=cursor)


async def _shown(session: AsyncSession, checks: Sequence[InsuranceCheck]) -> list[CheckRead]:
    await session.flush()  # lines written in this transaction are part of the answer
    lines: dict[UUID, list[InsuranceLine]] = defaultdict(list)
    found = await session.scalars(
        select(InsuranceLine)
        .where(InsuranceLine.check_id.in_(one.id for one in checks))
        .order_by(InsuranceLine.worker_id)
    )
    for line in found:
        lines[line.check_id].append(line)
    columns = ("id", "case_id", "state", "from_month", "to_month", "asked_by", "created_at")
    return [
        CheckRead(
            **{name: getattr(one, name) for name in columns},
            done_on=one.done_on,
            workers=len(lines[one.id]),
            **_counts(lines[one.id]),
            lines=[LineRead.model_validate(line) for line in lines[one.id]],
        )
        for one in checks
    ]


def _counts(lines: Sequence[InsuranceLine]) -> dict[str, int]:
    states = [line.state for line in lines]
    return {
        "insured": states.count(INSURED),
        "not_insured": states.count(NOT_INSURED),
        "pending": states.count(PENDING),
    }


# ── the worker asks ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Question:
    line_id: UUID
    case_no: str
    employer_uscc: str | None
    name: str
    doc_no: str
    from_month: str
    to_month: str


async def ask_waiting(worker: "Worker") -> int:
    """Errand: asks about workers that wait; outside of any transaction."""
    async with worker.database.sessions() as session:
        questions = await _waiting(session)
    for asked in questions:
        try:
            found = await social_insurance.months(
                worker.peers,
                case_no=asked.case_no,
                name=asked.name,
                doc_no=asked.doc_no,
                from_month=asked.from_month,
                to_month=asked.to_month,
            )
        except PeerDown:
            async with worker.database.transaction() as session:
                await _wait(session, asked.line_id)
            break  # the others wait as well; nobody is asked in vain a hundred times
        by_employer = {
            one.month
            for one in found
            if asked.employer_uscc is None or one.employer_uscc == asked.employer_uscc
        }
        async with worker.database.transaction() as session:
            await _take_answer(session, asked.line_id, len(by_employer))
    return len(questions)


async def _waiting(session: AsyncSession) -> list[_Question]:
    rows = (
        await session.execute(
            select(InsuranceLine, InsuranceCheck, Case, CaseWorker)
            .join(InsuranceCheck, InsuranceCheck.id == InsuranceLine.check_id)
            .join(Case, Case.id == InsuranceCheck.case_id)
            .join(CaseWorker, CaseWorker.id == InsuranceLine.worker_id)
            .where(InsuranceLine.state == PENDING, InsuranceLine.next_at <= func.now())
            .order_by(InsuranceLine.next_at, InsuranceLine.id)
            .limit(BATCH)
        )
    ).all()
    people = await views.people_of(session, [row[3] for row in rows])
    return [
        _Question(
            line_id=line.id,
            case_no=case.biz_no,
            employer_uscc=case.employer_uscc,
            name=people[worker.id].person_name or "",
            doc_no=people[worker.id].doc_no or "",
            from_month=check.from_month,
            to_month=check.to_month,
        )
        for line, check, case, worker in rows
    ]


async def _held(session: AsyncSession, line_id: UUID) -> InsuranceLine | None:
    return await session.scalar(
        select(InsuranceLine)
        .where(InsuranceLine.id == line_id, InsuranceLine.state == PENDING)
        .with_for_update(skip_locked=True)
    )


async def _wait(session: AsyncSession, line_id: UUID) -> None:
    line = await _held(session, line_id)
    if line is not None:
        line.attempts += 1
        line.next_at = func.now() + timedelta(seconds=min(2**line.attempts, LONGEST_WAIT_SECONDS))


async def _take_answer(session: AsyncSession, line_id: UUID, months: int) -> None:
    line = await _held(session, line_id)
    if line is None:
        return
    # The check is held as well, so that of two last answers one sees the other.
    check = await session.get(InsuranceCheck, line.check_id, with_for_update=True)
    assert check is not None
    line.months, line.state = months, INSURED if months else NOT_INSURED
    await session.flush()
    lines = (
        await session.scalars(select(InsuranceLine).where(InsuranceLine.check_id == check.id))
    ).all()
    counts = _counts(lines)
    if not counts["pending"]:
        await _finish(session, check, counts["not_insured"], len(lines))


async def _finish(
    session: AsyncSession, check: InsuranceCheck, not_insured: int, total: int
) -> None:
    """All have been asked for; who is not insured makes it a matter of the case (X-22)."""
    check.state, check.done_on = DONE, clock.today()
    case = await session.get(Case, check.case_id, with_for_update=True)
    assert case is not None
    if not_insured and case.state != case_rules.CLOSED:
        case.matter = list(dict.fromkeys([*case.matter, MATTER]))
        case.updated_at = clock.now()
    told = f"not insured: {not_insured} of {total}"
    timeline.add(session, case.id, "insurance-checked", caller=None, reason=told)
    tell(session, case, InsuranceChecked(workers=total, not_insured=not_insured))


# ── hints ───────────────────────────────────────────────────────────────────────────────────


async def take_hint(session: AsyncSession, event: Received, data: ParticipationMissing) -> None:
    """Keeps a hint; whether it becomes a case is for inspectors to decide."""
    session.add(
        InsuranceHint(
            id=event.id,
            city=event.city or "",
            employer_uscc=data.employer_uscc,
            person_ref=data.person_ref,
            since=data.since,
        )
    )


CONSUMER = Consumer(
    "social_insurance", "si.participation.missing.v1", ParticipationMissing, take_hint
)


async def hints(session: AsyncSession, caller: Principal, query: HintQuery) -> Page[HintRead]:
    """The hints about employers of the caller's city."""
    statement = select(InsuranceHint).where(InsuranceHint.city == caller.city)
    if query.employer_uscc is not None:
        statement = statement.where(InsuranceHint.employer_uscc == query.employer_uscc)
    if query.since_from is not None:
        statement = statement.where(InsuranceHint.since >= query.since_from)
    if query.since_to is not None:
        statement = statement.where(InsuranceHint.since <= query.since_to)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=InsuranceHint.id,
        sorts={"received_at": InsuranceHint.received_at, "since": InsuranceHint.since},
        default="-received_at",
    )
    return Page[HintRead](items=[HintRead.model_validate(row) for row in rows], next_cursor=cursor)
