"""Tasks over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import NotYourCity, StateConflict
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from social_insurance.tasks import service
from social_insurance.tasks.schemas import TaskQuery, TaskRead, TaskSettle

router = Router(prefix="/tasks", tags=["tasks"])


@router.list("", permission="task:read", reply=Page[TaskRead])
async def list_tasks(
    session: Session, caller: Caller, query: Annotated[TaskQuery, Query()]
) -> Page[TaskRead]:
    """Tasks of one's city; persons by reference only."""
    return await service.search(session, caller, query)


@router.read("/{task_id}", permission="task:read", reply=TaskRead)
async def read_task(session: Session, caller: Caller, task_id: UUID) -> TaskRead:
    """One task."""
    return await service.find(session, caller, task_id)


@router.history("/{task_id}/timeline", permission="task:read", reply=Timeline)
async def task_timeline(session: Session, caller: Caller, task_id: UUID) -> Timeline:
    """What happened to it."""
    return await service.history(session, caller, task_id)


@router.act(
    "/{task_id}/done",
    permission="task:settle",
    reply=TaskRead,
    problems=(NotYourCity, StateConflict),
)
async def finish_task(
    session: Session, caller: Caller, task_id: UUID, wish: TaskSettle
) -> TaskRead:
    """It is done, and this is what came of it."""
    return await service.settle(session, caller, task_id, "done", wish.result)


@router.act(
    "/{task_id}/dismiss",
    permission="task:settle",
    reply=TaskRead,
    problems=(NotYourCity, StateConflict),
)
async def dismiss_task(
    session: Session, caller: Caller, task_id: UUID, wish: TaskSettle
) -> TaskRead:
    """There was nothing to do, and this is why."""
    return await service.settle(session, caller, task_id, "dismiss", wish.result)
