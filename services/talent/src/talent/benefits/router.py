"""Benefits over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.resources import WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.benefits import service
from talent.benefits.schemas import BenefitCreate, BenefitQuery, BenefitRead

router = Router(prefix="/benefits", tags=["benefits"])


@router.create(
    "",
    permission="benefit:create",
    reply=BenefitRead,
    problems=(NotYourCity, service.BenefitDuplicate),
)
async def record_benefit(session: Session, caller: Caller, new: BenefitCreate) -> BenefitRead:
    """Record what one's own city pays; what is drawn already in that period is refused."""
    return await service.record(session, caller, new)


@router.list("", permission="benefit:read", reply=Page[BenefitRead], personal=True)
async def list_benefits(
    session: Session, caller: Caller, query: Annotated[BenefitQuery, Query()]
) -> Page[BenefitRead]:
    """One's own city's benefits."""
    return await service.search(session, caller, query)


@router.read("/{benefit_id}", permission="benefit:read", reply=BenefitRead, personal=True)
async def read_benefit(session: Session, caller: Caller, benefit_id: UUID) -> BenefitRead:
    """One benefit, the person masked."""
    return await service.find(session, caller, benefit_id)


@router.history("/{benefit_id}/timeline", permission="benefit:history", reply=Timeline)
async def benefit_timeline(session: Session, caller: Caller, benefit_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, benefit_id)


@router.act(
    "/{benefit_id}/cancel",
    permission="benefit:cancel",
    reply=BenefitRead,
    problems=(NotYourCity, StateConflict),
)
async def cancel_benefit(
    session: Session, caller: Caller, benefit_id: UUID, wish: WithReason
) -> BenefitRead:
    """Take a benefit back."""
    return await service.cancel(session, caller, benefit_id, wish.reason)
