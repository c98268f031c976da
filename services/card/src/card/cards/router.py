"""/card/v1/cards."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from card.cards import service
from card.cards.bulk import IMPORTER
from card.cards.schemas import CardCreate, CardQuery, CardRead, CardRecord
from card.holders.service import HolderMismatch
from card.numbers import IdentificationCode
from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.context import exchange
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(prefix="/cards", tags=["cards"])
REFUSALS = (
    Duplicate,
    HolderMismatch,
    NotYourCity,
    service.ActiveElsewhere,
    service.HolderDeceased,
)


@router.create("", permission="card:register", reply=CardRead, problems=REFUSALS)
async def register_card(session: Session, caller: Caller, new: CardCreate) -> CardRead:
    """Register a card that your city issued."""
    card = await service.register(session, caller, new)
    return (await service.shown(session, card))[0]


router.bulk_in("/imports", permission="card:register", importer=IMPORTER)


@router.replace(
    "/{identification_code}",
    permission="card:register",
    reply=CardRead,
    problems=(*REFUSALS, StateConflict),
)
async def put_card(
    session: Session,
    caller: Caller,
    response: Response,
    identification_code: IdentificationCode,
    record: CardRecord,
) -> CardRead:
    """Register a card under its identification code 卡识别码, or bring its row up to date."""
    card, is_new = await service.put(session, caller, identification_code, record)
    if is_new:
        response.status_code = 201
        exchange().location = f"/card/v1/cards/{card.id}"
    return (await service.shown(session, card))[0]


@router.list("", permission="card:read", reply=Page[CardRead], personal=True)
async def list_cards(
    session: Session, caller: Caller, query: Annotated[CardQuery, Query()]
) -> Page[CardRead]:
    """Cards issued by your city, masked."""
    return await service.find(session, caller, query)


@router.read("/{card_id}", permission="card:read", reply=CardRead, personal=True)
async def read_card(session: Session, caller: Caller, card_id: UUID) -> CardRead:
    """A card, masked."""
    return (await service.shown(session, await service.load(session, caller, card_id)))[0]


@router.reveal(
    "/{card_id}/reveal", permission="card:reveal", reply=RevealReply, problems=(NotYourCity,)
)
async def reveal_card(
    session: Session, caller: Caller, card_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Full values: card_no, identification_code, bank_account."""
    return await service.reveal(session, caller, card_id, wish)


@router.history("/{card_id}/timeline", permission="card:read", reply=Timeline)
async def card_timeline(session: Session, caller: Caller, card_id: UUID) -> Timeline:
    """What happened to a card."""
    card = await service.load(session, caller, card_id)
    return await timeline.of(session, card.id)
