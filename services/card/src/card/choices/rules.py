"""The life of a choice. Pure."""

from typing import Final

from hrss_kit.states import Machine, transition

WAITING, NO_CARD, REPLACING = "WAITING", "NO_CARD", "REPLACING"
OPEN: Final = (WAITING, REPLACING)

MACHINE: Final = Machine(
    transition("keep", OPEN, "KEPT"),
    transition("replace", WAITING, REPLACING),
    transition("cancel", OPEN, "CANCELLED"),
)
#: What the service that leads the move says of its item → what that makes of the choice.
TOLD: Final = {
    ("DONE", "KEEP"): "KEPT",
    ("DONE", None): "KEPT",
    ("DONE", "REPLACE"): "REPLACED",
    ("NOT_NEEDED", None): "CANCELLED",
    ("NOT_NEEDED", "KEEP"): "CANCELLED",
    ("NOT_NEEDED", "REPLACE"): "CANCELLED",
}
