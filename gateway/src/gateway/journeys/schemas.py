"""Everything a journey says over the wire: requests, replies and events."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from hrss_kit.outbox import Event
from hrss_kit.pagination import ListQuery
from hrss_kit.resources import LivingRead
from hrss_kit.validation import CrossError, RequestModel

KindCode = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_-]{1,23}$")]


class JourneyStart(RequestModel):
    """Which journey, and what it begins with: the fields of the resource that its first step makes.

    `input` is told to the service in the name of whoever starts, with the journey's id.
    """

    kind: KindCode
    input: dict[str, Any]

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        """The service checks the input; that it names no journey of its own is checked here."""
        value = given.get("input")
        if isinstance(value, dict) and "journey_id" in value:
            yield CrossError(
                ("input", "journey_id"), "FIXED", "由本系统编号", "is given by the suite"
            )


class ProblemRead(BaseModel):
    """What went wrong last."""

    code: str
    message_zh: str
    message_en: str


class StepRead(BaseModel):
    """A step as a caseworker reads it; `resource` is where the service shows its part."""

    code: str
    title_zh: str
    title_en: str
    service: str
    collection: str | None
    resource: str | None
    resource_id: str | None
    resource_no: str | None
    state: Literal["WAITING", "RUNNING", "DONE", "NOT_NEEDED", "FAILED", "COMPENSATED"]
    after: list[str]
    is_aside: bool
    attempts: int
    next_try_at: datetime | None
    last_problem: ProblemRead | None
    due_on: date | None
    begun_at: datetime | None
    settled_at: datetime | None
    settled_by: str | None
    allowed_actions: list[str]


class JourneyRead(LivingRead):
    """A journey with its steps; nothing in it names a person."""

    state: Literal["RUNNING", "DONE", "FAILED", "CANCELLING", "CANCELLED"]
    journey_id: UUID
    kind: str
    rule: str
    title_zh: str
    title_en: str
    subject: str | None
    cities: list[str]
    facts: dict[str, Any]
    ended_at: datetime | None
    steps: list[StepRead]


class JourneyQuery(ListQuery):
    """How a desk looks through journeys; `q` is a number of the journey or of any of its parts."""

    kind: KindCode | None = None
    state: Literal["RUNNING", "DONE", "FAILED", "CANCELLING", "CANCELLED"] | None = None
    owner_city: Annotated[str | None, Field(max_length=6)] = None
    subject: Annotated[str | None, Field(max_length=120)] = None
    service: Annotated[str | None, Field(max_length=40)] = None
    due_on_from: date | None = None
    due_on_to: date | None = None


class JourneyEvent(Event):
    """Which kind of journey, and about what."""

    kind: str
    state: str
    about: str | None


class JourneyOpened(JourneyEvent):
    """Several services have begun to do their part of one matter."""

    type: ClassVar[str] = "gateway.journey.opened.v1"


class JourneyFailed(JourneyEvent):
    """A step cannot be done: a supervisor looks at it."""

    type: ClassVar[str] = "gateway.journey.failed.v1"

    step: str
    problem: str | None = None


class JourneyDone(JourneyEvent):
    """Every step is done or not needed."""

    type: ClassVar[str] = "gateway.journey.done.v1"


class JourneyCancelled(JourneyEvent):
    """It was called off, and what could be taken back was."""

    type: ClassVar[str] = "gateway.journey.cancelled.v1"


EVENT_TYPES: tuple[type[Event], ...] = (
    JourneyOpened,
    JourneyFailed,
    JourneyDone,
    JourneyCancelled,
)
