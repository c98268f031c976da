"""/card/v1/card-service-requests."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from card.cards.identity import IdentityMismatch
from card.cards.service import HolderDeceased
from card.holders.service import HolderMismatch
from card.requests import service, views
from card.requests.models import CardServiceRequest
from card.requests.schemas import (
    Execution,
    IdentityCheck,
    RequestCreate,
    RequestQuery,
    RequestRead,
)
from card.verifications.service import VerificationExpired
from hrss_kit import timeline
from hrss_kit.auth import Caller, Principal
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/card-service-requests", tags=["card service requests"])
STEP = (NotYourCity, StateConflict)
IDENTITY = (IdentityMismatch, VerificationExpired, HolderDeceased)


@router.create(
    "",
    permission="card-request:create",
    reply=RequestRead,
    problems=(Duplicate, StateConflict, service.RenewWindow, *IDENTITY),
)
async def create_card_service_request(
    session: Session, caller: Caller, new: RequestCreate
) -> RequestRead:
    """跨城办卡: take in what a holder asks for, at a counter of either city."""
    return await _shown(session, caller, await service.create(session, caller, new))


@router.list("", permission="card-request:read", reply=Page[RequestRead], personal=True)
async def list_card_service_requests(
    session: Session, caller: Caller, query: Annotated[RequestQuery, Query()]
) -> Page[RequestRead]:
    """The queues of your city: what it has taken in, and what it is to execute."""
    return await views.find(session, caller, query)


@router.read("/{request_id}", permission="card-request:read", reply=RequestRead, personal=True)
async def read_card_service_request(
    session: Session, caller: Caller, request_id: UUID
) -> RequestRead:
    """A request, masked."""
    return await _shown(session, caller, await service.load(session, caller, request_id))


@router.history("/{request_id}/timeline", permission="card-request:read", reply=Timeline)
async def card_service_request_timeline(
    session: Session, caller: Caller, request_id: UUID
) -> Timeline:
    """What happened to a request."""
    return await timeline.of(session, (await service.load(session, caller, request_id)).id)


@router.act(
    "/{request_id}/check-id",
    permission="card-request:serve",
    reply=RequestRead,
    problems=(*STEP, *IDENTITY, Duplicate, service.RenewWindow),
)
async def check_id(
    session: Session, caller: Caller, request_id: UUID, seen: IdentityCheck
) -> RequestRead:
    """The holder has been identified."""
    return await _shown(session, caller, await service.check_id(session, caller, request_id, seen))


@router.act("/{request_id}/send", permission="card-request:serve", reply=RequestRead, problems=STEP)
async def send_to_issuer(
    session: Session, caller: Caller, request_id: UUID, wish: Empty
) -> RequestRead:
    """Pass it on to the issuing city."""
    return await _shown(session, caller, await service.send(session, caller, request_id))


@router.act(
    "/{request_id}/execute",
    permission="card-request:execute",
    reply=RequestRead,
    problems=(*STEP, Duplicate, HolderDeceased, HolderMismatch),
)
async def execute_card_service_request(
    session: Session, caller: Caller, request_id: UUID, done: Execution
) -> RequestRead:
    """The issuing city has done it; of a replacement it gives the new card."""
    return await _shown(session, caller, await service.execute(session, caller, request_id, done))


@router.act(
    "/{request_id}/refuse", permission="card-request:execute", reply=RequestRead, problems=STEP
)
async def refuse_card_service_request(
    session: Session, caller: Caller, request_id: UUID, why: WithReason
) -> RequestRead:
    """The issuing city does not do it."""
    return await _shown(session, caller, await service.decline(session, caller, request_id, why))


@router.act(
    "/{request_id}/deliver", permission="card-request:execute", reply=RequestRead, problems=STEP
)
async def deliver_new_card(
    session: Session, caller: Caller, request_id: UUID, wish: Empty
) -> RequestRead:
    """The sealed card is on its way."""
    return await _shown(session, caller, await service.deliver(session, caller, request_id))


@router.act(
    "/{request_id}/hand-over",
    permission="card-request:serve",
    reply=RequestRead,
    problems=(*STEP, *IDENTITY, Duplicate),
)
async def hand_over_new_card(
    session: Session, caller: Caller, request_id: UUID, seen: IdentityCheck
) -> RequestRead:
    """To the holder, identified again: the new card becomes active, the old one ends."""
    return await _shown(session, caller, await service.hand_over(session, caller, request_id, seen))


@router.act(
    "/{request_id}/cancel", permission="card-request:serve", reply=RequestRead, problems=STEP
)
async def cancel_card_service_request(
    session: Session, caller: Caller, request_id: UUID, wish: Empty
) -> RequestRead:
    """Withdraw it before it is executed."""
    return await _shown(session, caller, await service.cancel(session, caller, request_id))


async def _shown(session: AsyncSession, caller: Principal, row: CardServiceRequest) -> RequestRead:
    return (await views.shown(session, caller, row))[0]
