"""What can be done with hours of continuing education. Runs in the caller's transaction."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, policy, resources, sealing, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import refuse
from talent.casework import narrowed, new_number, own_city
from talent.cpd_credits.models import CpdCredit, CpdYear
from talent.cpd_credits.schemas import (
    CpdCreditCreate,
    CpdCreditQuery,
    CpdCreditRead,
    CpdItem,
    CpdLookup,
    CpdLookupReply,
)


def visible(caller: Principal) -> Select[CpdCredit]:
    """What one's own city has recorded; the auditor's are everybody's."""
    if caller.holds("auditor"):
        return select(CpdCredit)
    return select(CpdCredit).where(CpdCredit.owner_city == caller.city)


async def record(session: AsyncSession, caller: Principal, new: CpdCreditCreate) -> CpdCreditRead:
    """Records hours, as long as the year's sum of both cities stays within the limit."""
    city, today = own_city(caller), clock.today()
    if new.year > today.year:
        raise refuse("year", "DATE", "年度在未来", "lies in the future")
    on = min(today, date(new.year, 12, 31))
    most = Decimal(await policy.get(session, "talent.cpd_max_hours", on=on))
    row = CpdCredit(
        biz_no=await new_number(session, city),
        owner_city=city,
        **new.model_dump(exclude={"person"}),
    )
    row.take_person(new.person)
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    exchange().note(person_refs=[row.person_ref])
    if not 0 < new.hours <= most or not await _fits(session, row, most):
        raise refuse(
            "hours",
            "CPD_HOURS",
            "学时须为正数且全年合计不超过上限",
            "are not within the year's limit",
        )
    session.add(row)
    await session.flush()
    timeline.add(session, row.id, "record", caller=caller)
    return shown(row)


async def _fits(session: AsyncSession, row: CpdCredit, most: Decimal) -> bool:
    """Adds to the year's sum in one statement: who comes at the same time waits for the row."""
    adding = insert(CpdYear).values(id_hash=row.id_hash, year=row.year, hours=row.hours)
    total = await session.scalar(
        adding.on_conflict_do_update(
            index_elements=[CpdYear.id_hash, CpdYear.year],
            set_={"hours": CpdYear.hours + adding.excluded.hours},
            where=CpdYear.hours + adding.excluded.hours <= most,
        ).returning(CpdYear.hours)
    )
    return total is not None


async def find(session: AsyncSession, caller: Principal, credit_id: UUID) -> CpdCreditRead:
    """One credit."""
    row = await resources.load(session, visible(caller).where(CpdCredit.id == credit_id))
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    return shown(row)


async def search(
    session: AsyncSession, caller: Principal, query: CpdCreditQuery
) -> Page[CpdCreditRead]:
    """A page of what one's own city has recorded."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), CpdCredit, query, ("org",)),
        query,
        key=CpdCredit.id,
        sorts={"year": CpdCredit.year},
        default="-created_at",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def look_up(session: AsyncSession, wish: CpdLookup) -> CpdLookupReply:
    """A person's hours wherever they were earned: they are good in every city."""
    id_hash = sealing.blind(wish.person.doc_no)
    exchange().note(person_refs=[sealing.person_ref(id_hash)], fields=["hours"])
    wanted = select(CpdCredit).where(CpdCredit.id_hash == id_hash)
    if wish.year is not None:
        wanted = wanted.where(CpdCredit.year == wish.year)
    rows = await session.scalars(wanted.order_by(CpdCredit.year, CpdCredit.id).limit(500))
    mine = [row for row in rows if row.person_name == wish.person.name]
    items = [
        CpdItem(city=row.owner_city, year=row.year, kind=row.kind, hours=row.hours, org=row.org)
        for row in mine
    ]
    return CpdLookupReply(items=items, total=sum((row.hours for row in mine), Decimal(0)))


def shown(row: CpdCredit) -> CpdCreditRead:
    """The hours as a reply."""
    return resources.shown(CpdCreditRead, row, person=row.masked())
