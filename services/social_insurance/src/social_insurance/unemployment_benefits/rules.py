"""Unemployment benefit 失业保险金: how long it is paid (domain C-7). Pure.

Source: 社会保险法 arts 46, 51-52. Months of all cities add up.
"""

from collections.abc import Iterable, Mapping


def benefit_months(paid_months: int, bands: Mapping[str, int]) -> int:
    """At most so many months: the band with the largest number of paid months reached."""
    reached = [(int(least), most) for least, most in bands.items() if paid_months >= int(least)]
    return max(reached)[1] if reached else 0


def months_left(granted: int, used: int) -> int:
    """What is still to be paid."""
    return max(0, granted - used)


def months_used(from_month: int, today_month: int, before: int, granted: int) -> int:
    """Months drawn so far, those before in another city included; a month counts when it ends."""
    return min(granted, before + max(0, today_month - from_month))


def reemployed_in(employed: Iterable[str], from_month: str) -> str | None:
    """The first month of employment that meets the benefit (X-8, J-6)."""
    return min((month for month in employed if month >= from_month), default=None)
