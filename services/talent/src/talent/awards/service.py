"""What can be done with awards. Each function runs in the caller's transaction."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import refuse
from hrss_kit.resources import RevealReply, RevealRequest
from talent.awards import models
from talent.awards.models import MACHINE, Award
from talent.awards.schemas import (
    AwardCreate,
    AwardExpired,
    AwardQuery,
    AwardRead,
    AwardReinstated,
    AwardRevoked,
    AwardStateChanged,
    AwardSuspended,
)
from talent.casework import allowed, hold, move, narrowed, new_number, own_city, save, tell
from talent.dates import years_after
from talent.programmes.models import Category
from talent.programmes.service import category_named
from talent.recognitions.following import follow_award

EVENTS: dict[str, type[AwardStateChanged]] = {
    "suspend": AwardSuspended,
    "reinstate": AwardReinstated,
    "revoke": AwardRevoked,
    "expire": AwardExpired,
}


def visible(caller: Principal) -> Select[Award]:
    """A city's own awards; the auditor's are everybody's."""
    if caller.holds("auditor"):
        return select(Award)
    return select(Award).where(Award.owner_city == caller.city)


async def register(session: AsyncSession, caller: Principal, new: AwardCreate) -> AwardRead:
    """Registers an award of one's own city."""
    category = await category_named(session, new.category, "category")
    city = own_city(caller, category.owner_city)
    if new.awarded_on > clock.today():
        raise refuse("awarded_on", "AWARDED_ON", "认定日期在未来", "lies in the future")
    row = Award(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=models.VALID,
        category_id=category.id,
        **new.model_dump(exclude={"person", "category"}),
    )
    if row.valid_to is None and category.term_years is not None:
        row.valid_to = years_after(row.awarded_on, category.term_years)
    if row.valid_to is not None and row.valid_to < clock.today():
        row.state = models.EXPIRED
    row.take_person(new.person)
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    exchange().note(person_refs=[row.person_ref])
    same = select(Award.id).where(
        Award.category_id == row.category_id, Award.certificate_no == row.certificate_no
    )
    await save(session, row, {models.ONE_A_NUMBER: same})
    timeline.add(session, row.id, "register", caller=caller, to_state=row.state)
    return _shown(caller, row, category)


async def find(session: AsyncSession, caller: Principal, award_id: UUID) -> AwardRead:
    """One award."""
    row = await resources.load(session, visible(caller).where(Award.id == award_id))
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    return _shown(caller, row, await session.get_one(Category, row.category_id))


async def search(session: AsyncSession, caller: Principal, query: AwardQuery) -> Page[AwardRead]:
    """A page of a city's own awards."""
    wanted = narrowed(visible(caller), Award, query.model_copy(update={"category": None}))
    if query.category is not None:
        category = await category_named(session, query.category, "category")
        wanted = wanted.where(Award.category_id == category.id)
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=Award.id,
        sorts={"awarded_on": Award.awarded_on},
        default="-awarded_on",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    known = await categories_of(session, rows)
    items = [_shown(caller, row, known[row.category_id]) for row in rows]
    return Page(items=items, next_cursor=cursor)


async def act(
    session: AsyncSession, caller: Principal, award_id: UUID, action: str, reason: str
) -> AwardRead:
    """Suspends, reinstates or revokes; what rests on the award follows in this transaction."""
    wanted = visible(caller).where(Award.id == award_id)
    row, target = await hold(session, caller, wanted, action, MACHINE)
    category = await session.get_one(Category, row.category_id)
    exchange().note(person_refs=[row.person_ref], reason=reason[:500])
    await change_standing(session, caller, row, category, action, target, reason)
    await session.flush()  # the answer carries the new version
    return _shown(caller, row, category)


async def change_standing(
    session: AsyncSession,
    caller: Principal | None,
    row: Award,
    category: Category,
    action: str,
    target: str,
    reason: str | None = None,
) -> None:
    """Changes whether an award holds, on record, and lets what rests on it follow."""
    today = clock.today()
    move(session, caller, row, action, target, reason)
    if target in (models.REVOKED, models.EXPIRED):
        row.ended_on, row.ended_reason = today, reason
    tell(
        session,
        row,
        EVENTS[action](
            award_id=row.id, category=category.code, level=category.ladder_level, on=today
        ),
        person_ref=row.person_ref,
    )
    await follow_award(session, caller, row)


async def expire(session: AsyncSession) -> int:
    """Timer: awards whose last day has passed."""
    today: date = clock.today()
    rows = await session.scalars(
        select(Award)
        .where(Award.state.in_((models.VALID, models.SUSPENDED)), Award.valid_to < today)
        .order_by(Award.id)
        .with_for_update(skip_locked=True)
    )
    return await end(session, rows.all())


async def end(session: AsyncSession, rows: Iterable[Award], reason: str | None = None) -> int:
    """Awards that hold no longer without anybody's fault."""
    ended = list(rows)
    known = await categories_of(session, ended)
    for row in ended:
        category = known[row.category_id]
        await change_standing(session, None, row, category, "expire", models.EXPIRED, reason)
    return len(ended)


async def history(session: AsyncSession, caller: Principal, award_id: UUID) -> timeline.Timeline:
    """What happened to an award."""
    row = await resources.load(session, visible(caller).where(Award.id == award_id))
    return await timeline.of(session, row.id)


async def reveal(
    session: AsyncSession, caller: Principal, award_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full, to the city that made the award."""
    row = await resources.load(session, visible(caller).where(Award.id == award_id))
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values = {"name": row.person_name, "doc_no": row.doc_no, "mobile": row.mobile}
    return resources.reveal(caller, row.id, wish, values)


async def categories_of(session: AsyncSession, rows: Iterable[Award]) -> dict[UUID, Category]:
    """The categories of several awards."""
    ids = {row.category_id for row in rows}
    found = await session.scalars(select(Category).where(Category.id.in_(ids)))
    return {category.id: category for category in found}


def _shown(caller: Principal, row: Award, category: Category) -> AwardRead:
    return resources.shown(
        AwardRead,
        row,
        person=row.masked(),
        category=category.code,
        ladder_level=category.ladder_level,
        allowed_actions=allowed(caller, row, MACHINE, "award"),
        deadlines=[],
    )
