"""What can be done with applications for a first card. Runs in the caller's transaction."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from card.access import ACCESS
from card.applications import rules
from card.applications.models import CardApplication
from card.applications.schemas import (
    ApplicationCreate,
    ApplicationQuery,
    ApplicationRead,
    CardMade,
    HandOver,
)
from card.cards import identity, life
from card.cards import service as cards
from card.cards.models import Card
from card.cards.schemas import CardCreate, Preopening
from card.holders import service as holders
from card.holders.models import Holder
from card.numbers import MESSAGES
from card.requests import first_issue
from hrss_kit import clock, deadlines, numbering, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, NotYourCity, refuse
from hrss_kit.translation import constraint_of

ONE_LIVE = "uq_card_applications_live"
CLOCKS = (("PREOPEN", "card.preopen_wd"), ("ISSUE", "card.make_wd"))
SHOWN = ("person", "state", "card_state")


def visible(caller: Principal) -> Select[CardApplication]:
    """The city that was applied to; an auditor sees every application."""
    found = select(CardApplication)
    return (
        found if caller.holds("auditor") else found.where(CardApplication.owner_city == caller.city)
    )


async def create(
    session: AsyncSession, caller: Principal, new: ApplicationCreate
) -> CardApplication:
    """Takes an application in; one live one a person, and no second card of one city."""
    city = caller.city or ""
    known = await holders.of_person(session, caller, new.person)
    exchange().note(person_refs=[known.person_ref])
    holder = await life.hold(session, known.id)
    if holder.deceased_on is not None:
        raise cards.HolderDeceased
    await first_issue.refuse_beside_request(session, holder)
    has = await session.scalar(
        select(Card.id)
        .where(Card.id_hash == holder.id_hash, Card.owner_city == city)
        .where(Card.social_state != "CANCELLED")
        .limit(1)
    )
    if has is not None:  # then it is replaced or renewed, by a request for card service
        raise Duplicate(existing_id=str(has))
    row = CardApplication(
        owner_city=city,
        biz_no=await numbering.next_number(session, "CA", city, clock.today()),
        holder_id=holder.id,
        id_hash=holder.id_hash,
        state="APPLIED",
        bank_code=new.bank_code,
        delivery=new.delivery,
        delivery_address=new.delivery_address,
    )
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the constraint decides who was first
    except IntegrityError as error:
        if constraint_of(error) != ONE_LIVE:
            raise
        first = await session.scalar(
            select(CardApplication.id).where(
                CardApplication.id_hash == holder.id_hash, CardApplication.state.in_(rules.LIVE)
            )
        )
        raise Duplicate(existing_id=str(first)) from error
    timeline.add(session, row.id, "apply", caller=caller, to_state=row.state)
    today = clock.today()
    for code, key in CLOCKS:
        await deadlines.start(
            session,
            subject_id=row.id,
            subject_no=row.biz_no,
            owner_city=city,
            audience=[city],
            code=code,
            started_on=today,
            unit="WD",
            length=int(await policy.get(session, key, on=today, city=city)),
            basis=key,
        )
    return row


async def preopen(
    session: AsyncSession, caller: Principal, application_id: UUID, wish: Preopening
) -> CardApplication:
    """银行预开户: the photograph has been checked and the bank has opened the account."""
    row, _ = await _begin(session, caller, application_id, "preopen")
    if not wish.photo_checked:
        raise refuse("photo_checked", "PHOTO", *MESSAGES["PHOTO"])
    row.bank_code = wish.bank_code
    row.bank_account = wish.bank_account or row.bank_account
    await deadlines.meet(session, row.id, "PREOPEN", clock.today())
    return _move(session, caller, row, "preopen")


async def make(
    session: AsyncSession, caller: Principal, application_id: UUID, made: CardMade
) -> CardApplication:
    """制卡: the card joins the register, made and not yet handed over."""
    row, holder = await _begin(session, caller, application_id, "make")
    record = CardCreate.model_validate(
        {
            **made.model_dump(),
            "holder_id": holder.id,
            "social_state": "PREOPENED",
            "financial_state": "INACTIVE",
            "bank_code": row.bank_code,
            "bank_account": row.bank_account,
        }
    )
    card = await cards.register(session, caller, record)
    await life.move(session, caller, card, "make", "MADE", row.biz_no)
    row.card_id = card.id
    return _move(session, caller, row, "make")


async def hand_over(
    session: AsyncSession, caller: Principal, application_id: UUID, seen: HandOver
) -> CardApplication:
    """封存交付: to whoever proves to be the applicant; they activate it when they like."""
    row, holder = await _begin(session, caller, application_id, "hand-over")
    card = await session.get_one(Card, row.card_id, with_for_update=True)
    await identity.check(session, caller, seen.proof, holder, card, facts=2)
    await life.move(session, caller, card, "seal", "SEALED", row.biz_no)
    await deadlines.meet(session, row.id, "ISSUE", clock.today())
    return _move(session, caller, row, "hand-over")


async def cancel(
    session: AsyncSession, caller: Principal, application_id: UUID, why: resources.WithReason
) -> CardApplication:
    """Withdrawn; a card that was made for it is cancelled with it."""
    row, _ = await _begin(session, caller, application_id, "cancel")
    if row.card_id is not None:
        card = await session.get_one(Card, row.card_id, with_for_update=True)
        await life.move(session, caller, card, "cancel", "CANCELLED", row.biz_no)
    await deadlines.cancel(session, row.id)
    return _move(session, caller, row, "cancel", why.reason)


async def _begin(
    session: AsyncSession, caller: Principal, application_id: UUID, action: str
) -> tuple[CardApplication, Holder]:
    """The application and its holder, held; refuses in order."""
    row = await load(session, caller, application_id)
    holder = await life.hold(session, row.holder_id)
    await session.refresh(row, with_for_update=True)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    rules.MACHINE.take(row.state, action)
    if action != "cancel" and holder.deceased_on is not None:
        raise cards.HolderDeceased
    return row, holder


def _move(
    session: AsyncSession,
    caller: Principal,
    row: CardApplication,
    action: str,
    reason: str | None = None,
) -> CardApplication:
    before, row.state = row.state, rules.MACHINE.take(row.state, action)
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=before,
        to_state=row.state,
        reason=reason,
    )
    return row


async def load(session: AsyncSession, caller: Principal, application_id: UUID) -> CardApplication:
    """One application, or 404."""
    return await resources.load(
        session, visible(caller).where(CardApplication.id == application_id)
    )


async def find(
    session: AsyncSession, caller: Principal, query: ApplicationQuery
) -> Page[ApplicationRead]:
    """Applications to one's own city."""
    statement = visible(caller)
    if query.state is not None:
        statement = statement.where(CardApplication.state == query.state)
    if query.holder_id is not None:
        statement = statement.where(CardApplication.holder_id == query.holder_id)
    if query.q:
        statement = statement.where(CardApplication.biz_no == query.q)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=CardApplication.id,
        sorts={"created_at": CardApplication.created_at, "biz_no": CardApplication.biz_no},
        default="-created_at",
    )
    return Page[ApplicationRead](items=await shown(session, caller, *rows), next_cursor=cursor)


async def shown(
    session: AsyncSession, caller: Principal, *rows: CardApplication
) -> list[ApplicationRead]:
    """Applications as replies, each with its applicant, its card's state and its clocks."""
    await session.flush()  # the version that the caller is told is the one written
    clocks = await deadlines.of(session, [row.id for row in rows])
    held = {
        holder.id: holder
        for holder in await session.scalars(
            select(Holder).where(Holder.id.in_({row.holder_id for row in rows}))
        )
    }
    made = await session.execute(
        select(Card.id, Card.social_state).where(Card.id.in_({row.card_id for row in rows}))
    )
    states = {card_id: state for card_id, state in made}
    for row in rows:
        exchange().note(subject=row.biz_no, person_refs=[row.person_ref], fields=SHOWN)
    return [
        resources.shown(
            ApplicationRead,
            row,
            person=held[row.holder_id].masked(),
            card_state=states.get(row.card_id) if row.card_id else None,
            allowed_actions=_allowed(caller, row),
            deadlines=clocks[row.id],
        )
        for row in rows
    ]


def _allowed(caller: Principal, row: CardApplication) -> list[str]:
    def may(action: str) -> bool:
        permission = "application:serve" if action in ("hand-over", "cancel") else "card:make"
        return caller.city == row.owner_city and ACCESS.allows(caller, permission)

    return rules.MACHINE.allowed(row.state, may)
