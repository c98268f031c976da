"""/gateway/v1/joint-meetings 联席会议 and /gateway/v1/action-items 议定事项."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from gateway.joint_meetings import service
from gateway.joint_meetings.schemas import (
    ActionItemIn,
    ActionItemQuery,
    ActionItemRead,
    CloseItem,
    JointMeetingChange,
    JointMeetingCreate,
    JointMeetingQuery,
    JointMeetingRead,
)
from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/joint-meetings", tags=["cooperation"])
items = Router(prefix="/action-items", tags=["cooperation"])


@router.create("", permission="joint-meeting:keep", reply=JointMeetingRead, problems=(NotYourCity,))
async def record_joint_meeting(
    session: Session, caller: Caller, new: JointMeetingCreate
) -> JointMeetingRead:
    """Record a meeting with what each city has undertaken."""
    return await service.record(session, caller, new)


@router.list("", permission="joint-meeting:read", reply=Page[JointMeetingRead])
async def list_joint_meetings(
    session: Session, caller: Caller, query: Annotated[JointMeetingQuery, Query()]
) -> Page[JointMeetingRead]:
    """List meetings, the latest first."""
    return await service.page(session, caller, query)


@router.read("/{meeting_id}", permission="joint-meeting:read", reply=JointMeetingRead)
async def read_joint_meeting(
    session: Session, caller: Caller, meeting_id: UUID
) -> JointMeetingRead:
    """Read one with its items."""
    row = await service.one(session, caller, meeting_id)
    return (await service.show(session, caller, [row]))[0]


@router.history("/{meeting_id}/timeline", permission="joint-meeting:read", reply=Timeline)
async def read_joint_meeting_timeline(
    session: Session, caller: Caller, meeting_id: UUID
) -> Timeline:
    """Read what happened to one."""
    row = await service.one(session, caller, meeting_id)
    return await timeline.of(session, row.id)


@router.change(
    "/{meeting_id}",
    permission="joint-meeting:keep",
    reply=JointMeetingRead,
    problems=(NotYourCity,),
)
async def change_joint_meeting(
    session: Session, caller: Caller, meeting_id: UUID, wish: JointMeetingChange
) -> JointMeetingRead:
    """Mend the minutes."""
    return await service.change(session, caller, meeting_id, wish)


@router.act(
    "/{meeting_id}/add-item",
    permission="joint-meeting:keep",
    reply=JointMeetingRead,
    problems=(NotYourCity,),
)
async def add_action_item(
    session: Session, caller: Caller, meeting_id: UUID, wish: ActionItemIn
) -> JointMeetingRead:
    """Add an item that was left out."""
    return await service.add_item(session, caller, meeting_id, wish)


@items.list("", permission="joint-meeting:read", reply=Page[ActionItemRead])
async def list_action_items(
    session: Session, caller: Caller, query: Annotated[ActionItemQuery, Query()]
) -> Page[ActionItemRead]:
    """List items, what is due first at the top; `is_overdue=true` gives what is late."""
    return await service.page_of_items(session, caller, query)


@items.read("/{item_id}", permission="joint-meeting:read", reply=ActionItemRead)
async def read_action_item(session: Session, caller: Caller, item_id: UUID) -> ActionItemRead:
    """Read one."""
    row = await service.item(session, caller, item_id)
    return (await service.show_items(session, caller, [row]))[0]


@items.history("/{item_id}/timeline", permission="joint-meeting:read", reply=Timeline)
async def read_action_item_timeline(session: Session, caller: Caller, item_id: UUID) -> Timeline:
    """Read what happened to one."""
    row = await service.item(session, caller, item_id)
    return await timeline.of(session, row.id)


@items.act(
    "/{item_id}/close",
    permission="action-item:close",
    reply=ActionItemRead,
    problems=(NotYourCity, StateConflict),
)
async def close_action_item(
    session: Session, caller: Caller, item_id: UUID, wish: CloseItem
) -> ActionItemRead:
    """Say what came of an item of your city."""
    return await service.close_item(session, caller, item_id, wish.result)
