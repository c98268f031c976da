"""Retirement date, minimum months, link of the schemes, resident pension (domain §2.2).

Pure: every figure of law comes in as an argument. Months are counts as in
`participations.rules`. Sources: 全国人大常委会 2024-09-13 决定 (C-5), 人社部发〔2014〕17号 (C-6),
国发〔2014〕8号 (C-8).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Literal

from hrss_kit.money import round_fen
from social_insurance.participations.rules import month_of, number

RetireKind = Literal["M60", "F55", "F50"]
#: Which base a woman has is told, never guessed; a man has one.
OF_WOMEN: Final = ("F55", "F50")

RES_TO_EMP, EMP_TO_RES, CONTINUE_PAYING = "RES_TO_EMP", "EMP_TO_RES", "CONTINUE_PAYING"
BENEFIT_STARTED, NOT_AT_RETIREMENT_AGE = "BENEFIT_STARTED", "NOT_AT_RETIREMENT_AGE"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One line of the gradual rise of the retirement age (渐进式延迟法定退休年龄)."""

    base_years: int
    born_from: str
    step_months: int
    cap_months: int

    @classmethod
    def of(cls, table: Mapping[str, Any], kind: str) -> "Schedule":
        """The line of a kind in `si.retirement_schedule`."""
        return cls(**table[kind])


@dataclass(frozen=True, slots=True)
class Retirement:
    """When somebody reaches the statutory age, and by how many months that was put off."""

    delay_months: int
    age_years: int
    age_months: int
    month: str

    @property
    def year(self) -> int:
        """The year it falls in, by which the minimum months go."""
        return int(self.month[:4])


def retirement(birth_month: str, schedule: Schedule) -> Retirement:
    """C-5: birth month, plus the base age, plus a month of delay per step of birth months."""
    late = number(birth_month) - number(schedule.born_from)
    delay = 0 if late < 0 else min(schedule.cap_months, late // schedule.step_months + 1)
    age = schedule.base_years * 12 + delay
    return Retirement(delay, *divmod(age, 12), month_of(number(birth_month) + age))


@dataclass(frozen=True, slots=True)
class MinimumMonths:
    """`si.min_months`: what a monthly pension takes, rising by year of retirement."""

    base: int
    step_from_year: int
    step_months: int
    max: int

    def of_year(self, year: int) -> int:
        """The minimum of who retires in that year."""
        steps = max(0, year - self.step_from_year + 1)
        return min(self.max, self.base + self.step_months * steps)


@dataclass(frozen=True, slots=True)
class Link:
    """What C-6 allows; `refusal` is the reason when it allows nothing."""

    choices: tuple[str, ...]
    refusal: str | None
    threshold: int
    #: Months that count at the end: of the employees' scheme, or of the residents'.
    emp_months: int
    res_months: int


def link(
    *,
    is_receiving: bool,
    today_month: str,
    retire_month: str,
    emp_months: int,
    res_months: int,
    threshold: int,
) -> Link:
    """C-6, for an application made in `today_month` (城乡养老保险制度衔接)."""
    proposed = propose(emp_months=emp_months, res_months=res_months, threshold=threshold)
    refusal = None
    if is_receiving:
        refusal = BENEFIT_STARTED
    elif today_month < retire_month:
        refusal = NOT_AT_RETIREMENT_AGE
    if refusal is None:
        return proposed
    return Link((), refusal, threshold, emp_months, res_months)


def propose(*, emp_months: int, res_months: int, threshold: int) -> Link:
    """What C-6 will allow at retirement age: enough months of employment, or not.

    Resident years never become employee months; the reverse does (domain, trap 6).
    """
    if emp_months >= threshold:
        return Link((RES_TO_EMP,), None, threshold, emp_months, 0)
    total = emp_months + res_months
    return Link((EMP_TO_RES, CONTINUE_PAYING), None, threshold, 0, total)


@dataclass(frozen=True, slots=True)
class ResidentPension:
    """The parts of a resident's monthly pension."""

    base_pension: Decimal
    account_pension: Decimal
    supplement: Decimal

    @property
    def monthly(self) -> Decimal:
        """What is paid in a month."""
        return self.base_pension + self.account_pension + self.supplement


def resident_pension(
    base: Decimal, account: Decimal, divisor: int, supplement: Decimal
) -> ResidentPension:
    """C-8: base pension of the hukou city, account over the divisor, long payers' supplement."""
    return ResidentPension(base, round_fen(account / divisor), supplement)
