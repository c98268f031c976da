"""How participations are found: a city's own in full, anybody's through a look-up."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
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


class Stretch(NamedTuple):
    """What a look-up reads of a stretch: columns, no objects."""

    person_name: str
    doc_type: str
    mobile: str | None
    city: str
    scheme: str
    employer_uscc: str | None
    months: Sequence[str | None]
    paid: Sequence[bool | None]


async def stretches_of(
    session: AsyncSession, id_hash: bytes, first: str | None, last: str | None
) -> list[Stretch]:
    """Everything both cities know of one person, in one query."""
    month = ContributionMonth.month
    wanted: list[Any] = [ContributionMonth.participation_id == Participation.id]
    if first is not None:
        wanted.append(month >= first)
    if last is not None:
        wanted.append(month <= last)
    statement = (
        select(
            Participation.person_name,
            Participation.doc_type,
            Participation.mobile,
            Participation.city,
            Participation.scheme,
            Participation.employer_uscc,
            func.array_agg(aggregate_order_by(month, month)),
            func.array_agg(aggregate_order_by(ContributionMonth.paid, month)),
        )
        .outerjoin(ContributionMonth, and_(*wanted))
        .where(Participation.id_hash == id_hash)
        .group_by(Participation.id)
        .order_by(Participation.created_at.desc())
    )
    return [Stretch(*row) for row in await session.execute(statement)]
