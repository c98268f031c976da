"""The checklist of a move (journey J-2) and its life. Pure."""

from collections.abc import Iterable
from typing import Final

from hrss_kit.states import Machine, transition

OPEN, CHECKLIST, DONE, CANCELLED = "OPEN", "CHECKLIST", "DONE", "CANCELLED"
NOT_NEEDED, WAITING, FAILED = "NOT_NEEDED", "WAITING", "FAILED"

CONTRACT, FILE_TRANSFER, SOCIAL_INSURANCE = "CONTRACT", "FILE_TRANSFER", "SOCIAL_INSURANCE"
CARD, TITLE_RECOGNITION = "CARD", "TITLE_RECOGNITION"
TALENT_AWARD, EMPLOYMENT_REGISTRATION = "TALENT_AWARD", "EMPLOYMENT_REGISTRATION"
ITEMS: Final = (
    CONTRACT,
    FILE_TRANSFER,
    SOCIAL_INSURANCE,
    CARD,
    TITLE_RECOGNITION,
    TALENT_AWARD,
    EMPLOYMENT_REGISTRATION,
)

MACHINE: Final = Machine(
    transition("mark-item", CHECKLIST, None),
    transition("choose-card", CHECKLIST, None),
    transition("cancel", (OPEN, CHECKLIST), CANCELLED),
)
#: An item: what was done stays done; what failed is taken up again by a supervisor.
ITEM: Final = Machine(
    transition("done", (WAITING, FAILED), DONE),
    transition("fail", WAITING, FAILED),
    transition("drop", (WAITING, FAILED), NOT_NEEDED),
    transition("retry", FAILED, WAITING),
)
WORDS: Final = {DONE: "done", FAILED: "fail", NOT_NEEDED: "drop", WAITING: "retry"}


def is_complete(states: Iterable[str]) -> bool:
    """True when every item is DONE or NOT_NEEDED."""
    return all(state in (DONE, NOT_NEEDED) for state in states)
