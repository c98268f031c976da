"""/card/v1/cards/{id}/…: what can be done with a card."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from card.cards import life, service
from card.cards.identity import IdentityMismatch
from card.cards.models import Card
from card.cards.schemas import (
    AtCounter,
    Cancellation,
    CardRead,
    Delivery,
    PinCheck,
    Preopening,
)
from card.verifications.service import VerificationExpired
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict
from hrss_kit.resources import Empty
from hrss_kit.routing import Router

router = Router(prefix="/cards", tags=["cards"])
BY_ISSUER = (NotYourCity, StateConflict, service.HolderDeceased)
BY_HOLDER = (StateConflict, IdentityMismatch, VerificationExpired)
BY_THE_LIVING = (*BY_HOLDER, Duplicate, service.ActiveElsewhere, service.HolderDeceased)


@router.act(
    "/{card_id}/preopen",
    permission="card:make",
    reply=CardRead,
    problems=(*BY_ISSUER, Duplicate),
)
async def preopen_card(
    session: Session, caller: Caller, card_id: UUID, wish: Preopening
) -> CardRead:
    """银行预开户: the bank has opened the account."""
    return await _shown(session, await life.preopen(session, caller, card_id, wish))


@router.act("/{card_id}/make", permission="card:make", reply=CardRead, problems=BY_ISSUER)
async def make_card(session: Session, caller: Caller, card_id: UUID, wish: Empty) -> CardRead:
    """制卡: the card has been made."""
    return await _shown(session, await life.make(session, caller, card_id))


@router.act("/{card_id}/seal", permission="card:serve", reply=CardRead, problems=BY_THE_LIVING)
async def seal_card(session: Session, caller: Caller, card_id: UUID, wish: Delivery) -> CardRead:
    """封存: delivered, not yet active."""
    return await _shown(session, await life.seal(session, caller, card_id, wish))


@router.act("/{card_id}/activate", permission="card:serve", reply=CardRead, problems=BY_THE_LIVING)
async def activate_card(
    session: Session, caller: Caller, card_id: UUID, wish: AtCounter
) -> CardRead:
    """启用 at any counter: every other card of the person is cancelled."""
    card = await life.at_counter(session, caller, card_id, "activate", wish)
    return await _shown(session, card)


@router.act("/{card_id}/temp-lose", permission="card:serve", reply=CardRead, problems=BY_HOLDER)
async def temp_lose_card(
    session: Session, caller: Caller, card_id: UUID, wish: AtCounter
) -> CardRead:
    """临时挂失 on three facts, also by telephone."""
    card = await life.at_counter(session, caller, card_id, "temp-lose", wish)
    return await _shown(session, card)


@router.act("/{card_id}/restore", permission="card:serve", reply=CardRead, problems=BY_THE_LIVING)
async def restore_card(
    session: Session, caller: Caller, card_id: UUID, wish: AtCounter
) -> CardRead:
    """解挂: the card has been found."""
    return await _shown(session, await life.at_counter(session, caller, card_id, "restore", wish))


@router.act("/{card_id}/lose", permission="card:serve", reply=CardRead, problems=BY_HOLDER)
async def lose_card(session: Session, caller: Caller, card_id: UUID, wish: AtCounter) -> CardRead:
    """正式挂失: cannot be undone."""
    return await _shown(session, await life.at_counter(session, caller, card_id, "lose", wish))


@router.act(
    "/{card_id}/verify-pin", permission="card:serve", reply=CardRead, problems=(StateConflict,)
)
async def verify_pin(session: Session, caller: Caller, card_id: UUID, seen: PinCheck) -> CardRead:
    """A PIN was typed at a reader, right or wrong."""
    return await _shown(session, await life.verify_pin(session, caller, card_id, seen))


@router.act("/{card_id}/unlock", permission="card:serve", reply=CardRead, problems=BY_THE_LIVING)
async def unlock_card(session: Session, caller: Caller, card_id: UUID, wish: AtCounter) -> CardRead:
    """解锁 at any counter, with the holder's ID."""
    return await _shown(session, await life.at_counter(session, caller, card_id, "unlock", wish))


@router.act(
    "/{card_id}/cancel",
    permission="card:make",
    reply=CardRead,
    problems=(NotYourCity, StateConflict),
)
async def cancel_card(
    session: Session, caller: Caller, card_id: UUID, wish: Cancellation
) -> CardRead:
    """注销 for death, nationality or as a duplicate."""
    return await _shown(session, await life.cancel(session, caller, card_id, wish))


async def _shown(session: AsyncSession, card: Card) -> CardRead:
    await session.flush()  # the version that the caller is told is the one written
    return (await service.shown(session, card))[0]
