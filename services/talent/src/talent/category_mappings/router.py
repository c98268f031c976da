"""Category mappings over HTTP."""

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
from talent.category_mappings import affected, service
from talent.category_mappings.schemas import (
    AffectedQuery,
    AffectedRead,
    CategoryMappingCreate,
    CategoryMappingQuery,
    CategoryMappingRead,
)

router = Router(prefix="/category-mappings", tags=["category mappings"])


@router.create(
    "",
    permission="category_mapping:draft",
    reply=CategoryMappingRead,
    problems=(NotYourCity, service.MappingOverlap, service.MappingCycle),
)
async def draft_category_mapping(
    session: Session, caller: Caller, new: CategoryMappingCreate
) -> CategoryMappingRead:
    """Draft a mapping; it holds when the supervisors of both cities have approved it."""
    return await service.draft(session, caller, new)


@router.list("", permission="category_mapping:read", reply=Page[CategoryMappingRead])
async def list_category_mappings(
    session: Session, caller: Caller, query: Annotated[CategoryMappingQuery, Query()]
) -> Page[CategoryMappingRead]:
    """Mappings, or with `as_of` those in force on a day."""
    return await service.search(session, caller, query)


@router.read("/{mapping_id}", permission="category_mapping:read", reply=CategoryMappingRead)
async def read_category_mapping(
    session: Session, caller: Caller, mapping_id: UUID
) -> CategoryMappingRead:
    """One mapping with its approvals."""
    return await service.find(session, caller, mapping_id)


@router.history("/{mapping_id}/timeline", permission="category_mapping:read", reply=Timeline)
async def category_mapping_timeline(session: Session, caller: Caller, mapping_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, mapping_id)


@router.list(
    "/{mapping_id}/affected",
    permission="category_mapping:affected",
    reply=Page[AffectedRead],
    personal=True,
)
async def list_affected_by_mapping(
    session: Session, caller: Caller, mapping_id: UUID, query: Annotated[AffectedQuery, Query()]
) -> Page[AffectedRead]:
    """Whom the change concerns: those recognised under the mapping that it replaces."""
    return await affected.affected(session, caller, mapping_id, query)


@router.act(
    "/{mapping_id}/approve",
    permission="category_mapping:approve",
    reply=CategoryMappingRead,
    problems=(NotYourCity, MakerIsChecker, StateConflict, service.MappingOverlap),
)
async def approve_category_mapping(
    session: Session, caller: Caller, mapping_id: UUID, wish: Empty
) -> CategoryMappingRead:
    """Approve it for one's own city."""
    return await service.approve(session, caller, mapping_id)


@router.act(
    "/{mapping_id}/withdraw",
    permission="category_mapping:withdraw",
    reply=CategoryMappingRead,
    problems=(NotYourCity, StateConflict),
)
async def withdraw_category_mapping(
    session: Session, caller: Caller, mapping_id: UUID, wish: WithReason
) -> CategoryMappingRead:
    """Take a draft back, or refuse it."""
    return await service.withdraw(session, caller, mapping_id, wish.reason)
