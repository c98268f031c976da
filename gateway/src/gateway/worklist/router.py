"""/gateway/v1/worklist."""

from typing import Annotated

from fastapi import Query, Request

from gateway.worklist import service
from gateway.worklist.schemas import CountsQuery, Worklist, WorklistCounts, WorklistQuery
from hrss_kit.auth import Caller
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.routing import Router
from hrss_kit.work_items import sources_of

router = Router(prefix="/worklist", tags=["worklist"])


@router.list("", permission="worklist:read", reply=Worklist, prepare=service.hear_items)
async def read_worklist(
    request: Request, session: Session, caller: Caller, query: Annotated[WorklistQuery, Query()]
) -> Worklist:
    """My work over every domain that I hold, oldest deadline first."""
    return await service.items(session, caller, sources_of(request.app), exchange().prepared)


@router.list(
    "/counts", permission="worklist:read", reply=WorklistCounts, prepare=service.hear_counts
)
async def count_worklist(
    request: Request, session: Session, caller: Caller, query: Annotated[CountsQuery, Query()]
) -> WorklistCounts:
    """Count the buckets, of all domains and of each."""
    return await service.counts(session, caller, sources_of(request.app), exchange().prepared)
