"""What can be done with moves. Each function runs in the caller's transaction."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.ids import new_id
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Invalid, ScopeMissing, refuse
from hrss_kit.resources import RevealReply, RevealRequest
from talent.casework import allowed, hold, narrowed, new_number, own_city, save
from talent.casework import move as take_to
from talent.mobility import barriers
from talent.moves import models, rules
from talent.moves.models import Move, MoveItem
from talent.moves.progress import announce, items_of, settle, words
from talent.moves.rules import MACHINE
from talent.moves.schemas import (
    CardChoice,
    ItemRead,
    MarkItem,
    MoveCancelled,
    MoveCreate,
    MoveOpened,
    MoveQuery,
    MoveRead,
)
from talent.recognitions.models import Recognition
from talent.title_recognitions.models import TitleRecognition


def visible(caller: Principal) -> Select[Move]:
    """Moves into and out of the caller's city; the auditor's are everybody's."""
    if caller.holds("auditor"):
        return select(Move)
    return select(Move).where((Move.owner_city == caller.city) | (Move.from_city == caller.city))


def both(row: Move) -> tuple[str, str]:
    """Both cities do their part of the checklist."""
    return (row.owner_city, row.from_city)


async def open_move(session: AsyncSession, caller: Principal, new: MoveCreate) -> MoveRead:
    """Opens a move and its checklist; the other services hear of it."""
    city, today = own_city(caller, new.to_city), clock.today()
    if new.from_city == city or new.from_city not in ACTIVE_CITIES:
        raise refuse("from_city", "CITY", "须为另一试点城市", "must be the other city of the hub")
    terms = await policy.get(session, "talent.mobility_terms", on=today)
    errors = list(barriers({"note": new.note}, terms))
    if errors:
        raise Invalid(*errors)
    row = Move(
        biz_no=await new_number(session, city),
        owner_city=city,
        state=rules.OPEN,
        opened_on=today,
        journey_id=new.journey_id or new_id(),
        **new.model_dump(exclude={"person", "to_city", "not_needed", "needed", "journey_id"}),
    )
    row.take_person(new.person)
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    exchange().note(person_refs=[row.person_ref])
    same = select(Move.id).where(
        Move.id_hash == row.id_hash, Move.state.in_((rules.OPEN, rules.CHECKLIST))
    )
    await save(session, row, {models.ONE_OPEN: same})
    timeline.add(session, row.id, "open", caller=caller, to_state=row.state)
    items = await _checklist(session, row, new, today)
    session.add_all(items)
    take_to(session, None, row, "draw-up", rules.CHECKLIST)
    announce(session, row, MoveOpened(**words(row, items), employer_uscc=row.employer_uscc))
    await session.flush()
    return await _shown(session, caller, row)


async def _checklist(
    session: AsyncSession, row: Move, new: MoveCreate, today: date
) -> list[MoveItem]:
    """What the move needs; what is recognised already is done."""
    states = dict.fromkeys(rules.ITEMS, rules.WAITING)
    is_hired = row.contract_signed_on is not None or row.employer_uscc is not None
    states[rules.CONTRACT] = rules.DONE if is_hired else rules.NOT_NEEDED
    states[rules.TALENT_AWARD] = rules.NOT_NEEDED
    references: dict[str, str] = {}
    titles = select(TitleRecognition.state, TitleRecognition.biz_no).where(
        TitleRecognition.id_hash == row.id_hash, TitleRecognition.owner_city == row.owner_city
    )
    awards = select(Recognition.state, Recognition.biz_no).where(
        Recognition.id_hash == row.id_hash, Recognition.owner_city == row.owner_city
    )
    for code, known in ((rules.TITLE_RECOGNITION, titles), (rules.TALENT_AWARD, awards)):
        for found in await session.execute(known):
            if found.state in ("GRANTED", "NOT_REQUIRED"):
                states[code], references[code] = rules.DONE, found.biz_no
            elif found.state in ("VERIFYING", "VERIFIED") and states[code] != rules.DONE:
                states[code] = rules.WAITING
    for code in new.needed:
        if states[code] != rules.DONE:
            states[code] = rules.WAITING
    for code in new.not_needed:
        if states[code] != rules.DONE:
            states[code] = rules.NOT_NEEDED
    return [
        MoveItem(
            move_id=row.id,
            code=code,
            state=state,
            reference=references.get(code),
            done_on=today if state == rules.DONE else None,
            marked_by="system",
        )
        for code, state in states.items()
    ]


async def mark(session: AsyncSession, caller: Principal, move_id: UUID, wish: MarkItem) -> MoveRead:
    """Marks an item; what has failed is taken up again, or dropped, by a supervisor."""
    row, _ = await hold(session, caller, _one(caller, move_id), "mark-item", MACHINE, both)
    item = await session.get_one(MoveItem, (row.id, wish.item))
    if item.state == rules.FAILED and not caller.holds("supervisor.talent"):
        raise ScopeMissing
    exchange().note(person_refs=[row.person_ref])
    await settle(
        session,
        caller,
        row,
        wish.item,
        wish.state,
        reference=wish.reference,
        note=wish.note,
    )
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def choose_card(
    session: AsyncSession, caller: Principal, move_id: UUID, wish: CardChoice
) -> MoveRead:
    """KEEP settles the card; REPLACE waits for the new card to be activated."""
    row, _ = await hold(session, caller, _one(caller, move_id), "choose-card", MACHINE)
    row.card_choice = wish.choice
    exchange().note(person_refs=[row.person_ref])
    timeline.add(session, row.id, f"card-{wish.choice.lower()}", caller=caller)
    row.updated_at = clock.now()
    if wish.choice == "KEEP":
        await settle(session, caller, row, rules.CARD, rules.DONE, note="KEEP")
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def cancel(session: AsyncSession, caller: Principal, move_id: UUID, reason: str) -> MoveRead:
    """Calls a move off; what was done in other services stays as it is there."""
    row, target = await hold(session, caller, _one(caller, move_id), "cancel", MACHINE)
    take_to(session, caller, row, "cancel", target, reason)
    announce(session, row, MoveCancelled(**words(row, await items_of(session, row.id))))
    await session.flush()  # the answer carries the new version
    return await _shown(session, caller, row)


async def find(session: AsyncSession, caller: Principal, move_id: UUID) -> MoveRead:
    """One move."""
    row = await resources.load(session, _one(caller, move_id))
    exchange().note(person_refs=[row.person_ref], fields=["person"])
    return await _shown(session, caller, row)


async def search(session: AsyncSession, caller: Principal, query: MoveQuery) -> Page[MoveRead]:
    """A page of moves."""
    rows, cursor = await select_page(
        session,
        narrowed(visible(caller), Move, query, ("employer_name",)),
        query,
        key=Move.id,
        sorts={"opened_on": Move.opened_on},
        default="-opened_on",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return Page(items=await shown(session, caller, rows), next_cursor=cursor)


async def history(session: AsyncSession, caller: Principal, move_id: UUID) -> timeline.Timeline:
    """What happened to a move."""
    row = await resources.load(session, _one(caller, move_id))
    return await timeline.of(session, row.id)


async def reveal(
    session: AsyncSession, caller: Principal, move_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full, to the two cities concerned."""
    row = await resources.load(session, _one(caller, move_id))
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values = {"name": row.person_name, "doc_no": row.doc_no, "mobile": row.mobile}
    return resources.reveal(caller, row.id, wish, values)


def _one(caller: Principal, move_id: UUID) -> Select[Move]:
    return visible(caller).where(Move.id == move_id)


async def _shown(session: AsyncSession, caller: Principal, row: Move) -> MoveRead:
    return (await shown(session, caller, [row]))[0]


async def shown(session: AsyncSession, caller: Principal, rows: Sequence[Move]) -> list[MoveRead]:
    """Moves as replies, in the same order."""
    sides = {"mark-item": both}
    return [
        resources.shown(
            MoveRead,
            row,
            person=row.masked(),
            to_city=row.owner_city,
            items=[ItemRead.model_validate(item) for item in await items_of(session, row.id)],
            allowed_actions=allowed(caller, row, MACHINE, "move", sides),
            deadlines=[],
        )
        for row in rows
    ]
