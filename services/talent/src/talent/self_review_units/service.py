"""What can be done with the list of self-review units. Runs in the caller's transaction."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotYourCity
from talent.casework import narrowed, new_number, own_city, save
from talent.self_review_units.models import SelfReviewUnit
from talent.self_review_units.schemas import (
    SelfReviewUnitChange,
    SelfReviewUnitCreate,
    SelfReviewUnitQuery,
    SelfReviewUnitRead,
)


def visible(_caller: Principal) -> Select[SelfReviewUnit]:
    """The lists are known to both cities."""
    return select(SelfReviewUnit)


async def is_listed(session: AsyncSession, city: str, name: str, series: str, on: date) -> bool:
    """True when the city listed the unit for the series on that day."""
    unit = await session.scalar(
        select(SelfReviewUnit).where(
            SelfReviewUnit.owner_city == city,
            SelfReviewUnit.name == name,
            SelfReviewUnit.series.contains([series]),
            SelfReviewUnit.listed_from <= on,
        )
    )
    return unit is not None and (unit.listed_to is None or unit.listed_to >= on)


async def enlist(
    session: AsyncSession, caller: Principal, new: SelfReviewUnitCreate
) -> SelfReviewUnitRead:
    """Puts a unit of one's own city on the list."""
    city = own_city(caller)
    row = SelfReviewUnit(
        biz_no=await new_number(session, city), owner_city=city, **new.model_dump()
    )
    same = select(SelfReviewUnit.id).where(
        SelfReviewUnit.owner_city == city, SelfReviewUnit.name == row.name
    )
    await save(session, row, {"uq_self_review_units_name": same})
    timeline.add(session, row.id, "enlist", caller=caller)
    return resources.shown(SelfReviewUnitRead, row)


async def change(
    session: AsyncSession, caller: Principal, unit_id: UUID, wish: SelfReviewUnitChange
) -> SelfReviewUnitRead:
    """Changes its series or its last day."""
    row = await resources.load(
        session, visible(caller).where(SelfReviewUnit.id == unit_id), lock=True
    )
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    for name, value in wish.model_dump(exclude_unset=True).items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    timeline.add(session, row.id, "change", caller=caller)
    await session.flush()  # the answer carries the new version
    return resources.shown(SelfReviewUnitRead, row)


async def find(session: AsyncSession, caller: Principal, unit_id: UUID) -> SelfReviewUnitRead:
    """One unit."""
    row = await resources.load(session, visible(caller).where(SelfReviewUnit.id == unit_id))
    return resources.shown(SelfReviewUnitRead, row)


async def search(
    session: AsyncSession, caller: Principal, query: SelfReviewUnitQuery
) -> Page[SelfReviewUnitRead]:
    """A page of the lists of both cities."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), SelfReviewUnit, query, ("name",)),
        query,
        key=SelfReviewUnit.id,
        sorts={"name": SelfReviewUnit.name},
        default="name",
    )
    items = [resources.shown(SelfReviewUnitRead, row) for row in rows]
    return Page(items=items, next_cursor=cursor)
