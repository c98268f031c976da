"""What happens to a card in its life (domain §2.5). Runs in the caller's transaction.

Whatever is done to one card of a person may touch the others, so the holder's row is held first:
of several activations at once each sees what the one before it did.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from card.cards import identity, service, states
from card.cards.models import Card
from card.cards.schemas import AtCounter, Cancellation, Delivery, PinCheck, Preopening
from card.cards.service import HolderDeceased
from card.ecards import service as ecards
from card.holders.models import Holder
from card.numbers import MESSAGES
from hrss_kit import clock, deadlines, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.problems import Duplicate, NotYourCity, refuse

AT_ONCE = 1000


async def begin(
    session: AsyncSession, caller: Principal, card_id: UUID, action: str
) -> tuple[Card, Holder, str]:
    """The card and its holder, held, and the state after the action; refuses in order."""
    card = await service.load(session, caller, card_id)
    holder = await hold(session, card.holder_id)
    await session.refresh(card, with_for_update=True)
    exchange().note(subject=card.biz_no, person_refs=[card.person_ref])
    if action in states.ISSUERS and caller.city != card.owner_city:
        raise NotYourCity
    resources.match_version(card)
    target = states.MACHINE.take(card.social_state, action)
    if action in states.FOR_THE_LIVING and holder.deceased_on is not None:
        raise HolderDeceased
    return card, holder, target


async def hold(session: AsyncSession, holder_id: UUID) -> Holder:
    """The holder's row, for this transaction alone; cards that refer to it may still be added."""
    wanted = select(Holder).where(Holder.id == holder_id).with_for_update(key_share=True)
    return (await session.scalars(wanted.execution_options(populate_existing=True))).one()


async def preopen(
    session: AsyncSession, caller: Principal, card_id: UUID, wish: Preopening
) -> Card:
    """银行预开户: one live application a person."""
    card, holder, target = await begin(session, caller, card_id, "preopen")
    if not wish.photo_checked:
        raise refuse("photo_checked", "PHOTO", *MESSAGES["PHOTO"])
    other = await session.scalar(
        select(Card.id).where(
            Card.holder_id == holder.id,
            Card.id != card.id,
            Card.social_state.in_(states.IN_THE_MAKING),
        )
    )
    if other is not None:
        raise Duplicate(existing_id=str(other))
    card.bank_code, card.bank_account = wish.bank_code, wish.bank_account or card.bank_account
    card.financial_state = "INACTIVE"
    await deadlines.meet(session, card.id, "PREOPEN", clock.today())
    return await move(session, caller, card, "preopen", target)


async def make(session: AsyncSession, caller: Principal, card_id: UUID) -> Card:
    """制卡: the card has been made."""
    card, _, target = await begin(session, caller, card_id, "make")
    return await move(session, caller, card, "make", target)


async def seal(session: AsyncSession, caller: Principal, card_id: UUID, wish: Delivery) -> Card:
    """封存: delivered and not yet active; handed over at once only to the holder."""
    card, holder, target = await begin(session, caller, card_id, "seal")
    if wish.proof is not None:
        await identity.check(session, caller, wish.proof, holder, card, facts=states.FACTS["seal"])
    await deadlines.meet(session, card.id, "ISSUE", clock.today())
    return await move(session, caller, card, "seal", target)


async def at_counter(
    session: AsyncSession, caller: Principal, card_id: UUID, action: str, wish: AtCounter
) -> Card:
    """What the holder does at any counter: activate, temp-lose, restore, lose, unlock."""
    card, holder, target = await begin(session, caller, card_id, action)
    await identity.check(session, caller, wish.proof, holder, card, facts=states.FACTS[action])
    return await done_for_holder(session, caller, card, action, target, wish.reason)


async def done_for_holder(
    session: AsyncSession,
    caller: Principal,
    card: Card,
    action: str,
    target: str,
    reason: str | None = None,
) -> Card:
    """The action itself, once it is known who asks for it."""
    if action == "activate":
        await replace_others(session, caller, card)
        await ecards.rebind(session, card)
    if action == "temp-lose":
        await _let_rest(session, card)
    if action in ("activate", "unlock"):
        card.pin_failures = 0
    return await move(session, caller, card, action, target, reason)


async def verify_pin(
    session: AsyncSession, caller: Principal, card_id: UUID, seen: PinCheck
) -> Card:
    """The right PIN begins the count anew; too many wrong ones in a row lock the card."""
    card, _, _ = await begin(session, caller, card_id, "verify-pin")
    if seen.correct:
        card.pin_failures = 0
        return card
    maximum = int(await policy.get(session, "card.pin_max_failures", on=clock.today()))
    card.pin_failures, is_locked = states.after_wrong_pin(card.pin_failures, maximum)
    if not is_locked:
        return card
    return await move(session, None, card, "lock", "LOCKED")


async def cancel(
    session: AsyncSession, caller: Principal, card_id: UUID, wish: Cancellation
) -> Card:
    """注销 by the issuing city, for good."""
    card, _, target = await begin(session, caller, card_id, "cancel")
    await deadlines.cancel(session, card.id)
    reason = f"{wish.cause}: {wish.reason}" if wish.reason else wish.cause
    return await move(session, caller, card, "cancel", target, reason)


async def move(
    session: AsyncSession,
    caller: Principal | None,
    card: Card,
    action: str,
    target: str,
    reason: str | None = None,
    *,
    successor: UUID | None = None,
) -> Card:
    """Takes a card to a state, writes it down and tells whom it concerns."""
    before = card.social_state
    async with service.first_come(session, card):
        card.social_state = target
        if target != "TEMP_LOST":
            card.temp_loss_ends_on = None
        card.successor_id = successor or card.successor_id
    timeline.add(
        session,
        card.id,
        action,
        caller=caller,
        from_state=before,
        to_state=target,
        reason=reason,
    )
    service.publish(session, card, before, successor=successor)
    return card


async def replace_others(session: AsyncSession, caller: Principal | None, card: Card) -> None:
    """Cancels what the person has had until now, before the new card becomes active."""
    others = await session.scalars(
        select(Card)
        .where(Card.id_hash == card.id_hash, Card.id != card.id)
        .where(Card.social_state.in_(states.REPLACED), Card.owner_city.in_(ACTIVE_CITIES))
        .order_by(Card.id)
        .with_for_update()
    )
    for other in others:
        await move(session, caller, other, "cancel", "CANCELLED", "SUCCESSOR", successor=card.id)


async def _let_rest(session: AsyncSession, card: Card) -> None:
    today = clock.today()
    on_expiry = await policy.get(
        session, "card.temp_loss_on_expiry", on=today, city=card.owner_city
    )
    if on_expiry == "REVERT":
        days = await policy.get(session, "card.temp_loss_days", on=today, city=card.owner_city)
        card.temp_loss_ends_on = today + timedelta(days=int(days))


async def end_temporary_losses(session: AsyncSession) -> int:
    """Timer: cards whose temporary loss nobody made formal are active again."""
    ended = await session.scalars(
        select(Card)
        .where(Card.social_state == "TEMP_LOST", Card.temp_loss_ends_on < clock.today())
        .order_by(Card.temp_loss_ends_on, Card.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    cards = list(ended)
    for card in cards:
        await move(session, None, card, "restore", "ACTIVE", "card.temp_loss_days")
    return len(cards)


async def expire(session: AsyncSession) -> int:
    """Timer: cards past their last day, and the grace their city gives."""
    done = 0
    for city in sorted(ACTIVE_CITIES):
        today = clock.today()
        grace = int(await policy.get(session, "card.expiry_grace_days", on=today, city=city))
        past = await session.scalars(
            select(Card)
            .where(Card.social_state == "ACTIVE", Card.owner_city == city)
            .where(Card.valid_to < today - timedelta(days=grace))
            .order_by(Card.valid_to, Card.id)
            .limit(AT_ONCE)
            .with_for_update(skip_locked=True)
        )
        for card in past:
            await move(session, None, card, "expire", "EXPIRED")
            done += 1
    return done
