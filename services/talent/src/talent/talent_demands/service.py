"""Publishing demands and following them to their end."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Invalid, NotYourCity, StateConflict, refuse
from talent.casework import allowed, hold, move, narrowed, new_number, own_city, tell
from talent.employers.service import refuse_blocked
from talent.mobility import barriers
from talent.talent_demands import rules
from talent.talent_demands.models import DemandMatch, TalentDemand
from talent.talent_demands.rules import DEMAND, MATCH
from talent.talent_demands.schemas import (
    DemandMatchQuery,
    DemandMatchRead,
    DemandPublished,
    FollowUp,
    TalentDemandChange,
    TalentDemandCreate,
    TalentDemandQuery,
    TalentDemandRead,
)

#: Where a condition on hukou, region or identity would be said.
SAID: Final = ("title", "description", "requirements")


def visible(caller: Principal) -> Select[TalentDemand]:
    """One's own city's demands, and what the other has published."""
    if caller.holds("auditor"):
        return select(TalentDemand)
    return select(TalentDemand).where(
        or_(TalentDemand.owner_city == caller.city, TalentDemand.state != rules.DRAFT)
    )


def visible_matches(caller: Principal) -> Select[DemandMatch]:
    """Matches of one's own demands, and of one's own resources and persons."""
    if caller.holds("auditor"):
        return select(DemandMatch)
    return select(DemandMatch).where(
        or_(DemandMatch.owner_city == caller.city, DemandMatch.candidate_city == caller.city)
    )


async def draft(
    session: AsyncSession, caller: Principal, new: TalentDemandCreate
) -> TalentDemandRead:
    """Drafts a demand; conditions on hukou, region or identity are refused, word by word."""
    city = own_city(caller)
    await _refuse_barriers(session, {name: getattr(new, name) for name in SAID}, city)
    await refuse_blocked(session, new.employer_uscc)
    row = TalentDemand(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=rules.DRAFT,
        **new.model_dump(),
    )
    session.add(row)
    await session.flush()
    timeline.add(session, row.id, "draft", caller=caller, to_state=row.state)
    return shown(caller, row)


async def _refuse_barriers(
    session: AsyncSession, texts: Mapping[str, str | None], city: str
) -> None:
    terms = await policy.get(session, "talent.mobility_terms", on=clock.today(), city=city)
    errors = list(barriers(texts, terms))
    if errors:
        raise Invalid(*errors)


async def change(
    session: AsyncSession, caller: Principal, demand_id: UUID, wish: TalentDemandChange
) -> TalentDemandRead:
    """Changes a draft of one's own city; what is published stands as it was published."""
    row = await resources.load(session, one(caller, demand_id), lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    if row.state != rules.DRAFT:
        raise StateConflict(row.state, shown(caller, row).allowed_actions)
    given = wish.model_dump(exclude_unset=True)
    await _refuse_barriers(session, {n: given[n] for n in SAID if n in given}, row.owner_city)
    for name, value in given.items():
        setattr(row, name, value)
    timeline.add(session, row.id, "change", caller=caller, from_state=row.state, to_state=row.state)
    row.updated_at = clock.now()
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def publish(session: AsyncSession, caller: Principal, demand_id: UUID) -> TalentDemandRead:
    """Publishes it to both cities, unless the employer is on the wage-arrears list by now."""
    row, target = await hold(session, caller, one(caller, demand_id), "publish", DEMAND)
    await refuse_blocked(session, row.employer_uscc)
    row.published_on = clock.today()
    move(session, caller, row, "publish", target)
    tell(
        session,
        row,
        DemandPublished(demand_id=row.id, fields=row.fields, ladder=row.ladder),
    )
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def follow_up(
    session: AsyncSession, caller: Principal, demand_id: UUID, action: str, wish: FollowUp
) -> TalentDemandRead:
    """Contact or contract of a demand, with the match that it is about."""
    row, target = await hold(session, caller, one(caller, demand_id), action, DEMAND)
    if wish.match_id is not None:
        match = await session.scalar(
            visible_matches(caller)
            .where(DemandMatch.id == wish.match_id, DemandMatch.demand_id == row.id)
            .with_for_update()
        )
        if match is None:
            raise refuse("match_id", "CODE", "不是此需求的对接", "is no match of this demand")
        match.note = wish.note or match.note
        move(session, caller, match, action, MATCH.take(match.state, action), wish.note)
    _end(row, target)
    move(session, caller, row, action, target, wish.note)
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def follow_match(
    session: AsyncSession, caller: Principal, match_id: UUID, action: str, wish: FollowUp
) -> DemandMatchRead:
    """Contact, contract or refusal of one match; its demand goes with it."""
    wanted = visible_matches(caller).where(DemandMatch.id == match_id)
    known = await resources.load(session, wanted)
    demand = await resources.load(
        session, select(TalentDemand).where(TalentDemand.id == known.demand_id), lock=True
    )
    row, target = await hold(session, caller, wanted, action, MATCH)
    row.note = wish.note or row.note
    move(session, caller, row, action, target, wish.note)
    if action != "decline":
        state = DEMAND.take(demand.state, action)
        _end(demand, state)
        move(session, caller, demand, action, state)
    await session.flush()  # the answer carries the new version
    return shown_match(caller, row)


def _end(row: TalentDemand, target: str) -> None:
    if target in (rules.SIGNED, rules.UNFILLED):
        row.closed_on = clock.today()


async def close(
    session: AsyncSession, caller: Principal, demand_id: UUID, reason: str
) -> TalentDemandRead:
    """Nobody was found."""
    row, target = await hold(session, caller, one(caller, demand_id), "close", DEMAND)
    _end(row, target)
    move(session, caller, row, "close", target, reason)
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def find(session: AsyncSession, caller: Principal, demand_id: UUID) -> TalentDemandRead:
    """One demand."""
    return shown(caller, await resources.load(session, one(caller, demand_id)))


async def search(
    session: AsyncSession, caller: Principal, query: TalentDemandQuery
) -> Page[TalentDemandRead]:
    """A page of demands."""
    wanted = narrowed(visible(caller), TalentDemand, query, ("title",))
    if query.field is not None:
        wanted = wanted.where(TalentDemand.fields.contains([query.field]))
    rows, cursor = await select_page(
        session, wanted, query, key=TalentDemand.id, sorts={}, default="-created_at"
    )
    return Page(items=[shown(caller, row) for row in rows], next_cursor=cursor)


async def search_matches(
    session: AsyncSession, caller: Principal, query: DemandMatchQuery
) -> Page[DemandMatchRead]:
    """A page of matches."""
    rows, cursor = await select_page(
        session,
        narrowed(visible_matches(caller), DemandMatch, query),
        query,
        key=DemandMatch.id,
        sorts={"score": DemandMatch.score},
        default="-score",
    )
    return Page(items=[shown_match(caller, row) for row in rows], next_cursor=cursor)


async def history(session: AsyncSession, caller: Principal, demand_id: UUID) -> timeline.Timeline:
    """What happened to a demand."""
    row = await resources.load(session, one(caller, demand_id))
    return await timeline.of(session, row.id)


async def match_history(
    session: AsyncSession, caller: Principal, match_id: UUID
) -> timeline.Timeline:
    """What was said and agreed about a match (contact log)."""
    wanted = visible_matches(caller).where(DemandMatch.id == match_id)
    row = await resources.load(session, wanted)
    return await timeline.of(session, row.id)


def one(caller: Principal, demand_id: UUID) -> Select[TalentDemand]:
    """One of them."""
    return visible(caller).where(TalentDemand.id == demand_id)


def shown(caller: Principal, row: TalentDemand) -> TalentDemandRead:
    """The demand as a reply."""
    return resources.shown(
        TalentDemandRead,
        row,
        allowed_actions=allowed(caller, row, DEMAND, "talent_demand"),
        deadlines=[],
    )


def shown_match(caller: Principal, row: DemandMatch) -> DemandMatchRead:
    """The match as a reply."""
    return resources.shown(
        DemandMatchRead,
        row,
        kind="RESOURCE" if row.resource_id else "PERSON",
        score=float(row.score),
        allowed_actions=allowed(caller, row, MATCH, "demand_match"),
        deadlines=[],
    )
