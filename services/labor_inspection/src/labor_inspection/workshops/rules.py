"""The life of a workshop. Pure."""

from typing import Final

from hrss_kit.states import Machine, transition

PLANNED, INVITED, CONFIRMED = "PLANNED", "INVITED", "CONFIRMED"
DECLINED, HELD, CLOSED, CANCELLED = "DECLINED", "HELD", "CLOSED", "CANCELLED"

MACHINE: Final = Machine(
    transition("invite", (PLANNED, DECLINED), INVITED),
    transition("confirm", INVITED, CONFIRMED),
    transition("decline", INVITED, DECLINED),
    transition("hold", CONFIRMED, HELD),
    transition("complete-item", HELD, None),
    transition("close", HELD, CLOSED),
    transition("cancel", (PLANNED, INVITED, CONFIRMED, DECLINED), CANCELLED),
)

#: Whose turn it is.
OWNER, PARTNER, EITHER = "OWNER", "PARTNER", "EITHER"
TURNS: Final = {
    "invite": OWNER,
    "confirm": PARTNER,
    "decline": PARTNER,
    "hold": OWNER,
    "complete-item": EITHER,
    "close": OWNER,
    "cancel": OWNER,
}
