"""What can be done with benefits. Each function runs in the caller's transaction."""

from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict
from hrss_kit.translation import constraint_of
from talent.benefits import models
from talent.benefits.models import MACHINE, Benefit
from talent.benefits.schemas import (
    BenefitCheck,
    BenefitCreate,
    BenefitQuery,
    BenefitRead,
    DrawnElsewhere,
)
from talent.casework import allowed, hold, move, narrowed, new_number, own_city


class BenefitDuplicate(Conflict):
    code = "BENEFIT_DUPLICATE"
    title_zh, title_en = "同期已享受同类待遇", "A benefit of that kind is drawn in that period"


def visible(caller: Principal) -> Select[Benefit]:
    """A city's own benefits; the auditor's are everybody's."""
    if caller.holds("auditor"):
        return select(Benefit)
    return select(Benefit).where(Benefit.owner_city == caller.city)


async def record(session: AsyncSession, caller: Principal, new: BenefitCreate) -> BenefitRead:
    """Records a benefit unless one of its kind is drawn in that period, here or elsewhere."""
    city = own_city(caller, new.city)
    row = Benefit(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=models.ACTIVE,
        **new.model_dump(exclude={"person", "city"}),
    )
    row.take_person(new.person)
    id_hash, person_ref = row.id_hash, row.person_ref
    exchange().note(person_refs=[person_ref])
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says what must not be
    except IntegrityError as error:
        if constraint_of(error) != models.ONE_OF_A_KIND:
            raise
        found = await drawn(session, id_hash, new.period_from, new.period_to)
        same = [one for one in found if one.kind == new.kind]
        raise BenefitDuplicate(duplicates=[one.model_dump(mode="json") for one in same]) from error
    timeline.add(session, row.id, "record", caller=caller, to_state=row.state)
    return _shown(caller, row)


async def drawn(
    session: AsyncSession,
    id_hash: bytes,
    start: date,
    end: date | None,
    *,
    other_than: str | None = None,
) -> list[DrawnElsewhere]:
    """What somebody draws in a period, by city, kind and period."""
    wanted = select(Benefit).where(
        Benefit.id_hash == id_hash, Benefit.state == models.ACTIVE, Benefit.period_to >= start
    )
    if end is not None:
        wanted = wanted.where(Benefit.period_from <= end)
    if other_than is not None:
        wanted = wanted.where(Benefit.owner_city != other_than)
    rows = await session.scalars(wanted.order_by(Benefit.period_from, Benefit.id))
    return [
        DrawnElsewhere(
            city=row.owner_city,
            kind=row.kind,
            period_from=row.period_from,
            period_to=row.period_to,
        )
        for row in rows
    ]


async def check(
    session: AsyncSession, id_hash: bytes, start: date, end: date | None, city: str
) -> BenefitCheck:
    """Whether another city pays somebody while a recognition of `city` will hold."""
    found = await drawn(session, id_hash, start, end, other_than=city)
    return BenefitCheck(result="DUPLICATE" if found else "CLEAR", items=found)


async def cancel(
    session: AsyncSession, caller: Principal, benefit_id: UUID, reason: str
) -> BenefitRead:
    """Takes a benefit back that was recorded wrongly or is not paid after all."""
    wanted = visible(caller).where(Benefit.id == benefit_id)
    row, target = await hold(session, caller, wanted, "cancel", MACHINE)
    exchange().note(person_refs=[row.person_ref])
    move(session, caller, row, "cancel", target, reason)
    await session.flush()  # the answer carries the new version
    return _shown(caller, row)


async def find(session: AsyncSession, caller: Principal, benefit_id: UUID) -> BenefitRead:
    """One benefit."""
    row = await resources.load(session, visible(caller).where(Benefit.id == benefit_id))
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    return _shown(caller, row)


async def search(
    session: AsyncSession, caller: Principal, query: BenefitQuery
) -> Page[BenefitRead]:
    """A page of a city's own benefits."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), Benefit, query),
        query,
        key=Benefit.id,
        sorts={"period_from": Benefit.period_from},
        default="-period_from",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return Page(items=[_shown(caller, row) for row in rows], next_cursor=cursor)


async def history(session: AsyncSession, caller: Principal, benefit_id: UUID) -> timeline.Timeline:
    """What happened to a benefit."""
    row = await resources.load(session, visible(caller).where(Benefit.id == benefit_id))
    return await timeline.of(session, row.id)


def _shown(caller: Principal, row: Benefit) -> BenefitRead:
    return resources.shown(
        BenefitRead,
        row,
        person=row.masked(),
        city=row.owner_city,
        allowed_actions=allowed(caller, row, MACHINE, "benefit"),
        deadlines=[],
    )
