"""Retirement date, minimum months, link of the schemes, resident pension: the worked examples."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.policy_defaults import default_value
from social_insurance.estimates import rules
from social_insurance.estimates.rules import MinimumMonths, Schedule
from social_insurance.participations.rules import month_of, number

TABLE: Any = default_value("si.retirement_schedule")
MINIMUM = MinimumMonths(**default_value("si.min_months"))  # type: ignore[arg-type]
KINDS = ("M60", "F55", "F50")
births = st.integers(number("1940-01"), number("2010-12")).map(month_of)


@pytest.mark.parametrize(
    ("born", "kind", "delay", "age", "month"),
    [
        ("1964-12", "M60", 0, (60, 0), "2024-12"),
        ("1965-01", "M60", 1, (60, 1), "2025-02"),
        ("1965-05", "M60", 2, (60, 2), "2025-07"),
        ("1966-11", "M60", 6, (60, 6), "2027-05"),
        ("1976-09", "M60", 36, (63, 0), "2039-09"),
        ("1981-09", "F55", 36, (58, 0), "2039-09"),
        ("1975-01", "F50", 1, (50, 1), "2025-02"),
        ("1984-11", "F50", 60, (55, 0), "2039-11"),
    ],
)
def test_the_retirement_month_follows_the_schedule(
    born: str, kind: str, delay: int, age: tuple[int, int], month: str
) -> None:
    found = rules.retirement(born, Schedule.of(TABLE, kind))
    assert (found.delay_months, (found.age_years, found.age_months), found.month) == (
        delay,
        age,
        month,
    )


@given(births, st.sampled_from(KINDS))
def test_who_is_born_later_never_retires_earlier_and_the_delay_has_a_cap(
    born: str, kind: str
) -> None:
    schedule = Schedule.of(TABLE, kind)
    now = rules.retirement(born, schedule)
    then = rules.retirement(month_of(number(born) + 1), schedule)
    assert now.month < then.month
    assert 0 <= now.delay_months <= then.delay_months <= schedule.cap_months
    assert then.delay_months - now.delay_months <= 1
    assert number(now.month) - number(born) == now.age_years * 12 + now.age_months


@pytest.mark.req("X-10")
@pytest.mark.parametrize(
    ("year", "months"),
    [(2024, 180), (2029, 180), (2030, 186), (2031, 192), (2035, 216), (2039, 240), (2045, 240)],
)
def test_the_minimum_months_rise_by_year_of_retirement(year: int, months: int) -> None:
    assert MINIMUM.of_year(year) == months


def test_the_edge_between_2029_and_2030() -> None:
    schedule = Schedule.of(TABLE, "M60")
    found = [rules.retirement(born, schedule) for born in ("1968-11", "1968-12")]
    assert [(one.month, MINIMUM.of_year(one.year)) for one in found] == [
        ("2029-11", 180),
        ("2029-12", 180),
    ]
    later = rules.retirement("1969-01", schedule)
    assert (later.month, MINIMUM.of_year(later.year)) == ("2030-02", 186)


@pytest.mark.parametrize(
    ("emp", "res", "choices", "months"),
    [
        (168, 60, ("EMP_TO_RES", "CONTINUE_PAYING"), (0, 228)),
        (180, 60, ("RES_TO_EMP",), (180, 0)),
        (179, 0, ("EMP_TO_RES", "CONTINUE_PAYING"), (0, 179)),
    ],
)
def test_the_link_of_the_schemes(
    emp: int, res: int, choices: tuple[str, ...], months: tuple[int, int]
) -> None:
    """V10: a man born 1966-11-05."""
    schedule = Schedule.of(TABLE, "M60")
    retire = rules.retirement("1966-11", schedule)
    threshold = MINIMUM.of_year(retire.year)
    assert (retire.month, threshold) == ("2027-05", 180)
    person = {"retire_month": retire.month, "emp_months": emp, "res_months": res}
    found = rules.link(
        is_receiving=False,
        today_month="2027-05",
        threshold=threshold,
        **person,  # type: ignore[arg-type]
    )
    assert (found.choices, found.refusal) == (choices, None)
    assert (found.emp_months, found.res_months) == months
    early = rules.link(
        is_receiving=False,
        today_month="2027-04",
        threshold=threshold,
        **person,  # type: ignore[arg-type]
    )
    assert (early.choices, early.refusal) == ((), "NOT_AT_RETIREMENT_AGE")
    started = rules.link(
        is_receiving=True,
        today_month="2027-05",
        threshold=threshold,
        **person,  # type: ignore[arg-type]
    )
    assert (started.choices, started.refusal) == ((), "BENEFIT_STARTED")


@given(st.integers(0, 500), st.integers(0, 500), st.sampled_from([180, 186, 240]))
def test_resident_years_never_become_employee_months(emp: int, res: int, threshold: int) -> None:
    found = rules.propose(emp_months=emp, res_months=res, threshold=threshold)
    assert found.emp_months in (0, emp)
    assert (found.choices == ("RES_TO_EMP",)) == (emp >= threshold)
    if found.choices != ("RES_TO_EMP",):
        assert found.res_months == emp + res


@pytest.mark.req("SI-2d")
def test_a_resident_pension_is_base_and_account_over_139() -> None:
    """V11."""
    found = rules.resident_pension(Decimal("195.00"), Decimal("18070.00"), 139, Decimal("0.00"))
    assert (found.account_pension, found.monthly) == (Decimal("130.00"), Decimal("325.00"))
    odd = rules.resident_pension(Decimal("195.00"), Decimal("100.00"), 139, Decimal("0.00"))
    assert odd.account_pension == Decimal("0.72")
