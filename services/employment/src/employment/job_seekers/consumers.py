"""What other services tell of a person: a death, work found, a skill that was shown."""

from pydantic import BaseModel, ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from employment.codes import SkillLevel
from employment.job_seekers import models, rules, service
from hrss_kit import clock, timeline
from hrss_kit.inbox import Consumer, Received


class Deceased(BaseModel):
    """A holder has died."""

    model_config = ConfigDict(extra="ignore")


class Reemployed(BaseModel):
    """A receiver of unemployment benefit is insured by an employer again."""

    model_config = ConfigDict(extra="ignore")

    month: str


class SkillShown(BaseModel):
    """Somebody did well in a skill competition."""

    model_config = ConfigDict(extra="ignore")

    skill_level: SkillLevel


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


async def show_skill(session: AsyncSession, event: Received, data: SkillShown) -> None:
    """A place in a skill competition is evidence of a level; it lowers none."""
    row = await service.of_ref(session, event.personref)
    if row is not None and rules.is_higher(row.skill_level, data.skill_level):
        row.skill_level = data.skill_level
        row.updated_at = clock.now()
        timeline.add(session, row.id, "skill-shown", caller=None, reason=event.subject)


CONSUMERS = (
    Consumer("card", "card.holder.deceased.v1", Deceased, close),
    Consumer("social_insurance", "si.unemp.reemployed.v1", Reemployed, employ),
    Consumer("talent", "talent.competition.result_published.v1", SkillShown, show_skill),
)
