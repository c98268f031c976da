"""Who sees the arrears list, and how much of it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import deadlines, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.masking import mask_name
from hrss_kit.money import money_text
from hrss_kit.pagination import Page, select_page
from hrss_kit.resources import load
from labor_inspection.arrears_list import rules
from labor_inspection.arrears_list.models import ArrearsListEntry
from labor_inspection.arrears_list.rules import MACHINE
from labor_inspection.arrears_list.schemas import (
    ArrearsListRead,
    ListingQuery,
    PublishedQuery,
    PublishedRead,
)

BASIS: Final = "拖欠农民工工资失信联合惩戒对象名单管理暂行办法第五条"
INSPECTOR, HEAD = "cw.li", "supervisor.li"
ROLES: Final[dict[str, tuple[str, ...]]] = {
    "serve-notice": (INSPECTOR,),
    "object": (INSPECTOR,),
    "apply-removal": (INSPECTOR,),
    "uphold": (HEAD,),
    "drop": (HEAD,),
    "list": (HEAD,),
    "refuse-removal": (HEAD,),
    "remove-early": (HEAD,),
    "revoke": (HEAD,),
}


def visible(caller: Principal) -> Select[ArrearsListEntry]:
    """Inspectors of both cities see every entry, other desks those that were on the list."""
    wanted = select(ArrearsListEntry)
    if caller.holds("partner", INSPECTOR, HEAD, "auditor", "province", "service"):
        return wanted
    return wanted.where(ArrearsListEntry.listed_on.is_not(None))


async def read(session: AsyncSession, caller: Principal, entry_id: UUID) -> ArrearsListRead:
    """One entry."""
    entry = await load(session, visible(caller).where(ArrearsListEntry.id == entry_id))
    return await show(session, caller, entry)


async def history(session: AsyncSession, caller: Principal, entry_id: UUID) -> timeline.Timeline:
    """What happened to an entry."""
    entry = await load(session, visible(caller).where(ArrearsListEntry.id == entry_id))
    return await timeline.of(session, entry.id)


async def page(
    session: AsyncSession, caller: Principal, query: ListingQuery
) -> Page[ArrearsListRead]:
    """A page of entries of both cities."""
    rows, cursor = await _found(session, visible(caller), query)
    clocks = await deadlines.of(session, [row.id for row in rows])
    return Page(items=[_shown(caller, row, clocks[row.id]) for row in rows], next_cursor=cursor)


async def published(session: AsyncSession, query: PublishedQuery) -> Page[PublishedRead]:
    """What is published of those who are on the list now."""
    listed = select(ArrearsListEntry).where(ArrearsListEntry.state == rules.LISTED)
    rows, cursor = await _found(session, listed, query)
    return Page(
        items=[resources.shown(PublishedRead, row, facts=_facts(row), basis=BASIS) for row in rows],
        next_cursor=cursor,
    )


async def _found(
    session: AsyncSession, wanted: Select[ArrearsListEntry], query: ListingQuery | PublishedQuery
) -> tuple[Sequence[ArrearsListEntry], str | None]:
    for name in ("state", "owner_city", "employer_uscc", "case_id"):
        value = getattr(query, name, None)
        if value is not None:
            wanted = wanted.where(getattr(ArrearsListEntry, name) == value)
    if query.q:
        wanted = wanted.where(ArrearsListEntry.employer_name.contains(query.q, autoescape=True))
    return await select_page(
        session,
        wanted,
        query,
        key=ArrearsListEntry.id,
        sorts={"created_at": ArrearsListEntry.created_at},
        default="-created_at",
    )


def _facts(entry: ArrearsListEntry) -> str:
    return (
        f"拖欠{entry.workers_unpaid}名农民工工资{money_text(entry.amount_unpaid)}元，"
        f"经责令限期于{entry.order_due_on}前支付，逾期未支付"
    )


async def show(
    session: AsyncSession, caller: Principal | None, entry: ArrearsListEntry
) -> ArrearsListRead:
    """One entry as the caller reads it."""
    await session.flush()  # the answer carries the new version
    return _shown(caller, entry, (await deadlines.of(session, [entry.id]))[entry.id])


def _shown(
    caller: Principal | None, entry: ArrearsListEntry, clocks: list[deadlines.DeadlineRead]
) -> ArrearsListRead:
    def may(action: str) -> bool:
        if caller is None or caller.city != entry.owner_city or not caller.holds(*ROLES[action]):
            return False
        return entry.removal_applied_on is not None or action not in (
            "remove-early",
            "refuse-removal",
        )

    named = entry.legal_representative
    return resources.shown(
        ArrearsListRead,
        entry,
        legal_representative=mask_name(named) if named else None,
        responsible_persons=[
            mask_name(one) for one in (entry.responsible_persons or "").splitlines()
        ],
        allowed_actions=MACHINE.allowed(entry.state, may),
        deadlines=clocks,
    )
