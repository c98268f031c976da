"""The worker's loop: takes a step that is to be called, calls, and writes down what came of it.

A step is leased before the call and recorded after it. A worker killed in between leaves its
lease to run out; the next one calls again with the same key and gets the first answer.
"""

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.journeys import progress, rules
from gateway.journeys.declaring import FAILED, RUNNING, Act, Known, Taken
from gateway.journeys.kinds import KINDS
from gateway.journeys.models import Journey, JourneyStep
from hrss_kit import clock
from hrss_kit.auth import acting
from hrss_kit.ids import new_id
from hrss_kit.peers import PeerDown
from hrss_kit.telemetry import log
from hrss_kit.worker import Worker

BUSY: Final = (408, 425, 429)
IDLE_SECONDS: Final = 1.0
COMPENSATED: Final = "COMPENSATED"
DOWN: Final = (
    "PEER_DOWN",
    "对方服务暂不可用，将自动重试",
    "The service does not answer; it will be tried again",
)
GIVEN_UP: Final = (
    "PEER_DOWN",
    "对方服务长时间不可用，请主管处理",
    "The service has not answered for too long: a supervisor has to look at it",
)
BROKEN: Final = (
    "INTERNAL",
    "系统内部错误，将自动重试",
    "Something went wrong on our side; it will be tried again",
)


@dataclass(frozen=True, slots=True)
class Leased:
    """A step in the hands of this worker."""

    journey_id: UUID
    code: str
    biz_no: str
    kind: str
    phase: str
    lease: UUID
    known: Known
    opener: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call: an answer that was understood, a refusal, or nothing yet."""

    taken: Taken | None = None
    refused: tuple[str, str, str] | None = None
    busy: tuple[str, str, str] | None = None


async def run(worker: Worker) -> int:
    """Calls what is due, until nothing is; how many steps."""
    count = 0
    while (held := await lease(worker)) is not None:
        outcome = await call(worker, held)
        await record(worker, held, outcome)
        count += 1
    return count


async def loop(worker: Worker) -> None:
    """A round of the loop, and a rest when there was nothing to do."""
    if not await run(worker):
        await asyncio.sleep(IDLE_SECONDS)


async def lease(worker: Worker) -> Leased | None:
    """Takes the step that is due the longest; other workers leave it alone meanwhile."""
    now = clock.real()
    async with worker.database.transaction() as session:
        step = await session.scalar(
            select(JourneyStep)
            .where(JourneyStep.next_at <= now)
            .order_by(JourneyStep.next_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if step is None:
            return None
        row = await session.get_one(Journey, step.journey_id)
        step.lease, step.next_at = new_id(), rules.lease_until(now)
        step.attempts += 1
        if step.state == "WAITING":
            step.state, step.begun_at = RUNNING, step.begun_at or clock.now()
        return Leased(
            journey_id=row.id,
            code=step.code,
            biz_no=row.biz_no,
            kind=row.kind,
            phase=step.phase,
            lease=step.lease,
            known=Known(
                journey_id=row.id,
                owner_city=row.owner_city,
                facts=row.facts,
                personal=json.loads(row.personal) if row.personal else {},
                resource_id=step.resource_id,
                today=clock.today(),
            ),
            opener=row.opener,
        )


async def call(worker: Worker, held: Leased) -> Outcome:
    """Makes the call, outside of any transaction."""
    step = KINDS[held.kind].step(held.code)
    act = step.act if held.phase == rules.DO else step.undo
    assert act is not None
    known = held.known
    if held.phase == rules.UNDO and known.resource_id is None and step.act is not None:
        # It was called and nothing was written down: the same call says what it made.
        first = await _ask(worker, held, step.service, step.act, known, rules.DO)
        if first.taken is None or first.taken.resource_id is None:
            return Outcome(taken=Taken()) if first.refused else first
        known = replace(known, resource_id=first.taken.resource_id)
    return await _ask(worker, held, step.service, act, known, held.phase)


async def _ask(
    worker: Worker, held: Leased, service: str, act: Act, known: Known, phase: str
) -> Outcome:
    try:
        headers = {"Accept-Language": "zh-CN", **_acting(held)}
        if act.purpose is not None:
            headers |= {"X-Purpose": act.purpose, "X-Case-No": held.biz_no}
        if act.version_of is not None:
            seen = await worker.peers.ask(service, "GET", act.version_of(known), headers=headers)
            if seen.status_code != 200:
                return _read(act, known, seen)
            headers["If-Match"] = seen.headers["etag"]
        if act.method != "GET":
            headers["Idempotency-Key"] = str(rules.key_of(held.journey_id, held.code, phase))
        answer = await _send(worker, service, act, known, headers)
        if 400 <= answer.status_code < 500 and answer.status_code not in BUSY:
            english = {**headers, "Accept-Language": "en"}
            again = await _send(worker, service, act, known, english)
            return _read(act, known, again, answer)
        return _read(act, known, answer)
    except PeerDown:
        return Outcome(busy=DOWN)
    except (KeyError, TypeError, ValueError) as error:
        log().error("step failed", step=held.code, error=type(error).__name__)
        return Outcome(busy=BROKEN)


def _acting(held: Leased) -> dict[str, str]:
    """For which city the gateway acts, and for whom: rows of the services name them."""
    opener = held.opener or {}
    return acting(held.known.owner_city, opener.get("actor", ""), opener.get("org_id"))


async def _send(
    worker: Worker,
    service: str,
    act: Act,
    known: Known,
    headers: dict[str, str],
) -> httpx.Response:
    params = act.params(known)
    return await worker.peers.ask(
        service,
        act.method,
        act.path(known),
        json=act.body(known),
        params=None if params is None else dict(params),
        headers=headers,
    )


def _read(
    act: Act, known: Known, answer: httpx.Response, chinese: httpx.Response | None = None
) -> Outcome:
    if answer.status_code in BUSY:
        return Outcome(busy=DOWN)
    try:
        body = answer.json()
    except ValueError:
        return Outcome(busy=DOWN)
    if answer.is_success:
        return Outcome(taken=act.take(known, body))
    meant = act.refused(known, body)
    if meant is not None:
        return Outcome(taken=meant)
    existing = body.get("existing_id")
    if answer.status_code == 409 and existing is not None:
        # It is there already, by whomever: what was wanted is so.
        return Outcome(taken=act.take(known, {**body, "id": existing, "state": None}))
    return Outcome(
        refused=(
            str(body.get("code", answer.status_code)),
            _words((chinese or answer).json(), "message_zh"),
            _words(body, "message_en"),
        )
    )


def _words(problem: dict[str, Any], language: str) -> str:
    """Title, and which fields; a problem document never repeats a value."""
    fields = [f"{one['field']}: {one[language]}" for one in problem.get("errors", [])]
    return "；".join([str(problem.get("title", "")), *fields][:6])


async def record(worker: Worker, held: Leased, outcome: Outcome) -> None:
    """Writes down what came of a call, unless somebody else has settled the step meanwhile."""
    async with worker.database.transaction() as session:
        row = await session.scalar(
            select(Journey).where(Journey.id == held.journey_id).with_for_update()
        )
        assert row is not None
        step = await session.get_one(
            JourneyStep, (held.journey_id, held.code), with_for_update=True
        )
        said = outcome.taken
        if said is not None:
            step.resource_id = said.resource_id or step.resource_id
            step.resource_no = said.resource_no or step.resource_no
        if step.lease != held.lease or step.phase != held.phase:
            return
        await _settle(session, row, step, outcome)
        await session.flush()  # advance reads the steps
        await progress.advance(session, row)


async def _settle(session: AsyncSession, row: Journey, step: JourneyStep, outcome: Outcome) -> None:
    said = outcome.taken
    if outcome.refused is not None:
        progress.settle(session, row, step, FAILED, problem=outcome.refused)
    elif outcome.busy is not None:
        _wait(session, row, step, outcome.busy)
    elif said is not None and step.phase == rules.UNDO:
        progress.settle(session, row, step, COMPENSATED)
    elif said is not None and said.again:
        # Not there yet is no failure: it is looked for again, more and more seldom.
        step.lease, step.attempts = None, min(step.attempts, rules.LOOKS)
        step.next_at = clock.real() + rules.pause_after(step.attempts)
    elif said is not None:
        row.facts = {**row.facts, **said.facts}
        step.due_on = date.fromisoformat(said.due_on) if said.due_on else step.due_on
        keys = [f"no:{said.resource_no}"] if said.resource_no else []
        await progress.learn_keys(session, row, keys)
        problem = (said.state or "", *said.problem) if said.problem else None
        if said.state is None:
            step.lease = step.next_at = None
            progress.note_problem(step, problem)
        else:
            progress.settle(session, row, step, said.state, problem=problem)
    row.updated_at = clock.now()


def _wait(
    session: AsyncSession, row: Journey, step: JourneyStep, problem: tuple[str, str, str]
) -> None:
    if step.attempts >= rules.TRIES:
        progress.settle(session, row, step, FAILED, problem=GIVEN_UP)
        return
    step.lease = None
    step.next_at = clock.real() + rules.pause_after(step.attempts)
    progress.note_problem(step, problem)
