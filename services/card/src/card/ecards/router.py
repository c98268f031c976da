"""/card/v1/ecards and /card/v1/ecard-tokens."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from card.cards.service import HolderDeceased
from card.ecards import service, tokens
from card.ecards.schemas import (
    ECardCreate,
    ECardQuery,
    ECardRead,
    TokenCreate,
    TokenPresented,
    TokenRead,
    TokenRedeemed,
    TokenShown,
)
from card.ecards.use import EcardAuthorisation, TokenExpired, TokenUsed
from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Duplicate, NotFound, NotYourCity, StateConflict
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline

router = Router(tags=["e-cards"])


@router.create(
    "/ecards",
    permission="ecard:register",
    reply=ECardRead,
    problems=(Duplicate, NotYourCity, StateConflict, HolderDeceased),
)
async def register_ecard(session: Session, caller: Caller, new: ECardCreate) -> ECardRead:
    """Register an e-card 电子社保卡 of a card that your city issued."""
    return (await service.shown(session, await service.register(session, caller, new)))[0]


@router.list("/ecards", permission="ecard:read", reply=Page[ECardRead], personal=True)
async def list_ecards(
    session: Session, caller: Caller, query: Annotated[ECardQuery, Query()]
) -> Page[ECardRead]:
    """E-cards of your city, masked."""
    return await service.find(session, caller, query)


@router.read("/ecards/{ecard_id}", permission="ecard:read", reply=ECardRead, personal=True)
async def read_ecard(session: Session, caller: Caller, ecard_id: UUID) -> ECardRead:
    """An e-card, masked."""
    return (await service.shown(session, await service.load(session, caller, ecard_id)))[0]


@router.history("/ecards/{ecard_id}/timeline", permission="ecard:read", reply=Timeline)
async def ecard_timeline(session: Session, caller: Caller, ecard_id: UUID) -> Timeline:
    """What happened to an e-card."""
    return await timeline.of(session, (await service.load(session, caller, ecard_id)).id)


@router.create(
    "/ecard-tokens",
    permission="ecard-token:issue",
    reply=TokenShown,
    problems=(NotFound, EcardAuthorisation),
)
async def issue_ecard_token(session: Session, caller: Caller, wish: TokenCreate) -> TokenShown:
    """A one-time code 动态码 of an e-card, shown only here."""
    return await tokens.issue(session, caller, wish)


@router.lookup(
    "/ecard-token-redemptions",
    permission="ecard-token:redeem",
    reply=TokenRedeemed,
    problems=(TokenExpired, TokenUsed, EcardAuthorisation),
)
async def redeem_ecard_token(
    request: Request, session: Session, presented: TokenPresented
) -> TokenRedeemed:
    """Whose code it is, for the gateway that lets its holder in; from now on it is used."""
    return await tokens.redeem(request.app.state.database, presented)


@router.read("/ecard-tokens/{token_id}", permission="ecard:read", reply=TokenRead, personal=True)
async def read_ecard_token(session: Session, caller: Caller, token_id: UUID) -> TokenRead:
    """What became of a code; never the code."""
    return await tokens.read(session, caller, token_id)
