"""When complaints make a joint case, and what may be told of them. Pure: no database."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from hrss_kit.states import Machine, transition

SUGGESTED, ACCEPTED, DISMISSED = "SUGGESTED", "ACCEPTED", "DISMISSED"

#: The life of one city's answer.
MACHINE: Final = Machine(
    transition("accept", SUGGESTED, ACCEPTED),
    transition("dismiss", SUGGESTED, DISMISSED),
)
#: Small numbers point at people: the other city reads bands only (domain §5).
_EDGES: Final = (5, 10, 20, 50)


def is_mass_event(complainants: int, cities: int, policy: Mapping[str, Any]) -> bool:
    """True for enough complainants in enough cities (`li.mass_event`)."""
    return complainants >= int(policy["complainants"]) and cities >= int(policy["cities"])


def band(count: int) -> str:
    """A count as another city may read it: <5, 5–9, 10–19, 20–49, ≥50."""
    if count < _EDGES[0]:
        return f"<{_EDGES[0]}"
    for low, high in pairwise(_EDGES):
        if count < high:
            return f"{low}–{high - 1}"
    return f"≥{_EDGES[-1]}"


def leading_city(workers: Mapping[str, int], first: str) -> str:
    """Who leads a joint case: where most workers are; the city of the first word when equal."""
    return max(workers, key=lambda city: (workers[city], city == first, city), default=first)


def overall(answers: Sequence[str]) -> str:
    """What the cities' answers come to: open until all have answered, joint only if all agree."""
    if SUGGESTED in answers:
        return SUGGESTED
    return DISMISSED if DISMISSED in answers else ACCEPTED
