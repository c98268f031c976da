"""How a journey moves: opened once, its steps settled, taken to its end."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.journeys import rules
from gateway.journeys.declaring import DONE, FAILED, NOT_NEEDED, RUNNING, WAITING, Kind
from gateway.journeys.kinds import KINDS
from gateway.journeys.models import EarlyEvent, Journey, JourneyKey, JourneyStep
from gateway.journeys.schemas import (
    JourneyCancelled,
    JourneyDone,
    JourneyEvent,
    JourneyFailed,
    JourneyOpened,
)
from hrss_kit import clock, numbering, outbox, timeline
from hrss_kit.auth import Principal
from hrss_kit.ids import new_id

LONGEST_PROBLEM = 500


async def open_journey(
    session: AsyncSession,
    *,
    kind: str,
    opened_by: Principal | None,
    facts: Mapping[str, Any] | None = None,
    subjects: Sequence[str] = (),
    personal: Mapping[str, Any] | None = None,
    owner_city: str | None = None,
    cities: Sequence[str] = (),
    journey_id: UUID | None = None,
    opened_for: str | None = None,
    subject: str | None = None,
) -> Journey:
    """Opens a journey, or finds the one that was opened for the same.

    `subjects` are keys by which events find it (``no:TA-…``, ``person:…``); `personal` is sealed
    and forgotten at the end; the services are told that the gateway acts for `opened_by`.
    """
    table = KINDS[kind]
    made = journey_id or new_id()
    owner = owner_city or (opened_by.city if opened_by else None) or next(iter(cities), "")
    row = Journey(
        id=made,
        biz_no=await numbering.next_number(session, "GW", owner, clock.today()),
        owner_city=owner,
        kind=table.code,
        state=RUNNING,
        opened_for=opened_for or f"journey:{made}",
        subject=subject,
        cities=sorted({owner, *cities} - {""}),
        facts=dict(facts or {}),
        personal=json.dumps(personal, ensure_ascii=False) if personal else None,
        opener=None if opened_by is None else opener_of(opened_by),
    )
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the constraint decides who was first
    except IntegrityError:
        first = await session.scalar(
            select(Journey)
            .where(
                (Journey.id == made)
                | ((Journey.kind == table.code) & (Journey.opened_for == row.opened_for))
            )
            .with_for_update()
        )
        assert first is not None
        return first
    session.add_all(
        JourneyStep(journey_id=made, code=step.code, state=WAITING) for step in table.steps
    )
    timeline.add(session, made, "open", caller=opened_by, to_state=RUNNING)
    await learn_keys(session, row, [f"journey:{made}", *subjects])
    announce(session, row, JourneyOpened)
    await session.flush()  # advance reads the steps
    await advance(session, row)
    return row


def opener_of(caller: Principal) -> dict[str, Any]:
    """Whom the services are told that the gateway acts for."""
    return {"actor": caller.actor, "org_id": caller.org_id}


async def learn_keys(session: AsyncSession, row: Journey, keys: Sequence[str]) -> None:
    """From now on events find the journey by these, too."""
    if keys:
        await session.execute(
            insert(JourneyKey)
            .values([{"key": key[:160], "journey_id": row.id} for key in sorted(set(keys))])
            .on_conflict_do_nothing()
        )


async def early_for(session: AsyncSession, row: Journey) -> list[dict[str, Any]]:
    """Events that came before the journey did, in their order; they are taken away with this."""
    keys = list(
        await session.scalars(select(JourneyKey.key).where(JourneyKey.journey_id == row.id))
    )
    found = await session.scalars(
        delete(EarlyEvent)
        .where(EarlyEvent.kind == row.kind, EarlyEvent.keys.overlap(keys))
        .returning(EarlyEvent)
    )
    return [one.event for one in sorted(found, key=lambda one: str(one.event["time"]))]


async def steps_of(session: AsyncSession, row: Journey) -> dict[str, JourneyStep]:
    """The steps by code, in the order of their kind."""
    found = await session.scalars(select(JourneyStep).where(JourneyStep.journey_id == row.id))
    held = {one.code: one for one in found}
    known = [one.code for one in KINDS[row.kind].steps]
    for code in known:
        if code not in held:  # a step that the kind was given later
            held[code] = JourneyStep(journey_id=row.id, code=code, state=WAITING, phase=rules.DO)
            session.add(held[code])
    return {code: held[code] for code in known}


def settle(
    session: AsyncSession,
    row: Journey,
    step: JourneyStep,
    state: str,
    *,
    caller: Principal | None = None,
    problem: tuple[str, str, str] | None = None,
    reason: str | None = None,
) -> None:
    """Takes a step to a state, on record; whoever holds it in a worker holds it no longer."""
    before, step.state = step.state, state
    step.next_at = step.lease = None
    now = clock.now()
    if state == RUNNING:
        step.begun_at = step.begun_at or now
    if state in (DONE, NOT_NEEDED, FAILED, "COMPENSATED"):
        step.settled_at, step.settled_by = now, caller.actor if caller else "system"
    if state == WAITING:
        step.attempts, step.settled_at, step.settled_by = 0, None, None
    note_problem(step, problem)
    row.updated_at = now
    timeline.add(
        session,
        row.id,
        f"step-{step.code.lower()}",
        caller=caller,
        from_state=before,
        to_state=state,
        reason=reason,
    )
    if state == FAILED and not KINDS[row.kind].step(step.code).aside:
        announce(
            session, row, JourneyFailed, step=step.code, problem=problem[0] if problem else None
        )


def note_problem(step: JourneyStep, problem: tuple[str, str, str] | None) -> None:
    """Code and words of what went wrong last; None when nothing did."""
    code, zh, en = problem or (None, None, None)
    step.problem_code = code and code[:60]
    step.problem_zh, step.problem_en = zh and zh[:LONGEST_PROBLEM], en and en[:LONGEST_PROBLEM]


async def advance(session: AsyncSession, row: Journey) -> None:
    """Finds what is needless, what is to be called now, and what the journey has become."""
    kind, steps = KINDS[row.kind], await steps_of(session, row)
    if row.state == rules.CANCELLING:
        await _finish_undoing(session, row, kind, steps)
        return
    while True:
        needless = rules.unneeded(kind, _states(steps), row.facts)
        if not needless:
            break
        for code in needless:
            settle(session, row, steps[code], NOT_NEEDED)
    for code in rules.ready(kind, _states(steps), row.facts):
        if steps[code].next_at is None:
            steps[code].next_at = clock.real()
    become(session, row, rules.whole(kind, _states(steps)))


def become(session: AsyncSession, row: Journey, state: str) -> None:
    """Takes the journey as a whole to a state; what is personal is forgotten at its end."""
    if row.state == state:
        return
    timeline.add(session, row.id, "become", caller=None, from_state=row.state, to_state=state)
    row.state, row.updated_at = state, clock.now()
    is_over = state in (DONE, rules.CANCELLED)
    row.ended_at = clock.now() if is_over else None
    if is_over:
        row.personal = None
        announce(session, row, JourneyDone if state == DONE else JourneyCancelled)


async def call_off(
    session: AsyncSession, row: Journey, *, caller: Principal | None, reason: str | None = None
) -> None:
    """Calls a journey off: nothing new begins, what has a compensation is taken back."""
    kind, steps = KINDS[row.kind], await steps_of(session, row)
    timeline.add(
        session,
        row.id,
        "cancel",
        caller=caller,
        from_state=row.state,
        to_state=rules.CANCELLING,
        reason=reason,
    )
    row.state, row.updated_at = rules.CANCELLING, clock.now()
    # A call that may have had its effect, recorded or not, counts as begun.
    begun = [code for code, one in steps.items() if one.resource_id or one.attempts]
    undone = rules.to_undo(kind, _states(steps), begun)
    for code, step in steps.items():
        if code in undone:
            step.phase, step.state, step.attempts = rules.UNDO, RUNNING, 0
            step.next_at, step.lease = clock.real(), None
        elif step.state in (WAITING, RUNNING, FAILED):
            settle(session, row, step, NOT_NEEDED, caller=caller)
    await _finish_undoing(session, row, kind, steps)


async def _finish_undoing(
    session: AsyncSession, row: Journey, kind: Kind, steps: Mapping[str, JourneyStep]
) -> None:
    if not any(
        one.phase == rules.UNDO and one.state in (RUNNING, FAILED) for one in steps.values()
    ):
        become(session, row, rules.CANCELLED)


def _states(steps: Mapping[str, JourneyStep]) -> dict[str, str]:
    return {code: one.state for code, one in steps.items()}


def announce(session: AsyncSession, row: Journey, event: type[JourneyEvent], **more: Any) -> None:
    """Tells both cities."""
    outbox.publish(
        session,
        event(kind=row.kind, state=row.state, about=row.subject, **more),
        source="gateway",
        subject=row.biz_no,
        city=row.owner_city,
        audience=row.cities,
        journey_id=row.id,
    )
