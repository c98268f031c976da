"""The life of an application for a first card (domain §2.5). Pure."""

from typing import Final, Literal, get_args

from hrss_kit.states import Machine, transition

State = Literal["APPLIED", "PREOPENED", "MADE", "DONE", "CANCELLED"]
STATES: Final[tuple[str, ...]] = get_args(State)
#: While one of these lasts nobody applies again.
LIVE: Final = ("APPLIED", "PREOPENED", "MADE")

MACHINE: Final = Machine(
    transition("preopen", "APPLIED", "PREOPENED"),
    transition("make", "PREOPENED", "MADE"),
    transition("hand-over", "MADE", "DONE"),
    transition("cancel", LIVE, "CANCELLED"),
)
