"""Resident pension standards over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity
from hrss_kit.resources import shown
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.resident_policy import service
from social_insurance.resident_policy.models import ResidentBasePension, ResidentTier
from social_insurance.resident_policy.schemas import (
    BasePensionChange,
    BasePensionCreate,
    BasePensionRead,
    StandardQuery,
    TierChange,
    TierCreate,
    TierQuery,
    TierRead,
)
from social_insurance.resident_policy.service import InForce, Overlaps

tiers = Router(prefix="/resident-tiers", tags=["resident policy"])
base_pensions = Router(prefix="/resident-base-pensions", tags=["resident policy"])
READ, EDIT = "resident-policy:read", "resident-policy:edit"


@tiers.create("", permission=EDIT, reply=TierRead, problems=(NotYourCity, Overlaps))
async def set_resident_tier(session: Session, caller: Caller, new: TierCreate) -> TierRead:
    """Set a tier of one's own city from a day on."""
    return shown(TierRead, await service.set_tier(session, caller, new))


@tiers.list("", permission=READ, reply=Page[TierRead])
async def list_resident_tiers(
    session: Session, query: Annotated[TierQuery, Query()]
) -> Page[TierRead]:
    """List tiers of both cities; `as_of` leaves those of a day."""
    rows, cursor = await service.page(session, ResidentTier, query)
    return Page(items=[shown(TierRead, row) for row in rows], next_cursor=cursor)


@tiers.read("/{tier_id}", permission=READ, reply=TierRead)
async def read_resident_tier(session: Session, tier_id: UUID) -> TierRead:
    """Read one tier."""
    return shown(TierRead, await service.find(session, ResidentTier, tier_id))


@tiers.history("/{tier_id}/timeline", permission=READ, reply=Timeline)
async def read_resident_tier_timeline(session: Session, tier_id: UUID) -> Timeline:
    """Read what happened to a tier."""
    return await service.history(session, ResidentTier, tier_id)


@tiers.change(
    "/{tier_id}", permission=EDIT, reply=TierRead, problems=(NotYourCity, Overlaps, InForce)
)
async def change_resident_tier(
    session: Session, caller: Caller, tier_id: UUID, wish: TierChange
) -> TierRead:
    """End a tier, or correct one that is still to come."""
    return shown(TierRead, await service.change(session, caller, ResidentTier, tier_id, wish))


@base_pensions.create("", permission=EDIT, reply=BasePensionRead, problems=(NotYourCity, Overlaps))
async def set_resident_base_pension(
    session: Session, caller: Caller, new: BasePensionCreate
) -> BasePensionRead:
    """Set the base pension of one's own city from a day on."""
    return shown(BasePensionRead, await service.set_base_pension(session, caller, new))


@base_pensions.list("", permission=READ, reply=Page[BasePensionRead])
async def list_resident_base_pensions(
    session: Session, query: Annotated[StandardQuery, Query()]
) -> Page[BasePensionRead]:
    """List base pensions of both cities; `as_of` leaves those of a day."""
    rows, cursor = await service.page(session, ResidentBasePension, query)
    return Page(items=[shown(BasePensionRead, row) for row in rows], next_cursor=cursor)


@base_pensions.read("/{base_pension_id}", permission=READ, reply=BasePensionRead)
async def read_resident_base_pension(session: Session, base_pension_id: UUID) -> BasePensionRead:
    """Read one base pension."""
    return shown(BasePensionRead, await service.find(session, ResidentBasePension, base_pension_id))


@base_pensions.history("/{base_pension_id}/timeline", permission=READ, reply=Timeline)
async def read_resident_base_pension_timeline(session: Session, base_pension_id: UUID) -> Timeline:
    """Read what happened to a base pension."""
    return await service.history(session, ResidentBasePension, base_pension_id)


@base_pensions.change(
    "/{base_pension_id}",
    permission=EDIT,
    reply=BasePensionRead,
    problems=(NotYourCity, Overlaps, InForce),
)
async def change_resident_base_pension(
    session: Session, caller: Caller, base_pension_id: UUID, wish: BasePensionChange
) -> BasePensionRead:
    """End a base pension, or correct one that is still to come."""
    row = await service.change(session, caller, ResidentBasePension, base_pension_id, wish)
    return shown(BasePensionRead, row)
