"""Every how many years a city holds its competition, and what a place is worth. Pure."""

from collections.abc import Collection
from typing import Final

from hrss_kit.states import Machine, transition

PLANNED, ANNOUNCED, HELD, CANCELLED = "PLANNED", "ANNOUNCED", "HELD", "CANCELLED"

MACHINE: Final = Machine(
    transition("announce", PLANNED, ANNOUNCED),
    transition("hold", ANNOUNCED, HELD),
    transition("cancel", (PLANNED, ANNOUNCED), CANCELLED),
)
#: 职业技能等级 from the lowest to the highest.
LEVELS: Final = ("6", "5", "4", "3", "2", "1", "0T", "0C")


def is_too_soon(year: int, others: Collection[int], cycle_years: int) -> bool:
    """True when the city holds, or means to hold, another one less than a cycle away."""
    return any(abs(year - other) < cycle_years for other in others)


def higher(one: str | None, other: str) -> bool:
    """True when `other` is a higher skill level than `one`, or the first."""
    return one is None or one not in LEVELS or LEVELS.index(other) > LEVELS.index(one)
