"""The worked examples V1 to V14 of social insurance, each by its name. No database."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from hrss_kit.money import round_fen
from hrss_kit.policy_defaults import default_value
from social_insurance.estimates import rules as estimates
from social_insurance.injuries import rules as injuries
from social_insurance.life_certifications import rules as lives
from social_insurance.overlap_resolutions import rules as overlap
from social_insurance.participations import rules as months
from social_insurance.participations.rules import Insured, months_between
from social_insurance.transfer_cases import rules
from social_insurance.transfer_cases.rules import Paid

RATE = Decimal(str(default_value("si.pool_rate")))
EIGHT = {year: Decimal("0.08") for year in range(2006, 2030)}
WH, EZ = "420100", "420700"


def paid(first: str, last: str, base: str) -> list[Paid]:
    return [Paid(month, Decimal(base)) for month in months_between(first, last)]


def insured(city: str, first: str, last: str) -> list[Insured]:
    return [Insured(month, city, "EMP", None, paid=True) for month in months_between(first, last)]


V1 = [
    *paid("2019-07", "2019-12", "3800"),
    *paid("2020-01", "2020-12", "4200"),
    *paid("2021-01", "2021-12", "4800"),
]
V1_ACCOUNT = Decimal("10464.00") + Decimal("612.34")


@pytest.mark.req("SI-1c")
def test_v1_thirty_months_leave_26_772_34() -> None:
    assert len(V1) == 30
    assert rules.principal(V1, EIGHT) == Decimal("10464.00")
    assert rules.pool_money(V1, RATE) == Decimal("15696.00")
    amounts = rules.Amounts(V1_ACCOUNT, rules.pool_money(V1, RATE), Decimal(0))
    assert amounts.total == Decimal("26772.34")


def test_v2_what_was_before_1998_moves_with_its_account_and_brings_no_pool_money() -> None:
    since, before = [Paid("2010-01", Decimal("612000"))], [Paid("1997-12", Decimal("9000"))]
    pool = rules.pool_money([*before, *since], RATE)
    assert pool == Decimal("73440.00")
    assert Decimal("1240.50") + Decimal("38912.66") + pool == Decimal("113593.16")


def test_v3_cents_are_rounded_once_at_the_end() -> None:
    v3 = paid("2020-01", "2020-07", "4321.55")
    assert rules.pool_money(v3, RATE) == Decimal("3630.10")
    assert rules.principal(v3, EIGHT) == Decimal("2420.07")


@pytest.mark.req("X-9")
def test_v4_inside_the_province_nothing_moves() -> None:
    pool = rules.pool_money(V1, RATE)
    moved = rules.moved_amount(
        "EMP_INTRA", V1_ACCOUNT, pool, same_province=True, moves_within=False
    )
    assert moved == Decimal("0.00")
    assert rules.Amounts(V1_ACCOUNT, pool, moved).total == Decimal("26772.34")


def test_v5_three_months_twice_are_counted_once_and_refunded() -> None:
    both = [*insured(WH, "2018-01", "2020-06"), *insured(EZ, "2020-04", "2023-12")]
    assert len(both) == 30 + 45
    assert sum(one.months for one in months.overlaps(both)) == 3
    assert months.counted_months(both) == {"EMP": 72}
    refunded = [(month, Decimal("4000"), None) for month in months_between("2020-04", "2020-06")]
    found = overlap.account_refund(refunded, EIGHT, Decimal("71.20"))
    assert found.amount == Decimal("1031.20")


def test_v6_twelve_and_thirty_six_months_leave_a_gap_of_six() -> None:
    both = [*insured(WH, "2015-03", "2016-02"), *insured(EZ, "2016-09", "2019-08")]
    assert months.counted_months(both) == {"EMP": 48}
    (gap,) = months.gaps(both)
    assert (gap.from_month, gap.to_month, gap.months) == ("2016-03", "2016-08", 6)
    assert months.overlaps(both) == []


def test_v7_half_a_residents_year_goes_back_and_its_subsidy_stays() -> None:
    year = {2020: overlap.Year(Decimal("1000"), subsidy=Decimal("60"))}
    found = overlap.resident_refund(year, months_between("2020-07", "2020-12"))
    assert (found.amount, found.subsidy_kept) == (Decimal("500.00"), Decimal("60"))


def test_v8_five_twelfths_of_700_are_291_67() -> None:
    year = {2020: overlap.Year(Decimal("700"))}
    found = overlap.resident_refund(year, months_between("2020-01", "2020-05"))
    assert found.amount == Decimal("291.67")


def test_v9_half_a_fen_is_rounded_up() -> None:
    year = {2020: overlap.Year(Decimal("100.01"))}
    found = overlap.resident_refund(year, months_between("2020-07", "2020-12"))
    assert found.amount == round_fen(Decimal("100.01") * 6 / 12) == Decimal("50.01")


@pytest.mark.req("X-10")
@pytest.mark.parametrize(
    ("emp", "choices", "counted"),
    [(168, ("EMP_TO_RES", "CONTINUE_PAYING"), (0, 228)), (180, ("RES_TO_EMP",), (180, 0))],
)
def test_v10_the_link_of_a_man_born_in_november_1966(
    emp: int, choices: tuple[str, ...], counted: tuple[int, int]
) -> None:
    table: Any = default_value("si.retirement_schedule")
    least: Any = default_value("si.min_months")
    due = estimates.retirement("1966-11", estimates.Schedule.of(table, "M60"))
    threshold = estimates.MinimumMonths(**least).of_year(due.year)
    assert (due.month, threshold) == ("2027-05", 180)
    found = estimates.link(
        is_receiving=False,
        today_month="2027-05",
        retire_month=due.month,
        emp_months=emp,
        res_months=60,
        threshold=threshold,
    )
    assert (found.choices, (found.emp_months, found.res_months)) == (choices, counted)


@pytest.mark.req("SI-2d")
def test_v11_a_resident_is_paid_325_a_month() -> None:
    found = estimates.resident_pension(Decimal("195.00"), Decimal("18070.00"), 139, Decimal("0.00"))
    assert (found.account_pension, found.monthly) == (Decimal("130.00"), Decimal("325.00"))


@pytest.mark.req("SI-3b")
def test_v12_the_clocks_of_an_injury() -> None:
    """Rolled over the holiday and put off by a suspension: `test_the_clocks_of_a_determination`."""
    accident, accepted = date(2026, 7, 1), date(2026, 8, 3)
    assert accident + timedelta(days=30) == date(2026, 7, 31)
    assert injuries.years_after(accident, 1) == date(2027, 7, 1)
    assert accepted + timedelta(days=60) == date(2026, 10, 2)
    assert (date(2026, 9, 10) - date(2026, 8, 20)).days == 21


@pytest.mark.req("SI-3c")
def test_v13_held_from_december_and_paid_later() -> None:
    due = lives.months_after(date(2025, 11, 10), 12)
    hold = lives.held_from(due, is_next_month=True)
    assert (due, hold) == (date(2026, 11, 10), "2026-12")
    assert lives.backpay(hold, date(2027, 1, 8)) == ["2026-12", "2027-01"]


@pytest.mark.req("SI-3c")
def test_v14_three_months_after_a_death_are_owed() -> None:
    owed = lives.overpaid(date(2026, 5, 20), "2026-08", is_end_month_payable=True)
    assert owed == ["2026-06", "2026-07", "2026-08"]
    assert len(owed) * Decimal("2415.00") == Decimal("7245.00")
