"""Filing and investigating a case. Each function runs in the caller's transaction."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, outbox, policy, sealing, timeline
from hrss_kit.auth import Principal
from hrss_kit.problems import (
    Conflict,
    FieldError,
    MakerIsChecker,
    NotYourCity,
    ScopeMissing,
    refuse,
)
from hrss_kit.resources import load, match_version
from labor_inspection.cases import rules
from labor_inspection.cases.events import CaseExtended, CaseInvestigating
from labor_inspection.cases.models import Case, CaseWorker, Hearing, InspectorInterest
from labor_inspection.cases.rules import MACHINE
from labor_inspection.cases.schemas import AddMatter, Assign, Hear
from labor_inspection.cases.views import ROLES, visible
from labor_inspection.complaints.models import Complaint, ComplaintWorker
from labor_inspection.mass_events import joining

INVESTIGATE, DECIDE, CLOSE_NOTICE = "INVESTIGATE", "DECIDE", "CLOSE_NOTICE"


class Recusal(Conflict):
    code = "RECUSAL"
    title_zh, title_en = "监察员应当回避", "An inspector has an interest and must stand aside"


class AlreadyExtended(Conflict):
    code = "ALREADY_EXTENDED"
    title_zh, title_en = "调查期限只能延长一次", "The investigation has been extended once already"


class InvestigationOver(Conflict):
    code = "INVESTIGATION_OVER"
    title_zh, title_en = "调查已结束或期限已过", "The investigation has ended or its time is up"


async def hold(session: AsyncSession, caller: Principal, case_id: UUID, action: str) -> Case:
    """The case, held until the transaction ends, for somebody who may act on it."""
    case = await load(session, visible(caller).where(Case.id == case_id), lock=True)
    if case.owner_city != caller.city:
        raise NotYourCity
    if not caller.holds(*ROLES[action]):
        raise ScopeMissing
    match_version(case)
    return case


def move(
    session: AsyncSession,
    case: Case,
    action: str,
    target: str,
    *,
    caller: Principal | None,
    reason: str | None = None,
) -> None:
    """Takes the case to its next state, on record."""
    timeline.add(
        session,
        case.id,
        action,
        caller=caller,
        from_state=case.state,
        to_state=target,
        reason=reason,
    )
    case.state = target
    case.updated_at = clock.now()


def tell(session: AsyncSession, case: Case, event: outbox.Event) -> None:
    """Publishes a fact of the case to every city concerned."""
    outbox.publish(
        session,
        event,
        source="li",
        subject=case.biz_no,
        city=case.owner_city,
        audience=case.cities,
    )


def refuse_makers(caller: Principal, case: Case) -> None:
    """403 for whoever assigned, investigated or heard: another one decides."""
    if caller.actor in {*case.inspectors, case.assigned_by, case.heard_by}:
        raise MakerIsChecker


async def start_clock(
    session: AsyncSession, case: Case, code: str, key: str, *, started_on: date, basis: str
) -> deadlines.Deadline:
    """Starts a working-day clock of the case; its length is policy."""
    return await deadlines.start(
        session,
        subject_id=case.id,
        subject_no=case.biz_no,
        owner_city=case.owner_city,
        audience=case.cities,
        code=code,
        started_on=started_on,
        unit="WD",
        length=int(await policy.get(session, key, on=started_on, city=case.owner_city)),
        basis=basis,
    )


async def start_close_notice(session: AsyncSession, case: Case, on: date) -> None:
    """From the day nothing is left to do, closing and telling the result has its own clock."""
    if await deadlines.running(session, case.id, CLOSE_NOTICE) is None:
        await start_clock(
            session, case, CLOSE_NOTICE, "li.close_notice_wd", started_on=on, basis="结案告知"
        )


# ── filing ──────────────────────────────────────────────────────────────────────────────────


async def file_case(
    session: AsyncSession, caller: Principal, complaint: Complaint, *, filed_on: date
) -> Case:
    """受理即立案: files the case of an accepted complaint, or lets it join its collective's."""
    case = await _joinable(session, complaint)
    if case is None:
        case = await _new_case(session, complaint, filed_on)
        timeline.add(session, case.id, "file", caller=caller, to_state=case.state)
    else:
        _join(case, complaint)
        timeline.add(session, case.id, "join", caller=caller, reason=complaint.biz_no)
    complaint.case_id = case.id
    await joining.take_in(session, caller, case, complaint)
    await _take_workers(session, case, complaint)
    return case


async def _joinable(session: AsyncSession, complaint: Complaint) -> Case | None:
    if complaint.linkage_id is None:
        return None
    # Two complaints of a collective may be accepted at the same moment.
    await session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(str(complaint.linkage_id), 0)))
    )
    # The first complaint may have been alone when its case was filed.
    linked = select(Complaint.case_id).where(Complaint.linkage_id == complaint.linkage_id)
    return await session.scalar(
        select(Case)
        .where(or_(Case.linkage_id == complaint.linkage_id, Case.id.in_(linked)))
        .where(Case.owner_city == complaint.competent_city)
        .where(Case.state.in_(rules.JOINABLE))
        .order_by(Case.id)
        .limit(1)
        .with_for_update()
    )


async def _new_case(session: AsyncSession, complaint: Complaint, filed_on: date) -> Case:
    city = complaint.competent_city
    case = Case(
        biz_no=await numbering.next_number(session, "LI", city, filed_on),
        owner_city=city,
        state=rules.FILED,
        receiving_city=complaint.receiving_city,
        shared_cities=[other for other in complaint.cities if other != city],
        linkage_id=complaint.linkage_id,
        employer_name=complaint.employer_name,
        employer_uscc=complaint.employer_uscc,
        matter=list(complaint.matter),
        is_migrant=complaint.is_migrant,
        workers_count=0,
        months_owed_max=complaint.months_owed_max,
        filed_on=filed_on,
        amount_claimed=rules.ZERO,
    )
    session.add(case)
    await session.flush()  # its id is the subject of clocks and timeline
    await start_clock(
        session,
        case,
        INVESTIGATE,
        "li.investigate_wd",
        started_on=filed_on,
        basis="劳动保障监察条例第十七条",
    )
    return case


def _join(case: Case, complaint: Complaint) -> None:
    case.linkage_id = complaint.linkage_id
    case.matter = list(dict.fromkeys([*case.matter, *complaint.matter]))
    case.is_migrant = case.is_migrant and complaint.is_migrant
    joined = {*case.shared_cities, *complaint.cities} - {case.owner_city}
    case.shared_cities = sorted(joined)


async def _take_workers(session: AsyncSession, case: Case, complaint: Complaint) -> None:
    """Merges a complaint's workers; one who is named twice counts once, at the larger claim."""
    known = {row.id_hash: row for row in await workers_of(session, case.id)}
    listed = await session.scalars(
        select(ComplaintWorker)
        .where(ComplaintWorker.complaint_id == complaint.id)
        .order_by(ComplaintWorker.position)
    )
    named = [(one.id_hash, one.id, one.amount, one.months) for one in listed]
    # Who reported is no worker of the case, and is not to be found among them.
    if not named and complaint.id_hash is not None and not complaint.is_secret:
        alone = (complaint.id_hash, None, complaint.amount_claimed, complaint.months_owed_max)
        named = [alone]  # type: ignore[list-item]
    for id_hash, worker_id, amount, months in named:
        claimed = amount or rules.ZERO
        row = known.get(id_hash)
        if row is None:
            row = CaseWorker(
                case_id=case.id,
                complaint_id=complaint.id,
                complaint_worker_id=worker_id,
                id_hash=id_hash,
                months=months or 0,
                claimed=claimed,
                owed=claimed,
                paid=rules.ZERO,
            )
            session.add(row)
            known[id_hash] = row
        else:
            row.months = max(row.months, months or 0)
            row.claimed = row.owed = max(row.claimed, claimed)
    rows = list(known.values())
    case.workers_count = len(rows) or complaint.workers_count
    case.amount_claimed = (
        sum((row.claimed for row in rows), rules.ZERO) or complaint.amount_claimed or rules.ZERO
    )
    longest = [case.months_owed_max or 0, *(row.months for row in rows)]
    case.months_owed_max = max(longest) or None


async def workers_of(session: AsyncSession, case_id: UUID) -> Sequence[CaseWorker]:
    """The worker list in a fixed order."""
    await session.flush()  # workers taken over in this transaction belong to the list
    rows = await session.scalars(
        select(CaseWorker).where(CaseWorker.case_id == case_id).order_by(CaseWorker.id)
    )
    return rows.all()


# ── investigating ───────────────────────────────────────────────────────────────────────────


async def assign(session: AsyncSession, caller: Principal, case_id: UUID, wish: Assign) -> Case:
    """Names the inspectors, at least two and none with an interest (S01 art. 16)."""
    case = await hold(session, caller, case_id, "assign")
    target = MACHINE.take(case.state, "assign")
    today = clock.today()
    names = wish.named()
    await require_inspectors(session, case, names, on=today)
    await refuse_interested(session, case, names, declared=wish.declared())
    is_new = target != case.state
    case.inspectors, case.assigned_by, case.assigned_on = names, caller.actor, today
    move(session, case, "assign", target, caller=caller)
    if is_new:
        running = await deadlines.running(session, case.id, INVESTIGATE)
        tell(session, case, CaseInvestigating(due_on=running.due_on if running else today))
    return case


async def require_inspectors(
    session: AsyncSession, case: Case, names: Sequence[str], *, on: date
) -> None:
    """422 TWO_INSPECTORS for fewer than the policy demands."""
    least = int(await policy.get(session, "li.inspectors_min", on=on, city=case.owner_city))
    if len(names) < least:
        raise refuse(
            "inspectors",
            "TWO_INSPECTORS",
            f"监察员不得少于{least}人",
            f"at least {least} different inspectors are needed",
        )


async def refuse_interested(
    session: AsyncSession, case: Case, names: Sequence[str], *, declared: Sequence[str] = ()
) -> None:
    """409 RECUSAL when an inspector declares an interest or one is on record."""
    refs = [sealing.person_ref(row.id_hash) for row in await workers_of(session, case.id)]
    towards: list[ColumnElement[bool]] = [InspectorInterest.person_ref.in_(refs)]
    if case.employer_uscc:
        towards.append(InspectorInterest.employer_uscc == case.employer_uscc)
    found = await session.scalars(
        select(InspectorInterest.staff_no)
        .where(InspectorInterest.staff_no.in_(names))
        .where(or_(*towards))
    )
    interested = {*declared, *found}
    if interested:
        raise Recusal(
            errors=[
                FieldError(
                    field=f"inspectors.{at}",
                    code="RECUSAL",
                    message_zh="与案件有利害关系，应当回避",
                    message_en="has an interest in this case",
                )
                for at, name in enumerate(names)
                if name in interested
            ]
        )


async def add_matter(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: AddMatter
) -> Case:
    """Adds a violation that came to light."""
    case = await hold(session, caller, case_id, "add-matter")
    target = MACHINE.take(case.state, "add-matter")
    case.matter = list(dict.fromkeys([*case.matter, wish.matter]))
    move(session, case, "add-matter", target, caller=caller, reason=wish.note)
    return case


async def hear(session: AsyncSession, caller: Principal, case_id: UUID, wish: Hear) -> Case:
    """Records the employer's statement; it ends the investigation and starts the next clock."""
    case = await hold(session, caller, case_id, "hear")
    target = MACHINE.take(case.state, "hear")
    today = clock.today()
    since = case.reopened_on or case.filed_on
    if not since <= wish.heard_on <= today:
        raise refuse(
            "heard_on", "DATE", "须在立案之后、今日之前", "lies before filing or after today"
        )
    session.add(
        Hearing(
            case_id=case.id,
            heard_on=wish.heard_on,
            statement=wish.statement,
            recorded_by=caller.actor,
        )
    )
    if case.heard_on is None:
        await deadlines.meet(session, case.id, INVESTIGATE, wish.heard_on)
        await start_clock(
            session,
            case,
            DECIDE,
            "li.decide_wd",
            started_on=wish.heard_on,
            basis="自调查终结之日起作出决定",
        )
    case.heard_on, case.heard_by = wish.heard_on, caller.actor
    move(session, case, "hear", target, caller=caller)
    return case


async def extend(session: AsyncSession, caller: Principal, case_id: UUID, reason: str) -> Case:
    """Extends the investigation, once and in time (S01 art. 17)."""
    case = await hold(session, caller, case_id, "extend")
    if case.state in rules.UNDER_INVESTIGATION and case.extended_on is not None:
        raise AlreadyExtended
    target = MACHINE.take(case.state, "extend")
    refuse_makers(caller, case)
    today = clock.today()
    running = await deadlines.running(session, case.id, INVESTIGATE)
    if running is None or today > running.due_on:
        raise InvestigationOver
    by = await policy.get(session, "li.extend_wd", on=case.filed_on, city=case.owner_city)
    await deadlines.extend(session, running, int(by))
    case.extended_on, case.extension_reason = today, reason
    move(session, case, "extend", target, caller=caller, reason=reason)
    tell(session, case, CaseExtended(due_on=running.due_on, provisional=running.provisional))
    return case
