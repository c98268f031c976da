"""What a city holds of the other city's job seekers, and what is held of its own."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from employment.job_seekers.models import JobSeeker, SeekerMirror
from employment.job_seekers.schemas import CopyQuery, CopyRead
from hrss_kit import resources
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page


def visible(caller: Principal) -> Select[SeekerMirror]:
    """Held here for this purpose, or held elsewhere of one's own."""
    found = select(SeekerMirror).join(JobSeeker, JobSeeker.id == SeekerMirror.seeker_id)
    if caller.holds("auditor"):
        return found
    purpose = exchange().purpose
    held = and_(SeekerMirror.city == caller.city, SeekerMirror.purpose == purpose)
    return found.where(or_(held, JobSeeker.owner_city == caller.city))


async def search(session: AsyncSession, caller: Principal, query: CopyQuery) -> Page[CopyRead]:
    """A page of copies."""
    wanted = visible(caller)
    for name in ("seeker_id", "city", "purpose"):
        if getattr(query, name) is not None:
            wanted = wanted.where(getattr(SeekerMirror, name) == getattr(query, name))
    rows, cursor = await select_page(
        session, wanted, query, key=SeekerMirror.id,
        sorts={"received_at": SeekerMirror.received_at}, default="-received_at",
    )  # fmt: skip
    return Page(items=await _shown(session, rows), next_cursor=cursor)


async def find(session: AsyncSession, caller: Principal, copy_id: UUID) -> CopyRead:
    """One copy."""
    row = await resources.load(session, visible(caller).where(SeekerMirror.id == copy_id))
    return (await _shown(session, [row]))[0]


async def _shown(session: AsyncSession, rows: Sequence[SeekerMirror]) -> list[CopyRead]:
    wanted = select(JobSeeker).where(JobSeeker.id.in_([row.seeker_id for row in rows]))
    people = {one.id: one for one in await session.scalars(wanted)}
    exchange().note(
        person_refs=[one.person_ref for one in people.values()],
        fields=sorted({name for row in rows for name in row.snapshot}),
    )
    return [
        CopyRead(
            id=row.id,
            seeker_id=row.seeker_id,
            biz_no=people[row.seeker_id].biz_no,
            owner_city=people[row.seeker_id].owner_city,
            city=row.city,
            purpose=row.purpose,
            origin_version=row.origin_version,
            stale=people[row.seeker_id].version > row.origin_version,
            snapshot=row.snapshot,
            received_at=row.received_at,
        )
        for row in rows
    ]
