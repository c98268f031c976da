"""Resolutions of overlaps over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.overlap_resolutions import service
from social_insurance.overlap_resolutions.schemas import (
    ResolutionCreate,
    ResolutionQuery,
    ResolutionRead,
)
from social_insurance.problems import IdentityConflict

router = Router(prefix="/overlap-resolutions", tags=["overlap resolutions"])


@router.create(
    "",
    permission="overlap-resolution:decide",
    reply=ResolutionRead,
    problems=(Duplicate, IdentityConflict, NotYourCity, StateConflict, service.NoOverlap),
)
async def decide_overlap(session: Session, caller: Caller, new: ResolutionCreate) -> ResolutionRead:
    """Decide with the person which relation is kept; refunds are computed line by line."""
    return await service.decide(session, caller, new)


@router.list("", permission="overlap-resolution:read", reply=Page[ResolutionRead], personal=True)
async def list_resolutions(
    session: Session, caller: Caller, query: Annotated[ResolutionQuery, Query()]
) -> Page[ResolutionRead]:
    """Resolutions that concern one's city."""
    return await service.search(session, caller, query)


@router.read(
    "/{resolution_id}",
    permission="overlap-resolution:read",
    reply=ResolutionRead,
    personal=True,
)
async def read_resolution(session: Session, caller: Caller, resolution_id: UUID) -> ResolutionRead:
    """One resolution."""
    return await service.find(session, caller, resolution_id)


@router.history(
    "/{resolution_id}/timeline", permission="overlap-resolution:history", reply=Timeline
)
async def resolution_timeline(session: Session, caller: Caller, resolution_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, resolution_id)
