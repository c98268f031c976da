"""Unemployment benefits over HTTP."""

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
from social_insurance.problems import IdentityConflict
from social_insurance.unemployment_benefits import service
from social_insurance.unemployment_benefits.schemas import (
    BenefitGrant,
    BenefitQuery,
    BenefitRead,
    BenefitStop,
)

router = Router(prefix="/unemployment-benefits", tags=["unemployment benefits"])


@router.create(
    "",
    permission="unemployment-benefit:grant",
    reply=BenefitRead,
    problems=(Duplicate, IdentityConflict, NotYourCity, service.MonthsTooFew),
)
async def grant_unemployment_benefit(
    session: Session, caller: Caller, new: BenefitGrant
) -> BenefitRead:
    """Grant a benefit; how long follows from the paid months of both cities."""
    return await service.grant(session, caller, new)


@router.list("", permission="unemployment-benefit:read", reply=Page[BenefitRead], personal=True)
async def list_unemployment_benefits(
    session: Session, caller: Caller, query: Annotated[BenefitQuery, Query()]
) -> Page[BenefitRead]:
    """Benefits of one's own city, persons masked."""
    return await service.search(session, caller, query)


@router.read(
    "/{benefit_id}", permission="unemployment-benefit:read", reply=BenefitRead, personal=True
)
async def read_unemployment_benefit(
    session: Session, caller: Caller, benefit_id: UUID
) -> BenefitRead:
    """One benefit."""
    return await service.find(session, caller, benefit_id)


@router.act(
    "/{benefit_id}/stop",
    permission="unemployment-benefit:stop",
    reply=BenefitRead,
    problems=(MakerIsChecker, NotYourCity, StateConflict),
)
async def stop_unemployment_benefit(
    session: Session, caller: Caller, benefit_id: UUID, wish: BenefitStop
) -> BenefitRead:
    """Stop a benefit from a month on."""
    return await service.stop(session, caller, benefit_id, wish)


@router.act(
    "/{benefit_id}/continue",
    permission="unemployment-benefit:continue",
    reply=BenefitRead,
    problems=(NotYourCity, StateConflict),
)
async def continue_unemployment_benefit(
    session: Session, caller: Caller, benefit_id: UUID, wish: WithReason
) -> BenefitRead:
    """Let it go on: the month that was found was no employment."""
    return await service.go_on(session, caller, benefit_id, wish.reason)


@router.history("/{benefit_id}/timeline", permission="unemployment-benefit:history", reply=Timeline)
async def unemployment_benefit_timeline(
    session: Session, caller: Caller, benefit_id: UUID
) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, benefit_id)
