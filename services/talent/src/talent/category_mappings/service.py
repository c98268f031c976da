"""What can be done with category mappings. Runs in the caller's transaction."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES, PARTNER_CITIES, letters
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, Invalid, MakerIsChecker, NotYourCity, refuse
from hrss_kit.translation import constraint_of
from talent.casework import allowed, hold, move, narrowed, new_number, own_city, tell
from talent.category_mappings import models, rules
from talent.category_mappings.models import (
    CategoryMapping,
    CategoryMappingApproval,
    CategoryMappingLeg,
)
from talent.category_mappings.rules import Arrow, Side
from talent.category_mappings.schemas import (
    Approval,
    CategoryMappingCreate,
    CategoryMappingQuery,
    CategoryMappingRead,
    MappingActivated,
)
from talent.programmes.models import Category
from talent.programmes.service import category_named
from talent.recognitions.following import grandfather

MACHINE = rules.machine(city.letters for city in PARTNER_CITIES.values())


class MappingOverlap(Conflict):
    code = "MAPPING_OVERLAP"
    title_zh, title_en = "同一类别在同期已有映射", "The category is mapped already in that period"


class MappingCycle(Conflict):
    code = "MAPPING_CYCLE"
    title_zh, title_en = "映射形成循环", "The mappings would go round in a circle"


def visible(_caller: Principal) -> Select[CategoryMapping]:
    """The treaty is known to both cities."""
    return select(CategoryMapping)


def in_force(on: date) -> Any:
    """Legs that hold on a day."""
    leg = CategoryMappingLeg
    return (
        leg.is_active
        & (leg.effective_from <= on)
        & or_(leg.effective_to.is_(None), leg.effective_to >= on)
    )


async def draft(
    session: AsyncSession, caller: Principal, new: CategoryMappingCreate
) -> CategoryMappingRead:
    """Drafts a mapping between one's own city and another."""
    origin = await category_named(session, new.from_category, "from_category")
    target = (
        await category_named(session, new.to_category, "to_category") if new.to_category else None
    )
    to_city = new.to_city or (target.owner_city if target else _other_city(origin.owner_city))
    errors = list(
        rules.faults(
            new.kind, _side(origin), to_city, _side(target) if target else None, new.ladder_level
        )
    )
    if errors:
        raise Invalid(*errors)
    city = own_city(caller)
    if city not in (origin.owner_city, to_city):
        raise NotYourCity
    row = CategoryMapping(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=rules.DRAFT,
        from_category_id=origin.id,
        from_city=origin.owner_city,
        to_city=to_city,
        to_category_id=target.id if target else None,
        **new.model_dump(exclude={"from_category", "to_category", "to_city"}),
    )
    legs = _legs(row, origin, target)
    await _check_others(session, row, legs, origin, target)
    session.add(row)
    await session.flush()  # its legs refer to it
    for leg in legs:
        leg.mapping_id = row.id
    session.add_all(legs)
    timeline.add(session, row.id, "draft", caller=caller, to_state=row.state)
    return await _shown(session, caller, row)


def _other_city(city: str) -> str:
    others = [one for one in ACTIVE_CITIES if one != city]
    if len(others) != 1:
        raise refuse("to_city", "REQUIRED", "必填", "is required")
    return others[0]


def _side(category: Category) -> Side:
    return Side(category.id, category.owner_city, category.ladder_level)


def _legs(
    row: CategoryMapping, origin: Category, target: Category | None
) -> list[CategoryMappingLeg]:
    """An equivalence of two categories holds both ways; everything else one way."""

    def leg(source: Category, to_city: str, granted: Category | None) -> CategoryMappingLeg:
        level = granted.ladder_level if granted else row.ladder_level
        return CategoryMappingLeg(
            category_id=source.id,
            to_city=to_city,
            granted_category_id=granted.id if granted else None,
            granted_level=level,
            effective_from=row.effective_from,
            effective_to=row.effective_to,
            is_active=False,
        )

    legs = [leg(origin, row.to_city, target)]
    if target is not None and row.kind == rules.EQUIVALENT:
        legs.append(leg(target, origin.owner_city, origin))
    return legs


async def _check_others(
    session: AsyncSession,
    row: CategoryMapping,
    legs: Sequence[CategoryMappingLeg],
    origin: Category,
    target: Category | None,
) -> None:
    """Tells early what the constraint would refuse at the second approval, and circles."""
    known = select(CategoryMappingLeg).where(CategoryMappingLeg.is_active)
    known = known.where(_same_time(row.effective_from, row.effective_to))
    if row.supersedes is not None:
        old = await session.get(CategoryMapping, row.supersedes)
        if old is None or old.state != rules.ACTIVE or old.effective_from >= row.effective_from:
            raise refuse(
                "supersedes",
                "SUPERSEDES",
                "只能替换更早生效的现行映射",
                "names no active mapping that began earlier",
            )
        known = known.where(CategoryMappingLeg.mapping_id != row.supersedes)
    for leg in legs:
        other = await session.scalar(
            known.where(
                CategoryMappingLeg.category_id == leg.category_id,
                CategoryMappingLeg.to_city == leg.to_city,
            )
        )
        if other is not None:
            raise MappingOverlap(existing_id=str(other.mapping_id))
    if target is None:
        return
    arrows = [
        Arrow(leg.category_id, leg.granted_category_id, False)
        for leg in await session.scalars(known)
        if leg.granted_category_id is not None
    ]
    equal = {(one.target, one.source) for one in arrows}
    arrows = [one._replace(is_equal=(one.source, one.target) in equal) for one in arrows]
    new = Arrow(origin.id, target.id, row.kind == rules.EQUIVALENT)
    cities = {
        found.id: found.owner_city
        for found in await session.execute(select(Category.id, Category.owner_city))
    }
    if rules.is_cyclic(new, arrows, cities):
        raise MappingCycle


def _same_time(start: date, end: date | None) -> Any:
    leg = CategoryMappingLeg
    begins = leg.effective_from <= end if end is not None else True
    return or_(leg.effective_to.is_(None), leg.effective_to >= start) & begins


async def approve(
    session: AsyncSession, caller: Principal, mapping_id: UUID
) -> CategoryMappingRead:
    """Approves for one's own city; with the second city's approval the mapping is ACTIVE."""
    row, _ = await hold(session, caller, one(caller, mapping_id), "approve", MACHINE, parties)
    given = await _approvals(session, [row.id])
    held = given.get(row.id, {})
    assert caller.city is not None, "the hold has seen to it"
    if caller.city in held:
        MACHINE.take(rules.ACTIVE, "approve")  # 409: nothing is left to this city
    if caller.actor in {one.by for one in held.values()}:
        raise MakerIsChecker
    session.add(
        CategoryMappingApproval(mapping_id=row.id, city=caller.city, approved_by=caller.actor)
    )
    is_last = bool(held)
    target = rules.ACTIVE if is_last else rules.approved_by(letters(caller.city))
    move(session, caller, row, "approve", target)
    if is_last:
        await _activate(session, caller, row)
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def _activate(session: AsyncSession, caller: Principal, row: CategoryMapping) -> None:
    row.activated_on = clock.today()
    if row.supersedes is not None:
        await _end(session, caller, row)
        await grandfather(session, caller, row)
    legs = await session.scalars(
        select(CategoryMappingLeg).where(CategoryMappingLeg.mapping_id == row.id)
    )
    try:
        async with session.begin_nested():
            for leg in legs:
                leg.is_active = True
            await session.flush()  # the database says whether the answer stays one
    except IntegrityError as error:
        if constraint_of(error) == models.ONE_WAY_AT_A_TIME:
            raise MappingOverlap from error
        raise
    codes = await _codes(session, [row])
    tell(
        session,
        row,
        MappingActivated(
            mapping_id=row.id,
            from_category=codes[row.from_category_id],
            to_city=row.to_city,
            to_category=codes.get(row.to_category_id) if row.to_category_id else None,
            ladder_level=row.ladder_level,
            kind=row.kind,
            effective_from=row.effective_from,
            effective_to=row.effective_to,
            supersedes=row.supersedes,
        ),
    )


async def _end(session: AsyncSession, caller: Principal, row: CategoryMapping) -> None:
    """The replaced mapping holds until the day before; both cities have just agreed to it."""
    old = await resources.load(
        session, select(CategoryMapping).where(CategoryMapping.id == row.supersedes), lock=True
    )
    last = row.effective_from - timedelta(days=1)
    old.effective_to = last
    for leg in await session.scalars(
        select(CategoryMappingLeg).where(CategoryMappingLeg.mapping_id == old.id)
    ):
        leg.effective_to = last
    if last < clock.today():
        move(session, caller, old, "supersede", rules.SUPERSEDED)
    await session.flush()  # the old one makes room for the new


async def withdraw(
    session: AsyncSession, caller: Principal, mapping_id: UUID, reason: str
) -> CategoryMappingRead:
    """Takes a draft back, or refuses it; either city may."""
    row, target = await hold(session, caller, one(caller, mapping_id), "withdraw", MACHINE, parties)
    move(session, caller, row, "withdraw", target, reason)
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def let_end(session: AsyncSession) -> int:
    """Timer: a mapping whose last day has passed is no longer the present one."""
    rows = await session.scalars(
        select(CategoryMapping)
        .where(CategoryMapping.state == rules.ACTIVE)
        .where(CategoryMapping.effective_to < clock.today())
        .with_for_update(skip_locked=True)
    )
    ended = rows.all()
    for row in ended:
        move(session, None, row, "end", rules.SUPERSEDED)
    return len(ended)


async def find(session: AsyncSession, caller: Principal, mapping_id: UUID) -> CategoryMappingRead:
    """One mapping."""
    return await _shown(session, caller, await resources.load(session, one(caller, mapping_id)))


async def history(session: AsyncSession, caller: Principal, mapping_id: UUID) -> timeline.Timeline:
    """What happened to a mapping."""
    row = await resources.load(session, one(caller, mapping_id))
    return await timeline.of(session, row.id)


async def search(
    session: AsyncSession, caller: Principal, query: CategoryMappingQuery
) -> Page[CategoryMappingRead]:
    """A page of mappings; with `as_of` those in force on that day."""
    wanted = visible(caller)
    plain = query.model_copy(update={"as_of": None, "from_category": None, "to_category": None})
    wanted = narrowed(wanted, CategoryMapping, plain, ("basis",))
    if query.from_category is not None:
        origin = await category_named(session, query.from_category, "from_category")
        wanted = wanted.where(CategoryMapping.from_category_id == origin.id)
    if query.to_category is not None:
        target = await category_named(session, query.to_category, "to_category")
        wanted = wanted.where(CategoryMapping.to_category_id == target.id)
    if query.as_of is not None:
        held = select(CategoryMappingLeg.mapping_id).where(in_force(query.as_of))
        wanted = wanted.where(CategoryMapping.id.in_(held))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=CategoryMapping.id,
        sorts={"effective_from": CategoryMapping.effective_from},
        default="-effective_from",
    )
    return Page(items=await _read(session, caller, rows), next_cursor=cursor)


def one(caller: Principal, mapping_id: UUID) -> Select[CategoryMapping]:
    """One of them."""
    return visible(caller).where(CategoryMapping.id == mapping_id)


def parties(row: CategoryMapping) -> tuple[str, str]:
    """The two cities that a mapping is between."""
    return (row.from_city, row.to_city)


async def _codes(session: AsyncSession, rows: Iterable[CategoryMapping]) -> dict[UUID, str]:
    ids = {one for row in rows for one in (row.from_category_id, row.to_category_id) if one}
    found = await session.execute(select(Category.id, Category.code).where(Category.id.in_(ids)))
    return {row.id: row.code for row in found}


async def _approvals(session: AsyncSession, ids: Sequence[UUID]) -> dict[UUID, dict[str, Approval]]:
    found: dict[UUID, dict[str, Approval]] = {}
    rows = await session.scalars(
        select(CategoryMappingApproval).where(CategoryMappingApproval.mapping_id.in_(ids))
    )
    for row in rows:
        held = found.setdefault(row.mapping_id, {})
        held[row.city] = Approval(by=row.approved_by, at=row.approved_at)
    return found


async def _shown(
    session: AsyncSession, caller: Principal, row: CategoryMapping
) -> CategoryMappingRead:
    return (await _read(session, caller, [row]))[0]


async def _read(
    session: AsyncSession, caller: Principal, rows: Sequence[CategoryMapping]
) -> list[CategoryMappingRead]:
    codes = await _codes(session, rows)
    await session.flush()  # an approval of this transaction is part of the answer
    given = await _approvals(session, [row.id for row in rows])
    sides = dict.fromkeys(("approve", "withdraw"), parties)
    made = []
    for row in rows:
        held = given.get(row.id, {})
        actions = allowed(caller, row, MACHINE, "category_mapping", sides)
        if caller.city in held and "approve" in actions:
            actions.remove("approve")
        made.append(
            resources.shown(
                CategoryMappingRead,
                row,
                from_category=codes[row.from_category_id],
                to_category=codes[row.to_category_id] if row.to_category_id else None,
                approvals={letters(city): held.get(city) for city in parties(row)},
                allowed_actions=actions,
                deadlines=[],
            )
        )
    return made
