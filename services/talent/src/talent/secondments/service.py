"""What can be done with posts and secondments. Runs in the caller's transaction."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, MakerIsChecker, refuse
from talent.casework import allowed, hold, move, narrowed, new_number, own_city, save, tell
from talent.secondments import models, rules
from talent.secondments.models import Secondment, SecondmentPost
from talent.secondments.rules import MACHINE, POST
from talent.secondments.schemas import (
    Appraisal,
    Extension,
    SecondmentCreate,
    SecondmentEnded,
    SecondmentPostCreate,
    SecondmentPostQuery,
    SecondmentPostRead,
    SecondmentQuery,
    SecondmentRead,
    SecondmentStarted,
)


class SecondmentOverlap(Conflict):
    code = "SECONDMENT_OVERLAP"
    title_zh, title_en = "该人员同期已有挂职", "The person is seconded in that period already"


def visible_posts(_caller: Principal) -> Select[SecondmentPost]:
    """Posts are offered to both cities."""
    return select(SecondmentPost)


def visible(caller: Principal) -> Select[Secondment]:
    """Out of and into the caller's city; the auditor's are everybody's."""
    if caller.holds("auditor"):
        return select(Secondment)
    return select(Secondment).where(
        or_(Secondment.owner_city == caller.city, Secondment.host_city == caller.city)
    )


def host(row: Secondment) -> str:
    """The city of the post."""
    return row.host_city


SIDES: Any = {"approve-host": host, "start": host, "appraise": host}


async def offer_post(
    session: AsyncSession, caller: Principal, new: SecondmentPostCreate
) -> SecondmentPostRead:
    """Offers a post of one's own city."""
    city = own_city(caller)
    await _check_body(session, "host_org", new.host_org)
    row = SecondmentPost(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=rules.OPEN,
        **new.model_dump(),
    )
    session.add(row)
    await session.flush()
    timeline.add(session, row.id, "offer", caller=caller, to_state=row.state)
    return shown_post(caller, row)


async def _check_body(session: AsyncSession, field: str, name: str) -> None:
    terms = await policy.get(session, "talent.hrss_body_terms", on=clock.today())
    if not rules.is_hrss_body(name, terms):
        raise refuse(field, "NOT_HRSS_BODY", "不是人社系统单位", "is no body of the HRSS system")


async def find_post(session: AsyncSession, caller: Principal, post_id: UUID) -> SecondmentPostRead:
    """One post."""
    wanted = visible_posts(caller).where(SecondmentPost.id == post_id)
    return shown_post(caller, await resources.load(session, wanted))


async def search_posts(
    session: AsyncSession, caller: Principal, query: SecondmentPostQuery
) -> Page[SecondmentPostRead]:
    """A page of posts."""
    rows, cursor = await select_page(
        session,
        narrowed(visible_posts(caller), SecondmentPost, query, ("title",)),
        query,
        key=SecondmentPost.id,
        sorts={},
        default="-created_at",
    )
    return Page(items=[shown_post(caller, row) for row in rows], next_cursor=cursor)


async def close_post(
    session: AsyncSession, caller: Principal, post_id: UUID, reason: str
) -> SecondmentPostRead:
    """Offers a post no longer."""
    wanted = visible_posts(caller).where(SecondmentPost.id == post_id)
    row, target = await hold(session, caller, wanted, "close", POST)
    move(session, caller, row, "close", target, reason)
    await session.flush()  # the answer carries the new version
    return shown_post(caller, row)


async def post_history(
    session: AsyncSession, caller: Principal, post_id: UUID
) -> timeline.Timeline:
    """What happened to a post."""
    row = await resources.load(session, visible_posts(caller).where(SecondmentPost.id == post_id))
    return await timeline.of(session, row.id)


async def nominate(
    session: AsyncSession, caller: Principal, new: SecondmentCreate
) -> SecondmentRead:
    """The home city names somebody for a post of the other city."""
    city = own_city(caller)
    post = await session.scalar(
        visible_posts(caller).where(
            SecondmentPost.id == new.post_id, SecondmentPost.state == "OPEN"
        )
    )
    if post is None:
        raise refuse("post_id", "CODE", "没有此开放岗位", "names no open post")
    if post.owner_city == city:
        raise refuse("post_id", "SAME_CITY", "派出地与接收地须不同", "is of the home city itself")
    await _check_body(session, "home_org", new.home_org)
    await _check_term(session, new.starts_on, new.ends_on)
    row = Secondment(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=rules.NOMINATED,
        host_city=post.owner_city,
        nominated_by=caller.actor,
        **new.model_dump(exclude={"person"}),
    )
    row.take_person(new.person)
    exchange().note(person_refs=[row.person_ref])
    await save(session, row, {models.ONE_AT_A_TIME: SecondmentOverlap()})
    timeline.add(session, row.id, "nominate", caller=caller, to_state=row.state)
    return shown(caller, row)


async def _check_term(session: AsyncSession, start: date, end: date) -> None:
    months = await policy.get(session, "talent.secondment_months", on=clock.today())
    if not rules.term_fits(start, end, int(months["min"]), int(months["max"])):
        raise refuse(
            "ends_on",
            "SECONDMENT_TERM",
            "挂职期限不在规定的月数之内",
            "makes a term that is too short or too long",
        )


async def act(
    session: AsyncSession,
    caller: Principal,
    secondment_id: UUID,
    action: str,
    reason: str | None = None,
) -> SecondmentRead:
    """Approves, starts, ends, recalls or withdraws; each city does its own part."""
    side = SIDES.get(action, lambda row: row.owner_city)
    row, target = await hold(session, caller, _one(caller, secondment_id), action, MACHINE, side)
    if action == "approve-home" and caller.actor == row.nominated_by:
        raise MakerIsChecker
    exchange().note(person_refs=[row.person_ref])
    today = clock.today()
    move(session, caller, row, action, target, reason)
    words = {"secondment_id": row.id, "home": row.owner_city, "host": row.host_city}
    if action == "start":
        row.started_on = today
        started = SecondmentStarted(**words, starts_on=row.starts_on, ends_on=row.ends_on)
        tell(session, row, started, person_ref=row.person_ref)
    elif target in (rules.ENDED, rules.RECALLED):
        row.ended_on = today
        # Whoever is back early is free for another post.
        row.ends_on = max(row.starts_on, min(row.ends_on, today))
        tell(session, row, SecondmentEnded(**words, on=today), person_ref=row.person_ref)
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def extend(
    session: AsyncSession, caller: Principal, secondment_id: UUID, wish: Extension
) -> SecondmentRead:
    """Prolongs it, once, within the longest term."""
    row, target = await hold(session, caller, _one(caller, secondment_id), "extend", MACHINE)
    if wish.ends_on <= row.ends_on:
        raise refuse("ends_on", "PERIOD", "须晚于原结束日期", "is not after the present end")
    await _check_term(session, row.starts_on, wish.ends_on)
    row.extended_from, row.ends_on = row.ends_on, wish.ends_on
    move(session, caller, row, "extend", target, wish.reason)
    await save(session, row, {models.ONE_AT_A_TIME: SecondmentOverlap()})
    return shown(caller, row)


async def appraise(
    session: AsyncSession, caller: Principal, secondment_id: UUID, wish: Appraisal
) -> SecondmentRead:
    """The host says how it went."""
    row, target = await hold(
        session, caller, _one(caller, secondment_id), "appraise", MACHINE, host
    )
    row.appraisal, row.appraisal_note = wish.grade, wish.note
    move(session, caller, row, "appraise", target)
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def find(session: AsyncSession, caller: Principal, secondment_id: UUID) -> SecondmentRead:
    """One secondment."""
    row = await resources.load(session, _one(caller, secondment_id))
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    return shown(caller, row)


async def search(
    session: AsyncSession, caller: Principal, query: SecondmentQuery
) -> Page[SecondmentRead]:
    """A page of secondments."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), Secondment, query, ("home_org",)),
        query,
        key=Secondment.id,
        sorts={"starts_on": Secondment.starts_on},
        default="-starts_on",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return Page(items=[shown(caller, row) for row in rows], next_cursor=cursor)


async def history(
    session: AsyncSession, caller: Principal, secondment_id: UUID
) -> timeline.Timeline:
    """What happened to a secondment."""
    row = await resources.load(session, _one(caller, secondment_id))
    return await timeline.of(session, row.id)


def _one(caller: Principal, secondment_id: UUID) -> Select[Secondment]:
    return visible(caller).where(Secondment.id == secondment_id)


def shown_post(caller: Principal, row: SecondmentPost) -> SecondmentPostRead:
    """The post as a reply."""
    return resources.shown(
        SecondmentPostRead,
        row,
        host_city=row.owner_city,
        allowed_actions=allowed(caller, row, POST, "secondment_post"),
        deadlines=[],
    )


def shown(caller: Principal, row: Secondment) -> SecondmentRead:
    """The secondment as a reply."""
    return resources.shown(
        SecondmentRead,
        row,
        person=row.masked(),
        home_city=row.owner_city,
        allowed_actions=allowed(caller, row, MACHINE, "secondment", SIDES),
        deadlines=[],
    )
