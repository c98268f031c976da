"""How a benefit ends: verified, not before; and how what was paid too much comes back."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, timeline
from hrss_kit.auth import Principal
from hrss_kit.problems import Conflict, MakerIsChecker, refuse
from hrss_kit.resources import load
from social_insurance.figures import figure
from social_insurance.life_certifications import rules, service
from social_insurance.life_certifications.models import (
    LifeCertification,
    LifeCheck,
    Overpayment,
    OverpaymentInstalment,
)
from social_insurance.life_certifications.schemas import (
    LifeCertStopped,
    PlanRecovery,
    RecordRepayment,
    Stop,
)
from social_insurance.participations.rules import month_of, number

RESULT_OF = {"DEATH": rules.DECEASED, "LOST_RIGHT": rules.INELIGIBLE}


class NotVerified(Conflict):
    code = "VERIFICATION_REQUIRED"
    title_zh, title_en = (
        "停发须有证明文件或两个来源相互印证",
        "A document or two sources are needed before payment stops",
    )


class MoreThanOwed(Conflict):
    code = "AMOUNT_MISMATCH"
    title_zh, title_en = "退还金额超过应退金额", "That is more than is owed"


async def stop(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: Stop
) -> LifeCertification:
    """Ends a benefit whose end is proved; months paid after it are over-paid (S07 art. 46)."""
    row = await service.hold(session, caller, row_id, "stop")
    if wish.ended_on < row.last_ok_on and wish.document_ref is None and row.document_ref is None:
        raise refuse("ended_on", "DATE", "早于最近一次认证", "is before the last certification")
    checks = (
        await session.scalars(
            select(LifeCheck)
            .where(LifeCheck.certification_id == row.id)
            .where(LifeCheck.result == RESULT_OF[wish.reason])
        )
    ).all()
    document = wish.document_ref or row.document_ref
    if not rules.is_proved([one.source for one in checks], document):
        raise NotVerified(sources=sorted({one.source for one in checks}))
    if caller.actor in {one.actor for one in checks}:
        raise MakerIsChecker
    held = await service.open_hold(session, row)
    paid_through = wish.paid_through or month_of(
        number(held.from_month if held else clock.today().strftime("%Y-%m")) - 1
    )
    is_payable = await figure(
        session, "si.death_month_payable", on=wish.ended_on, city=row.owner_city
    )
    months = rules.overpaid(wish.ended_on, paid_through, is_end_month_payable=bool(is_payable))
    amount = row.monthly_amount * len(months)
    today = clock.today()
    if held is not None:
        held.ended_on = today
    before, row.state = row.state, rules.OVERPAID if amount else rules.STOPPED
    row.ended_on, row.stopped_on, row.stop_reason = wish.ended_on, today, wish.reason
    row.document_ref, row.is_end_reported = document, True
    if amount:
        session.add(Overpayment(certification_id=row.id, months=months, amount=amount))
    timeline.add(
        session, row.id, "stop", caller=caller, from_state=before, to_state=row.state,
        reason=wish.reason,
    )  # fmt: skip
    service.tell(
        session,
        row,
        LifeCertStopped(
            **service.shared(row),
            reason=wish.reason,
            ended_on=wish.ended_on,
            months_overpaid=len(months),
        ),
    )
    return row


async def plan_recovery(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: PlanRecovery
) -> LifeCertification:
    """How the rest is paid back; a new plan takes the place of the old one."""
    row = await service.hold(session, caller, row_id, "plan-recovery")
    owed = await _owed(session, row)
    await session.execute(
        delete(OverpaymentInstalment).where(OverpaymentInstalment.overpayment_id == owed.id)
    )
    rest = owed.amount - owed.recovered
    first = wish.first_month or month_of(number(clock.today().strftime("%Y-%m")) + 1)
    for part in rules.instalments(rest, wish.instalments, first):
        session.add(
            OverpaymentInstalment(overpayment_id=owed.id, month=part.month, amount=part.amount)
        )
    owed.mode = wish.mode
    _move(session, caller, row, "plan-recovery", rules.RECOVERY)
    return row


async def record_repayment(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: RecordRepayment
) -> LifeCertification:
    """What came back; with the last fen the case is done."""
    row = await service.hold(session, caller, row_id, "record-repayment")
    owed = await _owed(session, row)
    if not wish.amount or wish.amount > owed.amount - owed.recovered:
        raise MoreThanOwed
    owed.recovered += wish.amount
    target = row.state
    if owed.recovered == owed.amount:
        owed.settled_on, target = wish.paid_on or clock.today(), rules.STOPPED
    _move(session, caller, row, "record-repayment", target)
    return row


async def _owed(session: AsyncSession, row: LifeCertification) -> Overpayment:
    return await load(session, select(Overpayment).where(Overpayment.certification_id == row.id))


def _move(
    session: AsyncSession, caller: Principal, row: LifeCertification, action: str, target: str
) -> None:
    timeline.add(session, row.id, action, caller=caller, from_state=row.state, to_state=target)
    row.state, row.updated_at = target, clock.now()
