"""What can be done with engagements. Each function runs in the caller's transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotYourCity, StateConflict, refuse
from talent.casework import allowed, hold, move, narrowed, new_number, own_city
from talent.employers.service import refuse_blocked
from talent.sharing_engagements import models
from talent.sharing_engagements.models import MACHINE, SharingAgreement, SharingEngagement
from talent.sharing_engagements.schemas import (
    Agree,
    AgreementRead,
    SharingEngagementQuery,
    SharingEngagementRead,
    SharingOffer,
    SharingRequest,
)
from talent.talents import service as talents
from talent.talents.models import Talent


def visible(caller: Principal) -> Select[SharingEngagement]:
    """One's own, those one's city hosts, and open offers of both cities."""
    if caller.holds("auditor"):
        return select(SharingEngagement)
    return select(SharingEngagement).where(
        or_(
            SharingEngagement.owner_city == caller.city,
            SharingEngagement.host_city == caller.city,
            SharingEngagement.state == models.OFFERED,
        )
    )


def sides(row: SharingEngagement) -> tuple[str | None, ...]:
    """Home and host."""
    return (row.owner_city, row.host_city)


SIDES: Any = {"agree": sides, "start": sides, "end": sides}


async def offer(
    session: AsyncSession, caller: Principal, new: SharingOffer
) -> SharingEngagementRead:
    """Offers somebody of one's own city; the entry stays as it is."""
    city = own_city(caller)
    talent = await session.scalar(talents.visible(caller).where(Talent.id == new.talent_id))
    if talent is None or talent.owner_city != city:
        raise refuse("talent_id", "CODE", "本市没有此人才", "names no talent of this city")
    if talent.availability == "NONE":
        raise refuse("talent_id", "NOT_AVAILABLE", "此人未发布可用状态", "is not available")
    row = SharingEngagement(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=models.OFFERED,
        talent_id=talent.id,
        kind=new.kind,
        home_employer_uscc=talent.employer_uscc,
    )
    session.add(row)
    await session.flush()
    timeline.add(session, row.id, "offer", caller=caller, to_state=row.state)
    return await _shown(session, caller, row)


async def ask(
    session: AsyncSession, caller: Principal, engagement_id: UUID, wish: SharingRequest
) -> SharingEngagementRead:
    """An employer of the caller's city asks; one on the wage-arrears list may not."""
    city = own_city(caller)
    row, target = await hold(
        session, caller, _one(caller, engagement_id), "request", MACHINE, lambda _row: city
    )
    await refuse_blocked(session, wish.host_uscc)
    if wish.host_uscc == row.home_employer_uscc:
        raise refuse("host_uscc", "SAME_EMPLOYER", "用人单位须不同于原单位", "is the home employer")
    row.host_city = city
    for name, value in wish.model_dump().items():
        setattr(row, name, value)
    move(session, caller, row, "request", target)
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def agree(
    session: AsyncSession, caller: Principal, engagement_id: UUID, wish: Agree
) -> SharingEngagementRead:
    """Records a party's agreement: person and home employer at home, the host where it is."""
    row, target = await hold(session, caller, _one(caller, engagement_id), "agree", MACHINE, sides)
    if caller.city != (row.host_city if wish.party == models.HOST else row.owner_city):
        raise NotYourCity
    held = {one.party for one in await _agreements(session, row.id)}
    if wish.party in held:
        raise StateConflict(row.state, [])
    session.add(
        SharingAgreement(
            engagement_id=row.id,
            party=wish.party,
            evidence_no=wish.evidence_no,
            agreed_on=clock.today(),
            recorded_by=caller.actor,
        )
    )
    if held | {wish.party} == set(models.PARTIES):
        target = models.AGREED
    move(session, caller, row, f"agree-{wish.party.lower().replace('_', '-')}", target)
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def act(
    session: AsyncSession,
    caller: Principal,
    engagement_id: UUID,
    action: str,
    reason: str | None = None,
) -> SharingEngagementRead:
    """Starts, ends or withdraws it; the home employer is nobody's to change here."""
    side = SIDES.get(action, lambda row: row.owner_city)
    row, target = await hold(session, caller, _one(caller, engagement_id), action, MACHINE, side)
    if target == models.ENDED:
        row.ended_on = clock.today()
    move(session, caller, row, action, target, reason)
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def find(
    session: AsyncSession, caller: Principal, engagement_id: UUID
) -> SharingEngagementRead:
    """One engagement."""
    row = await resources.load(session, _one(caller, engagement_id))
    return await _shown(session, caller, row)


async def search(
    session: AsyncSession, caller: Principal, query: SharingEngagementQuery
) -> Page[SharingEngagementRead]:
    """A page of engagements."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), SharingEngagement, query, ("host_name",)),
        query,
        key=SharingEngagement.id,
        sorts={},
        default="-created_at",
    )
    items = [await _shown(session, caller, row) for row in rows]
    return Page(items=items, next_cursor=cursor)


async def history(
    session: AsyncSession, caller: Principal, engagement_id: UUID
) -> timeline.Timeline:
    """What happened to an engagement."""
    row = await resources.load(session, _one(caller, engagement_id))
    return await timeline.of(session, row.id)


def _one(caller: Principal, engagement_id: UUID) -> Select[SharingEngagement]:
    return visible(caller).where(SharingEngagement.id == engagement_id)


async def _agreements(session: AsyncSession, engagement_id: UUID) -> list[SharingAgreement]:
    await session.flush()  # one of this transaction counts
    found = await session.scalars(
        select(SharingAgreement).where(SharingAgreement.engagement_id == engagement_id)
    )
    return sorted(found, key=lambda one: models.PARTIES.index(one.party))


async def _shown(
    session: AsyncSession, caller: Principal, row: SharingEngagement
) -> SharingEngagementRead:
    given = await _agreements(session, row.id)
    open_to_all: Any = {**SIDES, "request": lambda _row: caller.city}
    return resources.shown(
        SharingEngagementRead,
        row,
        agreements=[AgreementRead.model_validate(one) for one in given],
        allowed_actions=allowed(caller, row, MACHINE, "sharing_engagement", open_to_all),
        deadlines=[],
    )
