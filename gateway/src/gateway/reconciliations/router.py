"""/gateway/v1/reconciliations."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from gateway.reconciliations import service
from gateway.reconciliations.comparing import Comparer
from gateway.reconciliations.schemas import (
    DifferenceQuery,
    DifferenceRead,
    Ran,
    ReconciliationCreate,
    ReconciliationQuery,
    ReconciliationRead,
    RowsIn,
)
from hrss_kit.auth import Caller
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import StateConflict
from hrss_kit.resources import Empty
from hrss_kit.routing import Router

router = Router(prefix="/reconciliations", tags=["reconciliation"])


@router.list("", permission="reconciliation:read", reply=Page[ReconciliationRead])
async def list_reconciliations(
    session: Session, caller: Caller, query: Annotated[ReconciliationQuery, Query()]
) -> Page[ReconciliationRead]:
    """List comparisons of both sides, newest first."""
    return await service.page(session, caller, query)


@router.create(
    "",
    permission="reconciliation:tell",
    reply=ReconciliationRead,
    prepare=service.hear_summary,
)
async def tell_holdings(
    session: Session, caller: Caller, wish: ReconciliationCreate
) -> ReconciliationRead:
    """Tell, as a partner's system, counts and digests of a resource and day."""
    return await service.tell(session, caller, wish, exchange().prepared)


@router.operate("/runs", permission="reconciliation:run", reply=Ran)
async def run_reconciliation(request: Request, _wish: Empty | None = None) -> Ran:
    """Compare now whatever today has not seen, list what differs and have it mended."""
    state = request.app.state
    return await Comparer(state.database, state.peers, settle=0.0).run()


@router.read("/{reconciliation_id}", permission="reconciliation:read", reply=ReconciliationRead)
async def read_reconciliation(
    session: Session, caller: Caller, reconciliation_id: UUID
) -> ReconciliationRead:
    """Read one comparison."""
    return await service.one(session, caller, reconciliation_id)


@router.list(
    "/{reconciliation_id}/differences",
    permission="reconciliation:read",
    reply=Page[DifferenceRead],
)
async def list_differences(
    session: Session,
    caller: Caller,
    reconciliation_id: UUID,
    query: Annotated[DifferenceQuery, Query()],
) -> Page[DifferenceRead]:
    """List the rows that were lost, duplicated, corrupted, or are there alone."""
    return await service.differences(session, caller, reconciliation_id, query)


@router.create(
    "/{reconciliation_id}/rows",
    permission="reconciliation:tell",
    reply=ReconciliationRead,
    problems=(StateConflict,),
    prepare=service.hear_rows,
    status=200,
)
async def tell_rows(
    session: Session, caller: Caller, reconciliation_id: UUID, wish: RowsIn
) -> ReconciliationRead:
    """Tell the rows of the differing buckets; the answer lists what is to be sent again."""
    ours = exchange().prepared
    return await service.take_rows(session, caller, reconciliation_id, wish, ours)
