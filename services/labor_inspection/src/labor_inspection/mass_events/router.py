"""Suggested joint cases over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from labor_inspection.mass_events import service
from labor_inspection.mass_events.schemas import SuggestionQuery, SuggestionRead

router = Router(prefix="/joint-case-suggestions", tags=["joint cases"])
ALWAYS = (NotYourCity, StateConflict)


@router.list("", permission="joint-case:read", reply=Page[SuggestionRead])
async def list_joint_case_suggestions(
    session: Session, caller: Caller, query: Annotated[SuggestionQuery, Query()]
) -> Page[SuggestionRead]:
    """List the joint cases that are suggested to your city."""
    return await service.page(session, caller, query)


@router.read("/{suggestion_id}", permission="joint-case:read", reply=SuggestionRead)
async def read_joint_case_suggestion(
    session: Session, caller: Caller, suggestion_id: UUID
) -> SuggestionRead:
    """Read one; of the other city it tells bands only."""
    return await service.read(session, caller, suggestion_id)


@router.history("/{suggestion_id}/timeline", permission="joint-case:read", reply=Timeline)
async def read_joint_case_suggestion_timeline(
    session: Session, caller: Caller, suggestion_id: UUID
) -> Timeline:
    """Read what happened to one."""
    return await service.history(session, caller, suggestion_id)


@router.act(
    "/{suggestion_id}/accept",
    permission="joint-case:answer",
    reply=SuggestionRead,
    problems=ALWAYS,
)
async def accept_joint_case(
    session: Session, caller: Caller, suggestion_id: UUID, wish: Empty
) -> SuggestionRead:
    """Accept for your city."""
    return await service.answer(session, caller, suggestion_id, "accept", None)


@router.act(
    "/{suggestion_id}/dismiss",
    permission="joint-case:answer",
    reply=SuggestionRead,
    problems=ALWAYS,
)
async def dismiss_joint_case(
    session: Session, caller: Caller, suggestion_id: UUID, wish: WithReason
) -> SuggestionRead:
    """Dismiss for your city, and say why."""
    return await service.answer(session, caller, suggestion_id, "dismiss", wish.reason)
