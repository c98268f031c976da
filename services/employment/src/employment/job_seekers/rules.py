"""Ages, ends of tags, and what a purpose opens. Pure: figures and dates are arguments."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

#: What the other city may see in clear (domain §4.3): no name, number or telephone.
OPEN_FOR_MATCH: Final = (
    "edu", "major", "skills", "skill_level", "licences", "experience", "experience_months",
    "expected_occupations", "residence_division", "accept_cities", "accept_districts",
)  # fmt: skip


#: 职业技能等级 from the lowest to the highest.
SKILL_LEVELS: Final = ("6", "5", "4", "3", "2", "1", "0T", "0C")


def is_higher(held: str | None, shown: str) -> bool:
    """True when what was shown is more than what is held."""
    return held is None or SKILL_LEVELS.index(shown) > SKILL_LEVELS.index(held)


def birthday(born: date, years: int) -> date:
    """The day somebody reaches an age; a leap-day birth on 1 March of a common year."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def adult_from(born: date, today: date, adult: int) -> date | None:
    """The day from which hazardous work is allowed; None for who is old enough already."""
    day = birthday(born, adult)
    return day if day > today else None


def tag_ends_on(
    group: str, valid_to: date | None, graduated_on: date | None, window_years: int
) -> date | None:
    """A graduate's tag ends with the year of graduation and the years after it."""
    if valid_to is not None or group != "GRAD" or graduated_on is None:
        return valid_to
    return date(graduated_on.year + window_years, 12, 31)


def experience_months(experience: Sequence[dict[str, Any]]) -> int:
    """All months at work."""
    return sum(int(one["months"]) for one in experience)
