"""What can be done with cards. Each function runs in the caller's transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Select, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from card import numbers
from card.access import ACCESS
from card.cards import rules, states
from card.cards.models import Card
from card.cards.schemas import EVENTS, CardCreate, CardQuery, CardRead, CardRecord
from card.holders import service as holders
from card.holders.models import Holder
from hrss_kit import clock, deadlines, masking, numbering, outbox, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES, PARTNER_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, Duplicate, NotYourCity, StateConflict, refuse
from hrss_kit.translation import constraint_of

SHOWN = ("person", "card_no", "identification_code", "bank_account", "social_state")
DERIVED = (
    "person",
    "state",
    "ecard_state",
    "has_successor",
    "tell_holder",
    "allowed_actions",
    "deadlines",
)
ONE_ACTIVE, CARD_NO = "uq_cards_active_id_hash", "uq_cards_card_no_hash"


class HolderDeceased(Conflict):
    """A card of somebody who has died cannot become active."""

    code = "HOLDER_DECEASED"
    title_zh, title_en = "持卡人已故", "The holder has died"


class ActiveElsewhere(Conflict):
    """The province knows of an active card in a city outside the hub."""

    code = "ACTIVE_ELSEWHERE"
    title_zh = "持卡人在其他城市有正常状态的社会保障卡"
    title_en = "The holder has an active card in another city"


def visible(caller: Principal) -> Select[Card]:
    """Any counter of the two cities serves any card, masked; a list shows one's own city."""
    found = select(Card)
    return found if caller.holds("auditor") else found.where(Card.owner_city.in_(ACTIVE_CITIES))


async def load(
    session: AsyncSession, caller: Principal, card_id: UUID, *, lock: bool = False
) -> Card:
    """One card, or 404."""
    return await resources.load(session, visible(caller).where(Card.id == card_id), lock=lock)


async def register(session: AsyncSession, caller: Principal, new: CardCreate) -> Card:
    """Registers a card of the caller's city; 409 when its code or its number is taken."""
    caller = _acting(caller, new.identification_code)
    card = await _new(session, caller, new.identification_code, new)
    return await _add(session, caller, card)


async def put(
    session: AsyncSession, caller: Principal, code: str, record: CardRecord
) -> tuple[Card, bool]:
    """Makes the register's row of this code be `record`; True when there was none."""
    caller = _acting(caller, code)
    known = select(Card).where(Card.identification_hash == numbers.identification_hash(code))
    known = known.with_for_update()
    card = await session.scalar(known)
    if card is None:
        try:
            fresh = await _new(session, caller, code, record)
            return await _add(session, caller, fresh), True
        except IdentificationTaken:  # somebody else put it at the same moment
            card = (await session.scalars(known)).one()
    return await _change(session, caller, card, record), False


class IdentificationTaken(Duplicate):
    """There is a card with this identification code."""


async def shown(session: AsyncSession, *cards: Card) -> list[CardRead]:
    """Cards as replies, each with its holder."""
    wanted = select(Holder).where(Holder.id.in_({card.holder_id for card in cards}))
    held = {holder.id: holder for holder in await session.scalars(wanted)}
    other = aliased(Card)
    wanted_successors = select(Card.id).where(
        Card.id.in_([card.id for card in cards]),
        exists().where(
            other.id_hash == Card.id_hash, other.social_state == "ACTIVE", other.id != Card.id
        ),
    )
    succeeded = set(await session.scalars(wanted_successors))
    clocks = await deadlines.of(session, [card.id for card in cards])
    return [
        _shown(card, held[card.holder_id], card.id in succeeded, clocks[card.id]) for card in cards
    ]


async def find(session: AsyncSession, caller: Principal, query: CardQuery) -> Page[CardRead]:
    """Cards issued by the caller's city; an auditor sees both."""
    statement = visible(caller)
    if caller.city:
        statement = statement.where(Card.owner_city == caller.city)
    if query.state is not None:
        statement = statement.where(Card.social_state == query.state)
    if query.generation is not None:
        statement = statement.where(Card.generation == query.generation)
    if query.holder_id is not None:
        statement = statement.where(Card.holder_id == query.holder_id)
    if query.valid_to_from is not None:
        statement = statement.where(Card.valid_to >= query.valid_to_from)
    if query.valid_to_to is not None:
        statement = statement.where(Card.valid_to <= query.valid_to_to)
    if query.q:
        statement = statement.where(Card.biz_no == query.q)
    if query.changed_since is not None:
        statement = statement.where(Card.updated_at >= query.changed_since)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=Card.id,
        sorts={"created_at": Card.created_at, "valid_to": Card.valid_to, "biz_no": Card.biz_no},
        default="-created_at",
    )
    return Page[CardRead](items=await shown(session, *rows), next_cursor=cursor)


async def reveal(
    session: AsyncSession, caller: Principal, card_id: UUID, wish: resources.RevealRequest
) -> resources.RevealReply:
    """Full values of a card of one's own city."""
    card = await load(session, caller, card_id)
    exchange().note(subject=card.biz_no, person_refs=[card.person_ref])
    holders.check_reveal(caller, card.owner_city)
    values = {
        "card_no": card.card_no,
        "identification_code": card.identification_code,
        "bank_account": card.bank_account,
    }
    return resources.reveal(caller, card.id, wish, values)


def allowed_actions(caller: Principal | None, card: Card) -> list[str]:
    """What this caller may do with a card now."""
    if caller is None:
        return []
    return states.MACHINE.allowed(
        card.social_state,
        lambda action: (
            ACCESS.allows(caller, states.permission_of(action))
            and (action not in states.ISSUERS or caller.city == card.owner_city)
        ),
    )


def _shown(
    card: Card, holder: Holder, has_successor: bool, clocks: list[deadlines.DeadlineRead]
) -> CardRead:
    exchange().note(subject=card.biz_no, person_refs=[card.person_ref], fields=SHOWN)
    plain: dict[str, Any] = {
        name: getattr(card, name) for name in CardRead.model_fields if name not in DERIVED
    }
    plain["card_no"] = masking.mask_card_no(card.card_no)
    plain["identification_code"] = masking.mask_identification_code(card.identification_code)
    if card.bank_account is not None:
        plain["bank_account"] = masking.mask_bank_card(card.bank_account)
    return CardRead(
        **plain,
        person=holder.masked(),
        state=card.social_state,
        ecard_state=rules.ecard_state(card.social_state, has_active_successor=has_successor),
        has_successor=has_successor,
        # The financial state is the bank's: a loss told here is not told there.
        tell_holder=["REPORT_TO_BANK"]
        if card.social_state == "LOST" and card.financial_state == "ACTIVE"
        else [],
        allowed_actions=allowed_actions(exchange().principal, card),
        deadlines=clocks,
    )


async def _new(session: AsyncSession, caller: Principal, code: str, record: CardRecord) -> Card:
    city = _issuing_city(caller, code, record)
    holder = await _holder_of(session, caller, record)
    card = Card(owner_city=city, holder_id=holder.id, id_hash=holder.id_hash)
    card.biz_no = await numbering.next_number(session, "CA", city, clock.today())
    card.take_code(code)
    card.social_state = record.social_state or "ACTIVE"
    await _fill(session, card, holder, record)
    return card


def _acting(caller: Principal, code: str) -> Principal:
    """The province reports the cards of cities outside the hub (省级核验), in their name."""
    city = numbers.issuing_city(code[:6])
    if caller.holds("province") and city in PARTNER_CITIES and city not in ACTIVE_CITIES:
        return replace(caller, city=city)
    return caller


def _issuing_city(caller: Principal, code: str, record: CardRecord) -> str:
    city = numbers.issuing_city(code[:6])
    if city is None or record.issuing_division not in (None, code[:6]):
        raise refuse("issuing_division", "CARD_ISSUER", *numbers.MESSAGES["CARD_ISSUER"])
    if city != caller.city:
        raise NotYourCity
    return city


async def _holder_of(session: AsyncSession, caller: Principal, record: CardRecord) -> Holder:
    if record.holder is not None:
        return await holders.of_person(session, caller, record.holder)
    found: Holder | None = await session.scalar(
        holders.visible(caller).where(Holder.id == record.holder_id)
    )
    if found is None:
        raise refuse("holder_id", "HOLDER_UNKNOWN", *numbers.MESSAGES["HOLDER_UNKNOWN"])
    return found


async def _fill(session: AsyncSession, card: Card, holder: Holder, record: CardRecord) -> None:
    if card.social_state == "ACTIVE" and holder.deceased_on is not None:
        raise HolderDeceased
    card.holder_id, card.id_hash = holder.id, holder.id_hash
    card.take_number(record.card_no)
    card.spec_version = record.spec_version
    card.generation = rules.GENERATIONS[record.spec_version]
    card.atr, card.issued_on = record.atr, record.issued_on
    card.valid_to = record.valid_to or rules.last_valid_day(
        record.issued_on,
        int(await policy.get(session, "card.validity_years", on=clock.today())),
    )
    card.bank_code, card.bank_account = record.bank_code, record.bank_account
    card.financial_state = record.financial_state or card.financial_state or "NONE"


async def _add(session: AsyncSession, caller: Principal, card: Card) -> Card:
    async with first_come(session, card):
        session.add(card)
    timeline.add(session, card.id, "register", caller=caller, to_state=card.social_state)
    if card.social_state == "APPLIED":
        await start_clocks(session, card)
    publish(session, card, None)
    return card


async def start_clocks(session: AsyncSession, card: Card) -> None:
    """Pre-opening and the whole issue take no longer than policy says."""
    today = clock.today()
    for code, key in (("PREOPEN", "card.preopen_wd"), ("ISSUE", "card.make_wd")):
        await deadlines.start(
            session,
            subject_id=card.id,
            subject_no=card.biz_no,
            owner_city=card.owner_city,
            audience=[card.owner_city],
            code=code,
            started_on=today,
            unit="WD",
            length=int(await policy.get(session, key, on=today, city=card.owner_city)),
            basis=key,
        )


async def _change(session: AsyncSession, caller: Principal, card: Card, record: CardRecord) -> Card:
    _issuing_city(caller, card.identification_code, record)
    before = card.social_state
    wanted = record.social_state or before
    if not rules.may_follow(before, wanted):
        raise StateConflict(before, rules.allowed_after(before))
    holder = await _holder_of(session, caller, record)
    async with first_come(session, card):
        card.social_state = wanted
        await _fill(session, card, holder, record)
        is_changed = session.is_modified(card)
    if is_changed:
        timeline.add(session, card.id, "replace", caller=caller, from_state=before, to_state=wanted)
        publish(session, card, before)
    return card


@asynccontextmanager
async def first_come(session: AsyncSession, card: Card) -> AsyncIterator[None]:
    """Lets the constraints decide who was first, and says which card was."""
    values: dict[str, bytes] = {}
    card_id = card.id
    try:
        # What is to be refused must be written inside: a savepoint begins with a flush.
        async with session.begin_nested():
            yield
            values = {
                name: getattr(card, name)
                for name in ("id_hash", "card_no_hash", "identification_hash")
            }
            await session.flush()
    except IntegrityError as error:
        # The same card met again breaks several constraints, and any of them may be named.
        same_code = Card.identification_hash == values.get("identification_hash")
        first = await session.scalar(select(Card.id).where(same_code, Card.id != card_id))
        if first is not None:
            raise IdentificationTaken(existing_id=str(first)) from error
        same = {
            ONE_ACTIVE: (Card.id_hash == values.get("id_hash")) & (Card.social_state == "ACTIVE"),
            CARD_NO: Card.card_no_hash == values.get("card_no_hash"),
        }.get(constraint_of(error) or "")
        if same is None:
            raise
        first = await session.scalar(select(Card).where(same))
        if first is not None and first.owner_city not in ACTIVE_CITIES:
            raise ActiveElsewhere from error
        raise Duplicate(existing_id=str(first and first.id)) from error


def publish(
    session: AsyncSession, card: Card, before: str | None, *, successor: UUID | None = None
) -> None:
    """Tells both cities what became of a card, when it is something they need to know."""
    word = rules.happened(before, card.social_state)
    if word is not None:
        outbox.publish(
            session,
            EVENTS[word](
                state=card.social_state,
                issuing_city=card.owner_city,
                successor=successor,
                card_id=card.id,
            ),
            source="card",
            subject=card.biz_no,
            city=card.owner_city,
            audience=ACTIVE_CITIES,
            person_ref=card.person_ref,
        )
