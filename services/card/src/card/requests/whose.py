"""Whose request for card service it is: told by the card, the holder, or name and number."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from card.cards import life
from card.cards import service as cards
from card.cards.models import Card
from card.holders import service as holders
from card.holders.models import Holder
from card.numbers import MESSAGES
from card.requests.schemas import RequestCreate
from card.verifications.rules import is_same_name
from hrss_kit import sealing
from hrss_kit.auth import Principal
from hrss_kit.persons import PersonIn
from hrss_kit.problems import ScopeMissing, refuse

HASH_BYTES = 32


async def whose(
    session: AsyncSession, caller: Principal, new: RequestCreate
) -> tuple[Card | None, Holder]:
    """The holder a request is about, held, and their present card where it needs one."""
    if new.person is not None:
        return await _present_card(session, caller, new.kind, new.person)
    if new.person_ref is not None:
        return await _referred_card(session, caller, new.person_ref)
    if new.card_id is None:
        found = await session.scalar(holders.visible(caller).where(Holder.id == new.holder_id))
        if found is None:
            raise refuse("holder_id", "HOLDER_UNKNOWN", *MESSAGES["HOLDER_UNKNOWN"])
        return None, await life.hold(session, found.id)
    card = await session.scalar(cards.visible(caller).where(Card.id == new.card_id))
    if card is None:
        raise refuse("card_id", "CARD_UNKNOWN", *MESSAGES["CARD_UNKNOWN"])
    holder = await life.hold(session, card.holder_id)
    await session.refresh(card, with_for_update=True)
    return card, holder


async def _referred_card(
    session: AsyncSession, caller: Principal, person_ref: str
) -> tuple[Card | None, Holder]:
    """The holder of an event, for a service that carries on with what the event began."""
    if not caller.is_service:
        raise ScopeMissing
    first = bytes.fromhex(person_ref)
    last = first + b"\xff" * (HASH_BYTES - len(first))
    found = await session.scalar(select(Holder).where(Holder.id_hash.between(first, last)).limit(1))
    if found is None:
        raise refuse("person_ref", "HOLDER_UNKNOWN", *MESSAGES["HOLDER_UNKNOWN"])
    holder = await life.hold(session, found.id)
    # Of several the one nearest to working: an active one needs nothing.
    card = await session.scalar(
        select(Card)
        .where(Card.holder_id == holder.id, Card.social_state != "CANCELLED")
        .order_by((Card.social_state == "ACTIVE").desc(), Card.issued_on.desc(), Card.id)
        .limit(1)
        .with_for_update()
    )
    if card is None:
        raise refuse("person_ref", "CARD_UNKNOWN", *MESSAGES["CARD_UNKNOWN"])
    return card, holder


async def _present_card(
    session: AsyncSession, caller: Principal, kind: str, person: PersonIn
) -> tuple[Card | None, Holder]:
    """The holder by name and number, and the card they use; one that is unknown has no request."""
    known = await session.scalar(
        select(Holder).where(Holder.id_hash == sealing.blind(person.doc_no))
    )
    if known is None or not is_same_name(known.person_name, person.name):
        raise refuse("person", "HOLDER_UNKNOWN", *MESSAGES["HOLDER_UNKNOWN"])
    holder = await life.hold(session, known.id)
    if kind == "FIRST_ISSUE":
        return None, holder
    card = await session.scalar(
        cards.visible(caller)
        .where(Card.holder_id == holder.id, Card.social_state != "CANCELLED")
        .order_by((Card.social_state == "ACTIVE").desc(), Card.issued_on.desc(), Card.id)
        .limit(1)
        .with_for_update()
    )
    if card is None:
        raise refuse("person", "CARD_UNKNOWN", *MESSAGES["CARD_UNKNOWN"])
    return card, holder
