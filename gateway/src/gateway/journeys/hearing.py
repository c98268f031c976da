"""Where journeys listen: the services' own events open them and settle their steps.

No service knows of this; what they publish for each other is read here as well.
"""

from collections.abc import Iterable
from datetime import date

from pydantic import BaseModel, ConfigDict
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.journeys import progress, rules
from gateway.journeys.declaring import DONE, FAILED, SETTLED, Hear, Kind, Opening, peer_of
from gateway.journeys.kinds import KINDS
from gateway.journeys.models import EarlyEvent, Journey, JourneyKey
from hrss_kit import clock
from hrss_kit.inbox import Consumer, Received

KEPT_DAYS = 30


class Anything(BaseModel):
    """A kind of journey reads the fields that it needs itself."""

    model_config = ConfigDict(extra="allow")


async def hear(session: AsyncSession, event: Received, _data: Anything) -> None:
    """Tells every kind that the event matters to."""
    for kind in KINDS.values():
        if event.type in kind.types:
            await _hear_of(session, kind, event)


async def _hear_of(session: AsyncSession, kind: Kind, event: Received) -> None:
    opens = kind.opens.get(event.type)
    opening = opens(event) if opens else None
    if opening is not None:
        await _open(session, kind, event, opening)
    is_known = False
    for row in await _found(session, kind, event):
        is_known = True
        await take(session, kind, row, event)
    if not is_known and opening is None:
        await _keep(session, kind, event)


async def _open(session: AsyncSession, kind: Kind, event: Received, opening: Opening) -> None:
    keys = [*opening.keys, f"no:{opening.subject}"]
    row = await progress.open_journey(
        session,
        kind=kind.code,
        opened_by=None,
        facts=opening.facts,
        subjects=keys,
        owner_city=opening.owner_city,
        cities=opening.cities,
        journey_id=opening.journey_id,
        opened_for=opening.opened_for,
        subject=opening.subject,
    )
    if row.subject is None:  # somebody has started it here, and this is what came of it
        row.subject = opening.subject
        row.cities = sorted({*row.cities, *opening.cities})
        await progress.learn_keys(session, row, keys)
    row.facts = {**opening.facts, **row.facts}
    await session.flush()
    for kept in await progress.early_for(session, row):
        await take(session, kind, row, Received.model_validate(kept))


async def _found(session: AsyncSession, kind: Kind, event: Received) -> Iterable[Journey]:
    keys = {key for one in _hears(kind, event) for key in one.by(event)}
    if event.type in kind.cancels:
        keys |= set(kind.cancels[event.type](event))
    if not keys:
        return ()
    rows = await session.scalars(
        select(Journey)
        .where(Journey.kind == kind.code, Journey.state != rules.CANCELLED)
        .where(
            Journey.id.in_(select(JourneyKey.journey_id).where(JourneyKey.key.in_(sorted(keys))))
        )
        .order_by(Journey.id)
        .with_for_update()
    )
    return rows.all()


def _hears(kind: Kind, event: Received) -> list[Hear]:
    return [one for one in kind.hears if one.type == event.type]


async def take(session: AsyncSession, kind: Kind, row: Journey, event: Received) -> None:
    """Applies an event to one journey."""
    if event.type in kind.cancels and row.state in rules.OPEN:
        await progress.call_off(session, row, caller=None, reason=event.type)
        return
    if row.state not in (*rules.OPEN, DONE):
        return
    steps = await progress.steps_of(session, row)
    for one in _hears(kind, event):
        if not one.when(event, row.facts):
            continue
        step = steps[one.step]
        is_new = rules.may_hear(step.state, one.state)
        if step.state in SETTLED and (row.state == DONE or not is_new):
            continue  # what is settled is not about later events of the same person
        learnt = dict(one.learn(event))
        if learnt:
            row.facts = {**row.facts, **learnt}
        await progress.learn_keys(session, row, one.knows(event))
        if one.has_resource:
            await progress.learn_keys(session, row, [f"no:{event.subject}"])
            step.resource_no = event.subject
            step.resource_id = _text(event, one.link) or step.resource_id
        step.due_on = _day(event) or step.due_on
        if is_new:
            problem = _problem(one, event) if one.state == FAILED else None
            progress.settle(session, row, step, one.state, problem=problem)
        row.updated_at = clock.now()
    await session.flush()
    await progress.advance(session, row)


def _problem(one: Hear, event: Received) -> tuple[str, str, str]:
    if one.problem is None:
        return (event.type, f"{event.subject} 未能办成", f"{event.subject} could not be done")
    return (event.type, *one.problem(event))


def _text(event: Received, field: str | None) -> str | None:
    value = event.data.get(field) if field else None
    return None if value is None else str(value)


def _day(event: Received) -> date | None:
    try:
        return date.fromisoformat(str(event.data.get("due_on")))
    except ValueError:
        return None


async def _keep(session: AsyncSession, kind: Kind, event: Received) -> None:
    """Its journey may be told by a feed that is read later."""
    keys = {
        key
        for one in _hears(kind, event)
        if one.early and one.when(event, {})
        for key in one.by(event)
    }
    if keys:
        await session.execute(
            insert(EarlyEvent)
            .values(
                id=event.id,
                kind=kind.code,
                keys=sorted(keys),
                event=event.model_dump(mode="json"),
                kept_at=clock.now(),
            )
            .on_conflict_do_nothing()
        )


async def forget(session: AsyncSession) -> int:
    """Timer: drops events whose journey never came."""
    gone = await session.execute(
        delete(EarlyEvent)
        .where(EarlyEvent.kept_at < clock.hours_ago(24 * KEPT_DAYS))
        .returning(EarlyEvent.id)
    )
    return len(gone.all())


def consumers() -> tuple[Consumer, ...]:
    """One for each type that any kind listens to."""
    types = sorted({name for kind in KINDS.values() for name in kind.types})
    return tuple(Consumer(peer_of(name), name, Anything, hear) for name in types)
