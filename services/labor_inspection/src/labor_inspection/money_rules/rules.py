"""What the law makes of an amount. Pure: every figure comes in as an argument."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hrss_kit.calendar import WorkCalendar
from hrss_kit.money import round_fen
from labor_inspection.cases.rules import Range, is_wage_late, wage_due_on

CHILD_LABOUR = "CHILD_LABOUR"


@dataclass(frozen=True, slots=True)
class Lateness:
    """When wages were due, and how late they are."""

    due_on: date
    is_late: bool
    days_late: int


def lateness(payday: date, paid_on: date, calendar: WorkCalendar, *, grace_days: int) -> Lateness:
    """Late without grace: the payday has passed and nothing was paid (S03 art. 14)."""
    due_on = wage_due_on(payday, calendar, grace_days=grace_days)
    is_late = is_wage_late(payday, paid_on, calendar, grace_days=grace_days)
    return Lateness(due_on, is_late, (paid_on - due_on).days if is_late else 0)


def late_fee(amount: Decimal, days: int, rate: Decimal) -> Decimal:
    """滞纳金 of social insurance: a share of the sum for each day (S06 art. 86)."""
    return round_fen(amount * rate * days)


def fine_range(
    table: Mapping[str, Any], basis: str, target: str, *, child_months: int
) -> Range | None:
    """What may be fined on a basis; None when the law fines nobody of this kind on it."""
    found = table.get(basis, {}).get(target)
    if found is None:
        return None
    if "per_child_month" in found:
        due = Decimal(found["per_child_month"]) * child_months
        return Range(due, due)
    return Range(Decimal(found["min"]), Decimal(found["max"]))
