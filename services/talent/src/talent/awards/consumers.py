"""Where awards listen: an award does not outlive its holder (journey J-4)."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.inbox import Consumer, Received
from talent.awards import models, service
from talent.awards.models import Award
from talent.casework import of_person


class Deceased(BaseModel):
    """Nothing is read but whom the event is about."""

    model_config = ConfigDict(extra="ignore")


async def end_awards(session: AsyncSession, event: Received, _data: Deceased) -> None:
    """The holder has died: every award that still holds is over."""
    if event.personref is None:
        return
    rows = await session.scalars(
        select(Award)
        .where(of_person(Award, event.personref))
        .where(Award.state.in_((models.VALID, models.SUSPENDED)))
        .with_for_update()
    )
    await service.end(session, rows.all(), "持有人死亡")


CONSUMERS = (Consumer("card", "card.holder.deceased.v1", Deceased, end_awards),)
