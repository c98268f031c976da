"""What can be done with journeys: start, look through, mend. Each in the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.access import ACCESS
from gateway.journeys import progress, rules
from gateway.journeys.declaring import DOMAINS, RUNNING, Kind, Step
from gateway.journeys.kinds import KINDS, find
from gateway.journeys.models import Journey, JourneyKey, JourneyStep
from gateway.journeys.progress import open_journey
from gateway.journeys.schemas import (
    JourneyQuery,
    JourneyRead,
    JourneyStart,
    ProblemRead,
    StepRead,
)
from hrss_kit import clock, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotFound, NotYourCity, ScopeMissing, refuse

SEES_ALL: Final = ("auditor", "province", "service", "ops")

__all__ = ["cancel", "history", "mend", "open_journey", "read", "search", "start"]


def visible(caller: Principal) -> Select[Journey]:
    """Journeys that one's city has a part in."""
    wanted = select(Journey)
    if caller.holds(*SEES_ALL):
        return wanted
    return wanted.where(Journey.cities.overlap([caller.city or ""]))


async def start(session: AsyncSession, caller: Principal, new: JourneyStart) -> JourneyRead:
    """Starts a journey whose first step makes what it is about, in the caller's name."""
    kind = find(new.kind)
    if kind is None or not kind.starters:
        startable = [one.code for one in KINDS.values() if one.starters]
        raise refuse(
            "kind",
            "KIND",
            f"可发起的联动：{'、'.join(startable)}",
            f"is none that can be started here: {', '.join(startable)}",
        )
    if not caller.holds(*kind.starters):
        raise ScopeMissing
    if caller.city is None:
        raise NotYourCity
    cities = [value for value in new.input.values() if value in ("420100", "420700")]
    row = await open_journey(
        session,
        kind=kind.code,
        opened_by=caller,
        personal=new.input,
        owner_city=caller.city,
        cities=cities,
    )
    return await shown(session, caller, row)


async def search(
    session: AsyncSession, caller: Principal, query: JourneyQuery
) -> Page[JourneyRead]:
    """A page of journeys."""
    wanted = visible(caller)
    for name in ("state", "owner_city", "subject"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(Journey, name) == value)
    if query.kind is not None:
        kind = find(query.kind)
        wanted = wanted.where(Journey.kind == (kind.code if kind else query.kind))
    if query.service is not None:
        named = query.service.replace("-", "_")
        wanted = wanted.where(
            Journey.kind.in_(
                [
                    one.code
                    for one in KINDS.values()
                    if named in {step.service for step in one.steps}
                ]
            )
        )
    due = select(JourneyStep.journey_id).where(JourneyStep.state.in_(("WAITING", RUNNING)))
    if query.due_on_from is not None:
        wanted = wanted.where(Journey.id.in_(due.where(JourneyStep.due_on >= query.due_on_from)))
    if query.due_on_to is not None:
        wanted = wanted.where(Journey.id.in_(due.where(JourneyStep.due_on <= query.due_on_to)))
    if query.q:
        known = select(JourneyKey.journey_id).where(JourneyKey.key == f"no:{query.q}")
        wanted = wanted.where((Journey.biz_no == query.q) | Journey.id.in_(known))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=Journey.id,
        sorts={"created_at": Journey.created_at, "updated_at": Journey.updated_at},
        default="-created_at",
    )
    items = [await shown(session, caller, row) for row in rows]
    return Page[JourneyRead](items=items, next_cursor=cursor)


async def read(session: AsyncSession, caller: Principal, journey_id: UUID) -> JourneyRead:
    """One journey."""
    row = await resources.load(session, visible(caller).where(Journey.id == journey_id))
    return await shown(session, caller, row)


async def history(session: AsyncSession, caller: Principal, journey_id: UUID) -> timeline.Timeline:
    """What happened to it and to its steps."""
    row = await resources.load(session, visible(caller).where(Journey.id == journey_id))
    return await timeline.of(session, row.id)


async def mend(
    session: AsyncSession,
    caller: Principal,
    journey_id: UUID,
    code: str,
    action: str,
    reason: str,
) -> JourneyRead:
    """Retries, skips or fails a step: a supervisor of the step's domain, or of the journey's."""
    row = await resources.load(session, visible(caller).where(Journey.id == journey_id), lock=True)
    exchange().note(subject=row.biz_no, reason=reason)
    kind = KINDS[row.kind]
    table = next((one for one in kind.steps if one.code == code), None)
    if table is None:
        raise NotFound
    _check(caller, row, kind, table)
    resources.match_version(row)
    steps = await progress.steps_of(session, row)
    step = steps[code]
    if row.state not in (*rules.OPEN, rules.CANCELLING):
        rules.MACHINE.take(row.state, action)  # 409: nothing of it can be mended any more
    target = rules.MENDING.take(step.state, action)
    progress.settle(session, row, step, target, caller=caller, reason=reason)
    if step.phase == rules.UNDO and action == "retry":
        step.state, step.next_at = RUNNING, clock.real()
    await session.flush()  # advance reads the steps
    await progress.advance(session, row)
    await session.flush()  # the answer carries the new version
    return await shown(session, caller, row)


async def cancel(
    session: AsyncSession, caller: Principal, journey_id: UUID, reason: str
) -> JourneyRead:
    """Calls a journey off; what has a compensation is taken back, the last first."""
    row = await resources.load(session, visible(caller).where(Journey.id == journey_id), lock=True)
    exchange().note(subject=row.biz_no, reason=reason)
    _check(caller, row, KINDS[row.kind], None)
    resources.match_version(row)
    rules.MACHINE.take(row.state, "cancel")
    await progress.call_off(session, row, caller=caller, reason=reason)
    await session.flush()  # the answer carries the new version
    return await shown(session, caller, row)


def _check(caller: Principal, row: Journey, kind: Kind, step: Step | None) -> None:
    domains = {kind.domain, DOMAINS[step.service]} if step else {kind.domain}
    if not caller.holds(*(f"supervisor.{domain}" for domain in domains)):
        raise ScopeMissing
    if row.owner_city != caller.city:
        raise NotYourCity


async def shown(session: AsyncSession, caller: Principal, row: Journey) -> JourneyRead:
    """A journey with its steps, and what this caller may do now."""
    kind = KINDS[row.kind]
    may_cancel = _may(caller, row, kind, None, "journey:cancel")
    steps = await progress.steps_of(session, row)
    return resources.shown(
        JourneyRead,
        row,
        journey_id=row.id,
        rule=kind.rule,
        title_zh=kind.zh,
        title_en=kind.en,
        steps=_steps(caller, row, kind, steps),
        allowed_actions=rules.MACHINE.allowed(row.state, lambda _action: may_cancel),
        deadlines=[],
    )


def _steps(
    caller: Principal, row: Journey, kind: Kind, held: Mapping[str, JourneyStep]
) -> Sequence[StepRead]:
    is_open = row.state in (*rules.OPEN, rules.CANCELLING)
    found = []
    for table in kind.steps:
        step = held[table.code]
        may = is_open and _may(caller, row, kind, table, "journey:mend")
        found.append(
            StepRead(
                code=table.code,
                title_zh=table.zh,
                title_en=table.en,
                service=table.service.replace("_", "-"),
                collection=table.collection,
                resource=link(table, step),
                resource_id=step.resource_id,
                resource_no=step.resource_no,
                state=step.state,
                after=list(table.after),
                is_aside=table.aside,
                attempts=step.attempts,
                next_try_at=step.next_at,
                last_problem=_problem(step),
                due_on=step.due_on,
                begun_at=step.begun_at,
                settled_at=step.settled_at,
                settled_by=step.settled_by,
                allowed_actions=rules.MENDING.allowed(step.state, _always(may)),
            )
        )
    return found


def _always(answer: bool) -> Any:
    return lambda _action: answer


def _may(caller: Principal, row: Journey, kind: Kind, step: Step | None, permission: str) -> bool:
    try:
        _check(caller, row, kind, step)
    except (ScopeMissing, NotYourCity):
        return False
    return ACCESS.allows(caller, permission)


def link(table: Step, step: JourneyStep) -> str | None:
    """Where the service shows its part: by id, or the list by its number."""
    if table.collection is None:
        return None
    base = f"/{table.service.replace('_', '-')}/v1/{table.collection}"
    if step.resource_id is not None:
        return f"{base}/{step.resource_id}"
    return None if step.resource_no is None else f"{base}?q={step.resource_no}"


def _problem(step: JourneyStep) -> ProblemRead | None:
    if step.problem_code is None:
        return None
    return ProblemRead(
        code=step.problem_code,
        message_zh=step.problem_zh or "",
        message_en=step.problem_en or "",
    )
