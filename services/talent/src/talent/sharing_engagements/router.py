"""Sharing engagements over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.employers.service import EmployerBlocked
from talent.sharing_engagements import service
from talent.sharing_engagements.schemas import (
    Agree,
    SharingEngagementQuery,
    SharingEngagementRead,
    SharingOffer,
    SharingRequest,
)

router = Router(prefix="/sharing-engagements", tags=["sharing engagements"])
ALWAYS = (NotYourCity, StateConflict)


@router.create(
    "", permission="sharing_engagement:create", reply=SharingEngagementRead, problems=(NotYourCity,)
)
async def offer_sharing_engagement(
    session: Session, caller: Caller, new: SharingOffer
) -> SharingEngagementRead:
    """Offer somebody of one's own city who is available besides their own work."""
    return await service.offer(session, caller, new)


@router.list("", permission="sharing_engagement:read", reply=Page[SharingEngagementRead])
async def list_sharing_engagements(
    session: Session, caller: Caller, query: Annotated[SharingEngagementQuery, Query()]
) -> Page[SharingEngagementRead]:
    """One's own, those one's city hosts, and open offers of both cities."""
    return await service.search(session, caller, query)


@router.read("/{engagement_id}", permission="sharing_engagement:read", reply=SharingEngagementRead)
async def read_sharing_engagement(
    session: Session, caller: Caller, engagement_id: UUID
) -> SharingEngagementRead:
    """One of them."""
    return await service.find(session, caller, engagement_id)


@router.history("/{engagement_id}/timeline", permission="sharing_engagement:read", reply=Timeline)
async def sharing_engagement_timeline(
    session: Session, caller: Caller, engagement_id: UUID
) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, engagement_id)


@router.act(
    "/{engagement_id}/request",
    permission="sharing_engagement:request",
    reply=SharingEngagementRead,
    problems=(*ALWAYS, EmployerBlocked),
)
async def request_sharing_engagement(
    session: Session, caller: Caller, engagement_id: UUID, wish: SharingRequest
) -> SharingEngagementRead:
    """Ask for them as an employer of one's own city."""
    return await service.ask(session, caller, engagement_id, wish)


@router.act(
    "/{engagement_id}/agree",
    permission="sharing_engagement:agree",
    reply=SharingEngagementRead,
    problems=ALWAYS,
)
async def agree_to_sharing_engagement(
    session: Session, caller: Caller, engagement_id: UUID, wish: Agree
) -> SharingEngagementRead:
    """Record one of the three agreements: person, home employer, host."""
    return await service.agree(session, caller, engagement_id, wish)


@router.act(
    "/{engagement_id}/start",
    permission="sharing_engagement:start",
    reply=SharingEngagementRead,
    problems=ALWAYS,
)
async def start_sharing_engagement(
    session: Session, caller: Caller, engagement_id: UUID, wish: Empty
) -> SharingEngagementRead:
    """Work has begun."""
    return await service.act(session, caller, engagement_id, "start")


@router.act(
    "/{engagement_id}/end",
    permission="sharing_engagement:end",
    reply=SharingEngagementRead,
    problems=ALWAYS,
)
async def end_sharing_engagement(
    session: Session, caller: Caller, engagement_id: UUID, wish: WithReason
) -> SharingEngagementRead:
    """End it."""
    return await service.act(session, caller, engagement_id, "end", wish.reason)


@router.act(
    "/{engagement_id}/withdraw",
    permission="sharing_engagement:withdraw",
    reply=SharingEngagementRead,
    problems=ALWAYS,
)
async def withdraw_sharing_engagement(
    session: Session, caller: Caller, engagement_id: UUID, wish: WithReason
) -> SharingEngagementRead:
    """Take the offer back."""
    return await service.act(session, caller, engagement_id, "withdraw", wish.reason)
