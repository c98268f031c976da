"""Workshops over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from labor_inspection.workshops import service
from labor_inspection.workshops.schemas import (
    CompleteItem,
    Hold,
    WorkshopChange,
    WorkshopCreate,
    WorkshopQuery,
    WorkshopRead,
)

router = Router(prefix="/workshops", tags=["workshops"])
ALWAYS = (NotYourCity, StateConflict)


@router.create("", permission="workshop:keep", reply=WorkshopRead, problems=(NotYourCity,))
async def plan_workshop(session: Session, caller: Caller, new: WorkshopCreate) -> WorkshopRead:
    """Plan a workshop."""
    return await service.plan(session, caller, new)


@router.list("", permission="workshop:read", reply=Page[WorkshopRead])
async def list_workshops(
    session: Session, caller: Caller, query: Annotated[WorkshopQuery, Query()]
) -> Page[WorkshopRead]:
    """List the workshops of your city with others."""
    return await service.page(session, caller, query)


@router.read("/{workshop_id}", permission="workshop:read", reply=WorkshopRead)
async def read_workshop(session: Session, caller: Caller, workshop_id: UUID) -> WorkshopRead:
    """Read one with its minutes and items."""
    row = await service.one(session, caller, workshop_id)
    return (await service.show(session, caller, [row]))[0]


@router.history("/{workshop_id}/timeline", permission="workshop:read", reply=Timeline)
async def read_workshop_timeline(session: Session, caller: Caller, workshop_id: UUID) -> Timeline:
    """Read what happened to one."""
    row = await service.one(session, caller, workshop_id)
    return await timeline.of(session, row.id)


@router.change("/{workshop_id}", permission="workshop:keep", reply=WorkshopRead, problems=ALWAYS)
async def change_workshop(
    session: Session, caller: Caller, workshop_id: UUID, wish: WorkshopChange
) -> WorkshopRead:
    """Change what nobody was invited to yet."""
    return await service.change(session, caller, workshop_id, wish)


@router.act(
    "/{workshop_id}/invite", permission="workshop:keep", reply=WorkshopRead, problems=ALWAYS
)
async def invite_workshop(
    session: Session, caller: Caller, workshop_id: UUID, wish: Empty
) -> WorkshopRead:
    """Invite the other city."""
    return await service.move(session, caller, workshop_id, "invite")


@router.act(
    "/{workshop_id}/confirm", permission="workshop:keep", reply=WorkshopRead, problems=ALWAYS
)
async def confirm_workshop(
    session: Session, caller: Caller, workshop_id: UUID, wish: Empty
) -> WorkshopRead:
    """Confirm for the invited city."""
    return await service.move(session, caller, workshop_id, "confirm")


@router.act(
    "/{workshop_id}/decline", permission="workshop:keep", reply=WorkshopRead, problems=ALWAYS
)
async def decline_workshop(
    session: Session, caller: Caller, workshop_id: UUID, wish: WithReason
) -> WorkshopRead:
    """Decline, and say why."""
    return await service.move(session, caller, workshop_id, "decline", wish.reason)


@router.act("/{workshop_id}/hold", permission="workshop:keep", reply=WorkshopRead, problems=ALWAYS)
async def hold_workshop(
    session: Session, caller: Caller, workshop_id: UUID, wish: Hold
) -> WorkshopRead:
    """Keep the minutes, who came, and what follows."""
    return await service.hold(session, caller, workshop_id, wish)


@router.act(
    "/{workshop_id}/complete-item", permission="workshop:keep", reply=WorkshopRead, problems=ALWAYS
)
async def complete_item_workshop(
    session: Session, caller: Caller, workshop_id: UUID, wish: CompleteItem
) -> WorkshopRead:
    """Say that an item of your city is done."""
    return await service.complete_item(session, caller, workshop_id, wish)


@router.act(
    "/{workshop_id}/close",
    permission="workshop:keep",
    reply=WorkshopRead,
    problems=(*ALWAYS, service.ItemsOpen),
)
async def close_workshop(
    session: Session, caller: Caller, workshop_id: UUID, wish: Empty
) -> WorkshopRead:
    """Close it when every item is done."""
    return await service.close(session, caller, workshop_id)


@router.act(
    "/{workshop_id}/cancel", permission="workshop:keep", reply=WorkshopRead, problems=ALWAYS
)
async def cancel_workshop(
    session: Session, caller: Caller, workshop_id: UUID, wish: WithReason
) -> WorkshopRead:
    """Call it off."""
    return await service.move(session, caller, workshop_id, "cancel", wish.reason)
