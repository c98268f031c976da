"""What can be done with e-cards. Each function runs in the caller's transaction."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from card.cards import rules
from card.cards import service as cards
from card.cards.models import Card
from card.ecards.models import ECard
from card.ecards.schemas import ECardCreate, ECardQuery, ECardRead
from card.holders.models import Holder
from card.numbers import MESSAGES
from hrss_kit import clock, numbering, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict, refuse

SHOWN = ("person", "issue_no", "state")
FROM_OUTSIDE = ("person", "issue_no", "state", "allowed_actions", "deadlines")
#: Digits of an issue number that are shown.
LAST = 4


def visible(caller: Principal) -> Select[ECard]:
    """Any counter of the two cities serves any e-card, masked; a list shows one's own city."""
    found = select(ECard)
    return found if caller.holds("auditor") else found.where(ECard.owner_city.in_(ACTIVE_CITIES))


async def load(session: AsyncSession, caller: Principal, ecard_id: UUID) -> ECard:
    """One e-card, or 404."""
    return await resources.load(session, visible(caller).where(ECard.id == ecard_id))


async def register(session: AsyncSession, caller: Principal, new: ECardCreate) -> ECard:
    """Registers an e-card of a card that your city issued and its holder has activated."""
    card = await session.scalar(cards.visible(caller).where(Card.id == new.card_id))
    if card is None:
        raise refuse("card_id", "CARD_UNKNOWN", *MESSAGES["CARD_UNKNOWN"])
    exchange().note(person_refs=[card.person_ref])
    if caller.city != card.owner_city:
        raise NotYourCity
    holder = await session.get_one(Holder, card.holder_id)
    if holder.deceased_on is not None:
        raise cards.HolderDeceased
    if card.social_state != "ACTIVE":
        raise StateConflict(card.social_state, [])
    today = clock.today()
    if new.issued_on is not None and new.issued_on > today:
        raise refuse("issued_on", "DATE_ORDER", "日期不能晚于今天", "is after today")
    ecard = ECard(
        owner_city=card.owner_city,
        biz_no=await numbering.next_number(session, "CA", card.owner_city, today),
        holder_id=card.holder_id,
        id_hash=card.id_hash,
        bound_card_id=card.id,
        level=new.level,
        issued_on=new.issued_on or today,
        device_hash=new.device_hash,
    )
    ecard.take_issue_no(new.issue_no)
    try:
        async with session.begin_nested():
            session.add(ecard)
            await session.flush()  # the constraints decide who was first
    except IntegrityError as error:
        same = (ECard.issue_no_hash == ecard.issue_no_hash) | (
            (ECard.id_hash == card.id_hash) & (ECard.level == 1)
        )
        first = await session.scalar(select(ECard.id).where(same).limit(1))
        raise Duplicate(existing_id=str(first)) from error
    timeline.add(session, ecard.id, "register", caller=caller)
    return ecard


async def find(session: AsyncSession, caller: Principal, query: ECardQuery) -> Page[ECardRead]:
    """E-cards of the caller's city; an auditor sees both."""
    statement = visible(caller)
    if caller.city:
        statement = statement.where(ECard.owner_city == caller.city)
    if query.holder_id is not None:
        statement = statement.where(ECard.holder_id == query.holder_id)
    if query.bound_card_id is not None:
        statement = statement.where(ECard.bound_card_id == query.bound_card_id)
    if query.q:
        statement = statement.where(ECard.biz_no == query.q)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=ECard.id,
        sorts={"created_at": ECard.created_at, "biz_no": ECard.biz_no},
        default="-created_at",
    )
    return Page[ECardRead](items=await shown(session, *rows), next_cursor=cursor)


async def shown(session: AsyncSession, *ecards: ECard) -> list[ECardRead]:
    """E-cards as replies, each with its holder and the state its card gives it."""
    bound = {
        card.id: card
        for card in await session.scalars(
            select(Card).where(Card.id.in_({one.bound_card_id for one in ecards}))
        )
    }
    held = {
        holder.id: holder
        for holder in await session.scalars(
            select(Holder).where(Holder.id.in_({one.holder_id for one in ecards}))
        )
    }
    return [_shown(one, bound[one.bound_card_id], held[one.holder_id]) for one in ecards]


def _shown(ecard: ECard, card: Card, holder: Holder) -> ECardRead:
    exchange().note(subject=ecard.biz_no, person_refs=[ecard.person_ref], fields=SHOWN)
    plain = {
        name: getattr(ecard, name) for name in ECardRead.model_fields if name not in FROM_OUTSIDE
    }
    hidden = len(ecard.issue_no) - LAST
    return ECardRead(
        **plain,
        person=holder.masked(),
        issue_no="*" * hidden + ecard.issue_no[-LAST:],
        state=rules.ecard_state(card.social_state) or rules.LIMITED,
        allowed_actions=[],
        deadlines=[],
    )


async def rebind(session: AsyncSession, card: Card) -> None:
    """The e-cards of a person go over to the card that has become active."""
    ecards = await session.scalars(
        select(ECard)
        .where(ECard.id_hash == card.id_hash, ECard.bound_card_id != card.id)
        .order_by(ECard.id)
        .with_for_update()
    )
    for ecard in ecards:
        ecard.bound_card_id = card.id
        timeline.add(session, ecard.id, "rebind", caller=exchange().principal)
