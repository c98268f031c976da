"""The life of a matter and of its steps. Pure."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Final, Literal, get_args

from hrss_kit.states import Machine, transition

State = Literal[
    "DRAFT",
    "SUBMITTED",
    "IN_PROGRESS",
    "NEEDS_ATTENTION",
    "COMPLETED",
    "PARTLY_DONE",
    "REJECTED",
    "WITHDRAWN",
]
STATES: Final[tuple[str, ...]] = get_args(State)
DRAFT, SUBMITTED, IN_PROGRESS = "DRAFT", "SUBMITTED", "IN_PROGRESS"
NEEDS_ATTENTION, WITHDRAWN = "NEEDS_ATTENTION", "WITHDRAWN"
COMPLETED, PARTLY_DONE, REJECTED = "COMPLETED", "PARTLY_DONE", "REJECTED"
#: While one of these lasts a matter that is started once a person is not started again.
OPEN: Final = (DRAFT, SUBMITTED, IN_PROGRESS, NEEDS_ATTENTION)
ENDED: Final = (COMPLETED, PARTLY_DONE, REJECTED, WITHDRAWN)

#: `start` and what the steps report move it besides.
MACHINE: Final = Machine(
    transition("change", (DRAFT, NEEDS_ATTENTION), None),
    transition("submit", DRAFT, SUBMITTED),
    transition("retry", NEEDS_ATTENTION, IN_PROGRESS),
    transition("withdraw", (DRAFT, SUBMITTED, NEEDS_ATTENTION), WITHDRAWN),
)

StepState = Literal["WAITING", "OPENED", "DONE", "NOT_NEEDED", "REFUSED", "FAILED", "CANCELLED"]
STEP_STATES: Final[tuple[str, ...]] = get_args(StepState)
WAITING, OPENED, DONE, NOT_NEEDED = "WAITING", "OPENED", "DONE", "NOT_NEEDED"
REFUSED, FAILED, CANCELLED = "REFUSED", "FAILED", "CANCELLED"
SETTLED: Final = (DONE, NOT_NEEDED, REFUSED, CANCELLED)

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
#: How often an open step is read again when no event has told of it.
LOOK_AGAIN: Final = timedelta(seconds=300)


def pause_after(attempts: int) -> timedelta:
    """1 s, 2 s, 4 s … 5 min (domain §3.2)."""
    return timedelta(seconds=min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 30)))


def whole(states: Sequence[str]) -> str:
    """What a submitted matter is, from its parts; refused ones end it when nothing is open."""
    if FAILED in states:
        return NEEDS_ATTENTION
    if all(state in SETTLED for state in states):
        if REFUSED not in states:
            return COMPLETED
        return PARTLY_DONE if DONE in states else REJECTED
    return SUBMITTED if all(state == WAITING for state in states) else IN_PROGRESS


def last_state(entries: Iterable[str | None]) -> str | None:
    """The state that a resource's timeline, oldest first, ends with."""
    found = [state for state in entries if state is not None]
    return found[-1] if found else None
