"""The rules of a case: its life, who owes what, and when the list is to be thought of.

Pure: every figure of law or policy comes in as an argument.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, Decimal
from typing import Any

from hrss_kit.calendar import WorkCalendar
from hrss_kit.money import round_fen
from hrss_kit.states import Machine, transition

FILED, INVESTIGATING, EXTENDED = "FILED", "INVESTIGATING", "EXTENDED"
DECIDED, SERVED, COMPLIED, NOT_COMPLIED = "DECIDED", "SERVED", "COMPLIED", "NOT_COMPLIED"
ENFORCED, ARREARS_LIST_PROPOSED = "ENFORCED", "ARREARS_LIST_PROPOSED"
CLOSED, REOPENED = "CLOSED", "REOPENED"

ORDER_CORRECT, HANDLE, PENALTY = "ORDER_CORRECT", "HANDLE", "PENALTY"
DISMISS, TRANSFER_DEPT, TRANSFER_POLICE = "DISMISS", "TRANSFER_DEPT", "TRANSFER_POLICE"

#: Decisions that burden the employer, who is heard before them (S01 art. 19).
BURDENING = frozenset({ORDER_CORRECT, HANDLE, PENALTY})
#: Decisions after which nothing is left to be carried out.
ENDING = frozenset({DISMISS, TRANSFER_DEPT, TRANSFER_POLICE})
#: What may still be decided once a first order has not been obeyed.
FOLLOWING = frozenset({HANDLE, PENALTY, TRANSFER_POLICE})

UNDER_INVESTIGATION = (INVESTIGATING, EXTENDED)
#: Later complaints of the same collective join a case until its first decision.
JOINABLE = (FILED, INVESTIGATING, EXTENDED, REOPENED)
UNPAID = (NOT_COMPLIED, ENFORCED, ARREARS_LIST_PROPOSED)
PAYABLE = (INVESTIGATING, EXTENDED, DECIDED, SERVED, *UNPAID)

MACHINE = Machine(
    transition("assign", (FILED, REOPENED), INVESTIGATING),
    transition("assign", UNDER_INVESTIGATION, None),
    transition("add-matter", UNDER_INVESTIGATION, None),
    transition("hear", UNDER_INVESTIGATION, None),
    transition("extend", INVESTIGATING, EXTENDED),
    transition("decide", UNDER_INVESTIGATION, DECIDED),
    # What follows a disobeyed order adds to it; the case stays one that was not complied with.
    transition("decide", UNPAID, None),
    transition("serve", DECIDED, SERVED),
    transition("serve", UNPAID, None),
    transition("record-payment", PAYABLE, None),
    transition("check-compliance", (SERVED, *UNPAID), None),
    transition("enforce", (NOT_COMPLIED, ARREARS_LIST_PROPOSED), ENFORCED),
    transition("propose-listing", NOT_COMPLIED, ARREARS_LIST_PROPOSED),
    transition("close", (COMPLIED, ENFORCED, DECIDED, SERVED, NOT_COMPLIED), CLOSED),
    transition("reopen", CLOSED, REOPENED),
)

#: Who pays on a construction site, in the order in which they are asked.
PAYER_ROLES = ("SUBCONTRACTOR", "GENERAL_CONTRACTOR", "CLIENT")

ZERO = Decimal("0.00")
FEN = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Range:
    """From and to, both allowed."""

    lowest: Decimal
    highest: Decimal

    def holds(self, amount: Decimal) -> bool:
        """True when the amount lies inside."""
        return self.lowest <= amount <= self.highest


@dataclass(frozen=True, slots=True)
class Arrears:
    """What one worker is still owed."""

    unpaid: Decimal
    months: int


@dataclass(frozen=True, slots=True)
class ListCriterion:
    """Which halves of the amount criterion hold (S22 art. 5 with S23)."""

    is_single_met: bool
    is_group_met: bool

    @property
    def is_met(self) -> bool:
        """One half is enough."""
        return self.is_single_met or self.is_group_met


def wage_due_on(payday: date, calendar: WorkCalendar, *, grace_days: int = 0) -> date:
    """The last day wages are in time: a payday on a rest day means before it (S03 art. 14)."""
    return calendar.previous_workday(payday) + timedelta(days=grace_days)


def is_wage_late(payday: date, on: date, calendar: WorkCalendar, *, grace_days: int = 0) -> bool:
    """True when the payday has passed; the law gives no days of grace."""
    return on > wage_due_on(payday, calendar, grace_days=grace_days)


def additional_compensation(due: Decimal, lowest: Decimal, highest: Decimal) -> Range:
    """What an overdue order on wages adds to the amount due (加付赔偿金, S01 art. 26)."""
    least = (due * lowest).quantize(FEN, ROUND_CEILING)
    return Range(least, max(least, (due * highest).quantize(FEN, ROUND_DOWN)))


def compensation_base(base: str, *, ordered: Decimal, unpaid_at_deadline: Decimal) -> Decimal:
    """The amount due in the sense of the policy `li.comp_base`."""
    return ordered if base == "ORDER_AMOUNT" else unpaid_at_deadline


def is_payer_order(roles: Sequence[str]) -> bool:
    """On a site the subcontractor pays, then the general contractor for it (S03 art. 30)."""
    ranks = [PAYER_ROLES.index(role) for role in roles]
    return ranks == sorted(set(ranks))


def unpaid(owed: Decimal, paid: Decimal) -> Decimal:
    """What is left to pay, never below nothing."""
    return max(ZERO, owed - paid)


def apportion(total: Decimal, claims: Sequence[Decimal]) -> list[Decimal]:
    """Divides an amount in proportion to claims, to the fen, so that the parts add up to it."""
    whole = sum(claims, ZERO)
    if not claims or whole <= 0:
        return [ZERO for _ in claims]
    exact = [total * claim / whole for claim in claims]
    parts = [share.quantize(FEN, ROUND_DOWN) for share in exact]
    missing = int((round_fen(total) - sum(parts, ZERO)) / FEN)
    by_rest = sorted(range(len(claims)), key=lambda at: (parts[at] - exact[at], at))
    for at in by_rest[:missing]:
        parts[at] += FEN
    return parts


def list_criterion(arrears: Sequence[Arrears], policy: dict[str, Any]) -> ListCriterion:
    """The two-part amount test of the policy `li.crime_amount`; paid-off workers do not count."""
    owed = [one for one in arrears if one.unpaid > 0]
    single, group = policy["single"], policy["group"]
    return ListCriterion(
        is_single_met=any(
            one.months >= int(single["months"]) and one.unpaid >= Decimal(single["amount"])
            for one in owed
        ),
        is_group_met=len(owed) >= int(group["workers"])
        and sum((one.unpaid for one in owed), ZERO) >= Decimal(group["amount"]),
    )


def years_after(day: date, years: int) -> date:
    """The same day some years on; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
