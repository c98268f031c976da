"""Risk flags over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.resources import WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.risk_flags import service
from social_insurance.risk_flags.schemas import FlagQuery, FlagRaise, FlagRead

router = Router(prefix="/risk-flags", tags=["risk flags"])


@router.create("", permission="risk-flag:raise", reply=FlagRead, problems=(Duplicate, NotYourCity))
async def raise_risk_flag(session: Session, caller: Caller, new: FlagRaise) -> FlagRead:
    """Raise a flag: transfers of this person wait until it is cleared."""
    return await service.raise_flag(session, caller, new)


@router.list("", permission="risk-flag:read", reply=Page[FlagRead], personal=True)
async def list_risk_flags(
    session: Session, caller: Caller, query: Annotated[FlagQuery, Query()]
) -> Page[FlagRead]:
    """Flags of one's own city."""
    return await service.search(session, caller, query)


@router.read("/{flag_id}", permission="risk-flag:read", reply=FlagRead, personal=True)
async def read_risk_flag(session: Session, caller: Caller, flag_id: UUID) -> FlagRead:
    """One flag."""
    return await service.find(session, caller, flag_id)


@router.act(
    "/{flag_id}/clear",
    permission="risk-flag:clear",
    reply=FlagRead,
    problems=(MakerIsChecker, NotYourCity, StateConflict),
)
async def clear_risk_flag(
    session: Session, caller: Caller, flag_id: UUID, wish: WithReason
) -> FlagRead:
    """Clear a flag; another one than who raised it."""
    return await service.clear(session, caller, flag_id, wish.reason)


@router.history("/{flag_id}/timeline", permission="risk-flag:history", reply=Timeline)
async def risk_flag_timeline(session: Session, caller: Caller, flag_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, flag_id)
