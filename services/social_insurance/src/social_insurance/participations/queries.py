"""How participations are found: a city's own in full, anybody's through a look-up."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.auth import Principal
from social_insurance.participations.models import ContributionMonth, Participation


def visible(caller: Principal) -> Select[Participation]:
    """A city's own participations; the auditor's are everybody's."""
    if caller.holds("auditor"):
        return select(Participation)
    return select(Participation).where(Participation.owner_city == caller.city)


async def months_of(session: AsyncSession, participation_id: UUID) -> Sequence[ContributionMonth]:
    """The months of a stretch, in order."""
    found = await session.scalars(
        select(ContributionMonth)
        .where(ContributionMonth.participation_id == participation_id)
        .order_by(ContributionMonth.month)
    )
    return found.all()


async def counts_of(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many months each of several stretches has."""
    found = await session.execute(
        select(ContributionMonth.participation_id, func.count())
        .where(ContributionMonth.participation_id.in_(ids))
        .group_by(ContributionMonth.participation_id)
    )
    return {participation_id: count for participation_id, count in found}
