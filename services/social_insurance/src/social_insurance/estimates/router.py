"""Estimates over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity
from hrss_kit.routing import Router
from social_insurance.estimates import service
from social_insurance.estimates.models import BenefitEstimate, RetirementEstimate
from social_insurance.estimates.schemas import (
    BenefitEstimateCreate,
    BenefitEstimateRead,
    EstimateQuery,
    RetirementEstimateCreate,
    RetirementEstimateQuery,
    RetirementEstimateRead,
)
from social_insurance.problems import IdentityConflict

retirement = Router(prefix="/retirement-estimates", tags=["estimates"])
benefits = Router(prefix="/benefit-estimates", tags=["estimates"])
MAKE, READ = "estimate:make", "estimate:read"


@retirement.create(
    "", permission=MAKE, reply=RetirementEstimateRead, problems=(NotYourCity, IdentityConflict)
)
async def estimate_retirement(
    session: Session, caller: Caller, new: RetirementEstimateCreate
) -> RetirementEstimateRead:
    """Estimate when somebody retires, and how their schemes will link."""
    return service.told_retirement(await service.estimate_retirement(session, caller, new))


@retirement.list("", permission=READ, reply=Page[RetirementEstimateRead], personal=True)
async def list_retirement_estimates(
    session: Session, caller: Caller, query: Annotated[RetirementEstimateQuery, Query()]
) -> Page[RetirementEstimateRead]:
    """List one's city's retirement estimates, persons masked."""
    rows, cursor = await service.page(session, caller, RetirementEstimate, query)
    return Page(items=[service.told_retirement(row) for row in rows], next_cursor=cursor)


@retirement.read("/{estimate_id}", permission=READ, reply=RetirementEstimateRead, personal=True)
async def read_retirement_estimate(
    session: Session, caller: Caller, estimate_id: UUID
) -> RetirementEstimateRead:
    """Read one retirement estimate."""
    row = await service.find(session, caller, RetirementEstimate, estimate_id)
    return service.told_retirement(row)


@benefits.create(
    "",
    permission=MAKE,
    reply=BenefitEstimateRead,
    problems=(NotYourCity, service.StandardUnknown),
)
async def estimate_benefit(
    session: Session, caller: Caller, new: BenefitEstimateCreate
) -> BenefitEstimateRead:
    """Estimate a resident's monthly pension as of a day."""
    return service.told_benefit(await service.estimate_benefit(session, caller, new))


@benefits.list("", permission=READ, reply=Page[BenefitEstimateRead], personal=True)
async def list_benefit_estimates(
    session: Session, caller: Caller, query: Annotated[EstimateQuery, Query()]
) -> Page[BenefitEstimateRead]:
    """List one's city's benefit estimates."""
    rows, cursor = await service.page(session, caller, BenefitEstimate, query)
    return Page(items=[service.told_benefit(row) for row in rows], next_cursor=cursor)


@benefits.read("/{estimate_id}", permission=READ, reply=BenefitEstimateRead, personal=True)
async def read_benefit_estimate(
    session: Session, caller: Caller, estimate_id: UUID
) -> BenefitEstimateRead:
    """Read one benefit estimate."""
    return service.told_benefit(await service.find(session, caller, BenefitEstimate, estimate_id))
