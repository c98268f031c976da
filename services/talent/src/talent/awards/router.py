"""Awards over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import RevealReply, RevealRequest, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from talent.awards import service
from talent.awards.schemas import AwardCreate, AwardQuery, AwardRead

router = Router(prefix="/awards", tags=["awards"])
ALWAYS = (NotYourCity, StateConflict)


@router.create("", permission="award:create", reply=AwardRead, problems=(Duplicate, NotYourCity))
async def register_award(session: Session, caller: Caller, new: AwardCreate) -> AwardRead:
    """Register an award of a category of one's own city."""
    return await service.register(session, caller, new)


@router.list("", permission="award:read", reply=Page[AwardRead], personal=True)
async def list_awards(
    session: Session, caller: Caller, query: Annotated[AwardQuery, Query()]
) -> Page[AwardRead]:
    """One's own city's awards, persons masked."""
    return await service.search(session, caller, query)


@router.read("/{award_id}", permission="award:read", reply=AwardRead, personal=True)
async def read_award(session: Session, caller: Caller, award_id: UUID) -> AwardRead:
    """One award, the person masked."""
    return await service.find(session, caller, award_id)


@router.history("/{award_id}/timeline", permission="award:history", reply=Timeline)
async def award_timeline(session: Session, caller: Caller, award_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, award_id)


@router.act("/{award_id}/suspend", permission="award:suspend", reply=AwardRead, problems=ALWAYS)
async def suspend_award(
    session: Session, caller: Caller, award_id: UUID, wish: WithReason
) -> AwardRead:
    """Suspend it while something is looked into; recognitions are suspended with it."""
    return await service.act(session, caller, award_id, "suspend", wish.reason)


@router.act("/{award_id}/reinstate", permission="award:reinstate", reply=AwardRead, problems=ALWAYS)
async def reinstate_award(
    session: Session, caller: Caller, award_id: UUID, wish: WithReason
) -> AwardRead:
    """Let it hold again."""
    return await service.act(session, caller, award_id, "reinstate", wish.reason)


@router.act("/{award_id}/revoke", permission="award:revoke", reply=AwardRead, problems=ALWAYS)
async def revoke_award(
    session: Session, caller: Caller, award_id: UUID, wish: WithReason
) -> AwardRead:
    """Take it back; the supervisor of the city that made it only."""
    return await service.act(session, caller, award_id, "revoke", wish.reason)


@router.reveal("/{award_id}/reveal", permission="award:reveal", reply=RevealReply)
async def reveal_award(
    session: Session, caller: Caller, award_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full."""
    return await service.reveal(session, caller, award_id, wish)
