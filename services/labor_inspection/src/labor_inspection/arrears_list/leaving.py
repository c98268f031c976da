"""How an entry leaves the arrears list: on the party's application, at its end, or annulled."""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, policy
from hrss_kit.auth import Principal
from hrss_kit.problems import Conflict, MakerIsChecker, refuse
from labor_inspection.arrears_list import rules
from labor_inspection.arrears_list.models import ArrearsListEntry
from labor_inspection.arrears_list.schemas import ApplyRemoval, ArrearsListRead, ArrearsRemoved
from labor_inspection.arrears_list.service import case_no_of, hold, move, start, tell
from labor_inspection.cases.models import (
    COMPENSATION,
    WAGE,
    Case,
    CaseOrder,
    CasePayment,
    CaseWorker,
)
from labor_inspection.cases.rules import COMPLIED
from labor_inspection.credit import rules as credit_rules
from labor_inspection.credit import service as credit

EARLY_REMOVAL = "EARLY_REMOVAL"


class NoApplication(Conflict):
    code = "NO_APPLICATION"
    title_zh, title_en = "没有待决定的移出申请", "No application for removal is waiting"


class RemovalTooEarly(Conflict):
    code = "REMOVAL_TOO_EARLY"
    title_zh, title_en = "改正后的期间尚未届满", "Too little time has passed since the correction"


class NotCorrected(Conflict):
    code = "NOT_CORRECTED"
    title_zh, title_en = "拖欠的工资尚未付清", "The arrears have not been paid in full"


async def apply_removal(
    session: AsyncSession, caller: Principal, entry_id: UUID, wish: ApplyRemoval
) -> ArrearsListRead:
    """Takes the party's application (信用修复): paid, long enough ago, and promised in writing."""
    entry, target = await hold(session, caller, entry_id, "apply-removal")
    if not wish.has_written_promise:
        raise refuse(
            "has_written_promise", "PROMISE", "须提交书面承诺", "a written promise is needed"
        )
    today = clock.today()
    corrected_on = await _corrected_on(session, entry)
    if corrected_on is None:
        raise NotCorrected
    months = await policy.get(session, "li.list_early_months", on=today, city=entry.owner_city)
    possible_from = rules.months_after(corrected_on, int(months))
    if today < possible_from:
        raise RemovalTooEarly(possible_from=possible_from.isoformat())
    if await deadlines.running(session, entry.id, EARLY_REMOVAL) is None:
        await start(session, entry, EARLY_REMOVAL, "li.early_removal_wd", today)
    entry.removal_applied_on, entry.removal_recorded_by = today, caller.actor
    entry.corrected_on = corrected_on
    return await move(session, caller, entry, "apply-removal", target, reason=wish.note)


async def decide_removal(
    session: AsyncSession, caller: Principal, entry_id: UUID, action: str, reason: str
) -> ArrearsListRead:
    """Grants or refuses what the party applied for."""
    entry, target = await hold(session, caller, entry_id, action)
    if entry.removal_applied_on is None:
        raise NoApplication
    if caller.actor == entry.removal_recorded_by:
        raise MakerIsChecker
    await deadlines.meet(session, entry.id, EARLY_REMOVAL, clock.today())
    if action == "refuse-removal":
        entry.removal_applied_on = entry.removal_recorded_by = entry.corrected_on = None
        return await move(session, caller, entry, action, target, reason=reason)
    return await _remove(session, caller, entry, action, target, reason)


async def revoke(
    session: AsyncSession, caller: Principal, entry_id: UUID, reason: str
) -> ArrearsListRead:
    """Takes the entry off at once because its basis was annulled."""
    entry, target = await hold(session, caller, entry_id, "revoke")
    case = await session.get_one(Case, entry.case_id)
    await credit.annul(session, case, credit_rules.INCIDENT)
    if case.enforced_on is None:
        await credit.annul(session, case, credit_rules.REFUSED_ORDER)
    return await _remove(session, caller, entry, "revoke", target, reason)


async def expire(session: AsyncSession) -> int:
    """Timer: an entry whose term is over is off the list."""
    rows = await session.scalars(
        select(ArrearsListEntry)
        .where(ArrearsListEntry.state == rules.LISTED)
        .where(ArrearsListEntry.expires_on <= clock.today())
        .order_by(ArrearsListEntry.id)
        .with_for_update(skip_locked=True)
    )
    expired = rows.all()
    for entry in expired:
        await _remove(session, None, entry, "expire", rules.EXPIRED, None)
    return len(expired)


async def _remove(
    session: AsyncSession,
    caller: Principal | None,
    entry: ArrearsListEntry,
    action: str,
    target: str,
    reason: str | None,
) -> ArrearsListRead:
    assert entry.listed_on is not None, "only who is listed is removed"
    today = clock.today()
    entry.removed_on, entry.removal_reason = today, reason
    await deadlines.cancel(session, entry.id)
    shown = await move(session, caller, entry, action, target, reason=reason)
    tell(
        session,
        entry,
        ArrearsRemoved(
            uscc=entry.employer_uscc,
            from_=entry.listed_on,
            to=today,
            reason=target,
            case_no=await case_no_of(session, entry),
        ),
    )
    return shown


async def _corrected_on(session: AsyncSession, entry: ArrearsListEntry) -> date | None:
    """The day the last of what the case orders was paid; None while something is unpaid."""
    of_case = select(CaseWorker).where(CaseWorker.case_id == entry.case_id)
    workers = (await session.scalars(of_case)).all()
    if not workers:
        order = await session.get_one(CaseOrder, entry.order_id)
        return order.checked_on if order.state == COMPLIED else None
    if any(row.unpaid or row.compensation_unpaid for row in workers):
        return None
    last: date | None = await session.scalar(
        select(CasePayment.paid_on)
        .where(CasePayment.case_id == entry.case_id)
        .where(CasePayment.kind.in_((WAGE, COMPENSATION)))
        .order_by(CasePayment.paid_on.desc())
        .limit(1)
    )
    return last
