"""Decisions and what becomes of them: served, paid, obeyed or not."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, policy
from hrss_kit.auth import Principal
from hrss_kit.calendar_store import work_calendar
from hrss_kit.money import money_text
from hrss_kit.problems import Conflict, FieldError, Invalid, refuse
from labor_inspection.bulletins import notices
from labor_inspection.bulletins.rules import AT_DECISION
from labor_inspection.cases import rules
from labor_inspection.cases.arrears import ORDER, compensation_range, unpaid_at_deadline
from labor_inspection.cases.compliance import settle
from labor_inspection.cases.events import CaseDecided, OrderServed
from labor_inspection.cases.models import (
    ACTION,
    COMPENSATION,
    FINE,
    NOTHING,
    WAGE,
    Case,
    CaseOrder,
    CaseWorker,
)
from labor_inspection.cases.rules import MACHINE
from labor_inspection.cases.schemas import Decide, Serve, WorkerAmount
from labor_inspection.cases.service import (
    DECIDE,
    INVESTIGATE,
    hold,
    move,
    refuse_makers,
    start_close_notice,
    tell,
    workers_of,
)
from labor_inspection.cases.views import orders_of, present
from labor_inspection.credit import rules as credit_rules
from labor_inspection.credit import service as credit

SERVE = "SERVE"


class HearingRequired(Conflict):
    code = "HEARING_REQUIRED"
    title_zh, title_en = "作出决定前应当听取用人单位陈述", "The employer must be heard first"


class AlreadyAdded(Conflict):
    code = "ALREADY_ADDED"
    title_zh, title_en = "已就该逾期金额加付赔偿金", "Compensation has been added already"


class OrderExpired(Conflict):
    code = "ORDER_EXPIRED"
    title_zh, title_en = "送达日期晚于决定期限", "It was served after its own limit"


# ── deciding ────────────────────────────────────────────────────────────────────────────────


async def decide(session: AsyncSession, caller: Principal, case_id: UUID, wish: Decide) -> Case:
    """Decides the case, or what follows when an order was not obeyed."""
    case = await hold(session, caller, case_id, "decide")
    target = MACHINE.take(case.state, "decide")
    refuse_makers(caller, case)
    if wish.kind in rules.BURDENING and case.heard_on is None:
        raise HearingRequired
    orders = (await orders_of(session, case.id))[case.id]
    workers = await workers_of(session, case.id)
    today = clock.today()
    demands = await _demanded(session, case, wish, present(case, orders), workers)
    order = CaseOrder(
        case_id=case.id,
        number=len(orders) + 1,
        round=case.round,
        kind=wish.kind,
        demands=demands,
        state=rules.DECIDED,
        amount=wish.amount,
        payer_order=None
        if wish.payer_order is None
        else [payer.model_dump() for payer in wish.payer_order],
        due_on=await _due_on(session, case, wish, today),
        reason=wish.reason,
        decided_on=today,
        decided_by=caller.actor,
    )
    session.add(order)
    await session.flush()  # its id is the subject of its clocks
    if demands == WAGE:
        _owe(workers, wish.amount or rules.ZERO, wish.worker_amounts)
        case.amount_ordered = wish.amount
    await _start_after_decision(session, case, order)
    await credit.note(session, case, *_credit(case, wish.kind))
    case.final_step_by = caller.actor
    move(session, case, "decide", target, caller=caller, reason=wish.reason)
    tell(
        session,
        case,
        CaseDecided(decision=wish.kind, decided_on=today, due_on=order.due_on),
    )
    await notices.tell_of_major_case(session, caller, case, order, AT_DECISION)
    return case


def _credit(case: Case, kind: str) -> list[str]:
    """What the decision says of the employer's credit (S20)."""
    if kind == rules.TRANSFER_POLICE:
        return [credit_rules.TRANSFERRED_POLICE]
    if kind not in rules.BURDENING:
        return []
    is_child = "CHILD" in case.matter
    return [credit_rules.PUNISHED, *([credit_rules.CHILD_OR_FORCED] if is_child else [])]


async def _start_after_decision(session: AsyncSession, case: Case, order: CaseOrder) -> None:
    on = order.decided_on
    await deadlines.meet(session, case.id, INVESTIGATE, on)
    await deadlines.meet(session, case.id, DECIDE, on)
    if not order.is_binding:
        await start_close_notice(session, case, on)
        return
    days = await policy.get(session, "li.serve_wd", on=on, city=case.owner_city)
    await deadlines.start(
        session,
        subject_id=order.id,
        subject_no=case.biz_no,
        owner_city=case.owner_city,
        audience=case.cities,
        code=SERVE,
        started_on=on,
        unit="WD",
        length=int(days),
        basis="行政处罚法第六十一条",
    )


async def _due_on(session: AsyncSession, case: Case, wish: Decide, today: date) -> date | None:
    if wish.kind not in rules.BURDENING:
        return None
    if wish.due_on is None:
        days = await policy.get(session, "li.pay_days", on=today, city=case.owner_city)
        return (await work_calendar(session)).add_cd(today, int(days)).on
    if wish.due_on <= today:
        raise refuse("due_on", "DUE_ON", "期限须晚于决定日期", "lies not after the decision")
    return wish.due_on


async def _demanded(
    session: AsyncSession,
    case: Case,
    wish: Decide,
    orders: Sequence[CaseOrder],
    workers: Sequence[CaseWorker],
) -> str:
    """What the decision demands; after a disobeyed order on wages it is more than the wages."""
    if case.state in rules.UNPAID and wish.kind not in rules.FOLLOWING:
        raise refuse(
            "kind", "KIND", "逾期未履行后不适用此类决定", "does not follow a disobeyed order"
        )
    if wish.kind in rules.ENDING:
        return NOTHING
    if wish.kind == rules.PENALTY:
        return FINE
    overdue = next(
        (one for one in orders if one.demands == WAGE and one.state == rules.NOT_COMPLIED), None
    )
    if overdue is not None and wish.amount is not None:
        await _add_compensation(session, case, overdue, wish, orders, workers)
        return COMPENSATION
    return ACTION if wish.amount is None else WAGE


async def _add_compensation(
    session: AsyncSession,
    case: Case,
    overdue: CaseOrder,
    wish: Decide,
    orders: Sequence[CaseOrder],
    workers: Sequence[CaseWorker],
) -> None:
    """Adds 50 to 100 % of the amount due to what the workers get (S01 art. 26)."""
    assert wish.amount is not None, "the caller has asked"
    if any(one.demands == COMPENSATION for one in orders):
        raise AlreadyAdded
    allowed = await compensation_range(session, case, overdue, workers)
    if not allowed.holds(wish.amount):
        lowest, highest = money_text(allowed.lowest), money_text(allowed.highest)
        field = FieldError(
            field="amount",
            code="COMPENSATION_RANGE",
            message_zh=f"加付赔偿金应在{lowest}元至{highest}元之间",
            message_en=f"must lie between {lowest} and {highest}",
        )
        raise Invalid(field, lowest=lowest, highest=highest)
    left = await unpaid_at_deadline(session, overdue, workers)
    shares = rules.apportion(wish.amount, [left[row.id] for row in workers])
    for row, share in zip(workers, shares, strict=True):
        row.compensation_owed = share
    case.compensation_ordered = wish.amount


def _owe(
    workers: Sequence[CaseWorker], amount: Decimal, breakdown: Sequence[WorkerAmount] | None
) -> None:
    """Fixes what each worker is due: as listed, otherwise in proportion to the claims."""
    if breakdown is None:
        shares = rules.apportion(amount, [row.claimed for row in workers])
        for row, share in zip(workers, shares, strict=True):
            row.owed = share
        return
    listed = {one.worker_id: one.amount for one in breakdown}
    if not listed.keys() <= {row.id for row in workers} or len(listed) != len(breakdown):
        raise refuse(
            "worker_amounts", "WORKER", "含有不属于本案或重复的人员", "names a worker wrongly"
        )
    if sum(listed.values(), rules.ZERO) != amount:
        raise refuse(
            "worker_amounts", "AMOUNT_SUM", "合计与金额不符", "do not add up to the amount"
        )
    for row in workers:
        row.owed = listed.get(row.id, rules.ZERO)


# ── serving ─────────────────────────────────────────────────────────────────────────────────


async def serve(session: AsyncSession, caller: Principal, case_id: UUID, wish: Serve) -> Case:
    """Records that a decision reached the employer."""
    case = await hold(session, caller, case_id, "serve")
    MACHINE.take(case.state, "serve")
    order = await unserved(session, case, wish.order_id)
    await record_service(
        session,
        caller,
        case,
        order,
        on=wish.served_on or clock.today(),
        receipt_no=wish.receipt_no,
    )
    return case


async def unserved(session: AsyncSession, case: Case, order_id: UUID | None) -> CaseOrder:
    """The decision to be served: the named one, or the oldest that is waiting."""
    orders = present(case, (await orders_of(session, case.id))[case.id])
    waiting = [one for one in orders if one.served_on is None]
    if order_id is not None:
        waiting = [one for one in waiting if one.id == order_id]
    if not waiting:
        raise refuse("order_id", "ORDER", "没有待送达的决定", "is no decision waiting to be served")
    return waiting[0]


async def record_service(
    session: AsyncSession,
    caller: Principal,
    case: Case,
    order: CaseOrder,
    *,
    on: date,
    receipt_no: str,
    through_assist_id: UUID | None = None,
) -> None:
    """Marks an order as served, by ourselves or by the city that assisted; its limit runs."""
    target = MACHINE.take(case.state, "serve")
    if not order.decided_on <= on <= clock.today():
        raise refuse(
            "served_on", "DATE", "须在决定之后、今日之前", "lies before the decision or after today"
        )
    if order.due_on is not None and on > order.due_on:
        raise OrderExpired
    order.served_on, order.receipt_no = on, receipt_no
    order.through_assist_id, order.state = through_assist_id, rules.SERVED
    await deadlines.meet(session, order.id, SERVE, on)
    case.final_step_by = caller.actor
    move(session, case, "serve", target, caller=caller)
    tell(
        session,
        case,
        OrderServed(
            decision=order.kind,
            served_on=on,
            due_on=order.due_on,
            through_assist=through_assist_id is not None,
        ),
    )
    if order.due_on is not None:
        await deadlines.start(
            session,
            subject_id=order.id,
            subject_no=case.biz_no,
            owner_city=case.owner_city,
            audience=case.cities,
            code=ORDER,
            started_on=on,
            unit="CD",
            length=(order.due_on - on).days,
            basis="决定书所定期限",
        )
        await settle(session, case, caller)
