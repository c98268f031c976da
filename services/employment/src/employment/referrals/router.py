"""Referrals over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from employment.referrals import service
from employment.referrals.schemas import (
    Ended,
    Hired,
    Interviewed,
    ReferralCreate,
    ReferralQuery,
    ReferralRead,
)
from employment.referrals.service import NotMatching
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, StateConflict
from hrss_kit.resources import Empty
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/referrals", tags=["referrals"])
ACT: dict[str, Any] = {
    "permission": "referral:act",
    "reply": ReferralRead,
    "problems": (StateConflict,),
}


@router.create(
    "", permission="referral:create", reply=ReferralRead, problems=(Duplicate, NotMatching)
)
async def create_referral(session: Session, caller: Caller, new: ReferralCreate) -> ReferralRead:
    """Refer somebody to a job; the caseworker decides, the score advises."""
    return await service.create(session, caller, new)


@router.list("", permission="referral:read", reply=Page[ReferralRead])
async def list_referrals(
    session: Session, caller: Caller, query: Annotated[ReferralQuery, Query()]
) -> Page[ReferralRead]:
    """Referrals that one's city takes part in."""
    return await service.search(session, caller, query)


@router.read("/{referral_id}", permission="referral:read", reply=ReferralRead)
async def read_referral(session: Session, caller: Caller, referral_id: UUID) -> ReferralRead:
    """One referral."""
    return await service.find(session, caller, referral_id)


@router.history("/{referral_id}/timeline", permission="referral:read", reply=Timeline)
async def referral_timeline(session: Session, caller: Caller, referral_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, referral_id)


@router.act("/{referral_id}/send", **ACT)
async def send_referral(
    session: Session, caller: Caller, referral_id: UUID, _body: Empty
) -> ReferralRead:
    """Send it to the employer."""
    return await service.act(session, caller, referral_id, "send")


@router.act("/{referral_id}/interview", **ACT)
async def interview_referral(
    session: Session, caller: Caller, referral_id: UUID, wish: Interviewed
) -> ReferralRead:
    """The employer has met the person."""
    return await service.act(session, caller, referral_id, "interview", wish)


@router.act("/{referral_id}/hire", **ACT)
async def hire_referral(
    session: Session, caller: Caller, referral_id: UUID, wish: Hired
) -> ReferralRead:
    """Hired: the posting counts one more, social insurance expects a participation."""
    return await service.act(session, caller, referral_id, "hire", wish)


@router.act("/{referral_id}/refuse-by-employer", **ACT)
async def refuse_referral_by_employer(
    session: Session, caller: Caller, referral_id: UUID, wish: Ended
) -> ReferralRead:
    """The employer does not want the person."""
    return await service.act(session, caller, referral_id, "refuse-by-employer", wish)


@router.act("/{referral_id}/refuse-by-seeker", **ACT)
async def refuse_referral_by_seeker(
    session: Session, caller: Caller, referral_id: UUID, wish: Ended
) -> ReferralRead:
    """The person does not want the job."""
    return await service.act(session, caller, referral_id, "refuse-by-seeker", wish)


@router.act("/{referral_id}/no-show", **ACT)
async def no_show_referral(
    session: Session, caller: Caller, referral_id: UUID, wish: Ended
) -> ReferralRead:
    """The person did not come."""
    return await service.act(session, caller, referral_id, "no-show", wish)
