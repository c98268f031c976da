"""Self-review units over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity
from hrss_kit.routing import Router
from talent.self_review_units import service
from talent.self_review_units.schemas import (
    SelfReviewUnitChange,
    SelfReviewUnitCreate,
    SelfReviewUnitQuery,
    SelfReviewUnitRead,
)

router = Router(prefix="/self-review-units", tags=["self-review units"])


@router.create(
    "",
    permission="self_review_unit:change",
    reply=SelfReviewUnitRead,
    problems=(Duplicate, NotYourCity),
)
async def enlist_self_review_unit(
    session: Session, caller: Caller, new: SelfReviewUnitCreate
) -> SelfReviewUnitRead:
    """Put a unit of one's own city on the list."""
    return await service.enlist(session, caller, new)


@router.list("", permission="self_review_unit:read", reply=Page[SelfReviewUnitRead])
async def list_self_review_units(
    session: Session, caller: Caller, query: Annotated[SelfReviewUnitQuery, Query()]
) -> Page[SelfReviewUnitRead]:
    """The lists of both cities."""
    return await service.search(session, caller, query)


@router.read("/{unit_id}", permission="self_review_unit:read", reply=SelfReviewUnitRead)
async def read_self_review_unit(
    session: Session, caller: Caller, unit_id: UUID
) -> SelfReviewUnitRead:
    """One unit."""
    return await service.find(session, caller, unit_id)


@router.change(
    "/{unit_id}",
    permission="self_review_unit:change",
    reply=SelfReviewUnitRead,
    problems=(NotYourCity,),
)
async def change_self_review_unit(
    session: Session, caller: Caller, unit_id: UUID, wish: SelfReviewUnitChange
) -> SelfReviewUnitRead:
    """Change its series or its last day."""
    return await service.change(session, caller, unit_id, wish)
