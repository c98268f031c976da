"""Opening who reported (举报人身份启封): two people, one look."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import Empty
from hrss_kit.routing import Router
from labor_inspection.identity_openings import service
from labor_inspection.identity_openings.schemas import (
    Identity,
    OpeningAsk,
    OpeningQuery,
    OpeningRead,
    OpeningRefuse,
)

router = Router(prefix="/complaints/{complaint_id}/identity-openings", tags=["complaints"])


@router.create(
    "",
    permission="identity:ask",
    reply=OpeningRead,
    problems=(NotYourCity, service.NothingSealed, Duplicate),
)
async def ask_for_identity(
    session: Session, caller: Caller, complaint_id: UUID, wish: OpeningAsk
) -> OpeningRead:
    """Ask to know who reported, with the reason; the head of your office decides."""
    return await service.ask(session, caller, complaint_id, wish.reason)


@router.list("", permission="identity:read", reply=Page[OpeningRead])
async def list_identity_openings(
    session: Session, caller: Caller, complaint_id: UUID, query: Annotated[OpeningQuery, Query()]
) -> Page[OpeningRead]:
    """List who wanted to know who reported, and what came of it."""
    return await service.page(session, caller, complaint_id, query)


@router.act(
    "/{opening_id}/approve",
    permission="identity:decide",
    reply=OpeningRead,
    problems=(NotYourCity, MakerIsChecker, StateConflict),
)
async def approve_identity_opening(
    session: Session, caller: Caller, complaint_id: UUID, opening_id: UUID, wish: Empty
) -> OpeningRead:
    """Let whoever asked see it once, for a limited time."""
    return await service.decide(session, caller, complaint_id, opening_id, action="approve")


@router.act(
    "/{opening_id}/refuse",
    permission="identity:decide",
    reply=OpeningRead,
    problems=(NotYourCity, MakerIsChecker, StateConflict),
)
async def refuse_identity_opening(
    session: Session, caller: Caller, complaint_id: UUID, opening_id: UUID, wish: OpeningRefuse
) -> OpeningRead:
    """Refuse it, and say why."""
    return await service.decide(
        session, caller, complaint_id, opening_id, action="refuse", reason=wish.reason
    )


@router.reveal(
    "/{opening_id}/open",
    permission="identity:open",
    reply=Identity,
    problems=(NotYourCity, StateConflict),
)
async def open_identity(
    session: Session, caller: Caller, complaint_id: UUID, opening_id: UUID, wish: Empty
) -> Identity:
    """See who reported: once, by whoever asked, before the approval expires."""
    return await service.open_once(session, caller, complaint_id, opening_id)
