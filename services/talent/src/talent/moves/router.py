"""Moves over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import RevealReply, RevealRequest, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.files import leaves_as_file
from talent.moves import service
from talent.moves.models import Move
from talent.moves.schemas import CardChoice, MarkItem, MoveCreate, MoveQuery, MoveRead

router = Router(prefix="/moves", tags=["moves"])
ALWAYS = (NotYourCity, StateConflict)


@router.create("", permission="move:create", reply=MoveRead, problems=(Duplicate, NotYourCity))
async def open_move(session: Session, caller: Caller, new: MoveCreate) -> MoveRead:
    """Open a move into one's own city, with its checklist."""
    return await service.open_move(session, caller, new)


@router.list("", permission="move:read", reply=Page[MoveRead], personal=True)
async def list_moves(
    session: Session, caller: Caller, query: Annotated[MoveQuery, Query()]
) -> Page[MoveRead]:
    """Moves into and out of one's own city."""
    return await service.search(session, caller, query)


@router.read("/{move_id}", permission="move:read", reply=MoveRead, personal=True)
async def read_move(session: Session, caller: Caller, move_id: UUID) -> MoveRead:
    """One move with its checklist."""
    return await service.find(session, caller, move_id)


@router.history("/{move_id}/timeline", permission="move:history", reply=Timeline)
async def move_timeline(session: Session, caller: Caller, move_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, move_id)


@router.act("/{move_id}/mark-item", permission="move:mark-item", reply=MoveRead, problems=ALWAYS)
async def mark_move_item(
    session: Session, caller: Caller, move_id: UUID, wish: MarkItem
) -> MoveRead:
    """Say what became of an item; what failed is for a supervisor."""
    return await service.mark(session, caller, move_id, wish)


@router.act(
    "/{move_id}/choose-card", permission="move:choose-card", reply=MoveRead, problems=ALWAYS
)
async def choose_move_card(
    session: Session, caller: Caller, move_id: UUID, wish: CardChoice
) -> MoveRead:
    """Keep the card or replace it."""
    return await service.choose_card(session, caller, move_id, wish)


@router.act("/{move_id}/cancel", permission="move:cancel", reply=MoveRead, problems=ALWAYS)
async def cancel_move(
    session: Session, caller: Caller, move_id: UUID, wish: WithReason
) -> MoveRead:
    """Call it off."""
    return await service.cancel(session, caller, move_id, wish.reason)


@router.reveal("/{move_id}/reveal", permission="move:reveal", reply=RevealReply)
async def reveal_move(
    session: Session, caller: Caller, move_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full."""
    return await service.reveal(session, caller, move_id, wish)


leaves_as_file(
    router, "move:read", Move, MoveQuery, MoveRead, service.visible, service.shown,
    ("employer_name",),
)  # fmt: skip
