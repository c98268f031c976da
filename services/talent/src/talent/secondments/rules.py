"""The life of a secondment, its term and its balance (domain §2.3). Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from hrss_kit.states import Machine, transition
from talent.dates import months_after

OPEN, CLOSED = "OPEN", "CLOSED"
NOMINATED, APPROVED_HOME, APPROVED_HOST = "NOMINATED", "APPROVED_HOME", "APPROVED_HOST"
ACTIVE, EXTENDED, APPRAISED = "ACTIVE", "EXTENDED", "APPRAISED"
ENDED, RECALLED, WITHDRAWN = "ENDED", "RECALLED", "WITHDRAWN"

POST: Final = Machine(transition("close", OPEN, CLOSED))
MACHINE: Final = Machine(
    transition("approve-home", NOMINATED, APPROVED_HOME),
    transition("approve-host", APPROVED_HOME, APPROVED_HOST),
    transition("start", APPROVED_HOST, ACTIVE),
    transition("extend", ACTIVE, EXTENDED),
    transition("appraise", (ACTIVE, EXTENDED), APPRAISED),
    transition("end", APPRAISED, ENDED),
    transition("recall", (ACTIVE, EXTENDED), RECALLED),
    transition("withdraw", (NOMINATED, APPROVED_HOME, APPROVED_HOST), WITHDRAWN),
)


def term_fits(starts_on: date, ends_on: date, shortest: int, longest: int) -> bool:
    """True for a term of so many whole months at least and at most; both days count."""
    after = ends_on + timedelta(days=1)
    return months_after(starts_on, shortest) <= after <= months_after(starts_on, longest)


def is_hrss_body(name: str, terms: Iterable[str]) -> bool:
    """True when the name says that it is a body of the HRSS system (人社系统)."""
    return any(term in name for term in terms)


def balance(one_way: int, other_way: int) -> Decimal | None:
    """min ÷ max of the two directions; 1 is balanced, None where nobody went."""
    most = max(one_way, other_way)
    if not most:
        return None
    return (Decimal(min(one_way, other_way)) / most).quantize(Decimal("0.0001"), ROUND_HALF_UP)
