"""How a journey goes on: which steps are ready, what it is as a whole. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from gateway.journeys.declaring import (
    DONE,
    FAILED,
    NOT_NEEDED,
    RUNNING,
    SETTLED,
    WAITING,
    Facts,
    Kind,
)
from hrss_kit.states import Machine, transition

CANCELLING, CANCELLED = "CANCELLING", "CANCELLED"
JOURNEY_STATES: Final = (RUNNING, DONE, FAILED, CANCELLING, CANCELLED)
OPEN: Final = (RUNNING, FAILED)
DO, UNDO = "DO", "UNDO"

TRIES: Final = 20
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
LEASE_SECONDS: Final = 60.0
#: Something that is not there yet is looked for at most as seldom as after so many tries.
LOOKS: Final = 9

MACHINE: Final = Machine(transition("cancel", OPEN, CANCELLING))
#: What a supervisor may do to a step.
MENDING: Final = Machine(
    transition("retry", (FAILED, RUNNING), WAITING),
    transition("skip", (WAITING, RUNNING, FAILED), NOT_NEEDED),
    transition("fail", (WAITING, RUNNING), FAILED),
)
#: What an event may do to a step: what was done stays done, what failed may still be done.
HEARING: Final[Mapping[str, frozenset[str]]] = {
    RUNNING: frozenset({WAITING, FAILED}),
    DONE: frozenset({WAITING, RUNNING, FAILED, NOT_NEEDED}),
    NOT_NEEDED: frozenset({WAITING, RUNNING, FAILED}),
    FAILED: frozenset({WAITING, RUNNING}),
    WAITING: frozenset({FAILED, NOT_NEEDED}),
}


def key_of(journey_id: UUID, code: str, phase: str) -> UUID:
    """The Idempotency-Key of a step: the same for every try, so that it has one effect."""
    return uuid5(journey_id, f"{phase}/{code}")


def pause_after(attempts: int) -> timedelta:
    """1 s, 2 s, 4 s … 5 min (domain §3.2)."""
    return timedelta(seconds=min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 30)))


def may_hear(present: str, heard: str) -> bool:
    """True when an event may take a step from one state to the other."""
    return present in HEARING.get(heard, frozenset())


def unneeded(kind: Kind, states: Mapping[str, str], facts: Facts) -> list[str]:
    """Waiting steps that the facts make needless, now that those before them are settled."""
    return [
        one.code
        for one in kind.steps
        if states[one.code] == WAITING and _is_due(states, one.after) and not one.when(facts)
    ]


def ready(kind: Kind, states: Mapping[str, str], facts: Facts) -> list[str]:
    """Waiting steps that somebody has to call now."""
    return [
        one.code
        for one in kind.steps
        if one.act is not None
        and states[one.code] == WAITING
        and _is_due(states, one.after)
        and one.when(facts)
        and one.ready(facts)
    ]


def _is_due(states: Mapping[str, str], after: Iterable[str]) -> bool:
    return all(states[code] in SETTLED for code in after)


def whole(kind: Kind, states: Mapping[str, str]) -> str:
    """What the journey is: one failed step needs a supervisor; done when none is left to do."""
    wanted = [states[one.code] for one in kind.steps if not one.aside]
    if FAILED in wanted:
        return FAILED
    return DONE if all(state in SETTLED for state in wanted) else RUNNING


def to_undo(kind: Kind, states: Mapping[str, str], begun: Iterable[str]) -> list[str]:
    """Steps with a compensation that had an effect, the last one first."""
    had = set(begun)
    return [
        one.code
        for one in reversed(kind.steps)
        if one.undo is not None and states[one.code] != NOT_NEEDED and one.code in had
    ]


def lease_until(now: datetime) -> datetime:
    """Until when a worker holds a step; after that another takes it over."""
    return now + timedelta(seconds=LEASE_SECONDS)
