"""Numbers people read: service, city, day, sequence and a check digit (LI-EZ-20260923-000123-…)."""

import re
from datetime import date
from typing import Final

from hrss_kit.identifiers import luhn_digit

LAST_SEQUENCE: Final = 999_999

_NUMBER: Final = re.compile(r"[A-Z]{2}-[A-Z]{2}-([0-9]{8})-([0-9]{6})-([0-9])")


def format_number(svc: str, letters: str, on: date, sequence: int) -> str:
    """The business number of the n-th matter of a service in a city on a day."""
    if not 0 < sequence <= LAST_SEQUENCE:
        raise ValueError("a day's sequence runs from 1 to 999999")
    day, place = on.isoformat().replace("-", ""), f"{sequence:06d}"
    return f"{svc}-{letters}-{day}-{place}-{luhn_digit(day + place)}"


def check_number(text: str) -> bool:
    """Whether this is a business number with a real day and the right check digit."""
    found = _NUMBER.fullmatch(text)
    if found is None:
        return False
    day, sequence, check = found.groups()
    try:
        date(int(day[:4]), int(day[4:6]), int(day[6:]))
    except ValueError:
        return False
    return luhn_digit(day + sequence) == check
