"""What a use of a card is checked for, and whom it is told. Runs in the caller's transaction."""

from dataclasses import dataclass
from uuid import UUID

from fastapi import FastAPI
from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from card import numbers
from card.cards import service as cards
from card.cards.models import Card
from card.cards.states import MACHINE
from card.catalogue import service as catalogue
from card.ecards import use as codes
from card.ecards.models import ECard
from card.holders.models import Holder
from card.lookups import generations, questions
from card.uses.models import CardUse
from card.uses.schemas import CardUseCreate, CardUsed, CardUseQuery, CardUseRead, PlaceRead
from card.verifications import rules
from card.verifications import service as verifications
from hrss_kit import clock, numbering, outbox, resources, sealing
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES, city_of
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, Duplicate, NotFound, NotYourCity, StateConflict, refuse
from hrss_kit.translation import constraint_of

SHOWN = ("person", "use_code", "assurance", "place")
HASH_BYTES = 32
SENT_TWICE = "uq_card_use_events_source"


class UnknownHolder(Conflict):
    """What was shown belongs to nobody, or not to whoever was named: the same answer."""

    code = "CARD_MISMATCH"
    title_zh, title_en = (
        "出示的卡片与登记信息不符",
        "What was shown does not agree with the register",
    )


@dataclass(frozen=True, slots=True)
class Presented:
    """Whose card was shown, and in which way."""

    id_hash: bytes
    way: str
    card: Card | None


def visible(caller: Principal) -> Select[CardUse]:
    """The city of the counter, and the one whose card it was; an auditor sees every use."""
    found = select(CardUse)
    if caller.holds("auditor"):
        return found
    issued = select(Card.id).where(Card.owner_city == caller.city)
    return found.where((CardUse.owner_city == caller.city) | CardUse.card_id.in_(issued))


async def record(
    app: FastAPI, session: AsyncSession, caller: Principal, new: CardUseCreate
) -> CardUse:
    """Writes a use down and tells who listens; the same `source_ref` again is a duplicate."""
    city = city_of(new.place.division)
    if city != caller.city:
        raise NotYourCity
    await catalogue.check(session, city or "", new.use_code, new.assurance)
    shown = await _presented(app, session, caller, new)
    holder = await session.scalar(select(Holder).where(Holder.id_hash == shown.id_hash))
    if holder is None:
        raise UnknownHolder
    exchange().note(person_refs=[holder.person_ref], fields=("use_code", "assurance"))
    if holder.deceased_on is not None:
        raise cards.HolderDeceased
    if shown.card is not None and shown.way == "CARD":
        await _check_card(app, shown.card)
    row = CardUse(
        owner_city=city or "",
        biz_no=await numbering.next_number(session, "CA", city or "", clock.today()),
        holder_id=holder.id,
        id_hash=holder.id_hash,
        card_id=None if shown.card is None else shown.card.id,
        use_code=new.use_code,
        way=shown.way,
        assurance=new.assurance,
        data_only=new.data_only,
        place_org=new.place.org_id or caller.org_id or caller.client_id,
        place_division=new.place.division,
        journey_id=new.journey_id,
        source_system=caller.client_id,
        source_ref=new.source_ref,
    )
    await _add(session, row)
    outbox.publish(
        session,
        CardUsed(
            use_code=row.use_code,
            assurance=row.assurance,
            division=row.place_division,
            data_only=row.data_only,
        ),
        source="card",
        subject=row.biz_no,
        city=row.owner_city,
        audience=ACTIVE_CITIES,
        person_ref=row.person_ref,
        journey_id=row.journey_id,
    )
    return row


async def _add(session: AsyncSession, row: CardUse) -> None:
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the constraint decides who was first
    except IntegrityError as error:
        if constraint_of(error) != SENT_TWICE:
            raise
        first = await session.scalar(
            select(CardUse.id).where(
                CardUse.source_system == row.source_system, CardUse.source_ref == row.source_ref
            )
        )
        raise Duplicate(existing_id=str(first)) from error


async def _presented(
    app: FastAPI, session: AsyncSession, caller: Principal, new: CardUseCreate
) -> Presented:
    if new.ecard_token is not None:
        id_hash = await codes.use(app.state.database, new.ecard_token)
        bound = select(Card).join(ECard, ECard.bound_card_id == Card.id)
        card = await session.scalar(bound.where(ECard.id_hash == id_hash).limit(1))
        return Presented(id_hash, "ECARD", card)
    if new.verification_id is not None:
        return await _verified(session, caller, new.verification_id)
    if new.card_id is not None:
        card = await session.scalar(cards.visible(caller).where(Card.id == new.card_id))
        if card is None:
            raise refuse("card_id", "CARD_UNKNOWN", *numbers.MESSAGES["CARD_UNKNOWN"])
        return Presented(card.id_hash, "CARD", card)
    return await _read(app, session, new)


async def _read(app: FastAPI, session: AsyncSession, new: CardUseCreate) -> Presented:
    """The card whose chip was read, when everything the chip says is so."""
    line = await questions.read_line(app.state.database, new.reader_line)
    assert line is not None  # one of the ways was given
    code = numbers.identification_hash(line.identification_code)
    card = await session.scalar(select(Card).where(Card.identification_hash == code))
    if card is None:
        raise UnknownHolder
    holder = await session.get_one(Holder, card.holder_id)
    said = (
        (line.doc_no and sealing.blind(line.doc_no), card.id_hash),
        (line.card_no, card.card_no),
        (line.spec_version, card.spec_version),
        (line.issued_on, card.issued_on),
        (line.valid_to, card.valid_to),
    )
    names = [name for name in (new.name, line.name) if name is not None]
    same = [rules.is_same_name(name, holder.person_name) for name in names]
    if not all(same) or any(given is not None and given != stored for given, stored in said):
        raise UnknownHolder
    return Presented(card.id_hash, "CARD", card)


async def _verified(session: AsyncSession, caller: Principal, verification_id: UUID) -> Presented:
    try:
        found = await verifications.read(session, caller, verification_id)
    except NotFound as error:
        raise UnknownHolder from error
    if not found.match or found.person_ref is None:
        raise UnknownHolder
    prefix = bytes.fromhex(found.person_ref)
    last = prefix + b"\xff" * (HASH_BYTES - len(prefix))
    holder = await session.scalar(
        select(Holder).where(Holder.id_hash.between(prefix, last)).limit(1)
    )
    if holder is None:
        raise UnknownHolder
    live = select(Card).where(Card.id_hash == holder.id_hash, Card.social_state == "ACTIVE")
    return Presented(holder.id_hash, "NUMBER", await session.scalar(live))


async def _check_card(app: FastAPI, card: Card) -> None:
    """A card that is used is good: active, and of a generation its city still takes."""
    if card.generation == generations.FIRST and await generations.is_stopped(
        app.state.database, card.owner_city, clock.today()
    ):
        raise generations.GenerationStopped(offer=generations.OFFER)
    if card.social_state != "ACTIVE":
        raise StateConflict(card.social_state, MACHINE.allowed(card.social_state))


async def find(session: AsyncSession, caller: Principal, query: CardUseQuery) -> Page[CardUseRead]:
    """Uses at the counters of one's city, and of its cards."""
    statement = visible(caller)
    for name in ("use_code", "assurance", "card_id", "holder_id"):
        wanted = getattr(query, name)
        if wanted is not None:
            statement = statement.where(getattr(CardUse, name) == wanted)
    if query.q:
        statement = statement.where(CardUse.biz_no == query.q)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=CardUse.id,
        sorts={"created_at": CardUse.created_at, "biz_no": CardUse.biz_no},
        default="-created_at",
    )
    return Page[CardUseRead](items=await shown(session, *rows), next_cursor=cursor)


async def load(session: AsyncSession, caller: Principal, use_id: UUID) -> CardUse:
    """One use, or 404."""
    return await resources.load(session, visible(caller).where(CardUse.id == use_id))


async def shown(session: AsyncSession, *rows: CardUse) -> list[CardUseRead]:
    """Uses as replies, each with its holder."""
    held = {
        holder.id: holder
        for holder in await session.scalars(
            select(Holder).where(Holder.id.in_({row.holder_id for row in rows}))
        )
    }
    for row in rows:
        exchange().note(subject=row.biz_no, person_refs=[row.person_ref], fields=SHOWN)
    return [
        resources.shown(
            CardUseRead,
            row,
            person=held[row.holder_id].masked(),
            place=PlaceRead(org_id=row.place_org, division=row.place_division),
        )
        for row in rows
    ]
