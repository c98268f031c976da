"""Benefit places over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.benefit_place_decisions import service
from social_insurance.benefit_place_decisions.schemas import (
    DecisionCreate,
    DecisionQuery,
    DecisionRead,
)
from social_insurance.problems import IdentityConflict

router = Router(prefix="/benefit-place-decisions", tags=["benefit places"])


@router.create(
    "",
    permission="benefit-place:decide",
    reply=DecisionRead,
    problems=(IdentityConflict, NotYourCity, service.NoRelation),
)
async def decide_benefit_place(
    session: Session, caller: Caller, new: DecisionCreate
) -> DecisionRead:
    """Find the city that will pay a pension."""
    return await service.decide(session, caller, new)


@router.list("", permission="benefit-place:read", reply=Page[DecisionRead], personal=True)
async def list_benefit_places(
    session: Session, caller: Caller, query: Annotated[DecisionQuery, Query()]
) -> Page[DecisionRead]:
    """Decisions that concern one's city."""
    return await service.search(session, caller, query)


@router.read("/{decision_id}", permission="benefit-place:read", reply=DecisionRead, personal=True)
async def read_benefit_place(session: Session, caller: Caller, decision_id: UUID) -> DecisionRead:
    """One decision."""
    return await service.find(session, caller, decision_id)


@router.history("/{decision_id}/timeline", permission="benefit-place:history", reply=Timeline)
async def benefit_place_timeline(session: Session, caller: Caller, decision_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, decision_id)
