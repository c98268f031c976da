"""What can be done with programmes and categories. Runs in the caller's transaction."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Invalid, NotYourCity, refuse
from talent.casework import narrowed, new_number, own_city, save
from talent.programmes import models
from talent.programmes.models import Category, Programme
from talent.programmes.schemas import (
    CategoryChange,
    CategoryCreate,
    CategoryQuery,
    CategoryRead,
    ProgrammeChange,
    ProgrammeCreate,
    ProgrammeQuery,
    ProgrammeRead,
)


def visible(_caller: Principal) -> Select[Programme]:
    """Programmes are public in both cities."""
    return select(Programme)


def visible_categories(_caller: Principal) -> Select[Category]:
    """Categories are public in both cities."""
    return select(Category)


async def define(session: AsyncSession, caller: Principal, new: ProgrammeCreate) -> ProgrammeRead:
    """Defines a programme of one's own city."""
    city = own_city(caller, new.city)
    row = Programme(
        biz_no=await new_number(session, city),
        owner_city=city,
        **new.model_dump(exclude={"city"}),
    )
    same = select(Programme.id).where(Programme.code == row.code)
    await save(session, row, {models.ONE_PROGRAMME_A_CODE: same})
    timeline.add(session, row.id, "define", caller=caller)
    return shown(row)


async def find(session: AsyncSession, caller: Principal, programme_id: UUID) -> ProgrammeRead:
    """One programme."""
    wanted = visible(caller).where(Programme.id == programme_id)
    return shown(await resources.load(session, wanted))


async def search(
    session: AsyncSession, caller: Principal, query: ProgrammeQuery
) -> Page[ProgrammeRead]:
    """A page of programmes."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), Programme, query, ("name",)),
        query,
        key=Programme.id,
        sorts={"code": Programme.code, "valid_from": Programme.valid_from},
        default="code",
    )
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def change(
    session: AsyncSession, caller: Principal, programme_id: UUID, wish: ProgrammeChange
) -> ProgrammeRead:
    """Changes a programme of one's own city."""
    row = await resources.load(
        session, visible(caller).where(Programme.id == programme_id), lock=True
    )
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    for name, value in wish.model_dump(exclude_unset=True).items():
        setattr(row, name, value)
    if row.valid_to is not None and row.valid_to < row.valid_from:
        raise refuse("valid_to", "PERIOD", "结束日期早于开始日期", "ends before it begins")
    row.updated_at = clock.now()
    timeline.add(session, row.id, "change", caller=caller)
    await session.flush()  # the answer carries the new version
    return shown(row)


async def history(
    session: AsyncSession, caller: Principal, programme_id: UUID
) -> timeline.Timeline:
    """What happened to a programme."""
    row = await resources.load(session, visible(caller).where(Programme.id == programme_id))
    return await timeline.of(session, row.id)


async def define_category(
    session: AsyncSession, caller: Principal, new: CategoryCreate
) -> CategoryRead:
    """Defines a category of a programme of one's own city."""
    programme = await session.scalar(visible(caller).where(_named(Programme, new.programme)))
    if programme is None:
        raise unknown("programme")
    city = own_city(caller, programme.owner_city)
    row = Category(
        biz_no=await new_number(session, city),
        owner_city=city,
        programme_id=programme.id,
        **new.model_dump(exclude={"programme"}),
    )
    same = select(Category.id).where(Category.code == row.code)
    await save(session, row, {models.ONE_CATEGORY_A_CODE: same})
    timeline.add(session, row.id, "define", caller=caller)
    return _category(row, programme.code)


async def find_category(
    session: AsyncSession, caller: Principal, category_id: UUID
) -> CategoryRead:
    """One category."""
    wanted = visible_categories(caller).where(Category.id == category_id)
    return await _read_category(session, await resources.load(session, wanted))


async def search_categories(
    session: AsyncSession, caller: Principal, query: CategoryQuery
) -> Page[CategoryRead]:
    """A page of categories, the highest rung of the ladder first."""
    rows, cursor = await select_page(
        session,
        narrowed(visible_categories(caller), Category, query, ("name_zh",)),
        query,
        key=Category.id,
        sorts={"ladder_level": Category.ladder_level, "code": Category.code},
        default="ladder_level",
    )
    codes = await _codes(session, {row.programme_id for row in rows})
    return Page(items=[_category(row, codes[row.programme_id]) for row in rows], next_cursor=cursor)


async def change_category(
    session: AsyncSession, caller: Principal, category_id: UUID, wish: CategoryChange
) -> CategoryRead:
    """Changes a category of one's own city."""
    row = await resources.load(
        session, visible_categories(caller).where(Category.id == category_id), lock=True
    )
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    for name, value in wish.model_dump(exclude_unset=True).items():
        setattr(row, name, value)
    row.updated_at = clock.now()
    timeline.add(session, row.id, "change", caller=caller)
    await session.flush()  # the answer carries the new version
    return await _read_category(session, row)


async def category_history(
    session: AsyncSession, caller: Principal, category_id: UUID
) -> timeline.Timeline:
    """What happened to a category."""
    row = await resources.load(
        session, visible_categories(caller).where(Category.id == category_id)
    )
    return await timeline.of(session, row.id)


async def category_named(session: AsyncSession, reference: str, field: str) -> Category:
    """The category of a code or an id; 422 about `field` when there is none."""
    row = await session.scalar(select(Category).where(_named(Category, reference)))
    if row is None:
        raise unknown(field)
    return row


def unknown(field: str) -> Invalid:
    """The problem of a code that names nothing."""
    return refuse(field, "CODE", "没有此代码", "names nothing that is known")


def _named(model: type[Programme] | type[Category], reference: str) -> ColumnElement[bool]:
    try:
        return (model.id == UUID(reference)) | (model.code == reference)
    except ValueError:
        return model.code == reference


async def _codes(session: AsyncSession, ids: set[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(Programme.id, Programme.code).where(Programme.id.in_(ids)))
    return {row.id: row.code for row in rows}


async def _read_category(session: AsyncSession, row: Category) -> CategoryRead:
    codes = await _codes(session, {row.programme_id})
    return _category(row, codes[row.programme_id])


def shown(row: Programme) -> ProgrammeRead:
    """The programme as a reply."""
    return resources.shown(ProgrammeRead, row, city=row.owner_city)


def _category(row: Category, programme: str) -> CategoryRead:
    return resources.shown(CategoryRead, row, programme=programme)
