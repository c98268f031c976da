"""What can be done with tiers and base pensions. Each function runs in the caller's transaction."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, outbox, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import select_page
from hrss_kit.problems import Conflict, NotYourCity, refuse
from hrss_kit.translation import constraint_of
from social_insurance.resident_policy.models import (
    BASE_ONCE,
    TIER_ONCE,
    ResidentBasePension,
    ResidentTier,
)
from social_insurance.resident_policy.schemas import (
    BasePensionChange,
    BasePensionCreate,
    PolicyChanged,
    StandardQuery,
    TierChange,
    TierCreate,
    TierQuery,
)

Kind = TypeVar("Kind", ResidentTier, ResidentBasePension)
ITEMS = {ResidentTier: "RESIDENT_TIER", ResidentBasePension: "RESIDENT_BASE_PENSION"}


class Overlaps(Conflict):
    code = "OVERLAP"
    title_zh, title_en = "与同一标准的有效期重叠", "It overlaps a period of the same standard"


class InForce(Conflict):
    code = "IN_FORCE"
    title_zh, title_en = "已生效的标准不得改写，请另立新标准", "What is in force is not rewritten"


# ── writing ─────────────────────────────────────────────────────────────────────────────────


async def set_tier(session: AsyncSession, caller: Principal, new: TierCreate) -> ResidentTier:
    """Sets a tier of the caller's city; the one before ends on its first day."""
    same = ResidentTier.tier == new.tier
    values = {"tier": new.tier, "subsidy": new.subsidy}
    return await _set(session, caller, ResidentTier, new, same, values)


async def set_base_pension(
    session: AsyncSession, caller: Principal, new: BasePensionCreate
) -> ResidentBasePension:
    """Sets a base pension of the caller's city, never below what the country guarantees."""
    await _refuse_below_minimum(session, new.city, new.amount, new.effective_from)
    values = {"amount": new.amount}
    return await _set(session, caller, ResidentBasePension, new, None, values)


async def _set(
    session: AsyncSession,
    caller: Principal,
    model: type[Kind],
    new: TierCreate | BasePensionCreate,
    same: ColumnElement[bool] | None,
    values: dict[str, Any],
) -> Kind:
    if new.city != caller.city:
        raise NotYourCity
    of_kind = [model.owner_city == new.city, *([] if same is None else [same])]
    # An open end means: until the next. So a new one ends the one before it.
    first = new.effective_from
    await session.execute(
        update(model)
        .where(*of_kind, model.ends_with_next, model.effective_from < first)
        .where(or_(model.effective_to.is_(None), model.effective_to > first))
        .values(effective_to=first, version=model.version + 1)
    )
    end = new.effective_to or await session.scalar(
        select(model.effective_from)
        .where(*of_kind, model.effective_from > first)
        .order_by(model.effective_from)
        .limit(1)
    )
    row = model(
        biz_no=await numbering.next_number(session, "SI", new.city, clock.today()),
        owner_city=new.city,
        effective_from=first,
        effective_to=end,
        ends_with_next=new.effective_to is None,
        source=new.source,
        **values,
    )
    await _write(session, of_kind, row, lambda: session.add(row), end)
    timeline.add(session, row.id, "set", caller=caller)
    _tell(session, row)
    return row


async def change(
    session: AsyncSession,
    caller: Principal,
    model: type[Kind],
    row_id: UUID,
    wish: TierChange | BasePensionChange,
) -> Kind:
    """Ends a standard, corrects its source, or corrects the figure of one still to come."""
    row = await resources.load(session, visible(model).where(model.id == row_id), lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    given = wish.model_dump(exclude_unset=True)
    figures = given.keys() - {"effective_to", "source"}
    if figures and row.effective_from <= clock.today():
        raise InForce
    if isinstance(wish, BasePensionChange) and wish.amount is not None:
        await _refuse_below_minimum(session, row.owner_city, wish.amount, row.effective_from)
    end = given.get("effective_to")
    if end is not None and end <= row.effective_from:
        raise refuse("effective_to", "PERIOD", "截止日须晚于起始日", "must be after effective_from")
    of_kind = [model.owner_city == row.owner_city, model.id != row.id]
    if isinstance(row, ResidentTier):
        of_kind.append(ResidentTier.tier == row.tier)

    def apply() -> None:
        for name, value in given.items():
            setattr(row, name, value)
        if "effective_to" in given:
            row.ends_with_next = end is None

    await _write(session, of_kind, row, apply, end if "effective_to" in given else row.effective_to)
    timeline.add(session, row.id, "change", caller=caller)
    _tell(session, row)
    return row


async def _write(
    session: AsyncSession,
    of_kind: Sequence[ColumnElement[bool]],
    row: Kind,
    apply: Callable[[], None],
    end: date | None,
) -> None:
    """The exclusion constraint decides; who holds those days already is named."""
    model, first = type(row), row.effective_from
    try:
        async with session.begin_nested():
            apply()
            await session.flush()
    except IntegrityError as error:
        if constraint_of(error) not in (TIER_ONCE, BASE_ONCE):
            raise
        overlapping = select(model.id).where(*of_kind)
        overlapping = overlapping.where(
            or_(model.effective_to.is_(None), model.effective_to > first)
        )
        if end is not None:
            overlapping = overlapping.where(model.effective_from < end)
        existing = await session.scalar(overlapping.limit(1))
        raise Overlaps(existing_id=str(existing)) from error


async def _refuse_below_minimum(
    session: AsyncSession, city: str, amount: Decimal, on: date
) -> None:
    try:
        least = Decimal(str(await policy.get(session, "si.national_min_base", on=on, city=city)))
    except policy.MissingParameter:
        return  # no national standard is known of that time
    if amount < least:
        raise refuse(
            "amount",
            "BELOW_NATIONAL_MINIMUM",
            "低于当日全国基础养老金最低标准",
            "is below the national minimum of that day",
        )


def _tell(session: AsyncSession, row: ResidentTier | ResidentBasePension) -> None:
    item: Any = ITEMS[type(row)]
    outbox.publish(
        session,
        PolicyChanged(item=item, city=row.owner_city, effective_from=row.effective_from),
        source="si",
        subject=row.biz_no,
        city=row.owner_city,
        audience=ACTIVE_CITIES,
    )


# ── reading: standards are public, so both cities see both ──────────────────────────────────


def visible(model: type[Kind]) -> Select[Kind]:
    """Everybody who may read standards may read those of every city."""
    return select(model)


async def find(session: AsyncSession, model: type[Kind], row_id: UUID) -> Kind:
    """One standard."""
    return await resources.load(session, visible(model).where(model.id == row_id))


async def history(session: AsyncSession, model: type[Kind], row_id: UUID) -> timeline.Timeline:
    """What happened to a standard."""
    return await timeline.of(session, (await find(session, model, row_id)).id)


def holding(model: type[Kind], on: date) -> list[ColumnElement[bool]]:
    """What is true of the rows in force on a day."""
    ends = model.effective_to
    return [model.effective_from <= on, or_(ends.is_(None), ends > on)]


async def page(
    session: AsyncSession, model: type[Kind], query: StandardQuery
) -> tuple[list[Kind], str | None]:
    """A page of standards, the oldest first."""
    wanted = visible(model)
    if query.city:
        wanted = wanted.where(model.owner_city == query.city)
    if query.as_of:
        wanted = wanted.where(*holding(model, query.as_of))
    if query.effective_from_from:
        wanted = wanted.where(model.effective_from >= query.effective_from_from)
    if query.effective_from_to:
        wanted = wanted.where(model.effective_from <= query.effective_from_to)
    if query.source:
        wanted = wanted.where(model.source == query.source)
    if query.q:
        wanted = wanted.where(model.source.contains(query.q, autoescape=True))
    sorts: dict[str, Any] = {"effective_from": model.effective_from}
    if isinstance(query, TierQuery):
        sorts["tier"] = ResidentTier.tier
        if query.tier:
            wanted = wanted.where(ResidentTier.tier == Decimal(query.tier))
    return await select_page(
        session, wanted, query, key=model.id, sorts=sorts, default="effective_from"
    )


async def tiers_on(session: AsyncSession, city: str, on: date) -> dict[Decimal, Decimal]:
    """The tiers of a city in force on a day, each with its subsidy."""
    wanted = select(ResidentTier.tier, ResidentTier.subsidy).where(ResidentTier.owner_city == city)
    found = await session.execute(
        wanted.where(*holding(ResidentTier, on)).order_by(ResidentTier.tier)
    )
    return {tier: subsidy for tier, subsidy in found}


async def base_pension_on(session: AsyncSession, city: str, on: date) -> Decimal | None:
    """The base pension of a city on a day, None when nobody has loaded it."""
    wanted = select(ResidentBasePension.amount).where(ResidentBasePension.owner_city == city)
    amount: Decimal | None = await session.scalar(wanted.where(*holding(ResidentBasePension, on)))
    return amount


async def refuse_unknown_tier(
    session: AsyncSession, city: str, amount: Decimal, on: date, field: str
) -> Decimal:
    """The subsidy of a yearly payment; 422 TIER_UNKNOWN when it is no tier of city and day."""
    tiers = await tiers_on(session, city, on)
    if amount not in tiers:
        raise refuse(
            field, "TIER_UNKNOWN", "不是当地当日的缴费档次", "is no tier of that city and day"
        )
    return tiers[amount]
