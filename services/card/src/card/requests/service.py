"""What can be done with requests for card service. Runs in the caller's transaction."""

from uuid import UUID

from sqlalchemy import Select, false, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from card.cards import identity, life
from card.cards import service as cards
from card.cards.models import Card
from card.cards.states import MACHINE as CARD_MACHINE
from card.holders.models import Holder
from card.numbers import MESSAGES
from card.requests import first_issue, rules
from card.requests.models import CardServiceRequest
from card.requests.schemas import (
    Execution,
    IdentityCheck,
    NewCard,
    RequestCreate,
    RequestQuery,
)
from card.requests.whose import whose
from hrss_kit import clock, deadlines, numbering, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import city_of
from hrss_kit.problems import Conflict, Duplicate, NotYourCity, ScopeMissing, StateConflict, refuse
from hrss_kit.translation import constraint_of

ONE_OPEN, MAKING = "uq_card_service_requests_open", "MAKE"
REPLACING = ("REPLACE_LOST", "REPLACE_DAMAGED", "RENEW")


class RenewWindow(Conflict):
    """A card is renewed from `card.renew_window_days` before its last day."""

    code = "RENEW_WINDOW"
    title_zh = "未到可换发期限"
    title_en = "It is too early to renew this card"


def visible(caller: Principal) -> Select[CardServiceRequest]:
    """Both cities of a request see it; an auditor sees every one."""
    found = select(CardServiceRequest)
    if caller.holds("auditor"):
        return found
    if not caller.city:
        return found.where(false())
    return found.where(
        or_(
            CardServiceRequest.serving_city == caller.city,
            CardServiceRequest.issuing_city == caller.city,
        )
    )


def filtered(caller: Principal, query: RequestQuery) -> Select[CardServiceRequest]:
    """A queue: what one city has taken in, what the other is to execute."""
    statement = visible(caller)
    for name in ("state", "kind", "serving_city", "issuing_city", "holder_id"):
        wanted = getattr(query, name)
        if wanted is not None:
            statement = statement.where(getattr(CardServiceRequest, name) == wanted)
    return statement.where(CardServiceRequest.biz_no == query.q) if query.q else statement


async def load(session: AsyncSession, caller: Principal, request_id: UUID) -> CardServiceRequest:
    """One request, or 404."""
    return await resources.load(session, visible(caller).where(CardServiceRequest.id == request_id))


async def create(
    session: AsyncSession, caller: Principal, new: RequestCreate
) -> CardServiceRequest:
    """Takes a request in; with a proof of identity it goes on as far as the suite can take it."""
    card, holder = await whose(session, caller, new)
    exchange().note(person_refs=[holder.person_ref])
    city = caller.city or ""
    if not caller.holds(*rules.COUNTERS) and (
        new.kind not in rules.FOR_PAYMENT or new.proof is not None
    ):
        raise ScopeMissing  # who only pays asks for it; a counter sees the holder
    if new.kind == first_issue.KIND:
        await first_issue.refuse_beside_application(session, holder)
    await _check_begin(session, new.kind, card, holder)
    if new.proof is not None:
        facts = rules.facts_for(new.kind)
        await identity.check(session, caller, new.proof, holder, card, facts=facts)
    row = CardServiceRequest(
        owner_city=city,
        biz_no=await numbering.next_number(session, "CA", city, clock.today()),
        kind=new.kind,
        state="CREATED",
        holder_id=holder.id,
        id_hash=holder.id_hash,
        card_id=None if card is None else card.id,
        serving_city=city,
        # Whoever takes part in a city gets the first card of that city.
        issuing_city=city if new.kind == "FIRST_ISSUE" or card is None else card.owner_city,
        delivery=new.delivery,
        delivery_address=new.delivery_address,
        bank_code=new.bank_code,
        fee=new.fee,
        damage_proof=new.damage_proof,
        correction=new.correction,
    )
    row.offer = _offer(row, holder, new.takes_part_here)
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the constraint decides who was first
    except IntegrityError as error:
        if constraint_of(error) != ONE_OPEN:
            raise
        first = await session.scalar(
            select(CardServiceRequest.id).where(
                CardServiceRequest.holder_id == holder.id,
                CardServiceRequest.kind == new.kind,
                CardServiceRequest.state.not_in(rules.ENDED),
            )
        )
        raise Duplicate(existing_id=str(first)) from error
    timeline.add(session, row.id, "create", caller=caller, to_state=row.state)
    if new.proof is not None:
        await _identified(session, caller, row, card)
        if row.state == "ID_CHECKED":
            await _send(session, caller, row)
    return row


async def check_id(
    session: AsyncSession, caller: Principal, request_id: UUID, seen: IdentityCheck
) -> CardServiceRequest:
    """身份核对; what any counter may do for the holder is done at once."""
    row, card, holder = await _begin(session, caller, request_id, "check-id")
    await _check_begin(session, row.kind, card, holder)
    facts = rules.facts_for(row.kind)
    await identity.check(session, caller, seen.proof, holder, card, facts=facts)
    await _identified(session, caller, row, card)
    return row


async def send(session: AsyncSession, caller: Principal, request_id: UUID) -> CardServiceRequest:
    """Passes the request on to the issuing city."""
    row, _, _ = await _begin(session, caller, request_id, "send")
    await _send(session, caller, row)
    return row


async def execute(
    session: AsyncSession, caller: Principal, request_id: UUID, done: Execution
) -> CardServiceRequest:
    """The issuing city does what was asked; a new card is made and sealed."""
    row, card, holder = await _begin(session, caller, request_id, "execute")
    if row.kind in rules.NOT_FOR_THE_DEAD and holder.deceased_on is not None:
        raise cards.HolderDeceased
    if row.kind in rules.NEW_CARD:
        if done.new_card is None:
            raise refuse("new_card", "NEW_CARD", *MESSAGES["NEW_CARD"])
        row.new_card_id = await _make(session, caller, row, done.new_card)
        await deadlines.meet(session, row.id, MAKING, clock.today())
    elif card is not None:
        await _execute_on(session, caller, row, card)
    _move(session, caller, row, "execute", "EXECUTED", done.note)
    if row.kind not in rules.NEW_CARD:
        _move(session, caller, row, "finish", "DONE")
    return row


async def decline(
    session: AsyncSession, caller: Principal, request_id: UUID, why: resources.WithReason
) -> CardServiceRequest:
    """The issuing city does not do it, and says why."""
    row, _, _ = await _begin(session, caller, request_id, "refuse")
    row.refused_because = why.reason[:500]
    await deadlines.cancel(session, row.id)
    _move(session, caller, row, "refuse", "REFUSED", why.reason)
    return row


async def deliver(session: AsyncSession, caller: Principal, request_id: UUID) -> CardServiceRequest:
    """The sealed card is on its way to where it is handed over."""
    row, _, _ = await _begin(session, caller, request_id, "deliver")
    _move(session, caller, row, "deliver", "DELIVERING")
    return row


async def hand_over(
    session: AsyncSession, caller: Principal, request_id: UUID, seen: IdentityCheck
) -> CardServiceRequest:
    """To the holder, who is identified again; the new card is active, the old one cancelled."""
    row, _, holder = await _begin(session, caller, request_id, "hand-over")
    if holder.deceased_on is not None:
        raise cards.HolderDeceased
    new = await session.get_one(Card, row.new_card_id, with_for_update=True)
    await identity.check(session, caller, seen.proof, holder, new, facts=2)
    target = CARD_MACHINE.take(new.social_state, "activate")
    await life.done_for_holder(session, caller, new, "activate", target, row.biz_no)
    _move(session, caller, row, "hand-over", "DONE")
    return row


async def cancel(session: AsyncSession, caller: Principal, request_id: UUID) -> CardServiceRequest:
    """Withdrawn before it was executed."""
    row, _, _ = await _begin(session, caller, request_id, "cancel")
    await deadlines.cancel(session, row.id)
    _move(session, caller, row, "cancel", "CANCELLED")
    return row


async def _check_begin(session: AsyncSession, kind: str, card: Card | None, holder: Holder) -> None:
    """The card's state and the holder's life allow what is asked."""
    if card is not None:
        if kind in rules.AT_ONCE:
            CARD_MACHINE.take(card.social_state, rules.AT_ONCE[kind])
        states = rules.BEGINS_WITH.get(kind)
        if states is not None and card.social_state not in states:
            raise StateConflict(card.social_state, CARD_MACHINE.allowed(card.social_state))
        if kind == "RENEW":
            today = clock.today()
            days = await policy.get(
                session, "card.renew_window_days", on=today, city=card.owner_city
            )
            if not rules.may_renew(card.valid_to, today, int(days)):
                raise RenewWindow
    if kind in rules.NOT_FOR_THE_DEAD and holder.deceased_on is not None:
        raise cards.HolderDeceased


def _offer(row: CardServiceRequest, holder: Holder, takes_part_here: bool | None) -> str | None:
    """Whoever now takes part in the serving city may choose a card of that city."""
    if row.kind not in REPLACING or row.serving_city == row.issuing_city:
        return None
    if takes_part_here is None:
        lives_in = holder.residence_division
        takes_part_here = lives_in is not None and city_of(lives_in) == row.serving_city
    return "FIRST_ISSUE" if takes_part_here else None


async def _begin(
    session: AsyncSession, caller: Principal, request_id: UUID, action: str
) -> tuple[CardServiceRequest, Card | None, Holder]:
    """The request, its card and its holder, held; refuses in order."""
    row = await load(session, caller, request_id)
    holder = await life.hold(session, row.holder_id)
    await session.refresh(row, with_for_update=True)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    city = row.issuing_city if action in rules.ISSUERS else row.serving_city
    if caller.city != city:
        raise NotYourCity
    resources.match_version(row)
    rules.MACHINE.take(row.state, action)
    card = None
    if row.card_id is not None:
        card = await session.get_one(Card, row.card_id, with_for_update=True)
    return row, card, holder


def _move(
    session: AsyncSession,
    caller: Principal,
    row: CardServiceRequest,
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
    row.state = target


async def _identified(
    session: AsyncSession, caller: Principal, row: CardServiceRequest, card: Card | None
) -> None:
    """It is the holder: what any counter may do is done, and the issuing city is only told."""
    _move(session, caller, row, "check-id", "ID_CHECKED")
    action = rules.AT_ONCE.get(row.kind)
    if action is None or card is None:
        return
    target = CARD_MACHINE.take(card.social_state, action)
    await life.done_for_holder(session, caller, card, action, target, row.biz_no)
    _move(session, caller, row, "execute", "EXECUTED")
    _move(session, caller, row, "finish", "DONE")


async def _send(session: AsyncSession, caller: Principal, row: CardServiceRequest) -> None:
    _move(session, caller, row, "send", "SENT_TO_ISSUER")
    if row.kind in rules.NEW_CARD:
        today = clock.today()
        key = "card.make_wd"
        await deadlines.start(
            session,
            subject_id=row.id,
            subject_no=row.biz_no,
            owner_city=row.owner_city,
            audience=[row.serving_city, row.issuing_city],
            code=MAKING,
            started_on=today,
            unit="WD",
            length=int(await policy.get(session, key, on=today, city=row.issuing_city)),
            basis=key,
        )


async def _make(
    session: AsyncSession, caller: Principal, row: CardServiceRequest, made: NewCard
) -> UUID:
    """The new card: pre-opened at the bank, made, sealed."""
    record = made.model_copy(
        update={
            "holder_id": row.holder_id,
            "social_state": "PREOPENED",
            "financial_state": made.financial_state or "INACTIVE",
            "bank_code": made.bank_code or row.bank_code,
        }
    )
    card = await cards.register(session, caller, record)
    await life.move(session, caller, card, "make", "MADE", row.biz_no)
    await life.move(session, caller, card, "seal", "SEALED", row.biz_no)
    return card.id


async def _execute_on(
    session: AsyncSession, caller: Principal, row: CardServiceRequest, card: Card
) -> None:
    """What the issuing city does to the present card."""
    if row.kind == "CANCEL":
        target = CARD_MACHINE.take(card.social_state, "cancel")
        await life.move(session, caller, card, "cancel", target, row.biz_no)
    elif row.kind == "PIN_RESET":
        card.pin_failures = 0
        if card.social_state == "LOCKED":
            await life.move(session, caller, card, "unlock", "ACTIVE", row.biz_no)
