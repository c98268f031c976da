"""Whether orders are obeyed: payments to each worker, the check after the limit, what follows."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, outbox, policy, sealing
from hrss_kit.auth import Principal
from hrss_kit.money import amount_band
from hrss_kit.problems import Conflict, FieldError, Invalid, StateConflict
from labor_inspection.arrears_list import rules as list_rules
from labor_inspection.arrears_list import service as arrears_list
from labor_inspection.cases import rules, views
from labor_inspection.cases.arrears import ORDER, compensation_range, limit_of
from labor_inspection.cases.events import (
    CaseComplied,
    CaseNotComplied,
    CaseOverdue,
    PaymentRecorded,
)
from labor_inspection.cases.models import (
    ACTION,
    COMPENSATION,
    FINE,
    WAGE,
    Case,
    CaseOrder,
    CasePayment,
    CaseWorker,
)
from labor_inspection.cases.rules import MACHINE
from labor_inspection.cases.schemas import (
    CheckCompliance,
    PaymentIn,
    ProposeListing,
    RecordPayment,
)
from labor_inspection.cases.service import (
    DECIDE,
    INVESTIGATE,
    hold,
    move,
    start_close_notice,
    tell,
    workers_of,
)
from labor_inspection.cases.views import orders_of, present
from labor_inspection.complaints.models import Complaint
from labor_inspection.credit import rules as credit_rules
from labor_inspection.credit import service as credit

SYSTEM = "system"


class NotYetDue(Conflict):
    code = "NOT_YET_DUE"
    title_zh, title_en = "决定期限尚未届满", "The limit of the order has not passed yet"


class ListCriteria(Conflict):
    code = "LIST_CRITERIA"
    title_zh, title_en = (
        "不符合列入失信联合惩戒名单的条件",
        "The conditions of the list are not met",
    )


# ── paying ──────────────────────────────────────────────────────────────────────────────────


async def record_payment(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: RecordPayment
) -> Case:
    """Records what was paid; when nothing is left to pay the case is COMPLIED at once."""
    case = await hold(session, caller, case_id, "record-payment")
    target = MACHINE.take(case.state, "record-payment")
    workers = {row.id: row for row in await workers_of(session, case.id)}
    orders = present(case, (await orders_of(session, case.id))[case.id])
    fines = [one for one in orders if one.demands == FINE]
    refused: list[FieldError] = []
    made: list[tuple[CasePayment, UUID | None]] = []
    for at, payment in enumerate(wish.payments):
        fine = next((one for one in fines if _fine_left(one) > 0), None)
        wrong = _pay(case, payment, workers, fine)
        if wrong is None:
            kept = _kept(case, payment, fine, caller)
            session.add(kept)
            made.append((kept, payment.worker_id))
        else:
            field, code, message_zh, message_en = wrong
            refused.append(
                FieldError(
                    field=f"payments.{at}.{field}",
                    code=code,
                    message_zh=message_zh,
                    message_en=message_en,
                )
            )
    if refused:
        raise Invalid(*refused)
    await session.flush()  # the constraints on what is paid have the last word
    await _tell_paid(session, case, [row for row, worker_id in made if worker_id is not None])
    case.final_step_by = caller.actor
    move(session, case, "record-payment", target, caller=caller)
    await settle(session, case, caller)
    return case


async def _tell_paid(session: AsyncSession, case: Case, paid: Sequence[CasePayment]) -> None:
    """Whose money it is, by reference: whether their card can take it is looked at elsewhere."""
    people = await views.people_of(session, await workers_of(session, case.id))
    for row in paid:
        person = people.get(row.worker_id) if row.worker_id else None
        if person is None or person.id_hash is None:
            continue
        outbox.publish(
            session,
            PaymentRecorded(
                payment_id=row.id,
                kind=row.kind,
                amount_band=amount_band(row.amount),
                paid_on=row.paid_on,
            ),
            source="li",
            subject=case.biz_no,
            city=case.owner_city,
            audience=case.cities,
            person_ref=sealing.person_ref(person.id_hash),
        )


def _pay(
    case: Case, payment: PaymentIn, workers: dict[UUID, CaseWorker], fine: CaseOrder | None
) -> tuple[str, str, str, str] | None:
    """Adds one payment to what is paid, or says what is wrong with it."""
    if payment.paid_on > clock.today():
        return "paid_on", "DATE", "不得晚于今日", "lies after today"
    if payment.amount <= 0:
        return "amount", "RANGE", "须大于零", "must be more than nothing"
    over = ("amount", "OVERPAID", "超过应付金额", "is more than what is owed")
    if payment.kind == FINE:
        if fine is None or payment.amount > _fine_left(fine):
            return over
        fine.fine_paid += payment.amount
        return None
    worker = workers.get(payment.worker_id) if payment.worker_id else None
    if worker is None:
        return "worker_id", "WORKER", "不是本案人员", "is no worker of this case"
    if payment.kind == COMPENSATION:
        if payment.amount > worker.compensation_unpaid:
            return over
        worker.compensation_paid += payment.amount
        case.compensation_paid += payment.amount
        return None
    if payment.amount > worker.unpaid:
        return over
    worker.paid += payment.amount
    case.amount_paid += payment.amount
    return None


def _fine_left(order: CaseOrder) -> Decimal:
    return rules.unpaid(order.amount or rules.ZERO, order.fine_paid)


def _kept(case: Case, payment: PaymentIn, fine: CaseOrder | None, caller: Principal) -> CasePayment:
    return CasePayment(
        case_id=case.id,
        worker_id=payment.worker_id,
        order_id=fine.id if fine and payment.kind == FINE else None,
        kind=payment.kind,
        amount=payment.amount,
        paid_on=payment.paid_on,
        account_last4=payment.account_last4,
        recorded_by=caller.actor,
    )


# ── obeyed or not ───────────────────────────────────────────────────────────────────────────


async def check_compliance(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: CheckCompliance
) -> Case:
    """After the limit, or with the inspectors' finding: COMPLIED or NOT_COMPLIED."""
    case = await hold(session, caller, case_id, "check-compliance")
    target = MACHINE.take(case.state, "check-compliance")
    orders = present(case, (await orders_of(session, case.id))[case.id])
    if not any(one.is_binding and one.served_on for one in orders):
        raise StateConflict(case.state, ["close"])
    if not await settle(session, case, caller, is_corrected=wish.is_corrected, note=wish.note):
        if any(one.state == rules.SERVED for one in orders):
            raise NotYetDue
        move(session, case, "check-compliance", target, caller=caller, reason=wish.note)
    return case


async def settle(
    session: AsyncSession,
    case: Case,
    caller: Principal | None,
    *,
    is_corrected: bool | None = None,
    note: str | None = None,
) -> bool:
    """Looks at every served order of the round; True when one of them is now settled."""
    today = clock.today()
    workers = await workers_of(session, case.id)
    orders = present(case, (await orders_of(session, case.id))[case.id])
    binding = [order for order in orders if order.is_binding]
    has_changed = False
    for order in binding:
        if order.state not in (rules.SERVED, rules.NOT_COMPLIED):
            continue
        if _is_obeyed(order, workers, is_corrected):
            order.state, order.checked_on, has_changed = rules.COMPLIED, today, True
            await deadlines.meet(session, order.id, ORDER, today)
        elif order.state == rules.SERVED and await _is_broken(session, order, today, is_corrected):
            order.state, order.checked_on, has_changed = rules.NOT_COMPLIED, today, True
            await _note_broken(session, case, order, workers)
    if not has_changed:
        return False
    case.final_step_by = caller.actor if caller else SYSTEM
    if all(order.state == rules.COMPLIED for order in binding):
        move(session, case, "check-compliance", rules.COMPLIED, caller=caller, reason=note)
        await start_close_notice(session, case, today)
        await credit.note(session, case, credit_rules.CORRECTED)
        tell(session, case, CaseComplied(amount_recovered=case.amount_paid))
    else:
        is_first = case.state == rules.SERVED and any(
            order.state == rules.NOT_COMPLIED for order in binding
        )
        target = rules.NOT_COMPLIED if is_first else case.state
        move(session, case, "check-compliance", target, caller=caller, reason=note)
    return True


def _is_obeyed(order: CaseOrder, workers: Sequence[CaseWorker], is_corrected: bool | None) -> bool:
    """Paid in full per worker list; what no list can show is for the inspectors to find."""
    if order.demands == FINE:
        return order.fine_paid >= (order.amount or rules.ZERO)
    if order.demands == ACTION or not workers:
        return is_corrected is True
    if order.demands == COMPENSATION:
        return all(row.compensation_unpaid == 0 for row in workers)
    return all(row.unpaid == 0 for row in workers)


async def _is_broken(
    session: AsyncSession, order: CaseOrder, today: date, is_corrected: bool | None
) -> bool:
    if order.demands == ACTION and is_corrected is None:
        return False
    return today > await limit_of(session, order)


async def _note_broken(
    session: AsyncSession, case: Case, order: CaseOrder, workers: Sequence[CaseWorker]
) -> None:
    if order.demands == WAGE:
        allowed = await compensation_range(session, case, order, workers)
        order.compensation_from, order.compensation_to = allowed.lowest, allowed.highest
    assert order.due_on is not None, "only an order with a limit can be broken"
    await credit.note(session, case, credit_rules.DISOBEYED)
    tell(
        session,
        case,
        CaseNotComplied(
            decision=order.kind,
            due_on=order.due_on,
        ),
    )


# ── what follows ────────────────────────────────────────────────────────────────────────────


async def enforce(
    session: AsyncSession, caller: Principal, case_id: UUID, note: str | None
) -> Case:
    """Applies to the court for enforcement (申请法院强制执行)."""
    case = await hold(session, caller, case_id, "enforce")
    target = MACHINE.take(case.state, "enforce")
    today = clock.today()
    case.enforced_on, case.final_step_by = today, caller.actor
    move(session, case, "enforce", target, caller=caller, reason=note)
    await credit.note(session, case, credit_rules.REFUSED_ORDER)
    await start_close_notice(session, case, today)
    return case


async def propose_listing(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: ProposeListing
) -> Case:
    """Proposes the employer for the joint-discipline list when its conditions hold (S22)."""
    case = await hold(session, caller, case_id, "propose-listing")
    target = MACHINE.take(case.state, "propose-listing")
    orders = present(case, (await orders_of(session, case.id))[case.id])
    broken = next(
        (one for one in orders if one.demands == WAGE and one.state == rules.NOT_COMPLIED), None
    )
    victims = await _migrants(session, case)
    if broken is None or not (victims or case.is_migrant):
        raise ListCriteria
    amounts = await policy.get(
        session, "li.crime_amount", on=broken.decided_on, city=case.owner_city
    )
    arrears = [rules.Arrears(unpaid=row.unpaid, months=row.months) for row in victims]
    found = rules.list_criterion(arrears, amounts)
    criteria = list_rules.criteria(
        is_single_met=found.is_single_met,
        is_group_met=found.is_group_met,
        is_mass_incident=wish.is_mass_incident,
    )
    if not criteria:
        raise ListCriteria
    grounds = arrears_list.Grounds(order=broken, criteria=criteria)
    await arrears_list.propose(session, caller, case, grounds, victims)
    case.listing_proposed_on, case.final_step_by = clock.today(), caller.actor
    move(session, case, "propose-listing", target, caller=caller, reason=wish.note)
    return case


async def _migrants(session: AsyncSession, case: Case) -> list[CaseWorker]:
    """Whom the list protects (S22 art. 5): workers whose complaint says that they are migrants.

    Others may have joined the case; their arrears neither count nor stand in the way.
    """
    workers = await workers_of(session, case.id)
    said = set(
        await session.scalars(
            select(Complaint.id).where(Complaint.case_id == case.id, Complaint.is_migrant)
        )
    )
    return [row for row in workers if row.complaint_id in said]


# ── timers ──────────────────────────────────────────────────────────────────────────────────


async def check_due(session: AsyncSession) -> int:
    """Timer: the day after the limit of an order it is obeyed or it is not."""
    clocks = deadlines.Deadline
    due = select(CaseOrder.case_id).join(clocks, clocks.subject_id == CaseOrder.id)
    due = due.where(CaseOrder.state == rules.SERVED, CaseOrder.demands != ACTION)
    due = due.where(clocks.code == ORDER, clocks.due_on < clock.today())
    cases = await session.scalars(
        select(Case).where(Case.id.in_(due)).order_by(Case.id).with_for_update(skip_locked=True)
    )
    return sum([await settle(session, case, None) for case in cases.all()])


async def tell_overdue(session: AsyncSession) -> int:
    """Timer: tells both cities' supervisors once of a case whose own clock has run out."""
    clocks = deadlines.Deadline
    late = select(Case, clocks).join(clocks, clocks.subject_id == Case.id)
    late = late.where(clocks.code.in_((INVESTIGATE, DECIDE)), clocks.met_on.is_(None))
    late = late.where(clocks.status.in_(deadlines.RUNNING), clocks.due_on < clock.today())
    late = late.where(Case.overdue_on.is_(None)).order_by(Case.id)
    rows = (await session.execute(late.with_for_update(of=Case, skip_locked=True))).all()
    for case, passed in rows:
        case.overdue_on = clock.today()
        tell(session, case, CaseOverdue(code=passed.code, due_on=passed.due_on))
    return len(rows)
