"""The life of a hand-off to the national platform, and what may leave with it. Pure."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final, Literal, get_args

from hrss_kit.states import Machine, transition

State = Literal["PENDING", "SENT", "ACKNOWLEDGED", "COMPLETED", "REJECTED", "CANCELLED"]
STATES: Final[tuple[str, ...]] = get_args(State)
PENDING, SENT, ACKNOWLEDGED = "PENDING", "SENT", "ACKNOWLEDGED"
COMPLETED, REJECTED, CANCELLED = "COMPLETED", "REJECTED", "CANCELLED"
OPEN: Final = (PENDING, SENT, ACKNOWLEDGED)

#: SENT: the platform has it. ACKNOWLEDGED: it has given it a number of its own.
MACHINE: Final = Machine(
    transition("send", PENDING, SENT),
    transition("acknowledge", (PENDING, SENT), ACKNOWLEDGED),
    transition("complete", OPEN, COMPLETED),
    transition("reject", OPEN, REJECTED),
    transition("resend", OPEN, None),
    transition("take-back", PENDING, CANCELLED),
)
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 300.0
#: How often the platform is asked what became of it.
LOOK_AGAIN: Final = timedelta(seconds=60)
LAST: Final = 4


def pause_after(attempts: int) -> timedelta:
    """1 s, 2 s, 4 s … 5 min (domain §3.2)."""
    return timedelta(seconds=min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(attempts - 1, 30)))


def minimal(
    fields: Iterable[str], person: Mapping[str, str | None], form: Mapping[str, Any]
) -> dict[str, Any]:
    """The named fields and nothing else (PIPL art. 6): of the person, then of the form."""
    known: dict[str, Any] = {**form, **person, "doc_last4": (person.get("doc_no") or "")[-LAST:]}
    return {name: known[name] for name in fields if known.get(name) is not None}
