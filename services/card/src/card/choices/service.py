"""What can be done with choices. Runs in the caller's transaction."""

from uuid import UUID

from sqlalchemy import Select, false, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from card.access import ACCESS
from card.cards.models import Card
from card.choices import rules
from card.choices.models import ONE_A_JOURNEY, CardChoice
from card.choices.schemas import ChoiceCreate, ChoiceMade, ChoiceQuery, ChoiceRead, MoveItemDone
from card.holders.models import Holder
from hrss_kit import clock, numbering, outbox, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.inbox import Consumer, Received
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, NotYourCity, refuse
from hrss_kit.translation import constraint_of

HASH_BYTES = 32
#: The card somebody has: the active one, else the one that is nearest to it.
NEAREST = ("ACTIVE", "SEALED", "TEMP_LOST", "LOCKED", "LOST", "EXPIRED")


def visible(caller: Principal) -> Select[CardChoice]:
    """Both cities of a move; auditors and the suite's services see all."""
    found = select(CardChoice)
    if caller.holds("auditor", "service"):
        return found
    if not caller.city:
        return found.where(false())
    return found.where(
        (CardChoice.owner_city == caller.city) | (CardChoice.from_city == caller.city)
    )


async def create(session: AsyncSession, new: ChoiceCreate) -> CardChoice:
    """Opens the choice of somebody who moves; one a journey. Without a card there is none."""
    if new.from_city == new.to_city:
        raise refuse("to_city", "CITY", "须为另一城市", "must be the other city")
    first = bytes.fromhex(new.person_ref)
    last = first + b"\xff" * (HASH_BYTES - len(first))
    holder = await session.scalar(
        select(Holder).where(Holder.id_hash.between(first, last)).limit(1)
    )
    card = None if holder is None else await _card_of(session, holder.id)
    row = CardChoice(
        owner_city=new.to_city,
        biz_no=await numbering.next_number(session, "CA", new.to_city, clock.today()),
        state=rules.NO_CARD if card is None else rules.WAITING,
        person_ref=new.person_ref,
        holder_id=None if holder is None else holder.id,
        card_id=None if card is None else card.id,
        from_city=new.from_city,
        move_no=new.move_no,
        journey_id=new.journey_id,
        settled_on=clock.today() if card is None else None,
    )
    exchange().note(person_refs=[new.person_ref])
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the constraint decides who was first
    except IntegrityError as error:
        if constraint_of(error) != ONE_A_JOURNEY:
            raise
        known = select(CardChoice.id).where(CardChoice.journey_id == new.journey_id)
        raise Duplicate(existing_id=str(await session.scalar(known))) from error
    timeline.add(session, row.id, "open", caller=exchange().principal, to_state=row.state)
    return row


async def _card_of(session: AsyncSession, holder_id: UUID) -> Card | None:
    held = await session.scalars(
        select(Card).where(Card.holder_id == holder_id, Card.social_state.in_(NEAREST))
    )
    found = sorted(held, key=lambda one: (NEAREST.index(one.social_state), str(one.id)))
    return found[0] if found else None


async def decide(
    session: AsyncSession, caller: Principal, choice_id: UUID, action: str
) -> CardChoice:
    """Keeps or replaces, at a counter of either city; whoever leads the move hears of it."""
    row = await _hold(session, caller, choice_id)
    if caller.city not in (row.owner_city, row.from_city):
        raise NotYourCity
    target = rules.MACHINE.take(row.state, action)
    row.choice = action.upper()
    _move(session, caller, row, action, target)
    outbox.publish(
        session,
        ChoiceMade(
            choice_id=row.id, choice=row.choice, move_no=row.move_no, to_city=row.owner_city
        ),
        source="card",
        subject=row.biz_no,
        city=row.owner_city,
        audience=[row.owner_city, row.from_city],
        person_ref=row.person_ref,
        journey_id=row.journey_id,
    )
    return row


async def cancel(
    session: AsyncSession, caller: Principal, choice_id: UUID, reason: str
) -> CardChoice:
    """There is nothing to choose any more: the move was called off."""
    row = await _hold(session, caller, choice_id)
    if not caller.is_service and caller.city != row.owner_city:
        raise NotYourCity
    _move(session, caller, row, "cancel", rules.MACHINE.take(row.state, "cancel"), reason)
    return row


async def told(session: AsyncSession, event: Received, data: MoveItemDone) -> None:
    """The service that leads the move has settled its item: so is the choice."""
    target = rules.TOLD.get((data.state, data.card_choice))
    if data.item != "CARD" or target is None or event.journeyid is None:
        return
    row = await session.scalar(
        select(CardChoice).where(CardChoice.journey_id == event.journeyid).with_for_update()
    )
    if row is not None and row.state in rules.OPEN:
        row.choice = data.card_choice or row.choice
        _move(session, None, row, "told", target, event.subject)


async def _hold(session: AsyncSession, caller: Principal, choice_id: UUID) -> CardChoice:
    wanted = visible(caller).where(CardChoice.id == choice_id)
    row = await resources.load(session, wanted, lock=True)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    resources.match_version(row)
    return row


def _move(
    session: AsyncSession,
    caller: Principal | None,
    row: CardChoice,
    action: str,
    target: str,
    reason: str | None = None,
) -> None:
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=row.state,
        to_state=target,
        reason=reason,
    )
    row.state, row.updated_at = target, clock.now()
    row.settled_on = None if target in rules.OPEN else clock.today()


async def load(session: AsyncSession, caller: Principal, choice_id: UUID) -> CardChoice:
    """One choice, or 404."""
    return await resources.load(session, visible(caller).where(CardChoice.id == choice_id))


async def find(session: AsyncSession, caller: Principal, query: ChoiceQuery) -> Page[ChoiceRead]:
    """The queues of the two cities of a move."""
    wanted = visible(caller)
    for name in ("state", "owner_city", "from_city", "journey_id", "move_no"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(CardChoice, name) == value)
    if query.q:
        wanted = wanted.where((CardChoice.biz_no == query.q) | (CardChoice.move_no == query.q))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=CardChoice.id,
        sorts={"created_at": CardChoice.created_at},
        default="-created_at",
    )
    items = [await shown(session, caller, row) for row in rows]
    return Page[ChoiceRead](items=items, next_cursor=cursor)


async def shown(session: AsyncSession, caller: Principal, row: CardChoice) -> ChoiceRead:
    """A choice as a reply, with what has become of the card."""
    await session.flush()  # the version that the caller is told is the one written
    card = None if row.card_id is None else await session.get(Card, row.card_id)

    def may(action: str) -> bool:
        held = "card-choice:cancel" if action == "cancel" else "card-choice:serve"
        near = (row.owner_city,) if action == "cancel" else (row.owner_city, row.from_city)
        is_near = caller.city in near or (action == "cancel" and caller.is_service)
        return is_near and ACCESS.allows(caller, held)

    return resources.shown(
        ChoiceRead,
        row,
        to_city=row.owner_city,
        card_state=None if card is None else card.social_state,
        issuing_city=None if card is None else card.owner_city,
        allowed_actions=rules.MACHINE.allowed(row.state, may),
        deadlines=[],
    )


CONSUMERS = (Consumer("talent", "talent.move.item_done.v1", MoveItemDone, told),)
