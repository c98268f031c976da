"""The life of a card as a table (domain §2.5). Pure."""

from typing import Final

from hrss_kit.states import Machine, transition

IN_THE_MAKING: Final = ("APPLIED", "PREOPENED", "MADE")
#: What a card that becomes active takes the place of; one still being made has its own request.
REPLACED: Final = ("SEALED", "ACTIVE", "TEMP_LOST", "LOST", "LOCKED", "EXPIRED")
NOT_CANCELLED: Final = (*IN_THE_MAKING, *REPLACED)

MACHINE: Final = Machine(
    transition("preopen", "APPLIED", "PREOPENED"),
    transition("make", "PREOPENED", "MADE"),
    transition("seal", "MADE", "SEALED"),
    transition("activate", "SEALED", "ACTIVE"),
    transition("temp-lose", "ACTIVE", "TEMP_LOST"),
    transition("restore", "TEMP_LOST", "ACTIVE"),
    transition("lose", ("ACTIVE", "TEMP_LOST"), "LOST"),
    # The chip compares the PIN; the reader says how it went.
    transition("verify-pin", "ACTIVE", None),
    transition("unlock", "LOCKED", "ACTIVE"),
    transition("cancel", NOT_CANCELLED, "CANCELLED"),
)

#: Making and cancelling is the issuing city's; the holder may come to any counter.
ISSUERS: Final = frozenset({"preopen", "make", "cancel"})
#: What cannot be done for somebody who has died.
FOR_THE_LIVING: Final = frozenset({"preopen", "make", "seal", "activate", "restore", "unlock"})
#: How many facts have to agree: 身份核对 by ID, and three for a loss told by telephone.
FACTS: Final = {"seal": 2, "activate": 2, "temp-lose": 3, "restore": 2, "lose": 2, "unlock": 2}


def permission_of(action: str) -> str:
    """The row of the access table that opens an action."""
    return "card:make" if action in ISSUERS else "card:serve"


def after_wrong_pin(failures: int, maximum: int) -> tuple[int, bool]:
    """The count of wrong PINs in a row, and whether it locks the card."""
    return failures + 1, failures + 1 >= maximum
