"""The life of a request for card service across the cities (domain §2.5). Pure."""

from datetime import date, timedelta
from typing import Final, Literal, get_args

from hrss_kit.states import Machine, transition

Kind = Literal[
    "TEMP_LOSS",
    "UNDO_TEMP_LOSS",
    "FORMAL_LOSS",
    "ACTIVATE",
    "PIN_RESET",
    "UNLOCK",
    "REPLACE_LOST",
    "REPLACE_DAMAGED",
    "RENEW",
    "FIRST_ISSUE",
    "CORRECT_INFO",
    "CANCEL",
]
State = Literal[
    "CREATED",
    "ID_CHECKED",
    "SENT_TO_ISSUER",
    "EXECUTED",
    "REFUSED",
    "DELIVERING",
    "DONE",
    "CANCELLED",
]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
STATES: Final[tuple[str, ...]] = get_args(State)
ENDED: Final = ("REFUSED", "DONE", "CANCELLED")

#: What the holder does at any counter, so that the suite executes it at once: the card's action.
AT_ONCE: Final = {
    "TEMP_LOSS": "temp-lose",
    "UNDO_TEMP_LOSS": "restore",
    "FORMAL_LOSS": "lose",
    "ACTIVATE": "activate",
    "UNLOCK": "unlock",
}
#: Who sees the holder; whoever pays wages or a benefit only asks for what makes a card good.
COUNTERS: Final = ("partner", "cw.card", "window", "service")
#: J-10: what makes a card good for a payment, as `card.lookups.payments` suggests it.
FOR_PAYMENT: Final = frozenset(
    {"ACTIVATE", "UNDO_TEMP_LOSS", "UNLOCK", "REPLACE_LOST", "RENEW", "FIRST_ISSUE"}
)
#: What ends with a new card in the holder's hand.
NEW_CARD: Final = frozenset({"REPLACE_LOST", "REPLACE_DAMAGED", "RENEW", "FIRST_ISSUE"})
#: The states of the present card that a kind may begin with; None where no card is needed.
BEGINS_WITH: Final[dict[str, tuple[str, ...]]] = {
    "PIN_RESET": ("ACTIVE", "LOCKED"),
    "REPLACE_LOST": ("LOST",),
    "REPLACE_DAMAGED": ("ACTIVE",),
    "RENEW": ("ACTIVE", "EXPIRED"),
    "CORRECT_INFO": ("ACTIVE",),
    "CANCEL": ("SEALED", "ACTIVE", "TEMP_LOST", "LOST", "LOCKED", "EXPIRED"),
}
NOT_FOR_THE_DEAD: Final = frozenset(KINDS) - {"TEMP_LOSS", "FORMAL_LOSS", "CANCEL"}

MACHINE: Final = Machine(
    transition("check-id", "CREATED", "ID_CHECKED"),
    transition("send", "ID_CHECKED", "SENT_TO_ISSUER"),
    transition("execute", "SENT_TO_ISSUER", "EXECUTED"),
    transition("refuse", "SENT_TO_ISSUER", "REFUSED"),
    transition("deliver", "EXECUTED", "DELIVERING"),
    transition("hand-over", "DELIVERING", "DONE"),
    transition("cancel", ("CREATED", "ID_CHECKED", "SENT_TO_ISSUER"), "CANCELLED"),
)
#: Steps of the issuing city; the others are the serving city's.
ISSUERS: Final = frozenset({"execute", "refuse", "deliver"})


def permission_of(action: str) -> str:
    """The row of the access table that opens an action."""
    return "card-request:execute" if action in ISSUERS else "card-request:serve"


def may_renew(valid_to: date, today: date, window_days: int) -> bool:
    """From that many days before a card ends."""
    return today >= valid_to - timedelta(days=window_days)


def facts_for(kind: str) -> int:
    """How many facts identify the holder: three for a loss told by telephone."""
    return 3 if kind == "TEMP_LOSS" else 2
