"""What can be done with a joint venture. Each function runs in the caller's transaction."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, NotYourCity, StateConflict, refuse
from talent.casework import allowed, hold, move, narrowed, new_number, own_city, save
from talent.joint_ventures import models
from talent.joint_ventures.models import (
    MILESTONE,
    ORDER,
    VENTURE,
    JointVenture,
    JvMilestone,
    JvServiceOrder,
)
from talent.joint_ventures.schemas import (
    Incorporation,
    JointVentureChange,
    JointVentureCreate,
    JointVentureQuery,
    JointVentureRead,
    JvMilestoneCreate,
    JvMilestoneQuery,
    JvMilestoneRead,
    JvServiceOrderCreate,
    JvServiceOrderQuery,
    JvServiceOrderRead,
    MilestoneDone,
    Shareholder,
)


class MilestoneOrder(Conflict):
    code = "MILESTONE_ORDER"
    title_zh, title_en = "前一里程碑尚未完成", "An earlier milestone is not done"


def visible(_caller: Principal) -> Select[JointVenture]:
    """The venture is both cities'."""
    return select(JointVenture)


def visible_milestones(_caller: Principal) -> Select[JvMilestone]:
    """So are its steps."""
    return select(JvMilestone)


def visible_orders(_caller: Principal) -> Select[JvServiceOrder]:
    """And its orders."""
    return select(JvServiceOrder)


def _held(shareholders: Sequence[Shareholder]) -> dict[str, Any]:
    total = sum((one.share for one in shareholders), Decimal(0))
    if total != models.WHOLE:
        raise refuse(
            "shareholders",
            "JV_SHARES",
            "股权比例合计须恰为100.00%",
            "do not come to exactly 100.00 per cent",
        )
    return {
        "shareholders": [one.model_dump(mode="json") for one in shareholders],
        "shares_total": total,
    }


async def study(
    session: AsyncSession, caller: Principal, new: JointVentureCreate
) -> JointVentureRead:
    """Registers a venture under study."""
    city = own_city(caller)
    row = JointVenture(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=models.STUDY,
        name=new.name,
        uscc=new.uscc,
        **_held(new.shareholders),
    )
    session.add(row)
    await session.flush()
    timeline.add(session, row.id, "study", caller=caller, to_state=row.state)
    return shown(caller, row)


async def change(
    session: AsyncSession, caller: Principal, venture_id: UUID, wish: JointVentureChange
) -> JointVentureRead:
    """Changes name or shareholders, while it is under study."""
    row = await resources.load(session, _one(caller, venture_id), lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    if row.state != models.STUDY:
        raise StateConflict(row.state, VENTURE.allowed(row.state))
    row.name = wish.name or row.name
    if wish.shareholders is not None:
        held = _held(wish.shareholders)
        row.shareholders, row.shares_total = held["shareholders"], held["shares_total"]
    row.updated_at = clock.now()
    timeline.add(session, row.id, "change", caller=caller)
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def act(
    session: AsyncSession,
    caller: Principal,
    venture_id: UUID,
    action: str,
    *,
    company: Incorporation | None = None,
    reason: str | None = None,
) -> JointVentureRead:
    """Takes the venture a step on."""
    row, target = await hold(session, caller, _one(caller, venture_id), action, VENTURE)
    if company is not None:
        row.uscc, row.registered_on = company.uscc, company.registered_on or clock.today()
    move(session, caller, row, action, target, reason)
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def find(session: AsyncSession, caller: Principal, venture_id: UUID) -> JointVentureRead:
    """One venture."""
    return shown(caller, await resources.load(session, _one(caller, venture_id)))


async def search(
    session: AsyncSession, caller: Principal, query: JointVentureQuery
) -> Page[JointVentureRead]:
    """A page of ventures."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), JointVenture, query, ("name",)),
        query,
        key=JointVenture.id,
        sorts={},
        default="-created_at",
    )
    return Page(items=[shown(caller, row) for row in rows], next_cursor=cursor)


async def history(session: AsyncSession, caller: Principal, venture_id: UUID) -> timeline.Timeline:
    """What happened to a venture."""
    row = await resources.load(session, _one(caller, venture_id))
    return await timeline.of(session, row.id)


async def plan(session: AsyncSession, caller: Principal, new: JvMilestoneCreate) -> JvMilestoneRead:
    """Plans a step of a venture of one's own city."""
    venture = await _venture_named(session, caller, new.venture_id)
    row = JvMilestone(
        biz_no=await new_number(session, venture.owner_city),
        owner_city=venture.owner_city,
        state=models.PLANNED,
        **new.model_dump(),
    )
    same = select(JvMilestone.id).where(
        JvMilestone.venture_id == new.venture_id, JvMilestone.step == new.step
    )
    await save(session, row, {"uq_jv_milestones_step": same})
    timeline.add(session, row.id, "plan", caller=caller, to_state=row.state)
    return _milestone(caller, row)


async def reach(
    session: AsyncSession, caller: Principal, milestone_id: UUID, wish: MilestoneDone
) -> JvMilestoneRead:
    """A step is done, after every earlier one and not before it."""
    wanted = visible_milestones(caller).where(JvMilestone.id == milestone_id)
    known = await resources.load(session, wanted)
    # The venture is held: two steps are not done at the same time.
    await resources.load(session, _one(caller, known.venture_id), lock=True)
    row, target = await hold(session, caller, wanted, "done", MILESTONE)
    earlier = (
        await session.scalars(
            select(JvMilestone)
            .where(JvMilestone.venture_id == row.venture_id, JvMilestone.step < row.step)
            .order_by(JvMilestone.step)
        )
    ).all()
    row.done_on = wish.done_on or clock.today()
    for step in earlier:
        if step.done_on is None or step.done_on > row.done_on:
            raise MilestoneOrder(step=step.step)
    if row.done_on > clock.today():
        raise refuse("done_on", "DATE", "日期在未来", "lies in the future")
    move(session, caller, row, "done", target)
    await session.flush()  # the answer carries the new version
    return _milestone(caller, row)


async def find_milestone(
    session: AsyncSession, caller: Principal, milestone_id: UUID
) -> JvMilestoneRead:
    """One step."""
    wanted = visible_milestones(caller).where(JvMilestone.id == milestone_id)
    return _milestone(caller, await resources.load(session, wanted))


async def search_milestones(
    session: AsyncSession, caller: Principal, query: JvMilestoneQuery
) -> Page[JvMilestoneRead]:
    """A page of steps in their order."""
    rows, cursor = await select_page(
        session,
        narrowed(visible_milestones(caller), JvMilestone, query),
        query,
        key=JvMilestone.id,
        sorts={"step": JvMilestone.step},
        default="step",
    )
    return Page(items=[_milestone(caller, row) for row in rows], next_cursor=cursor)


async def milestone_history(
    session: AsyncSession, caller: Principal, milestone_id: UUID
) -> timeline.Timeline:
    """What happened to a step."""
    wanted = visible_milestones(caller).where(JvMilestone.id == milestone_id)
    return await timeline.of(session, (await resources.load(session, wanted)).id)


async def order(
    session: AsyncSession, caller: Principal, new: JvServiceOrderCreate
) -> JvServiceOrderRead:
    """Orders something of a venture that operates; either city may."""
    city = own_city(caller)
    venture = await session.scalar(_one(caller, new.venture_id))
    if venture is None:
        raise refuse("venture_id", "CODE", "没有此合资项目", "names no venture")
    if venture.state != models.OPERATING:
        raise StateConflict(venture.state, [])
    row = JvServiceOrder(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=models.ORDERED,
        **new.model_dump(),
    )
    session.add(row)
    await session.flush()
    timeline.add(session, row.id, "order", caller=caller, to_state=row.state)
    return _order(caller, row)


async def act_on_order(
    session: AsyncSession,
    caller: Principal,
    order_id: UUID,
    action: str,
    reason: str | None = None,
) -> JvServiceOrderRead:
    """Accepts, delivers or cancels an order."""
    wanted = visible_orders(caller).where(JvServiceOrder.id == order_id)
    row, target = await hold(session, caller, wanted, action, ORDER)
    if target == models.DELIVERED:
        row.delivered_on = clock.today()
    move(session, caller, row, action, target, reason)
    await session.flush()  # the answer carries the new version
    return _order(caller, row)


async def find_order(
    session: AsyncSession, caller: Principal, order_id: UUID
) -> JvServiceOrderRead:
    """One order."""
    wanted = visible_orders(caller).where(JvServiceOrder.id == order_id)
    return _order(caller, await resources.load(session, wanted))


async def search_orders(
    session: AsyncSession, caller: Principal, query: JvServiceOrderQuery
) -> Page[JvServiceOrderRead]:
    """A page of orders."""
    rows, cursor = await select_page(
        session,
        narrowed(visible_orders(caller), JvServiceOrder, query, ("subject",)),
        query,
        key=JvServiceOrder.id,
        sorts={},
        default="-created_at",
    )
    return Page(items=[_order(caller, row) for row in rows], next_cursor=cursor)


async def order_history(
    session: AsyncSession, caller: Principal, order_id: UUID
) -> timeline.Timeline:
    """What happened to an order."""
    wanted = visible_orders(caller).where(JvServiceOrder.id == order_id)
    return await timeline.of(session, (await resources.load(session, wanted)).id)


def _one(caller: Principal, venture_id: UUID) -> Select[JointVenture]:
    return visible(caller).where(JointVenture.id == venture_id)


async def _venture_named(
    session: AsyncSession, caller: Principal, venture_id: UUID
) -> JointVenture:
    venture = await session.scalar(_one(caller, venture_id))
    if venture is None:
        raise refuse("venture_id", "CODE", "没有此合资项目", "names no venture")
    own_city(caller, venture.owner_city)
    return venture


def shown(caller: Principal, row: JointVenture) -> JointVentureRead:
    """The venture as a reply."""
    actions = allowed(caller, row, VENTURE, "joint_venture")
    return resources.shown(JointVentureRead, row, allowed_actions=actions, deadlines=[])


def _milestone(caller: Principal, row: JvMilestone) -> JvMilestoneRead:
    actions = allowed(caller, row, MILESTONE, "jv_milestone")
    return resources.shown(JvMilestoneRead, row, allowed_actions=actions, deadlines=[])


def _order(caller: Principal, row: JvServiceOrder) -> JvServiceOrderRead:
    actions = allowed(caller, row, ORDER, "jv_service_order")
    return resources.shown(JvServiceOrderRead, row, allowed_actions=actions, deadlines=[])
