"""/work-items over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from hrss_kit import work_items
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.resources import WithReason
from hrss_kit.routing import Router
from hrss_kit.work import Claimed
from hrss_kit.work_items import sources_of
from hrss_kit.work_schemas import BulkClaim, BulkClaimed, WorkCounts, WorkItemRead, WorkQuery

ALWAYS = (NotYourCity, StateConflict)


def work_router() -> Router:
    """The routes of every service that declares work."""
    router = Router(prefix="/work-items", tags=["work items"])

    @router.list("", permission="work-item:read", reply=Page[WorkItemRead])
    async def list_work_items(
        request: Request, session: Session, caller: Caller, query: Annotated[WorkQuery, Query()]
    ) -> Page[WorkItemRead]:
        """List a bucket, oldest deadline first."""
        return await work_items.page(session, caller, sources_of(request.app), query)

    @router.read("/counts", permission="work-item:read", reply=WorkCounts)
    async def count_work_items(request: Request, session: Session, caller: Caller) -> WorkCounts:
        """Count the buckets."""
        return await work_items.counts(session, caller, sources_of(request.app))

    @router.create("/bulk-claim", permission="work-item:claim", reply=BulkClaimed, status=200)
    async def claim_work_items(
        request: Request, session: Session, caller: Caller, wish: BulkClaim
    ) -> BulkClaimed:
        """Claim several; a result per row."""
        return await work_items.bulk_claim(session, caller, sources_of(request.app), wish)

    @router.create(
        "/{item_id}/claim",
        permission="work-item:claim",
        reply=WorkItemRead,
        problems=(*ALWAYS, Claimed),
        status=200,
    )
    async def claim_work_item(
        request: Request, session: Session, caller: Caller, item_id: UUID
    ) -> WorkItemRead:
        """Claim it: one holder; the act that takes it out of the city's hands ends the claim."""
        return await work_items.claim(session, caller, sources_of(request.app), item_id)

    @router.create(
        "/{item_id}/release",
        permission="work-item:claim",
        reply=WorkItemRead,
        problems=(*ALWAYS, Claimed),
        status=200,
    )
    async def release_work_item(
        request: Request, session: Session, caller: Caller, item_id: UUID
    ) -> WorkItemRead:
        """Give it back."""
        return await work_items.release(session, caller, sources_of(request.app), item_id)

    @router.create(
        "/{item_id}/take-over",
        permission="work-item:take-over",
        reply=WorkItemRead,
        problems=ALWAYS,
        status=200,
    )
    async def take_over_work_item(
        request: Request, session: Session, caller: Caller, item_id: UUID, wish: WithReason
    ) -> WorkItemRead:
        """Take it over from a colleague, as a supervisor, with a reason."""
        sources = sources_of(request.app)
        return await work_items.take_over(session, caller, sources, item_id, wish.reason)

    return router
