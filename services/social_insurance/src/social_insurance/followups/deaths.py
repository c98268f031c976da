"""A holder has died: what was applied for ends, what was sent out and what is paid is looked at."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock
from hrss_kit.inbox import Received
from social_insurance.followups.models import WAITING, AwaitedMove, ExpectedParticipation
from social_insurance.followups.persons import is_ref, of_ref
from social_insurance.tasks.service import open_task
from social_insurance.transfer_cases import rules, service
from social_insurance.transfer_cases.models import HOLDER_DECEASED, TransferCase
from social_insurance.unemployment_benefits.models import UnemploymentBenefit
from social_insurance.unemployment_benefits.service import propose_stop

REASON = "持卡人已故"


class HolderDeceased(BaseModel):
    """Of `card.holder.deceased.v1` nothing but that it happened."""

    model_config = ConfigDict(extra="ignore")


async def take(session: AsyncSession, event: Received, _: HolderDeceased) -> None:
    """Ends open applications; money that is on its way or is paid is for a caseworker."""
    if not is_ref(event.personref):
        return
    ref = event.personref or ""
    cases = await session.scalars(
        select(TransferCase)
        .where(of_ref(TransferCase.id_hash, ref), TransferCase.state.in_(rules.OPEN))
        .order_by(TransferCase.id)
        .with_for_update()
    )
    for case in cases.all():
        case.flag(HOLDER_DECEASED, is_up=True)
        if case.state in rules.BEFORE_OUT:
            await service.withdraw(session, None, case, REASON)
            continue
        await open_task(
            session,
            city=case.owner_city,
            kind="TRANSFER_OF_DECEASED",
            cause=str(case.id),
            id_hash=case.id_hash,
            subject=case.biz_no,
        )
    paid = await session.scalars(
        select(UnemploymentBenefit)
        .where(of_ref(UnemploymentBenefit.id_hash, ref), UnemploymentBenefit.state != "STOPPED")
        .with_for_update()
    )
    for benefit in paid.all():
        month = clock.date_of(event.time).strftime("%Y-%m")
        await propose_stop(session, benefit, month, "DECEASED")
    for model in (AwaitedMove, ExpectedParticipation):
        await session.execute(
            update(model)
            .where(model.person_ref == ref, model.state == WAITING)
            .values(state="CLOSED")
        )
