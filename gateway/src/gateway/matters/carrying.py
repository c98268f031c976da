"""The worker's part: opens what matters need at the services, and reads what became of it.

A service is asked outside of every transaction, under a key that follows from the step: a worker
that is killed between the answer and its record asks again, and finds what it made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid5

import httpx
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.matters import rules, settling
from gateway.matters.models import Matter, MatterStep
from gateway.matters.openings import INSTANT, OPENINGS, Opening
from gateway.matters.service import facts_of
from hrss_kit import clock, timeline
from hrss_kit.auth import acting
from hrss_kit.context import exchange
from hrss_kit.peers import PeerDown
from hrss_kit.timeline import Timeline

if TYPE_CHECKING:
    from hrss_kit.worker import Worker

BATCH: Final = 20
READ_SECONDS: Final = 10.0
#: Nobody is to blame: asked again.
PASSING: Final = frozenset({401, 408, 423, 425, 429})
STALE_VERIFICATION: Final = frozenset({"VERIFICATION_EXPIRED", "VERIFICATION_UNKNOWN"})
SHOWN_ERRORS: Final = 20


@dataclass(frozen=True, slots=True)
class Question:
    """What a service is to be asked for one step, as the step was when it was read."""

    step_id: UUID
    matter_id: UUID
    attempts: int
    opening: Opening
    path: str
    headers: Mapping[str, str]
    #: None: only read again.
    body: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back; status 0 when nobody answered."""

    status: int
    told: Any = None


async def carry(worker: "Worker") -> int:
    """Errand: opens and reads what is due; how many were asked."""
    questions = await _due(worker)
    for question in questions:
        heard = await _ask(worker, question)
        async with worker.database.transaction() as session:
            await _take(session, question, heard)
    return len(questions)


async def _due(worker: "Worker") -> list[Question]:
    async with worker.database.sessions() as session:
        found = await session.execute(
            select(MatterStep, Matter)
            .join(Matter, Matter.id == MatterStep.matter_id)
            .where(MatterStep.state.in_((rules.WAITING, rules.OPENED)))
            .where(MatterStep.next_at <= func.now())
            .order_by(MatterStep.next_at, MatterStep.position)
            .limit(BATCH)
        )
        return [_question(step, row) for step, row in found]


def _question(step: MatterStep, row: Matter) -> Question:
    opening = OPENINGS[step.kind]
    headers = acting(step.city, row.actor, row.org_id)
    if opening.purpose:
        headers["X-Purpose"] = opening.purpose
    path, body = opening.path, None
    if step.resource_id is not None:
        path = f"{opening.path}/{step.resource_id}/timeline"
    else:
        headers["Idempotency-Key"] = str(uuid5(step.id, str(step.revision)))
        body = opening.body(facts_of(row))
    return Question(step.id, row.id, step.attempts, opening, path, headers, body)


async def _ask(worker: "Worker", question: Question) -> Heard:
    try:
        answer: httpx.Response = await worker.peers.ask(
            question.opening.member,
            "GET" if question.body is None else "POST",
            question.path,
            json=question.body,
            headers=dict(question.headers),
            read_seconds=READ_SECONDS,
        )
        return Heard(answer.status_code, answer.json())
    except (PeerDown, ValueError):
        return Heard(0)


async def _take(session: AsyncSession, question: Question, heard: Heard) -> None:
    """Writes down what came back, unless another worker has been faster."""
    row = await session.scalar(
        select(Matter).where(Matter.id == question.matter_id).with_for_update()
    )
    step = await session.scalar(
        select(MatterStep)
        .where(MatterStep.id == question.step_id, MatterStep.attempts == question.attempts)
        .where(MatterStep.state.in_((rules.WAITING, rules.OPENED)))
    )
    if row is None or step is None:
        return
    exchange().note(subject=row.biz_no)
    step.attempts += 1
    if heard.status == 0 or heard.status >= 500 or heard.status in PASSING:
        step.next_at = func.now() + rules.pause_after(step.attempts)
        return
    if not 200 <= heard.status < 300:
        _refused(session, row, step, question, heard)
    elif question.body is None:
        _read(session, row, step, question.opening, heard.told)
    else:
        _opened(session, row, step, question.opening, heard.told)
    await settling.settle(session, row)


def _opened(
    session: AsyncSession, row: Matter, step: MatterStep, opening: Opening, told: Any
) -> None:
    step.opened_at = step.opened_at or clock.now()
    step.problem = None
    if opening.is_lookup:
        state = told.get("card_state")
        step.resource_state = None if state is None else str(state)
        if opening.settled(told):
            _settle(session, row, step, rules.DONE)
        else:
            _wait(step, rules.LOOK_AGAIN)
        return
    step.resource_id, step.resource_no = UUID(str(told["id"])), str(told.get("biz_no") or "")
    step.resource_state = told.get("state")
    timeline.add(session, row.id, f"open-{opening.collection}", caller=None)
    if opening.done == INSTANT:
        _settle(session, row, step, rules.DONE)
    else:
        _wait(step, timedelta())


def _read(
    session: AsyncSession, row: Matter, step: MatterStep, opening: Opening, told: Any
) -> None:
    entries = Timeline.model_validate(told).items
    step.entries = [entry.model_dump(mode="json") for entry in entries]
    step.resource_state = rules.last_state(entry.to_state for entry in entries)
    step.attempts = 1  # what was read once is not tried: only looked at again
    if step.resource_state in opening.done:
        _settle(session, row, step, rules.DONE)
    elif step.resource_state in opening.refused:
        _settle(session, row, step, rules.REFUSED)
    else:
        _wait(step, rules.LOOK_AGAIN)


def _wait(step: MatterStep, pause: timedelta) -> None:
    step.state, step.next_at = rules.OPENED, func.now() + pause


def _settle(session: AsyncSession, row: Matter, step: MatterStep, state: str) -> None:
    step.state, step.next_at, step.settled_at = state, None, clock.now()
    timeline.add(session, row.id, f"{step.kind}-{state.lower()}", caller=None)


def _refused(
    session: AsyncSession, row: Matter, step: MatterStep, question: Question, heard: Heard
) -> None:
    told = heard.told if isinstance(heard.told, dict) else {}
    errors = [one for one in told.get("errors", ()) if isinstance(one, dict)]
    codes = {told.get("code"), *(one.get("code") for one in errors)}
    if question.body is None:  # it is there, but cannot be read just now
        step.next_at = func.now() + rules.LOOK_AGAIN
        return
    if told.get("code") == "DUPLICATE" and told.get("existing_id"):
        # The person has one open already: this matter goes along with it.
        step.resource_id, step.opened_at = UUID(str(told["existing_id"])), clock.now()
        timeline.add(session, row.id, f"join-{question.opening.collection}", caller=None)
        if question.opening.done == INSTANT:
            _settle(session, row, step, rules.DONE)
        else:
            _wait(step, timedelta())
        return
    if row.verification_id is not None and codes & STALE_VERIFICATION:
        # Waited longer than a verification lasts; the service has the person verified itself.
        row.verification_id, step.revision = None, step.revision + 1
        step.next_at = func.now()
        return
    step.state, step.next_at, step.settled_at = rules.FAILED, None, clock.now()
    step.problem = {
        "code": str(told.get("code") or heard.status),
        "detail": str(told.get("detail") or "")[:500],
        "errors": [
            {name: str(one.get(name, "")) for name in ("field", "code", "message_zh", "message_en")}
            for one in errors[:SHOWN_ERRORS]
        ],
    }
    timeline.add(
        session, row.id, f"{step.kind}-failed", caller=None, reason=str(step.problem["code"])
    )
