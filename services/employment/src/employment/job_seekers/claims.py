"""One active registration a person: a second city gets a claim, and the first one answers it."""

from typing import NoReturn
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from employment.access import ACCESS
from employment.job_seekers import models
from employment.job_seekers.models import CLAIM_MACHINE, GroupTag, JobSeeker, SeekerClaim
from employment.job_seekers.schemas import ClaimQuery, ClaimRead, SeekerClaimed
from employment.matching.profiles import refresh
from hrss_kit import clock, deadlines, numbering, outbox, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.ids import new_id
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, NotYourCity

PATH = "/employment/v1/seeker-claims"


class AlreadyRegistered(Duplicate):
    """The person is registered; what the second city has claimed stays on record."""

    title_zh = "该人员已登记求职，可通过认领申请办理"
    title_en = "This person is registered already; the claim says how to go on"
    keeps_effects = True


async def refuse_second(session: AsyncSession, caller: Principal, id_hash: bytes) -> NoReturn:
    """409 with the existing registration; the other city's opens a claim of the caller's city."""
    row = await session.scalar(
        select(JobSeeker)
        .where(JobSeeker.id_hash == id_hash, JobSeeker.state != models.CLOSED)
        .with_for_update()
    )
    if row is None:  # closed in this very moment
        raise Duplicate
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    if row.owner_city == caller.city or caller.city is None:
        raise Duplicate(existing_id=str(row.id))
    claim_id = await _claim(session, caller, row, caller.city)
    raise AlreadyRegistered(existing_id=str(row.id), claim=f"{PATH}/{claim_id}")


async def _claim(session: AsyncSession, caller: Principal, row: JobSeeker, city: str) -> UUID:
    claim_id, now = new_id(), clock.now()
    number = await numbering.next_number(session, "EM", row.owner_city, clock.today())
    statement = insert(SeekerClaim).values(
        id=claim_id, biz_no=number, owner_city=row.owner_city, version=1, created_at=now,
        created_by=caller.actor, updated_at=now, updated_by=caller.actor, seeker_id=row.id,
        claiming_city=city, state="OPEN",
    )  # fmt: skip
    made = await session.scalar(statement.on_conflict_do_nothing().returning(SeekerClaim.id))
    if made is None:
        open_one = select(SeekerClaim.id).where(
            SeekerClaim.seeker_id == row.id,
            SeekerClaim.claiming_city == city,
            SeekerClaim.state == "OPEN",
        )
        return (await session.scalars(open_one)).one()
    timeline.add(session, claim_id, "claim", caller=caller, to_state="OPEN")
    outbox.publish(
        session,
        SeekerClaimed(claim_id=claim_id, seeker_id=row.id),
        source="employment",
        subject=row.biz_no,
        city=row.owner_city,
        audience=sorted({row.owner_city, city}),
        person_ref=row.person_ref,
    )
    return claim_id


def visible(caller: Principal) -> Select[SeekerClaim]:
    """A city sees what it claims and what is claimed of it."""
    found = select(SeekerClaim)
    if caller.holds("auditor"):
        return found
    mine = (SeekerClaim.owner_city == caller.city, SeekerClaim.claiming_city == caller.city)
    return found.where(or_(*mine))


async def find(session: AsyncSession, caller: Principal, claim_id: UUID) -> ClaimRead:
    """One claim."""
    row = await resources.load(session, visible(caller).where(SeekerClaim.id == claim_id))
    return await _read(session, caller, row)


async def history(session: AsyncSession, caller: Principal, claim_id: UUID) -> timeline.Timeline:
    """What happened to a claim."""
    row = await resources.load(session, visible(caller).where(SeekerClaim.id == claim_id))
    return await timeline.of(session, row.id)


async def search(session: AsyncSession, caller: Principal, query: ClaimQuery) -> Page[ClaimRead]:
    """A page of claims."""
    wanted = visible(caller)
    for name in ("state", "seeker_id"):
        if getattr(query, name) is not None:
            wanted = wanted.where(getattr(SeekerClaim, name) == getattr(query, name))
    rows, cursor = await select_page(
        session, wanted, query, key=SeekerClaim.id, sorts={}, default="-created_at"
    )
    items = [await _read(session, caller, row) for row in rows]
    return Page(items=items, next_cursor=cursor)


async def answer(
    session: AsyncSession, caller: Principal, claim_id: UUID, action: str, reason: str | None
) -> ClaimRead:
    """The first city lets the person's registration go over, or says why not."""
    wanted = visible(caller).where(SeekerClaim.id == claim_id)
    row = await resources.load(session, wanted, lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    before, row.state = row.state, CLAIM_MACHINE.take(row.state, action)
    row.reason = reason
    if row.state == "ACCEPTED":
        seeker = await session.get_one(JobSeeker, row.seeker_id, with_for_update=True)
        seeker.owner_city = row.claiming_city
        await session.execute(
            update(GroupTag)
            .where(GroupTag.seeker_id == seeker.id)
            .values(owner_city=row.claiming_city)
        )
        timeline.add(session, seeker.id, "hand-over", caller=caller, reason=reason)
        await refresh(session, seeker)
    timeline.add(
        session, row.id, action, caller=caller, from_state=before, to_state=row.state,
        reason=reason,
    )  # fmt: skip
    await session.flush()  # the answer carries the new version
    return await _read(session, caller, row)


async def _read(session: AsyncSession, caller: Principal, row: SeekerClaim) -> ClaimRead:
    def may(_action: str) -> bool:
        return row.owner_city == caller.city and ACCESS.allows(caller, "seeker-claim:answer")

    clocks = (await deadlines.of(session, [row.id]))[row.id]
    allowed = CLAIM_MACHINE.allowed(row.state, may)
    return resources.shown(ClaimRead, row, allowed_actions=allowed, deadlines=clocks)
