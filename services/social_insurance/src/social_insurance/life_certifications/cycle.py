"""What the calendar does to certifications: due soon, due, overdue, held back."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, timeline
from social_insurance.figures import figure
from social_insurance.life_certifications import rules, service
from social_insurance.life_certifications.models import BenefitHold, LifeCertification
from social_insurance.life_certifications.schemas import LifeCertDue, LifeCertSuspended

NOT_SHOWN = "NOT_CERTIFIED"


async def advance(session: AsyncSession) -> int:
    """Timer: moves every cycle to where it stands today; how many moved."""
    today = clock.today()
    warn = int(await figure(session, "si.lifecert_warn_days", on=today))
    rows = await session.scalars(
        select(LifeCertification)
        .where(LifeCertification.state.in_(rules.WAITING))
        .where(LifeCertification.due_on <= today + timedelta(days=warn))
        .order_by(LifeCertification.id)
        .with_for_update(skip_locked=True)
    )
    moved = 0
    for row in rows.all():
        target = await service.state_of(session, row)
        if target == row.state:
            continue
        moved += 1
        was_told = row.state in (rules.DUE, rules.OVERDUE)
        timeline.add(session, row.id, "advance", caller=None, from_state=row.state, to_state=target)
        row.state = target
        if target in (rules.DUE, rules.OVERDUE, rules.SUSPENDED) and not was_told:
            service.tell(session, row, LifeCertDue(**service.shared(row)))
        if target == rules.SUSPENDED:
            month = await service.hold_month(session, row)
            session.add(
                BenefitHold(
                    certification_id=row.id, from_month=month, reason=NOT_SHOWN, backpay_months=[]
                )
            )
            event = LifeCertSuspended(**service.shared(row), from_month=month)
            service.tell(session, row, event)
    return moved
