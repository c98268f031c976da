"""The cycle of a certification, held and over-paid months (domain §2.2). Pure.

Sources: 社会保险经办条例 arts 25–26, 46.
"""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from hrss_kit.states import Machine, transition
from social_insurance.participations.rules import month_of, months_between, number

NOT_DUE, DUE_SOON, DUE, OVERDUE = "NOT_DUE", "DUE_SOON", "DUE", "OVERDUE"
SUSPENDED, RESUMED, STOPPED = "SUSPENDED", "RESUMED", "STOPPED"
OVERPAID, RECOVERY = "OVERPAID", "RECOVERY"

#: As long as something is paid, or held back.
DRAWING: Final = (NOT_DUE, DUE_SOON, DUE, OVERDUE, SUSPENDED, RESUMED)
#: What the calendar moves on.
WAITING: Final = (NOT_DUE, DUE_SOON, DUE, OVERDUE, RESUMED)

MACHINE: Final = Machine(
    transition("certify", DRAWING, None),
    transition("report-death", DRAWING, None),
    transition("stop", DRAWING, STOPPED),
    transition("plan-recovery", (OVERPAID, RECOVERY), RECOVERY),
    transition("record-repayment", (OVERPAID, RECOVERY), None),
)

ALIVE, DECEASED, UNREACHABLE, INELIGIBLE = "ALIVE", "DECEASED", "UNREACHABLE", "INELIGIBLE"
LOW: Final = "LOW"
#: In which order it is tried to find out.
STEPS: Final = ("DATA_MATCH", "SELF", "VISIT", "SUPERVISOR")
_STEP_OF: Final = {
    "DATA_MATCH": "DATA_MATCH", "CARD_USE": "DATA_MATCH", "FACE_SELF": "SELF", "COUNTER": "SELF",
    "HOME_VISIT": "VISIT", "ASSIST": "VISIT",
}  # fmt: skip
#: Without a document it takes this many independent sources to stop a payment.
SOURCES_NEEDED: Final = 2


def months_after(day: date, months: int) -> date:
    """The same day some months on; the last of the month where there is none."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def held_from(due_on: date, *, is_next_month: bool) -> str:
    """The first payment month that is held back when nothing was shown by the due day."""
    return month_of(number(due_on.strftime("%Y-%m")) + is_next_month)


def state_on(today: date, due_on: date, *, warn_days: int, hold_month: str) -> str:
    """Where a cycle stands by the calendar alone."""
    if today.strftime("%Y-%m") >= hold_month and today > due_on:
        return SUSPENDED
    if today > due_on:
        return OVERDUE
    if today == due_on:
        return DUE
    return DUE_SOON if today >= due_on - timedelta(days=warn_days) else NOT_DUE


def backpay(hold_month: str, resumed_on: date) -> list[str]:
    """The months to be paid later: from the first held one to the one in which it resumed."""
    return months_between(hold_month, resumed_on.strftime("%Y-%m"))


def overpaid(ended_on: date, paid_through: str, *, is_end_month_payable: bool) -> list[str]:
    """Months that were paid after the right had ended."""
    first = month_of(number(ended_on.strftime("%Y-%m")) + is_end_month_payable)
    return months_between(first, paid_through) if first <= paid_through else []


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of what is paid back."""

    month: str
    amount: Decimal


def instalments(amount: Decimal, count: int, first_month: str) -> list[Instalment]:
    """Equal parts in fen; what does not divide goes with the last."""
    fen = int(amount * 100)
    part = fen // count
    first = number(first_month)
    return [
        Instalment(
            month_of(first + at),
            Decimal(part if at < count - 1 else fen - part * (count - 1)) / 100,
        )
        for at in range(count)
    ]


def next_step(methods: Iterable[str]) -> str:
    """What is tried next in a cycle: data, the person, a visit, a head."""
    tried = {_STEP_OF[method] for method in methods}
    return next((step for step in STEPS if step not in tried), STEPS[-1])


def is_proved(sources: Sequence[str], document_ref: str | None) -> bool:
    """True when a payment may be stopped: by a document, or by two sources that agree."""
    return bool(document_ref) or len(set(sources)) >= SOURCES_NEEDED
