"""Insurance checks of a case (参保核查), and hints from social insurance."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import ListQuery, Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.routing import Router
from labor_inspection.evidences.service import NotOnTheCase
from labor_inspection.insurance_checks import service
from labor_inspection.insurance_checks.schemas import CheckAsk, CheckRead, HintQuery, HintRead

router = Router(prefix="/cases", tags=["insurance-checks"])
hint_router = Router(prefix="/insurance-hints", tags=["insurance-checks"])


@router.create(
    "/{case_id}/insurance-checks",
    permission="insurance-check:ask",
    reply=CheckRead,
    problems=(NotYourCity, NotOnTheCase, StateConflict, service.NobodyToAskFor, Duplicate),
)
async def ask_for_insurance(
    session: Session, caller: Caller, case_id: UUID, wish: CheckAsk
) -> CheckRead:
    """Ask social insurance about the case's workers; it answers when it can."""
    return await service.ask(session, caller, case_id, wish)


@router.list(
    "/{case_id}/insurance-checks", permission="insurance-check:read", reply=Page[CheckRead]
)
async def list_insurance_checks(
    session: Session, caller: Caller, case_id: UUID, query: Annotated[ListQuery, Query()]
) -> Page[CheckRead]:
    """List what was asked about a case's workers and what came of it."""
    return await service.of_case(session, caller, case_id, query)


@hint_router.list("", permission="insurance-hint:read", reply=Page[HintRead])
async def list_insurance_hints(
    session: Session, caller: Caller, query: Annotated[HintQuery, Query()]
) -> Page[HintRead]:
    """List hints that somebody who was hired in your city is not insured."""
    return await service.hints(session, caller, query)
