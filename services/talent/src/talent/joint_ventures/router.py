"""Joint ventures over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.files import each, leaves_as_file
from talent.joint_ventures import service
from talent.joint_ventures.models import JointVenture
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
)

router = Router(prefix="/joint-ventures", tags=["joint ventures"])
milestones = Router(prefix="/jv-milestones", tags=["joint ventures"])
orders = Router(prefix="/jv-service-orders", tags=["joint ventures"])
ALWAYS = (NotYourCity, StateConflict)


@router.create(
    "", permission="joint_venture:create", reply=JointVentureRead, problems=(NotYourCity,)
)
async def study_joint_venture(
    session: Session, caller: Caller, new: JointVentureCreate
) -> JointVentureRead:
    """Register a venture under study; shares come to exactly 100.00 per cent."""
    return await service.study(session, caller, new)


@router.list("", permission="joint_venture:read", reply=Page[JointVentureRead])
async def list_joint_ventures(
    session: Session, caller: Caller, query: Annotated[JointVentureQuery, Query()]
) -> Page[JointVentureRead]:
    """Ventures of both cities."""
    return await service.search(session, caller, query)


@router.read("/{venture_id}", permission="joint_venture:read", reply=JointVentureRead)
async def read_joint_venture(
    session: Session, caller: Caller, venture_id: UUID
) -> JointVentureRead:
    """One of them."""
    return await service.find(session, caller, venture_id)


@router.history("/{venture_id}/timeline", permission="joint_venture:read", reply=Timeline)
async def joint_venture_timeline(session: Session, caller: Caller, venture_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, venture_id)


@router.change(
    "/{venture_id}", permission="joint_venture:change", reply=JointVentureRead, problems=ALWAYS
)
async def change_joint_venture(
    session: Session, caller: Caller, venture_id: UUID, wish: JointVentureChange
) -> JointVentureRead:
    """Change name or shareholders while it is under study."""
    return await service.change(session, caller, venture_id, wish)


@router.act(
    "/{venture_id}/file", permission="joint_venture:file", reply=JointVentureRead, problems=ALWAYS
)
async def file_joint_venture(
    session: Session, caller: Caller, venture_id: UUID, wish: Empty
) -> JointVentureRead:
    """File it."""
    return await service.act(session, caller, venture_id, "file")


@router.act(
    "/{venture_id}/approve",
    permission="joint_venture:approve",
    reply=JointVentureRead,
    problems=ALWAYS,
)
async def approve_joint_venture(
    session: Session, caller: Caller, venture_id: UUID, wish: Empty
) -> JointVentureRead:
    """Approve it."""
    return await service.act(session, caller, venture_id, "approve")


@router.act(
    "/{venture_id}/incorporate",
    permission="joint_venture:incorporate",
    reply=JointVentureRead,
    problems=ALWAYS,
)
async def incorporate_joint_venture(
    session: Session, caller: Caller, venture_id: UUID, wish: Incorporation
) -> JointVentureRead:
    """The company is registered."""
    return await service.act(session, caller, venture_id, "incorporate", company=wish)


@router.act(
    "/{venture_id}/operate",
    permission="joint_venture:operate",
    reply=JointVentureRead,
    problems=ALWAYS,
)
async def operate_joint_venture(
    session: Session, caller: Caller, venture_id: UUID, wish: Empty
) -> JointVentureRead:
    """It has begun to work."""
    return await service.act(session, caller, venture_id, "operate")


@router.act(
    "/{venture_id}/close", permission="joint_venture:close", reply=JointVentureRead, problems=ALWAYS
)
async def close_joint_venture(
    session: Session, caller: Caller, venture_id: UUID, wish: WithReason
) -> JointVentureRead:
    """It is closed."""
    return await service.act(session, caller, venture_id, "close", reason=wish.reason)


@milestones.create(
    "", permission="jv_milestone:create", reply=JvMilestoneRead, problems=(NotYourCity, Duplicate)
)
async def plan_jv_milestone(
    session: Session, caller: Caller, new: JvMilestoneCreate
) -> JvMilestoneRead:
    """Plan a step."""
    return await service.plan(session, caller, new)


@milestones.list("", permission="jv_milestone:read", reply=Page[JvMilestoneRead])
async def list_jv_milestones(
    session: Session, caller: Caller, query: Annotated[JvMilestoneQuery, Query()]
) -> Page[JvMilestoneRead]:
    """Steps in their order."""
    return await service.search_milestones(session, caller, query)


@milestones.read("/{milestone_id}", permission="jv_milestone:read", reply=JvMilestoneRead)
async def read_jv_milestone(
    session: Session, caller: Caller, milestone_id: UUID
) -> JvMilestoneRead:
    """One of them."""
    return await service.find_milestone(session, caller, milestone_id)


@milestones.history("/{milestone_id}/timeline", permission="jv_milestone:read", reply=Timeline)
async def jv_milestone_timeline(session: Session, caller: Caller, milestone_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.milestone_history(session, caller, milestone_id)


@milestones.act(
    "/{milestone_id}/done",
    permission="jv_milestone:done",
    reply=JvMilestoneRead,
    problems=(*ALWAYS, service.MilestoneOrder),
)
async def reach_jv_milestone(
    session: Session, caller: Caller, milestone_id: UUID, wish: MilestoneDone
) -> JvMilestoneRead:
    """A step is done, after every earlier one."""
    return await service.reach(session, caller, milestone_id, wish)


@orders.create(
    "",
    permission="jv_service_order:create",
    reply=JvServiceOrderRead,
    problems=(NotYourCity, StateConflict),
)
async def order_jv_service(
    session: Session, caller: Caller, new: JvServiceOrderCreate
) -> JvServiceOrderRead:
    """Order something of a venture that operates."""
    return await service.order(session, caller, new)


@orders.list("", permission="jv_service_order:read", reply=Page[JvServiceOrderRead])
async def list_jv_service_orders(
    session: Session, caller: Caller, query: Annotated[JvServiceOrderQuery, Query()]
) -> Page[JvServiceOrderRead]:
    """Orders of both cities."""
    return await service.search_orders(session, caller, query)


@orders.read("/{order_id}", permission="jv_service_order:read", reply=JvServiceOrderRead)
async def read_jv_service_order(
    session: Session, caller: Caller, order_id: UUID
) -> JvServiceOrderRead:
    """One of them."""
    return await service.find_order(session, caller, order_id)


@orders.history("/{order_id}/timeline", permission="jv_service_order:read", reply=Timeline)
async def jv_service_order_timeline(session: Session, caller: Caller, order_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.order_history(session, caller, order_id)


@orders.act(
    "/{order_id}/accept",
    permission="jv_service_order:accept",
    reply=JvServiceOrderRead,
    problems=ALWAYS,
)
async def accept_jv_service_order(
    session: Session, caller: Caller, order_id: UUID, wish: Empty
) -> JvServiceOrderRead:
    """The group takes the order."""
    return await service.act_on_order(session, caller, order_id, "accept")


@orders.act(
    "/{order_id}/deliver",
    permission="jv_service_order:deliver",
    reply=JvServiceOrderRead,
    problems=ALWAYS,
)
async def deliver_jv_service_order(
    session: Session, caller: Caller, order_id: UUID, wish: Empty
) -> JvServiceOrderRead:
    """It is delivered."""
    return await service.act_on_order(session, caller, order_id, "deliver")


@orders.act(
    "/{order_id}/cancel",
    permission="jv_service_order:cancel",
    reply=JvServiceOrderRead,
    problems=ALWAYS,
)
async def cancel_jv_service_order(
    session: Session, caller: Caller, order_id: UUID, wish: WithReason
) -> JvServiceOrderRead:
    """It is called off."""
    return await service.act_on_order(session, caller, order_id, "cancel", wish.reason)


leaves_as_file(
    router, "joint_venture:read", JointVenture, JointVentureQuery, JointVentureRead,
    service.visible, each(service.shown), ("name",),
)  # fmt: skip
