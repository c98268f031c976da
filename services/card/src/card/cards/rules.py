"""What a card is and what its states mean (domain §2.5). Pure functions."""

from datetime import date, timedelta
from typing import Literal, get_args

SocialState = Literal[
    "APPLIED",
    "PREOPENED",
    "MADE",
    "SEALED",
    "ACTIVE",
    "TEMP_LOST",
    "LOST",
    "LOCKED",
    "EXPIRED",
    "CANCELLED",
]
FinancialState = Literal["NONE", "INACTIVE", "ACTIVE", "LOST", "FROZEN", "CLOSED"]
STATES: tuple[str, ...] = get_args(SocialState)
FINANCIAL_STATES: tuple[str, ...] = get_args(FinancialState)
GENERATIONS = {"1.00": "G1", "2.00": "G2", "3.00": "G3"}
USABLE, WITH_AUTHORISATION, LIMITED = "USABLE", "USABLE_WITH_AUTH", "LIMITED"
ECARD_STATES = (USABLE, WITH_AUTHORISATION, LIMITED)
# A formal loss cannot be undone, a cancellation ends a card's life.
AFTER = {"LOST": ("LOST", "CANCELLED"), "CANCELLED": ("CANCELLED",)}
EVENTS = {
    "ACTIVE": "activated",
    "TEMP_LOST": "temp_lost",
    "LOST": "lost",
    "LOCKED": "locked",
    "EXPIRED": "expired",
    "CANCELLED": "cancelled",
}
EVENTS_BETWEEN: dict[tuple[str | None, str], str] = {
    ("MADE", "SEALED"): "delivered",
    ("TEMP_LOST", "ACTIVE"): "restored",
    ("LOCKED", "ACTIVE"): "unlocked",
}


def ecard_state(
    social_state: str,
    *,
    has_active_successor: bool = False,
    restricted: str = WITH_AUTHORISATION,
) -> str | None:
    """What the e-card may do, from the social state of the card it is bound to.

    `restricted` is what holds for a card that is lost, locked or expired. None while the card
    has not been activated: there is no e-card yet.
    """
    if social_state == "ACTIVE":
        return USABLE
    if social_state in ("APPLIED", "PREOPENED", "MADE", "SEALED"):
        return None
    if has_active_successor:
        return USABLE  # it is bound to the successor
    if social_state == "TEMP_LOST":
        return WITH_AUTHORISATION
    return LIMITED if social_state == "CANCELLED" else restricted


def may_follow(present: str, wanted: str) -> bool:
    """Whether the register may go from one state to another."""
    return wanted in AFTER.get(present, (wanted,))


def allowed_after(present: str) -> tuple[str, ...]:
    """The states the register may go to."""
    return AFTER.get(present, STATES)


def happened(before: str | None, after: str) -> str | None:
    """The word of the event for a change of state; None when nobody needs to be told."""
    if before == after:
        return None
    if (before, after) in EVENTS_BETWEEN:
        return EVENTS_BETWEEN[before, after]
    return EVENTS.get(after)


def last_valid_day(issued_on: date, years: int) -> date:
    """`issued_on` + years − 1 day; what begins on a leap day ends on 28 February."""
    try:
        return issued_on.replace(year=issued_on.year + years) - timedelta(days=1)
    except ValueError:
        return date(issued_on.year + years, 2, 28)
