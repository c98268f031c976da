"""What can be done with tasks. Each function runs in the caller's transaction."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, outbox, resources, sealing, timeline
from hrss_kit.auth import Principal
from hrss_kit.ids import new_id
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotYourCity, StateConflict
from social_insurance.tasks.models import Task
from social_insurance.tasks.schemas import TaskOpened, TaskQuery, TaskRead, TaskSettled

ACTIONS = {"done": "DONE", "dismiss": "DISMISSED"}


def visible(caller: Principal) -> Select[Task]:
    """A city's own tasks; auditors and the suite's services see all."""
    wanted = select(Task)
    if caller.holds("auditor", "service"):
        return wanted
    return wanted.where(Task.owner_city == caller.city)


async def open_task(
    session: AsyncSession,
    *,
    city: str,
    kind: str,
    cause: str,
    id_hash: bytes | None = None,
    person_ref: str | None = None,
    subject: str | None = None,
    due_on: date | None = None,
    **details: Any,
) -> bool:
    """Opens a task unless the same cause has opened it before; True when it is new."""
    today = clock.today()
    values: dict[str, Any] = {
        "id": new_id(),
        "biz_no": await numbering.next_number(session, "SI", city, today),
        "owner_city": city,
        "version": 1,
        "created_at": clock.now(),
        "created_by": "system",
        "updated_at": clock.now(),
        "updated_by": "system",
        "state": "OPEN",
        "kind": kind,
        "cause": cause,
        "subject": subject,
        "id_hash": id_hash,
        "person_ref": person_ref or (sealing.person_ref(id_hash) if id_hash else None),
        "details": details,
        "due_on": due_on,
    }
    made = await session.scalar(
        insert(Task).values(values).on_conflict_do_nothing().returning(Task.id)
    )
    if made is None:
        return False
    timeline.add(session, made, "open", caller=None, to_state="OPEN")
    told = TaskOpened(kind=kind, about=subject, due_on=due_on)
    _tell(session, values["biz_no"], city, values["person_ref"], told)
    return True


def _tell(
    session: AsyncSession, number: str, city: str, person_ref: str | None, event: outbox.Event
) -> None:
    outbox.publish(
        session,
        event,
        source="si",
        subject=number,
        city=city,
        audience=[city],
        person_ref=person_ref,
    )


async def settle(
    session: AsyncSession, caller: Principal, task_id: UUID, action: str, result: str
) -> TaskRead:
    """Settles a task, with what came of it."""
    row = await resources.load(session, visible(caller).where(Task.id == task_id), lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    if row.state != "OPEN":
        raise StateConflict(row.state, [])
    row.state = ACTIONS[action]
    row.settled_on, row.settled_by = clock.today(), caller.actor
    timeline.add(
        session, row.id, action, caller=caller, from_state="OPEN", to_state=row.state,
        reason=result,
    )  # fmt: skip
    told = TaskSettled(kind=row.kind, about=row.subject, due_on=row.due_on, state=row.state)
    _tell(session, row.biz_no, row.owner_city, row.person_ref, told)
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def find(session: AsyncSession, caller: Principal, task_id: UUID) -> TaskRead:
    """One task."""
    return shown(caller, await resources.load(session, visible(caller).where(Task.id == task_id)))


async def search(session: AsyncSession, caller: Principal, query: TaskQuery) -> Page[TaskRead]:
    """A page of tasks."""
    wanted = visible(caller)
    for name in ("state", "kind"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(Task, name) == value)
    if query.due_on_from is not None:
        wanted = wanted.where(Task.due_on >= query.due_on_from)
    if query.due_on_to is not None:
        wanted = wanted.where(Task.due_on <= query.due_on_to)
    rows, cursor = await select_page(
        session, wanted, query, key=Task.id,
        sorts={"created_at": Task.created_at}, default="-created_at",
    )  # fmt: skip
    return Page(items=[shown(caller, row) for row in rows], next_cursor=cursor)


async def history(session: AsyncSession, caller: Principal, task_id: UUID) -> timeline.Timeline:
    """What happened to a task."""
    row = await resources.load(session, visible(caller).where(Task.id == task_id))
    return await timeline.of(session, row.id)


def shown(caller: Principal, row: Task) -> TaskRead:
    """A task as a reply."""
    may = row.state == "OPEN" and caller.city == row.owner_city
    acts = list(ACTIONS) if may and caller.holds("cw.si", "supervisor.si", "partner") else []
    return resources.shown(TaskRead, row, allowed_actions=acts, deadlines=[])
