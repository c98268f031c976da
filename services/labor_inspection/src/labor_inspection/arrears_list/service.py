"""What can be done with the arrears list. Each function runs in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, outbox, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.problems import Conflict, Duplicate, MakerIsChecker, NotYourCity, ScopeMissing, refuse
from hrss_kit.resources import load, match_version
from labor_inspection.arrears_list import rules
from labor_inspection.arrears_list.models import ArrearsListEntry
from labor_inspection.arrears_list.rules import MACHINE
from labor_inspection.arrears_list.schemas import (
    ArrearsListed,
    ArrearsListRead,
    RecordObjection,
    ServeNotice,
)
from labor_inspection.arrears_list.views import BASIS, ROLES, show, visible
from labor_inspection.cases.models import (
    Case,
    CaseOrder,
    CaseWorker,
)
from labor_inspection.cases.rules import ZERO, unpaid, years_after
from labor_inspection.credit import rules as credit_rules
from labor_inspection.credit import service as credit

OBJECTION, OBJECTION_ANSWER = "OBJECTION", "OBJECTION_ANSWER"


class ObjectionOpen(Conflict):
    code = "OBJECTION_OPEN"
    title_zh, title_en = "异议期限尚未届满", "The party may still object"


class ObjectionLate(Conflict):
    code = "OBJECTION_LATE"
    title_zh, title_en = "异议期限已过", "The time to object has passed"


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why an employer is proposed: the disobeyed order and the parts of the criterion."""

    order: CaseOrder
    criteria: Sequence[str]


# ── proposing, noticing, objecting ──────────────────────────────────────────────────────────


async def propose(
    session: AsyncSession,
    caller: Principal,
    case: Case,
    grounds: Grounds,
    workers: Sequence[CaseWorker],
) -> ArrearsListEntry:
    """Makes the entry of a case whose order to pay was not obeyed; the case is held."""
    if case.employer_uscc is None or case.employer_name is None:
        raise refuse(
            "employer_uscc",
            "EMPLOYER_UNCLEAR",
            "案件未载明用人单位名称和统一社会信用代码",
            "the case does not name its employer by credit code",
        )
    known = await session.scalar(
        select(ArrearsListEntry.id).where(
            ArrearsListEntry.case_id == case.id, ArrearsListEntry.state.in_(rules.LIVE)
        )
    )
    if known is not None:
        raise Duplicate(existing_id=str(known))
    today = clock.today()
    count, amount = _left_unpaid(case, grounds.order, workers)
    entry = ArrearsListEntry(
        biz_no=await numbering.next_number(session, "LI", case.owner_city, today),
        owner_city=case.owner_city,
        state=rules.PROPOSED,
        case_id=case.id,
        case_no=case.case_no,
        order_id=grounds.order.id,
        order_due_on=grounds.order.due_on,
        employer_name=case.employer_name,
        employer_uscc=case.employer_uscc,
        criteria=list(grounds.criteria),
        workers_unpaid=count,
        amount_unpaid=amount,
        inspectors=list(case.inspectors),
        proposed_on=today,
        proposed_by=caller.actor,
    )
    session.add(entry)
    await session.flush()  # its id is the subject of its history
    timeline.add(session, entry.id, "propose", caller=caller, to_state=entry.state)
    return entry


def _left_unpaid(
    case: Case, order: CaseOrder, workers: Sequence[CaseWorker]
) -> tuple[int, Decimal]:
    """How many are still owed how much; a case without a list knows only its sums."""
    if not workers:
        return case.workers_count, unpaid(order.amount or ZERO, case.amount_paid)
    owed = [row.unpaid for row in workers if row.unpaid > 0]
    return len(owed), sum(owed, ZERO)


async def serve_notice(
    session: AsyncSession, caller: Principal, entry_id: UUID, wish: ServeNotice
) -> ArrearsListRead:
    """Tells the employer what it may be listed for; it may object from now on."""
    entry, target = await hold(session, caller, entry_id, "serve-notice")
    on = _on(wish.served_on, entry.proposed_on, "served_on")
    entry.notice_served_on, entry.notice_by, entry.receipt_no = on, caller.actor, wish.receipt_no
    entry.employer_address = wish.employer_address
    entry.legal_representative = wish.legal_representative
    entry.responsible_persons = "\n".join(wish.responsible_persons) or None
    await start(session, entry, OBJECTION, "li.objection_wd", on)
    return await move(session, caller, entry, "serve-notice", target)


async def record_objection(
    session: AsyncSession, caller: Principal, entry_id: UUID, wish: RecordObjection
) -> ArrearsListRead:
    """Records an objection that came in time; it must be answered in time too."""
    entry, target = await hold(session, caller, entry_id, "object")
    assert entry.notice_served_on is not None, "a notice that was served has its day"
    on = _on(wish.received_on, entry.notice_served_on, "received_on")
    if on > (await _clock(session, entry, OBJECTION)).due_on:
        raise ObjectionLate
    entry.objected_on, entry.objection = on, wish.statement
    entry.objection_recorded_by = caller.actor
    await deadlines.meet(session, entry.id, OBJECTION, on)
    await start(session, entry, OBJECTION_ANSWER, "li.objection_answer_wd", on)
    return await move(session, caller, entry, "object", target)


async def answer(
    session: AsyncSession, caller: Principal, entry_id: UUID, action: str, reason: str
) -> ArrearsListRead:
    """Upholds the proposal against an objection, or drops it."""
    entry, target = await hold(session, caller, entry_id, action)
    if caller.actor in entry.makers:
        raise MakerIsChecker
    today = clock.today()
    if entry.state == rules.OBJECTED:
        await deadlines.meet(session, entry.id, OBJECTION_ANSWER, today)
    await deadlines.cancel(session, entry.id)
    entry.answered_on, entry.answer = today, reason
    return await move(session, caller, entry, action, target, reason=reason)


async def let_objections_lapse(session: AsyncSession) -> int:
    """Timer: a right to object that was not used is nobody's lateness."""
    clocks = deadlines.Deadline
    rows = await session.scalars(
        select(clocks)
        .where(clocks.code == OBJECTION, clocks.status == deadlines.OPEN)
        .where(clocks.due_on < clock.today())
        .with_for_update(skip_locked=True)
    )
    lapsed = rows.all()
    for row in lapsed:
        row.status = deadlines.CANCELLED
    return len(lapsed)


# ── listing ─────────────────────────────────────────────────────────────────────────────────


async def enlist(session: AsyncSession, caller: Principal, entry_id: UUID) -> ArrearsListRead:
    """Puts the employer on the list (谁执法谁认定); the whole suite hears of it."""
    entry, target = await hold(session, caller, entry_id, "list")
    if caller.actor in entry.makers:
        raise MakerIsChecker
    today = clock.today()
    if entry.state == rules.NOTICE_SERVED:
        until = (await _clock(session, entry, OBJECTION)).due_on
        if today <= until:
            raise ObjectionOpen(due_on=until.isoformat())
    await deadlines.cancel(session, entry.id)
    years = await policy.get(session, "li.list_term_years", on=today, city=entry.owner_city)
    entry.listed_on, entry.listed_by = today, caller.actor
    entry.expires_on = years_after(today, int(years))
    is_incident = rules.INCIDENT in entry.criteria
    await credit.note(
        session,
        await session.get_one(Case, entry.case_id),
        credit_rules.REFUSED_ORDER,
        *([credit_rules.INCIDENT] if is_incident else []),
    )
    shown = await move(session, caller, entry, "list", target)
    tell(
        session,
        entry,
        ArrearsListed(
            uscc=entry.employer_uscc,
            from_=today,
            to=entry.expires_on,
            case_no=await case_no_of(session, entry),
        ),
    )
    return shown


# ── what every act does ─────────────────────────────────────────────────────────────────────


async def hold(
    session: AsyncSession, caller: Principal, entry_id: UUID, action: str
) -> tuple[ArrearsListEntry, str]:
    """The entry, held for somebody who may act on it, and the state that the act leads to."""
    entry = await load(session, visible(caller).where(ArrearsListEntry.id == entry_id), lock=True)
    exchange().note(subject=entry.biz_no)
    if entry.owner_city != caller.city:
        raise NotYourCity
    if not caller.holds(*ROLES[action]):
        raise ScopeMissing
    match_version(entry)
    return entry, MACHINE.take(entry.state, action)


async def move(
    session: AsyncSession,
    caller: Principal | None,
    entry: ArrearsListEntry,
    action: str,
    target: str,
    *,
    reason: str | None = None,
) -> ArrearsListRead:
    """Takes the entry to its next state, on record."""
    timeline.add(
        session,
        entry.id,
        action,
        caller=caller,
        from_state=entry.state,
        to_state=target,
        reason=reason,
    )
    entry.state = target
    return await show(session, caller, entry)


async def case_no_of(session: AsyncSession, entry: ArrearsListEntry) -> str | None:
    """The number of the case that the entry rests on."""
    found: str | None = await session.scalar(select(Case.biz_no).where(Case.id == entry.case_id))
    return found


def tell(session: AsyncSession, entry: ArrearsListEntry, event: outbox.Event) -> None:
    """Publishes a fact of the entry to both cities."""
    outbox.publish(
        session,
        event,
        source="li",
        subject=entry.biz_no,
        city=entry.owner_city,
        audience=ACTIVE_CITIES,
    )


def _on(given: date | None, earliest: date, field: str) -> date:
    on = given or clock.today()
    if not earliest <= on <= clock.today():
        raise refuse(field, "DATE", "日期不在允许范围内", "lies too early or after today")
    return on


async def start(
    session: AsyncSession, entry: ArrearsListEntry, code: str, key: str, on: date
) -> None:
    """Starts a working-day clock of the entry; its length is policy."""
    days = await policy.get(session, key, on=on, city=entry.owner_city)
    await deadlines.start(
        session,
        subject_id=entry.id,
        subject_no=entry.biz_no,
        owner_city=entry.owner_city,
        audience=[entry.owner_city],
        code=code,
        started_on=on,
        unit="WD",
        length=int(days),
        basis=BASIS,
    )


async def _clock(session: AsyncSession, entry: ArrearsListEntry, code: str) -> deadlines.Deadline:
    await session.flush()  # a clock started in this transaction must be found
    return await load(
        session,
        select(deadlines.Deadline).where(
            deadlines.Deadline.subject_id == entry.id, deadlines.Deadline.code == code
        ),
    )
