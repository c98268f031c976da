"""What card and social insurance tell of a person: a death, and work found."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from employment.job_seekers import models, service
from hrss_kit.inbox import Consumer, Received


class Deceased(BaseModel):
    """A holder has died."""

    model_config = ConfigDict(extra="ignore")


class Reemployed(BaseModel):
    """A receiver of unemployment benefit is insured by an employer again."""

    model_config = ConfigDict(extra="ignore")

    month: str


async def close(session: AsyncSession, event: Received, _data: Deceased) -> None:
    """The registration ends, and with it every consent."""
    row = await service.of_ref(session, event.personref)
    if row is not None:
        await service.step(session, None, row, "close", closed_for="DECEASED")


async def employ(session: AsyncSession, event: Received, data: Reemployed) -> None:
    """Somebody who works is not matched any more."""
    row = await service.of_ref(session, event.personref)
    if row is not None and row.state in (models.SEEKING, models.PAUSED):
        await service.step(session, None, row, "employ", reason=data.month)


CONSUMERS = (
    Consumer("card", "card.holder.deceased.v1", Deceased, close),
    Consumer("social_insurance", "si.unemp.reemployed.v1", Reemployed, employ),
)
