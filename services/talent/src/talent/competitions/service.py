"""Holding a competition, and what its results show. Each runs in the caller's transaction."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, NotYourCity, refuse
from talent.casework import allowed, hold, move, narrowed, new_number, own_city, save, tell
from talent.competitions import models, rules
from talent.competitions.models import Competition, CompetitionResult
from talent.competitions.rules import MACHINE
from talent.competitions.schemas import (
    CompetitionCreate,
    CompetitionQuery,
    CompetitionRead,
    CompetitionResultCreate,
    CompetitionResultPublished,
    CompetitionResultQuery,
    CompetitionResultRead,
)
from talent.talents.models import Talent

WORDS: Final = ("title",)


class NotHeldYet(Conflict):
    code = "NOT_HELD"
    title_zh, title_en = "大赛尚未举办，不能登记成绩", "The competition has not been held yet"


def visible(caller: Principal) -> Select[Competition]:
    """One's own city's, and what the other has announced."""
    if caller.holds("auditor"):
        return select(Competition)
    return select(Competition).where(
        or_(Competition.owner_city == caller.city, Competition.state != rules.PLANNED)
    )


def visible_results(caller: Principal) -> Select[CompetitionResult]:
    """Results of one's own city's competitions; the auditor's are everybody's."""
    if caller.holds("auditor"):
        return select(CompetitionResult)
    return select(CompetitionResult).where(CompetitionResult.owner_city == caller.city)


async def plan(session: AsyncSession, caller: Principal, new: CompetitionCreate) -> CompetitionRead:
    """Plans a competition, once in `talent.competition_cycle_years` (每两年一届)."""
    city = own_city(caller)
    if new.starts_on <= clock.today():
        raise refuse("starts_on", "DATE", "须在今后举行", "must lie ahead")
    year = new.starts_on.year
    row = Competition(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=rules.PLANNED,
        year=year,
        **new.model_dump(),
    )
    same = select(Competition.id).where(
        Competition.owner_city == city,
        Competition.year == year,
        Competition.state != rules.CANCELLED,
    )
    await save(session, row, {models.ONE_A_YEAR: same})
    cycle = int(await policy.get(session, "talent.competition_cycle_years", on=new.starts_on,
                                 city=city))  # fmt: skip
    others = await session.scalars(
        select(Competition.year).where(
            Competition.owner_city == city,
            Competition.state != rules.CANCELLED,
            Competition.id != row.id,
        )
    )
    if rules.is_too_soon(year, list(others), cycle):
        raise refuse(
            "starts_on", "CYCLE", f"每{cycle}年举办一届", f"is less than {cycle} years from another"
        )
    timeline.add(session, row.id, "plan", caller=caller, to_state=row.state)
    return shown(caller, row)


async def act(
    session: AsyncSession,
    caller: Principal,
    competition_id: UUID,
    action: str,
    reason: str | None = None,
) -> CompetitionRead:
    """Announces it, says that it was held, or calls it off."""
    wanted = visible(caller).where(Competition.id == competition_id)
    row, target = await hold(session, caller, wanted, action, MACHINE)
    today = clock.today()
    if action == "announce":
        row.announced_on = today
    elif action == "hold":
        if today < row.starts_on:
            raise refuse("starts_on", "DATE", "尚未到举办日期", "has not begun yet")
        row.held_on = today
    move(session, caller, row, action, target, reason)
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def record(
    session: AsyncSession, caller: Principal, new: CompetitionResultCreate
) -> CompetitionResultRead:
    """Records a place: evidence of the level, also in the entry of who is entered as a talent."""
    city = own_city(caller)
    competition = await session.scalar(
        visible(caller).where(Competition.id == new.competition_id).with_for_update()
    )
    if competition is None:
        raise refuse("competition_id", "CODE", "没有此大赛", "is no competition that is known")
    if competition.owner_city != city:
        raise NotYourCity
    if competition.state != rules.HELD:
        raise NotHeldYet
    row = CompetitionResult(
        biz_no=await new_number(session, city),
        owner_city=city,
        published_on=clock.today(),
        **new.model_dump(exclude={"person"}),
    )
    row.take_person(new.person)
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    exchange().note(person_refs=[row.person_ref])
    same = select(CompetitionResult.id).where(
        CompetitionResult.competition_id == row.competition_id,
        CompetitionResult.occupation == row.occupation,
    )
    await save(
        session,
        row,
        {
            models.ONE_PLACE: same.where(CompetitionResult.place == row.place),
            models.ONE_RESULT: same.where(CompetitionResult.id_hash == row.id_hash),
        },
    )
    timeline.add(session, row.id, "record", caller=caller)
    entry = await session.scalar(
        select(Talent).where(Talent.id_hash == row.id_hash).with_for_update()
    )
    if entry is not None and rules.higher(entry.skill_level, row.skill_level):
        entry.skill_level = row.skill_level
        timeline.add(session, entry.id, "skill-shown", caller=caller, reason=row.biz_no)
    event = CompetitionResultPublished(
        result_id=row.id,
        competition_id=row.competition_id,
        occupation=row.occupation,
        place=row.place,
        skill_level=row.skill_level,
        published_on=row.published_on,
    )
    tell(session, row, event, person_ref=row.person_ref)
    await session.flush()
    return shown_result(row)


async def find(session: AsyncSession, caller: Principal, competition_id: UUID) -> CompetitionRead:
    """One competition."""
    wanted = visible(caller).where(Competition.id == competition_id)
    return shown(caller, await resources.load(session, wanted))


async def history(
    session: AsyncSession, caller: Principal, competition_id: UUID
) -> timeline.Timeline:
    """What happened to a competition."""
    wanted = visible(caller).where(Competition.id == competition_id)
    return await timeline.of(session, (await resources.load(session, wanted)).id)


async def search(
    session: AsyncSession, caller: Principal, query: CompetitionQuery
) -> Page[CompetitionRead]:
    """A page of competitions."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), Competition, query, WORDS),
        query,
        key=Competition.id,
        sorts={"starts_on": Competition.starts_on},
        default="-starts_on",
    )
    return Page(items=[shown(caller, row) for row in rows], next_cursor=cursor)


async def find_result(
    session: AsyncSession, caller: Principal, result_id: UUID
) -> CompetitionResultRead:
    """One result."""
    wanted = visible_results(caller).where(CompetitionResult.id == result_id)
    row = await resources.load(session, wanted)
    return _noted([row])[0]


async def search_results(
    session: AsyncSession, caller: Principal, query: CompetitionResultQuery
) -> Page[CompetitionResultRead]:
    """A page of results."""
    rows, cursor = await select_page(
        session,
        narrowed(visible_results(caller), CompetitionResult, query),
        query,
        key=CompetitionResult.id,
        sorts={"published_on": CompetitionResult.published_on},
        default="-created_at",
    )
    return Page(items=_noted(rows), next_cursor=cursor)


def _noted(rows: Sequence[CompetitionResult]) -> list[CompetitionResultRead]:
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return [shown_result(row) for row in rows]


def shown(caller: Principal, row: Competition) -> CompetitionRead:
    """The competition as a reply."""
    actions = allowed(caller, row, MACHINE, "competition")
    return resources.shown(CompetitionRead, row, allowed_actions=actions, deadlines=[])


def shown_result(row: CompetitionResult) -> CompetitionResultRead:
    """The result as a reply, the person masked."""
    return resources.shown(CompetitionResultRead, row, person=row.masked())
