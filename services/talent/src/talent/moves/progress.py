"""How items of a checklist get done: by whom, on record, to the end of the move."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, timeline
from hrss_kit.auth import Principal
from talent.casework import move as take_to
from talent.casework import tell
from talent.moves import rules
from talent.moves.models import Move, MoveItem
from talent.moves.schemas import MoveDone, MoveEvent, MoveItemDone


async def items_of(session: AsyncSession, move_id: UUID) -> list[MoveItem]:
    """The checklist in its order."""
    found = await session.scalars(select(MoveItem).where(MoveItem.move_id == move_id))
    return sorted(found, key=lambda item: rules.ITEMS.index(item.code))


async def settle(
    session: AsyncSession,
    caller: Principal | None,
    row: Move,
    code: str,
    state: str,
    *,
    reference: str | None = None,
    note: str | None = None,
) -> None:
    """Takes an item to a state, and the move to DONE when nothing is left."""
    items = await items_of(session, row.id)
    item = next(one for one in items if one.code == code)
    item.state = rules.ITEM.take(item.state, rules.WORDS[state])
    item.reference, item.note = reference or item.reference, note or item.note
    item.marked_by = caller.actor if caller else "system"
    item.done_on = clock.today() if state == rules.DONE else None
    timeline.add(
        session, row.id, f"item-{code.lower()}-{rules.WORDS[state]}", caller=caller, reason=note
    )
    row.updated_at = clock.now()
    if state != rules.WAITING:
        announce(session, row, MoveItemDone(**words(row, items), item=code, state=state))
    if rules.is_complete(one.state for one in items):
        row.done_on = clock.today()
        take_to(session, None, row, "complete", rules.DONE)
        announce(session, row, MoveDone(**words(row, items)))


async def settle_if_waiting(
    session: AsyncSession, found: Select[Move], code: str, state: str, reference: str
) -> None:
    """For what other rows and other services report: an item that does not wait stays as it is."""
    for row in (await session.scalars(found.order_by(Move.id).with_for_update())).all():
        item = await session.get_one(MoveItem, (row.id, code))
        if row.state == rules.CHECKLIST and item.state == rules.WAITING:
            await settle(session, None, row, code, state, reference=reference)


async def recognised(
    session: AsyncSession, id_hash: bytes, city: str, code: str, reference: str
) -> None:
    """A title or an award was recognised in the city somebody moves to."""
    found = select(Move).where(
        Move.id_hash == id_hash, Move.owner_city == city, Move.state == rules.CHECKLIST
    )
    await settle_if_waiting(session, found, code, rules.DONE, reference)


def announce(session: AsyncSession, row: Move, event: MoveEvent) -> None:
    """Tells both cities and every service that has a part in it."""
    tell(
        session,
        row,
        event,
        audience=(row.from_city, row.owner_city),
        person_ref=row.person_ref,
        journey_id=row.journey_id,
    )


def words(row: Move, items: Sequence[MoveItem]) -> dict[str, Any]:
    """What every event of it says."""
    return {
        "move_id": row.id,
        "from": row.from_city,
        "to": row.owner_city,
        "items": {item.code: item.state for item in items},
        "card_choice": row.card_choice,
    }
