"""What can be done with items, visits and gig markets. Each runs in the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.kinds import Kind, Step, columns_of, other_city
from employment.postings import rules as wording
from employment.postings.models import PUBLISHED, Posting
from employment.public_services import models
from employment.public_services.models import (
    ITEM_MACHINE,
    MARKET_MACHINE,
    VISIT_MACHINE,
    GigMarket,
    ServiceItem,
    ServiceVisit,
)
from employment.public_services.schemas import (
    ItemChange,
    ItemCreate,
    ItemRead,
    MarketChange,
    MarketCreate,
    MarketRead,
    VisitCreate,
    VisitRead,
)
from hrss_kit import clock, policy
from hrss_kit.auth import Principal
from hrss_kit.divisions import city_of
from hrss_kit.problems import Conflict, Duplicate, Invalid, NotYourCity, refuse
from hrss_kit.translation import constraint_of

HUKOU: Final = ("户口", "户籍", "本地人", "本市居民")


class ItemNotPublished(Conflict):
    code = "ITEM_NOT_PUBLISHED"
    title_zh, title_en = "该事项未公布", "This item is not published"


async def _gigs(
    session: AsyncSession, _caller: Principal, rows: Sequence[GigMarket]
) -> Mapping[UUID, Any]:
    counted = await session.execute(
        select(Posting.work_division, func.count())
        .where(
            Posting.state == PUBLISHED,
            Posting.emp_type == "GIG",
            Posting.salary_unit.in_(("HOUR", "DAY")),
            Posting.work_division.in_({row.district for row in rows}),
        )
        .group_by(Posting.work_division)
    )
    known = {one: count for one, count in counted}
    return {row.id: {"gig_postings": known.get(row.district, 0)} for row in rows}


MARKETS: Final = Kind(
    GigMarket,
    MarketRead,
    MARKET_MACHINE,
    dict.fromkeys(("close", "reopen"), Step("gig-market:manage")),
    words=("name", "address"),
    sorts=("name",),
    more=_gigs,
)
ITEMS: Final = Kind(
    ServiceItem,
    ItemRead,
    ITEM_MACHINE,
    dict.fromkeys(("publish", "withdraw"), Step("service-item:manage")),
    hidden=("DRAFT",),
    words=("name",),
    sorts=("code", "name"),
)
VISITS: Final = Kind(
    ServiceVisit,
    VisitRead,
    VISIT_MACHINE,
    {"void": Step("service-visit:void")},
    sorts=("visited_at",),
)


async def open_market(session: AsyncSession, caller: Principal, new: MarketCreate) -> MarketRead:
    """Enters a gig market of the caller's city in the directory."""
    if city_of(new.district) != caller.city:
        raise NotYourCity
    row = GigMarket(**columns_of(new), owner_city=caller.city, state="OPEN")
    try:
        async with session.begin_nested():
            await MARKETS.add(session, caller, row, action="open")
    except IntegrityError as error:
        if constraint_of(error) != models.ONE_MARKET:
            raise
        same = (GigMarket.owner_city == caller.city) & (GigMarket.name == new.name)
        known = await session.scalar(select(GigMarket.id).where(same))
        raise Duplicate(existing_id=str(known)) from error
    return await MARKETS.show(session, caller, row)


async def change_market(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: MarketChange
) -> MarketRead:
    """Changes where and when it is open."""
    row = await MARKETS.hold_own(session, caller, row_id, ("OPEN", "CLOSED"))
    return await MARKETS.change(session, caller, row, wish)


async def draft_item(session: AsyncSession, caller: Principal, new: ItemCreate) -> ItemRead:
    """Drafts an item of the caller's city."""
    other_city(caller.city)
    await _refuse_conditions(session, new.name, new.description, new.materials)
    row = ServiceItem(**columns_of(new), owner_city=caller.city, state="DRAFT")
    try:
        async with session.begin_nested():
            await ITEMS.add(session, caller, row, action="draft")
    except IntegrityError as error:
        if constraint_of(error) != models.ONE_CODE:
            raise
        same = (ServiceItem.owner_city == caller.city) & (ServiceItem.code == new.code)
        known = await session.scalar(select(ServiceItem.id).where(same))
        raise Duplicate(existing_id=str(known)) from error
    return await ITEMS.show(session, caller, row)


async def change_item(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: ItemChange
) -> ItemRead:
    """Changes what is said of an item; checked again."""
    row = await ITEMS.hold_own(session, caller, row_id, ("DRAFT", "PUBLISHED", "WITHDRAWN"))
    await _refuse_conditions(
        session,
        wish.name or row.name,
        wish.description or row.description,
        wish.materials or row.materials,
    )
    return await ITEMS.change(session, caller, row, wish)


async def _refuse_conditions(
    session: AsyncSession, name: str, description: str, materials: Iterable[str]
) -> None:
    """422 for a condition of hukou, or for money asked for a public service (S17 art. 15)."""
    fee_terms = await policy.get(session, "emp.fee_terms", on=clock.today())
    texts = [("name", name), ("description", description)]
    texts += [(f"materials.{index}", one) for index, one in enumerate(materials)]
    hukou = [found for field, text in texts for found in wording.find_terms(field, text, HUKOU)]
    fees = [found for field, text in texts for found in wording.find_terms(field, text, fee_terms)]
    errors = [
        *wording.wording_errors(
            hukou, "HUKOU_CONDITION", "不得设置户籍条件", "sets a condition of hukou"
        ),
        *wording.wording_errors(
            fees, "FEE_WORDING", "公共就业服务不得收费", "asks money for a public service"
        ),
    ]
    if errors:
        raise Invalid(*errors)


async def record_visit(session: AsyncSession, caller: Principal, new: VisitCreate) -> VisitRead:
    """Records a use of an item by its own city's desk; a source reference counts once."""
    item = await ITEMS.load(session, caller, new.item_id)
    if item.owner_city != caller.city:
        raise NotYourCity
    if item.state != "PUBLISHED":
        raise ItemNotPublished
    at = new.visited_at or clock.now()
    if at > clock.now():
        raise refuse("visited_at", "DATE", "不得晚于当前时间", "may not lie ahead")
    row = ServiceVisit(
        **columns_of(new, "visited_at"), visited_at=at, owner_city=caller.city, state="RECORDED"
    )
    try:
        async with session.begin_nested():
            await VISITS.add(session, caller, row, action="record")
    except IntegrityError as error:
        if constraint_of(error) != "uq_service_visits_source":
            raise
        same = (ServiceVisit.source_system == row.source_system) & (
            ServiceVisit.source_ref == new.source_ref
        )
        known = await session.scalar(select(ServiceVisit.id).where(same))
        raise Duplicate(existing_id=str(known)) from error
    return await VISITS.show(session, caller, row)
