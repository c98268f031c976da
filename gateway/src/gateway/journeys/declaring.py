"""What a kind of journey is, told as tables: steps, what is heard of them, and what is asked.

Pure: nothing here knows a database or a network.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from hrss_kit.inbox import Received

WAITING, RUNNING, DONE = "WAITING", "RUNNING", "DONE"
NOT_NEEDED, FAILED, COMPENSATED = "NOT_NEEDED", "FAILED", "COMPENSATED"
STEP_STATES: Final = (WAITING, RUNNING, DONE, NOT_NEEDED, FAILED, COMPENSATED)
#: A step that holds up neither what comes after it nor the end.
SETTLED: Final = (DONE, NOT_NEEDED, COMPENSATED)

#: The beginning of an event's type → the member that publishes it, and its domain.
SOURCES: Final = {
    "employment": ("employment", "emp"),
    "si": ("social_insurance", "si"),
    "talent": ("talent", "talent"),
    "li": ("labor_inspection", "li"),
    "card": ("card", "card"),
    "policy": ("gateway", None),
}
DOMAINS: Final = {member: domain for member, domain in SOURCES.values() if domain}

Facts = Mapping[str, Any]


def peer_of(event_type: str) -> str:
    """The member whose feed carries a type."""
    return SOURCES[event_type.split(".")[0]][0]


# ── how an event finds its journey ──────────────────────────────────────────────────────────

Keys = Callable[[Received], Sequence[str]]


def by_journey(event: Received) -> Sequence[str]:
    """The journey that the event names itself."""
    return () if event.journeyid is None else (f"journey:{event.journeyid}",)


def by_subject(event: Received) -> Sequence[str]:
    """The journey that knows the number of what the event is about."""
    return (f"no:{event.subject}",)


def by_person(event: Received) -> Sequence[str]:
    """The journeys of the person, by blind reference."""
    return () if event.personref is None else (f"person:{event.personref}",)


def by_employer(event: Received) -> Sequence[str]:
    """The journeys of the employer."""
    code = event.data.get("uscc") or event.data.get("employer_uscc")
    return () if code is None else (f"employer:{code}",)


# ── what a step asks of a service ───────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Known:
    """What an act may use: of the journey, of what was asked for it, and of its own step."""

    journey_id: UUID
    owner_city: str
    facts: Facts
    personal: Facts
    resource_id: str | None = None
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """What an answer says of the step: its state, the resource, what is worth keeping.

    `state` None leaves the step to whoever reports of it; `again` looks again later.
    """

    state: str | None = DONE
    resource_id: str | None = None
    resource_no: str | None = None
    facts: Facts = field(default_factory=dict)
    due_on: str | None = None
    again: bool = False
    problem: tuple[str, str] | None = None


def taken(known: Known, answer: Mapping[str, Any]) -> Taken:
    """The usual: the resource that was made, and the step is done."""
    return Taken(resource_id=_text(answer, "id"), resource_no=_text(answer, "biz_no"))


def opened(known: Known, answer: Mapping[str, Any]) -> Taken:
    """The resource was made; what comes of it is told by events."""
    made = taken(known, answer)
    return Taken(state=None, resource_id=made.resource_id, resource_no=made.resource_no)


def _text(answer: Mapping[str, Any], name: str) -> str | None:
    value = answer.get(name)
    return None if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Act:
    """A call of a service's public interface, made once: the key follows from journey and step.

    The gateway acts for the journey's city and for whoever opened it there.
    `version_of`: the path whose ETag is sent as If-Match.
    """

    path: Callable[[Known], str]
    method: str = "POST"
    body: Callable[[Known], Mapping[str, Any] | None] = lambda _known: None
    params: Callable[[Known], Mapping[str, str] | None] = lambda _known: None
    take: Callable[[Known, Mapping[str, Any]], Taken] = taken
    purpose: str | None = None
    version_of: Callable[[Known], str] | None = None
    #: What a refusal means where it is no failure; None where it is one.
    refused: Callable[[Known, Mapping[str, Any]], Taken | None] = lambda _known, _problem: None


# ── steps and what is heard of them ─────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Step:
    """A part of a journey, done by one service.

    `when` false: it is not needed. `ready` false: what it has to say is not known yet.
    `aside`: noted when it happens, but nobody waits for it.
    """

    code: str
    service: str
    zh: str
    en: str
    collection: str | None = None
    after: tuple[str, ...] = ()
    when: Callable[[Facts], bool] = lambda _facts: True
    ready: Callable[[Facts], bool] = lambda _facts: True
    act: Act | None = None
    undo: Act | None = None
    aside: bool = False


Fits = Callable[[Received, Facts], bool]


def always(_event: Received, _facts: Facts) -> bool:
    """Whatever the event says."""
    return True


@dataclass(frozen=True, slots=True)
class Hear:
    """An event that takes a step to a state. `link` names the field that holds the resource's id.

    `knows`: by what else events find the journey from now on.
    `early`: kept for a while when its journey is not known yet, because it comes from another feed.
    """

    type: str
    step: str
    state: str
    by: Keys = by_journey
    when: Fits = always
    link: str | None = None
    has_resource: bool = True
    learn: Callable[[Received], Facts] = lambda _event: {}
    knows: Keys = lambda _event: ()
    problem: Callable[[Received], tuple[str, str]] | None = None
    early: bool = False


@dataclass(frozen=True, slots=True)
class Opening:
    """A journey that begins because of an event."""

    opened_for: str
    owner_city: str
    cities: tuple[str, ...]
    subject: str
    journey_id: UUID | None = None
    keys: tuple[str, ...] = ()
    facts: Facts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of journey. `domain` says whose supervisor mends it."""

    code: str
    rule: str
    zh: str
    en: str
    domain: str
    steps: tuple[Step, ...]
    hears: tuple[Hear, ...] = ()
    opens: Mapping[str, Callable[[Received], Opening | None]] = field(default_factory=dict)
    #: Who may start it here (roles without their city); otherwise only events begin it.
    starters: tuple[str, ...] = ()
    #: Ends a journey that somebody called off elsewhere.
    cancels: Mapping[str, Keys] = field(default_factory=dict)

    def step(self, code: str) -> Step:
        """One step; KeyError when there is none."""
        return next(one for one in self.steps if one.code == code)

    @property
    def types(self) -> frozenset[str]:
        """Every event type that matters to it."""
        return frozenset({*self.opens, *self.cancels, *(one.type for one in self.hears)})
