"""/card/v1/applications."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy.ext.asyncio import AsyncSession

from card.applications import service
from card.applications.models import CardApplication
from card.applications.schemas import (
    ApplicationCreate,
    ApplicationQuery,
    ApplicationRead,
    CardMade,
    HandOver,
)
from card.cards.identity import IdentityMismatch
from card.cards.schemas import Preopening
from card.cards.service import HolderDeceased
from card.holders.service import HolderMismatch
from card.verifications.service import VerificationExpired
from hrss_kit import timeline
from hrss_kit.auth import Caller, Principal
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/applications", tags=["applications"])
STEP = (NotYourCity, StateConflict, HolderDeceased)


@router.create(
    "",
    permission="application:create",
    reply=ApplicationRead,
    problems=(Duplicate, HolderDeceased, HolderMismatch),
)
async def apply_for_first_card(
    session: Session, caller: Caller, new: ApplicationCreate
) -> ApplicationRead:
    """首次申领: somebody applies to your city for their first card."""
    return await _shown(session, caller, await service.create(session, caller, new))


@router.list("", permission="application:read", reply=Page[ApplicationRead], personal=True)
async def list_card_applications(
    session: Session, caller: Caller, query: Annotated[ApplicationQuery, Query()]
) -> Page[ApplicationRead]:
    """Applications to your city."""
    return await service.find(session, caller, query)


@router.read(
    "/{application_id}", permission="application:read", reply=ApplicationRead, personal=True
)
async def read_card_application(
    session: Session, caller: Caller, application_id: UUID
) -> ApplicationRead:
    """An application, masked."""
    return await _shown(session, caller, await service.load(session, caller, application_id))


@router.history("/{application_id}/timeline", permission="application:read", reply=Timeline)
async def card_application_timeline(
    session: Session, caller: Caller, application_id: UUID
) -> Timeline:
    """What happened to an application."""
    return await timeline.of(session, (await service.load(session, caller, application_id)).id)


@router.act(
    "/{application_id}/preopen", permission="card:make", reply=ApplicationRead, problems=STEP
)
async def preopen_application(
    session: Session, caller: Caller, application_id: UUID, wish: Preopening
) -> ApplicationRead:
    """银行预开户: photograph checked, account opened."""
    row = await service.preopen(session, caller, application_id, wish)
    return await _shown(session, caller, row)


@router.act(
    "/{application_id}/make",
    permission="card:make",
    reply=ApplicationRead,
    problems=(*STEP, Duplicate),
)
async def make_applied_card(
    session: Session, caller: Caller, application_id: UUID, made: CardMade
) -> ApplicationRead:
    """制卡: the card is in the register now."""
    return await _shown(session, caller, await service.make(session, caller, application_id, made))


@router.act(
    "/{application_id}/hand-over",
    permission="application:serve",
    reply=ApplicationRead,
    problems=(*STEP, IdentityMismatch, VerificationExpired),
)
async def hand_over_applied_card(
    session: Session, caller: Caller, application_id: UUID, seen: HandOver
) -> ApplicationRead:
    """封存交付: to the applicant, sealed until they activate it."""
    row = await service.hand_over(session, caller, application_id, seen)
    return await _shown(session, caller, row)


@router.act(
    "/{application_id}/cancel", permission="application:serve", reply=ApplicationRead, problems=STEP
)
async def cancel_card_application(
    session: Session, caller: Caller, application_id: UUID, why: WithReason
) -> ApplicationRead:
    """Withdraw it, and with it the card that may have been made."""
    return await _shown(session, caller, await service.cancel(session, caller, application_id, why))


async def _shown(session: AsyncSession, caller: Principal, row: CardApplication) -> ApplicationRead:
    return (await service.shown(session, caller, row))[0]
