"""/card/v1/card-use-events."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from card.cards.service import HolderDeceased
from card.catalogue.service import ApplicationWithdrawn, AssuranceTooLow
from card.ecards.use import EcardAuthorisation, TokenExpired, TokenUsed
from card.lookups.generations import GenerationStopped
from card.uses import service
from card.uses.schemas import CardUseCreate, CardUseQuery, CardUseRead
from card.verifications.service import VerificationExpired
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.routing import Router

router = Router(prefix="/card-use-events", tags=["card use"])


@router.create(
    "",
    permission="card-use:record",
    reply=CardUseRead,
    problems=(
        Duplicate,
        NotYourCity,
        StateConflict,
        HolderDeceased,
        GenerationStopped,
        TokenExpired,
        TokenUsed,
        EcardAuthorisation,
        VerificationExpired,
        service.UnknownHolder,
        ApplicationWithdrawn,
        AssuranceTooLow,
    ),
)
async def record_card_use(
    request: Request, session: Session, caller: Caller, new: CardUseCreate
) -> CardUseRead:
    """用卡: a card or e-card was used at a counter of your city."""
    row = await service.record(request.app, session, caller, new)
    return (await service.shown(session, row))[0]


@router.list("", permission="card-use:read", reply=Page[CardUseRead], personal=True)
async def list_card_uses(
    session: Session, caller: Caller, query: Annotated[CardUseQuery, Query()]
) -> Page[CardUseRead]:
    """Uses at the counters of your city, and of the cards it issued."""
    return await service.find(session, caller, query)


@router.read("/{use_id}", permission="card-use:read", reply=CardUseRead, personal=True)
async def read_card_use(session: Session, caller: Caller, use_id: UUID) -> CardUseRead:
    """A use, masked."""
    return (await service.shown(session, await service.load(session, caller, use_id)))[0]
