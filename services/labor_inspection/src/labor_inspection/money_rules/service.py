"""Computes what the law says, with the figures of the day it is about."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.calendar_store import work_calendar
from hrss_kit.context import exchange
from hrss_kit.money import LARGEST
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotYourCity, refuse
from hrss_kit.resources import load
from labor_inspection.cases import rules as case_rules
from labor_inspection.cases.models import Case, CaseOrder
from labor_inspection.cases.views import visible
from labor_inspection.money_rules import rules
from labor_inspection.money_rules.models import CaseFine
from labor_inspection.money_rules.schemas import (
    CompensationAsk,
    CompensationRead,
    FineQuery,
    FineRead,
    FineRecord,
    LateFeeAsk,
    LateFeeRead,
    LatenessAsk,
    LatenessRead,
)


async def lateness(session: AsyncSession, caller: Principal, asked: LatenessAsk) -> LatenessRead:
    """When wages of a payday were due, and whether they are late."""
    grace = int(await policy.get(session, "li.wage_grace_days", on=asked.payday, city=caller.city))
    found = rules.lateness(
        asked.payday,
        asked.paid_on or clock.today(),
        await work_calendar(session),
        grace_days=grace,
    )
    return LatenessRead(
        payday=asked.payday,
        due_on=found.due_on,
        is_late=found.is_late,
        days_late=found.days_late,
        grace_days=grace,
    )


async def compensation(
    session: AsyncSession, caller: Principal, asked: CompensationAsk
) -> CompensationRead:
    """What an overdue order on wages adds."""
    rate = await policy.get(session, "li.comp_rate", on=clock.today(), city=caller.city)
    allowed = case_rules.additional_compensation(
        asked.amount, Decimal(rate["min"]), Decimal(rate["max"])
    )
    return CompensationRead(
        amount=asked.amount,
        compensation_from=allowed.lowest,
        compensation_to=allowed.highest,
    )


async def late_fee(session: AsyncSession, caller: Principal, asked: LateFeeAsk) -> LateFeeRead:
    """What is added to contributions that come late."""
    rate = str(
        await policy.get(session, "li.late_fee_daily_rate", on=clock.today(), city=caller.city)
    )
    fee = rules.late_fee(asked.amount, asked.days, Decimal(rate))
    if fee > LARGEST:
        raise refuse("days", "RANGE", "超出允许范围", "is out of range")
    return LateFeeRead(amount=asked.amount, days=asked.days, daily_rate=rate, fee=fee)


async def _case(session: AsyncSession, caller: Principal, case_id: UUID) -> Case:
    case = await load(session, visible(caller).where(Case.id == case_id))
    if case.owner_city != caller.city:
        raise NotYourCity
    exchange().note(subject=case.biz_no)
    return case


async def record_fine(
    session: AsyncSession, caller: Principal, case_id: UUID, new: FineRecord
) -> CaseFine:
    """Puts a fine on the register, inside what its basis allows on its day."""
    case = await _case(session, caller, case_id)
    if not case.filed_on <= new.fined_on <= clock.today():
        raise refuse(
            "fined_on", "DATE", "须在立案之后、今日之前", "lies before filing or after today"
        )
    await _refuse_outside(session, case, new, new.fined_on)
    if new.order_id is not None:
        order = await session.get(CaseOrder, new.order_id)
        if order is None or order.case_id != case.id:
            raise refuse("order_id", "ORDER", "不是本案的决定", "is no decision of this case")
    row = CaseFine(case_id=case.id, recorded_by=caller.actor, **new.model_dump())
    session.add(row)
    timeline.add(session, case.id, "record-fine", caller=caller, reason=new.basis)
    await session.flush()
    return row


async def _refuse_outside(session: AsyncSession, case: Case, new: FineRecord, on: date) -> None:
    table = await policy.get(session, "li.fine_ranges", on=on, city=case.owner_city)
    child_months = (new.children or 0) * (new.months or 0)
    allowed = rules.fine_range(table, new.basis, new.target, child_months=child_months)
    if allowed is None:
        raise refuse("target", "CODE", "该依据不处罚此类对象", "is not fined on this basis")
    if not allowed.holds(new.amount):
        raise refuse("amount", "FINE_RANGE", "超出法定幅度", "lies outside what the law allows")


async def fines(
    session: AsyncSession, caller: Principal, case_id: UUID, query: FineQuery
) -> Page[FineRead]:
    """The fines of a case."""
    case = await _case(session, caller, case_id)
    statement = select(CaseFine).where(CaseFine.case_id == case.id)
    if query.basis is not None:
        statement = statement.where(CaseFine.basis == query.basis)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=CaseFine.id,
        sorts={"created_at": CaseFine.created_at, "fined_on": CaseFine.fined_on},
        default="-created_at",
    )
    return Page[FineRead](items=[FineRead.model_validate(row) for row in rows], next_cursor=cursor)
