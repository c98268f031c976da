"""Wage lateness, compensation, late fees, and the register of fines (罚款登记)."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity
from hrss_kit.routing import Router
from labor_inspection.money_rules import service
from labor_inspection.money_rules.models import CaseFine
from labor_inspection.money_rules.schemas import (
    CompensationAsk,
    CompensationRead,
    FineQuery,
    FineRead,
    FineRecord,
    LateFeeAsk,
    LateFeeRead,
    LatenessAsk,
    LatenessRead,
)

router = Router(tags=["money"])
fine_router = Router(prefix="/cases", tags=["money"])


@router.lookup("/wage-lateness", permission="money:compute", reply=LatenessRead, personal=False)
async def look_up_wage_lateness(
    session: Session, caller: Caller, asked: LatenessAsk
) -> LatenessRead:
    """When wages of a payday were due, and how late they are."""
    return await service.lateness(session, caller, asked)


@router.lookup(
    "/compensation-ranges", permission="money:compute", reply=CompensationRead, personal=False
)
async def look_up_compensation(
    session: Session, caller: Caller, asked: CompensationAsk
) -> CompensationRead:
    """What may be added to wages that an order left unpaid."""
    return await service.compensation(session, caller, asked)


@router.lookup("/late-fees", permission="money:compute", reply=LateFeeRead, personal=False)
async def look_up_late_fee(session: Session, caller: Caller, asked: LateFeeAsk) -> LateFeeRead:
    """What is added to social insurance contributions that come late."""
    return await service.late_fee(session, caller, asked)


@fine_router.create(
    "/{case_id}/fines", permission="fine:record", reply=FineRead, problems=(NotYourCity,)
)
async def record_case_fine(
    session: Session, caller: Caller, case_id: UUID, new: FineRecord
) -> CaseFine:
    """Put a fine on the register of a case."""
    return await service.record_fine(session, caller, case_id, new)


@fine_router.list("/{case_id}/fines", permission="fine:read", reply=Page[FineRead])
async def list_case_fines(
    session: Session, caller: Caller, case_id: UUID, query: Annotated[FineQuery, Query()]
) -> Page[FineRead]:
    """List the fines of a case."""
    return await service.fines(session, caller, case_id, query)
