"""Everything a task says over the wire."""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import RequestModel

TaskState = Literal["OPEN", "DONE", "DISMISSED"]


class TaskSettle(RequestModel):
    """What came of it."""

    result: Annotated[str, Field(min_length=1, max_length=500)]


class TaskRead(LivingRead):
    """A task: why, about which case or person (by reference only), until when."""

    state: TaskState
    kind: str
    subject: str | None
    person_ref: str | None
    details: dict[str, Any]
    due_on: date | None
    settled_on: date | None
    settled_by: str | None


class TaskQuery(ListQuery):
    """How a desk looks through its tasks."""

    state: TaskState | None = None
    kind: Annotated[str | None, Field(max_length=32)] = None
    due_on_from: date | None = None
    due_on_to: date | None = None


class TaskEvent(Event):
    """Of which kind, about which case; nothing of a person."""

    kind: str
    about: str | None
    due_on: date | None


class TaskOpened(TaskEvent):
    """Something is to be looked at by a caseworker."""

    type: ClassVar[str] = "si.task.opened.v1"


class TaskSettled(TaskEvent):
    """It was looked at: DONE, or DISMISSED because there was nothing to do."""

    type: ClassVar[str] = "si.task.settled.v1"

    state: str


EVENT_TYPES: tuple[type[Event], ...] = (TaskOpened, TaskSettled)
