"""Postings as people look for them: words, filters, three orders, facets; keyset pages.

A rare word is gathered from the index and sorted; a common one is met soon enough by walking the
list in its order. Which of the two is asked of the planner's statistics, so that neither grows
with the number of postings.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from employment import keys, search
from employment.postings import models, queries
from employment.postings.models import Posting
from employment.postings.schemas import FacetCount, Facets, PostingPage, PostingQuery
from hrss_kit.auth import Principal
from hrss_kit.divisions import city_of
from hrss_kit.pagination import CursorRefused, decode, encode
from hrss_kit.problems import refuse

FACETS_FROM_AT_MOST: Final = 20_000
FACET_VALUES: Final = 50
DISTANCE: Final = "distance"
#: Bands of pay a month that a list is narrowed by.
BANDS: Final = (3_000, 5_000, 8_000, 12_000, 20_000)


async def found(session: AsyncSession, caller: Principal, query: PostingQuery) -> PostingPage:
    """A page of the postings that the caller may see."""
    wanted = await queries.narrowed(session, caller, query)
    if query.state == models.PUBLISHED:
        # Written out, so that the indexes of what is on offer are known to fit.
        wanted = wanted.where(Posting.state == literal_column("'PUBLISHED'"))
    if query.sort in (DISTANCE, f"-{DISTANCE}"):
        rows, cursor = await _by_distance(session, wanted, query)
    else:
        rows, cursor = await _by_column(session, wanted, query)
    items = await queries.shown(session, caller, rows)
    facets = await _facets(session, wanted, query) if query.facets else None
    return PostingPage(items=items, next_cursor=cursor, facets=facets)


async def _by_column(
    session: AsyncSession, wanted: Select[Posting], query: PostingQuery
) -> tuple[Sequence[Posting], str | None]:
    wish = query.sort or "-created_at"
    name, descending = wish.removeprefix("-"), wish.startswith("-")
    column = queries.SORTS.get(name)
    if column is None:
        raise refuse("sort", "SORT", "不支持按此字段排序", "is not a sortable field")
    if column.nullable:
        wanted = wanted.where(column.is_not(None))
    if query.cursor:
        value, key = _behind(column, decode(query.cursor))
        here, there = tuple_(column, Posting.id), tuple_(value, key)
        wanted = wanted.where(here < there if descending else here > there)
    wanted, is_walked = await _worded(session, wanted, query.q)
    # Sorted by an expression, rows are gathered first: no walk along the column's own index.
    order = column if is_walked else func.coalesce(column, column)
    ends = (order.desc(), Posting.id.desc()) if descending else (order.asc(), Posting.id.asc())
    rows = list(await session.scalars(wanted.order_by(*ends).limit(query.limit + 1)))
    if len(rows) <= query.limit:
        return rows, None
    last = rows[query.limit - 1]
    return rows[: query.limit], encode([getattr(last, column.key), last.id])


async def _worded(
    session: AsyncSession, wanted: Select[Posting], q: str | None
) -> tuple[Select[Posting], bool]:
    """The statement with its words, and whether it walks the list."""
    if not q:
        return wanted, True
    gathered = wanted.where(search.in_index(q))
    if await search.expected(session, gathered) <= search.COMMON:
        return gathered.where(*search.holding(q)), False
    return wanted.where(*search.met_on_the_way(q)), True


async def _by_distance(
    session: AsyncSession, wanted: Select[Posting], query: PostingQuery
) -> tuple[Sequence[Posting], str | None]:
    """The same place first, then its district, its city, the other city; the newest of each."""
    if not query.near:
        raise refuse("near", "REQUIRED", "按距离排序须给出地点", "is required to sort by distance")
    band, behind = 0, None
    if query.cursor:
        band, behind = _band_of(decode(query.cursor))
    wanted, _ = await _worded(session, wanted.where(Posting.published_at.is_not(None)), query.q)
    rows: list[Posting] = []
    bands = _bands(query.near)
    while band < len(bands):
        here = wanted.where(bands[band])
        if behind is not None:
            here = here.where(tuple_(Posting.published_at, Posting.id) < tuple_(*behind))
        order = (Posting.published_at.desc(), Posting.id.desc())
        missing = query.limit + 1 - len(rows)
        found_here = list(await session.scalars(here.order_by(*order).limit(missing)))
        rows += found_here
        if len(rows) > query.limit:
            # The cursor names the last row shown, which may be of the band before.
            last = rows[query.limit - 1]
            if last not in found_here:
                band -= next(
                    back for back in range(1, band + 1) if _is_in(last, query.near, band - back)
                )
            return rows[: query.limit], encode([band, last.published_at, last.id])
        band, behind = band + 1, None
    return rows, None


def _bands(near: str) -> list[ColumnElement[bool]]:
    district, city = keys.places_within(keys.district_of(near)), city_of(near)
    same_district = Posting.work_division.in_(district)
    return [
        Posting.work_division == near,
        same_district & (Posting.work_division != near),
        (Posting.owner_city == city) & ~same_district & (Posting.work_division != near),
        Posting.owner_city != city,
    ]


def _is_in(row: Posting, near: str, band: int) -> bool:
    if row.work_division == near:
        return band == 0
    if keys.district_of(row.work_division) == keys.district_of(near):
        return band == 1
    return band == (2 if row.owner_city == city_of(near) else 3)


def _behind(column: Any, values: Sequence[Any]) -> tuple[Any, UUID]:
    try:
        kind = column.type.python_type
        value = values[0]
        value = kind.fromisoformat(value) if hasattr(kind, "fromisoformat") else kind(value)
        return value, UUID(values[1])
    except (ValueError, TypeError, IndexError, ArithmeticError) as error:
        raise CursorRefused from error


def _band_of(values: Sequence[Any]) -> tuple[int, tuple[datetime, UUID]]:
    try:
        return int(values[0]), (datetime.fromisoformat(values[1]), UUID(values[2]))
    except (ValueError, TypeError, IndexError) as error:
        raise CursorRefused from error


async def _facets(session: AsyncSession, wanted: Select[Posting], query: PostingQuery) -> Facets:
    """What was found, counted by what it could be narrowed to."""
    if query.q:
        wanted = wanted.where(search.in_index(query.q), *search.holding(query.q))
    hits = (
        wanted.with_only_columns(
            func.left(Posting.occupation, 4).label("occupation"),
            Posting.work_division,
            Posting.emp_type,
            Posting.edu_req,
            Posting.target_groups,
            _band(Posting.monthly_max).label("salary"),
        )
        .limit(FACETS_FROM_AT_MOST + 1)
        .cte("hits")
    )
    plain = ("occupation", "work_division", "emp_type", "edu_req", "salary")
    parts = [
        select(literal(name).label("facet"), cast(hits.c[name], String).label("value"),
               func.count().label("count")).group_by(hits.c[name])
        for name in plain
    ]  # fmt: skip
    each = select(func.unnest(hits.c.target_groups).label("value")).subquery("each")
    parts.append(
        select(literal("target_groups"), cast(each.c.value, String), func.count()).group_by(
            each.c.value
        )
    )
    parts.append(select(literal("total"), literal(""), func.count()).select_from(hits))
    counts: dict[str, list[FacetCount]] = {name: [] for name in (*plain, "target_groups")}
    total = 0
    for facet, value, count in await session.execute(union_all(*parts)):
        if facet == "total":
            total = count
        elif value is not None:
            counts[facet].append(FacetCount(value=value, count=count))
    ranked = {
        name: sorted(found, key=lambda one: (-one.count, one.value))[:FACET_VALUES]
        for name, found in counts.items()
    }
    is_exact = total <= FACETS_FROM_AT_MOST
    return Facets(total=min(total, FACETS_FROM_AT_MOST), is_exact=is_exact, **ranked)


def _band(pay: Any) -> ColumnElement[str]:
    names = [
        f"<{BANDS[0]}",
        *(f"{low}-{high}" for low, high in pairwise(BANDS)),
    ]
    found = [(pay < high, name) for high, name in zip(BANDS, names, strict=True)]
    return case((pay.is_(None), null()), *found, else_=f">={BANDS[-1]}")
