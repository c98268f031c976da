"""The life of an award's recognition, and what it grants (domain §2.3). Pure."""

from collections.abc import Iterable
from datetime import date
from typing import Final

from hrss_kit.states import Machine, transition
from talent.category_mappings.rules import LADDER

APPLIED, VERIFYING, VERIFIED, GRANTED = "APPLIED", "VERIFYING", "VERIFIED", "GRANTED"
SUSPENDED, REVOKED, EXPIRED, WITHDRAWN = "SUSPENDED", "REVOKED", "EXPIRED", "WITHDRAWN"
REFUSED_REVOKED, REFUSED_NOT_RECOGNISED = "REFUSED_REVOKED", "REFUSED_NOT_RECOGNISED"
MAPPED, CASE_BY_CASE = "MAPPED", "CASE_BY_CASE"

#: While one of these stands, the same award is not applied for again in the same city.
OPEN: Final = (APPLIED, VERIFYING, VERIFIED, GRANTED, SUSPENDED)

MACHINE: Final = Machine(
    transition("verify", VERIFYING, VERIFIED),
    transition("review", VERIFIED, None),
    transition("grant", VERIFIED, GRANTED),
    transition("withdraw", (VERIFYING, VERIFIED), WITHDRAWN),
    # The receiving city's own decision about what its origin has lost.
    transition("revoke", SUSPENDED, REVOKED),
)


def lowest(levels: Iterable[str]) -> str:
    """The lowest of several levels of the ladder: a recognition is never above its origin."""
    return max(levels, key=LADDER.index)


def last_day(origin: date | None, receiving: date | None) -> date | None:
    """min(origin valid_to, receiving term); None is for good."""
    given = [day for day in (origin, receiving) if day is not None]
    return min(given) if given else None
