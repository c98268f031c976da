"""Guidance cases over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from labor_inspection.guidance_cases import service
from labor_inspection.guidance_cases.schemas import (
    GuidanceChange,
    GuidanceCreate,
    GuidanceQuery,
    GuidanceRead,
)

router = Router(prefix="/guidance-cases", tags=["guidance cases"])
ALWAYS = (NotYourCity, StateConflict)


@router.create("", permission="guidance-case:draft", reply=GuidanceRead, problems=(NotYourCity,))
async def draft_guidance_case(
    session: Session, caller: Caller, new: GuidanceCreate
) -> GuidanceRead:
    """Draft one; a text with personal data is refused with the places."""
    return await service.draft(session, caller, new)


@router.list("", permission="guidance-case:read", reply=Page[GuidanceRead])
async def list_guidance_cases(
    session: Session, caller: Caller, query: Annotated[GuidanceQuery, Query()]
) -> Page[GuidanceRead]:
    """List what is published, and the drafts of your city."""
    return await service.page(session, caller, query)


@router.read("/{guidance_id}", permission="guidance-case:read", reply=GuidanceRead)
async def read_guidance_case(session: Session, caller: Caller, guidance_id: UUID) -> GuidanceRead:
    """Read one."""
    return await service.read(session, caller, guidance_id)


@router.history("/{guidance_id}/timeline", permission="guidance-case:read", reply=Timeline)
async def read_guidance_case_timeline(
    session: Session, caller: Caller, guidance_id: UUID
) -> Timeline:
    """Read what happened to one."""
    return await service.history(session, caller, guidance_id)


@router.change(
    "/{guidance_id}", permission="guidance-case:draft", reply=GuidanceRead, problems=ALWAYS
)
async def change_guidance_case(
    session: Session, caller: Caller, guidance_id: UUID, wish: GuidanceChange
) -> GuidanceRead:
    """Change a draft."""
    return await service.change(session, caller, guidance_id, wish)


@router.act(
    "/{guidance_id}/check",
    permission="guidance-case:check",
    reply=GuidanceRead,
    problems=(*ALWAYS, MakerIsChecker),
)
async def check_guidance_case(
    session: Session, caller: Caller, guidance_id: UUID, wish: Empty
) -> GuidanceRead:
    """Check a draft that somebody else wrote."""
    return await service.move(session, caller, guidance_id, "check")


@router.act(
    "/{guidance_id}/return",
    permission="guidance-case:check",
    reply=GuidanceRead,
    problems=ALWAYS,
)
async def return_guidance_case(
    session: Session, caller: Caller, guidance_id: UUID, wish: WithReason
) -> GuidanceRead:
    """Give it back to be changed."""
    return await service.move(session, caller, guidance_id, "return", wish.reason)


@router.act(
    "/{guidance_id}/publish",
    permission="guidance-case:check",
    reply=GuidanceRead,
    problems=(*ALWAYS, MakerIsChecker),
)
async def publish_guidance_case(
    session: Session, caller: Caller, guidance_id: UUID, wish: Empty
) -> GuidanceRead:
    """Publish it for everybody to read."""
    return await service.move(session, caller, guidance_id, "publish")


@router.act(
    "/{guidance_id}/withdraw",
    permission="guidance-case:check",
    reply=GuidanceRead,
    problems=ALWAYS,
)
async def withdraw_guidance_case(
    session: Session, caller: Caller, guidance_id: UUID, wish: WithReason
) -> GuidanceRead:
    """Take it back."""
    return await service.move(session, caller, guidance_id, "withdraw", wish.reason)
