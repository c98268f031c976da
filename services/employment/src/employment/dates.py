"""Terms of years and months; where a month has no such day, its last one."""

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day so many months later; 31 August and six months is 28 or 29 February."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def years_after(day: date, years: int) -> date:
    """The same day so many years later."""
    return months_after(day, years * 12)
