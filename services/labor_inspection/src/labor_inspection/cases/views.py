"""Who sees a case, and how much of it: the file in the competent city, elsewhere its status."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import deadlines, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.deadlines import DeadlineRead
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotYourCity, ScopeMissing
from hrss_kit.resources import load
from labor_inspection.cases import rules
from labor_inspection.cases.models import Case, CaseOrder, CaseWorker, Hearing
from labor_inspection.cases.schemas import (
    CaseQuery,
    CaseRead,
    CaseWorkerRead,
    ComplaintLink,
    DecisionRead,
    Employer,
    HearingRead,
    Served,
    WorkerQuery,
)
from labor_inspection.complaints.models import Complaint, ComplaintWorker
from labor_inspection.mass_events import joining

INSPECTOR, HEAD = "cw.li", "supervisor.li"
ROLES: dict[str, tuple[str, ...]] = {
    "assign": (INSPECTOR,),
    "add-matter": (INSPECTOR,),
    "hear": (INSPECTOR,),
    "extend": (HEAD,),
    "decide": (HEAD,),
    "serve": (INSPECTOR,),
    "record-payment": (INSPECTOR,),
    "check-compliance": (INSPECTOR,),
    "enforce": (HEAD,),
    "propose-listing": (INSPECTOR, HEAD),
    "close": (INSPECTOR, HEAD),
    "reopen": (HEAD,),
}


def visible(caller: Principal) -> Select[Case]:
    """The cases that a caller may know of: its city's own, and those shared with it."""
    if caller.holds("auditor"):
        return select(Case)
    return select(Case).where(
        or_(Case.owner_city == caller.city, Case.shared_cities.contains([caller.city]))
    )


def reads_file(caller: Principal, case: Case) -> bool:
    """True in the competent city; auditors and other cities see the status."""
    return case.owner_city == caller.city


async def orders_of(session: AsyncSession, *case_ids: UUID) -> dict[UUID, list[CaseOrder]]:
    """The decisions of several cases, oldest first, in one query."""
    found: dict[UUID, list[CaseOrder]] = defaultdict(list)
    rows = await session.scalars(
        select(CaseOrder).where(CaseOrder.case_id.in_(case_ids)).order_by(CaseOrder.number)
    )
    for row in rows:
        found[row.case_id].append(row)
    return found


def present(case: Case, orders: Sequence[CaseOrder]) -> list[CaseOrder]:
    """The decisions of the present round."""
    return [order for order in orders if order.round == case.round]


def is_closable(case: Case, orders: Sequence[CaseOrder]) -> bool:
    """Obeyed, enforced, dismissed or handed on: nothing is left to do."""
    if case.state in (rules.COMPLIED, rules.ENFORCED):
        return True
    kinds = {order.kind for order in present(case, orders)}
    return case.state in (rules.DECIDED, rules.SERVED, rules.NOT_COMPLIED) and bool(
        kinds & rules.ENDING
    )


def _fits(action: str, case: Case, orders: Sequence[CaseOrder]) -> bool:
    """What the state alone cannot say about an action."""
    now = present(case, orders)
    match action:
        case "extend":
            return case.extended_on is None and case.heard_on is None
        case "serve":
            return any(order.served_on is None for order in now)
        case "check-compliance":
            return any(order.is_binding and order.served_on is not None for order in now)
        case "close":
            return is_closable(case, orders)
    return True


def allowed_actions(caller: Principal, case: Case, orders: Sequence[CaseOrder]) -> list[str]:
    """What this caller may do with the case now."""
    if not reads_file(caller, case):
        return []
    return rules.MACHINE.allowed(
        case.state,
        lambda action: caller.holds(*ROLES[action]) and _fits(action, case, orders),
    )


def _decision(order: CaseOrder, *, is_full: bool) -> DecisionRead:
    served = None
    if order.served_on is not None:
        served = Served(
            on=order.served_on,
            receipt_no=order.receipt_no if is_full else None,
            through_assist_id=order.through_assist_id,
        )
    shown = DecisionRead(
        id=order.id,
        number=order.number,
        kind=order.kind,
        state=order.state,
        decided_on=order.decided_on,
        due_on=order.due_on,
        served=served,
    )
    if is_full:
        for name in (
            "demands", "amount", "payer_order", "fine_paid", "reason", "decided_by", "checked_on",
            "compensation_from", "compensation_to",
        ):  # fmt: skip
            setattr(shown, name, getattr(order, name))
    return shown


def _status(
    caller: Principal, case: Case, orders: Sequence[CaseOrder], clocks: list[DeadlineRead]
) -> CaseRead:
    is_full = reads_file(caller, case)
    decision = _decision(orders[-1], is_full=is_full) if orders else None
    shown = CaseRead(
        id=case.id,
        biz_no=case.biz_no,
        owner_city=case.owner_city,
        version=case.version,
        created_at=case.created_at,
        updated_at=case.updated_at,
        state=case.state,
        allowed_actions=allowed_actions(caller, case, orders),
        deadlines=clocks,
        case_no=case.case_no,
        view="FILE" if is_full else "STATUS",
        receiving_city=case.receiving_city,
        linkage_id=case.linkage_id,
        employer=Employer(name=case.employer_name, uscc=case.employer_uscc),
        matter=case.matter,
        workers_count=case.workers_count,
        filed_on=case.filed_on,
        extended_on=case.extended_on,
        decision=decision,
        served=decision.served if decision else None,
        amount_paid=case.amount_paid,
        compensation_paid=case.compensation_paid,
        enforced_on=case.enforced_on,
        listing_proposed_on=case.listing_proposed_on,
        closed_on=case.closed_on,
        reopened_on=case.reopened_on,
        overdue_on=case.overdue_on,
    )
    if is_full:
        for name in (
            "inspectors", "assigned_on", "extension_reason", "amount_claimed", "amount_ordered",
            "compensation_ordered", "months_owed_max", "is_migrant", "closed_by",
        ):  # fmt: skip
            setattr(shown, name, getattr(case, name))
    return shown


async def _clocks(
    session: AsyncSession, cases: Sequence[Case], orders: dict[UUID, list[CaseOrder]]
) -> dict[UUID, list[DeadlineRead]]:
    """The clocks of cases and of their orders, told as one."""
    ids = [case.id for case in cases] + [order.id for each in orders.values() for order in each]
    found = await deadlines.of(session, ids)
    return {
        case.id: found[case.id] + [c for order in orders[case.id] for c in found[order.id]]
        for case in cases
    }


async def show(session: AsyncSession, caller: Principal, case: Case) -> CaseRead:
    """One case as the caller may read it."""
    await session.flush()  # orders made in this transaction are part of the answer
    orders = await orders_of(session, case.id)
    clocks = await _clocks(session, [case], orders)
    shown = _status(caller, case, orders[case.id], clocks[case.id])
    shown.joint_case_no = await joining.number_of(session, case)
    if shown.view == "FILE":
        shown.orders = [_decision(order, is_full=True) for order in orders[case.id]]
        heard = await session.scalar(
            select(Hearing).where(Hearing.case_id == case.id).order_by(Hearing.id.desc()).limit(1)
        )
        shown.hearing = HearingRead.model_validate(heard) if heard and case.heard_on else None
        complaints = await session.scalars(
            select(Complaint).where(Complaint.case_id == case.id).order_by(Complaint.id)
        )
        shown.complaints = [ComplaintLink.model_validate(row) for row in complaints]
    return shown


async def read(session: AsyncSession, caller: Principal, case_id: UUID) -> CaseRead:
    """One case."""
    case = await load(session, visible(caller).where(Case.id == case_id))
    return await show(session, caller, case)


async def page(session: AsyncSession, caller: Principal, query: CaseQuery) -> Page[CaseRead]:
    """A page of the cases that the caller may know of."""
    statement = visible(caller)
    for column, wanted in (
        (Case.state, query.state),
        (Case.linkage_id, query.linkage_id),
        (Case.employer_uscc, query.employer_uscc),
    ):
        if wanted is not None:
            statement = statement.where(column == wanted)
    if query.matter is not None:
        statement = statement.where(Case.matter.contains([query.matter]))
    if query.filed_on_from is not None:
        statement = statement.where(Case.filed_on >= query.filed_on_from)
    if query.filed_on_to is not None:
        statement = statement.where(Case.filed_on <= query.filed_on_to)
    if query.is_overdue is not None:
        is_null = Case.overdue_on.is_(None)
        statement = statement.where(~is_null if query.is_overdue else is_null)
    if query.q:
        statement = statement.where(Case.biz_no.startswith(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=Case.id,
        sorts={"created_at": Case.created_at, "filed_on": Case.filed_on},
        default="-created_at",
    )
    orders = await orders_of(session, *(case.id for case in rows))
    clocks = await _clocks(session, rows, orders)
    return Page[CaseRead](
        items=[_status(caller, case, orders[case.id], clocks[case.id]) for case in rows],
        next_cursor=cursor,
    )


async def history(session: AsyncSession, caller: Principal, case_id: UUID) -> timeline.Timeline:
    """What happened; another city sees only how the state went on, not who wrote what."""
    case = await load(session, visible(caller).where(Case.id == case_id))
    told = await timeline.of(session, case.id)
    if reads_file(caller, case) or caller.holds("auditor"):
        return told
    steps = [one for one in told.items if one.to_state and one.from_state != one.to_state]
    for one in steps:
        one.actor, one.reason = one.org_id or one.city or "system", None
    return timeline.Timeline(items=steps)


async def workers(
    session: AsyncSession, caller: Principal, case_id: UUID, query: WorkerQuery
) -> Page[CaseWorkerRead]:
    """The worker list, masked, for the handlers of the competent city."""
    case = await load(session, visible(caller).where(Case.id == case_id))
    if not reads_file(caller, case):
        raise NotYourCity
    if not caller.holds(INSPECTOR, HEAD):
        raise ScopeMissing
    rows, cursor = await select_page(
        session,
        select(CaseWorker).where(CaseWorker.case_id == case.id),
        query,
        key=CaseWorker.id,
        sorts={"id": CaseWorker.id},
        default="id",
    )
    people = await people_of(session, rows)
    exchange().note(
        subject=case.biz_no,
        person_refs=[people[row.id].person_ref or "" for row in rows],
        fields=["person"],
    )
    return Page[CaseWorkerRead](
        items=[worker_read(row, people[row.id]) for row in rows], next_cursor=cursor
    )


async def people_of(
    session: AsyncSession, rows: Sequence[CaseWorker]
) -> dict[UUID, Complaint | ComplaintWorker]:
    """Where each worker's person is kept: on the list, or as the only complainant."""
    listed = {
        one.id: one
        for one in await session.scalars(
            select(ComplaintWorker).where(
                ComplaintWorker.id.in_(row.complaint_worker_id for row in rows)
            )
        )
    }
    alone = {
        one.id: one
        for one in await session.scalars(
            select(Complaint).where(
                Complaint.id.in_(row.complaint_id for row in rows if not row.complaint_worker_id)
            )
        )
    }
    return {
        row.id: listed[row.complaint_worker_id]
        if row.complaint_worker_id
        else alone[row.complaint_id]
        for row in rows
    }


def worker_read(row: CaseWorker, person: Complaint | ComplaintWorker) -> CaseWorkerRead:
    """One line of the worker list, masked."""
    masked = person.masked() if isinstance(person, ComplaintWorker) else person.complainant_masked()
    assert masked is not None, "a worker of a case is a named person"
    return CaseWorkerRead(
        id=row.id,
        complaint_id=row.complaint_id,
        person=masked,
        months=row.months,
        amount_claimed=row.claimed,
        amount=row.owed,
        paid=row.paid,
        unpaid=row.unpaid,
        compensation=row.compensation_owed,
        compensation_paid=row.compensation_paid,
    )
