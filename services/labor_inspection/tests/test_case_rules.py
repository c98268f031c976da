"""The money rules and the life of a case, without a database (domain §2.4, V3, V3a, V5-V7)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.calendar import WorkCalendar
from labor_inspection.cases import rules
from labor_inspection.cases.rules import Arrears

CALENDAR = WorkCalendar()
CRIME = {
    "single": {"months": 3, "amount": "10000.00"},
    "group": {"workers": 10, "amount": "50000.00"},
}
HALF, WHOLE = Decimal("0.5"), Decimal("1.0")
amounts = st.decimals(0, 9_999_999, places=2)


def money(text: str) -> Decimal:
    return Decimal(text)


@pytest.mark.parametrize(
    ("payday", "due"),
    [
        (date(2026, 10, 5), date(2026, 9, 30)),
        (date(2026, 8, 16), date(2026, 8, 14)),
        (date(2026, 5, 9), date(2026, 5, 9)),
    ],
)
def test_a_payday_on_a_rest_day_means_pay_before_it(payday: date, due: date) -> None:
    assert rules.wage_due_on(payday, CALENDAR) == due
    assert not rules.is_wage_late(payday, due, CALENDAR)
    assert rules.is_wage_late(payday, date.fromordinal(due.toordinal() + 1), CALENDAR)


def test_days_of_grace_move_the_day() -> None:
    assert rules.wage_due_on(date(2026, 8, 16), CALENDAR, grace_days=3) == date(2026, 8, 17)


@pytest.mark.parametrize(
    ("due", "lowest", "highest"),
    [
        ("186400", "93200.00", "186400.00"),
        ("180000", "90000.00", "180000.00"),
        ("0.01", "0.01", "0.01"),
    ],
)
def test_compensation_lies_between_half_and_the_whole(due: str, lowest: str, highest: str) -> None:
    allowed = rules.additional_compensation(money(due), HALF, WHOLE)
    assert (allowed.lowest, allowed.highest) == (money(lowest), money(highest))
    assert allowed.holds(money(lowest))
    assert allowed.holds(money(highest))
    assert not allowed.holds(money(lowest) - rules.FEN)
    assert not allowed.holds(money(highest) + rules.FEN)


def test_the_base_of_compensation_is_policy() -> None:
    ordered, left = money("205000"), money("180000")

    def base(policy: str) -> Decimal:
        return rules.compensation_base(policy, ordered=ordered, unpaid_at_deadline=left)

    assert base("UNPAID_AT_DEADLINE") == left
    assert base("ORDER_AMOUNT") == ordered


@given(amounts)
def test_the_range_never_leaves_what_the_law_allows(due: Decimal) -> None:
    allowed = rules.additional_compensation(due, HALF, WHOLE)
    assert due * HALF <= allowed.lowest <= allowed.highest
    assert allowed.highest <= max(due, allowed.lowest)
    assert allowed.lowest.as_tuple().exponent == -2


@given(amounts, st.lists(amounts, max_size=30))
def test_shares_add_up_to_the_amount(total: Decimal, claims: list[Decimal]) -> None:
    parts = rules.apportion(total, claims)
    assert len(parts) == len(claims)
    assert all(part >= 0 for part in parts)
    if sum(claims, rules.ZERO) > 0:
        assert sum(parts) == total
        for part, claim in zip(parts, claims, strict=True):
            exact = total * claim / sum(claims)
            assert abs(part - exact) <= rules.FEN


@given(st.lists(amounts, min_size=1, max_size=30))
def test_the_whole_claim_is_shared_as_it_was_claimed(claims: list[Decimal]) -> None:
    assert rules.apportion(sum(claims, rules.ZERO), claims) == claims


@given(amounts, amounts)
def test_what_is_unpaid_is_never_negative(owed: Decimal, paid: Decimal) -> None:
    left = rules.unpaid(owed, paid)
    assert left >= 0
    assert left == 0 or left + paid == owed


def arrears(count: int, total: str, months: int) -> list[Arrears]:
    return [Arrears(one, months) for one in rules.apportion(money(total), [Decimal(1)] * count)]


def test_v5_twelve_workers_and_one_with_four_months_meet_both_halves() -> None:
    listed = [*arrears(11, "164400", 2), Arrears(money("22000"), 4)]
    found = rules.list_criterion(listed, CRIME)
    assert (found.is_single_met, found.is_group_met, found.is_met) == (True, True, True)


def test_v6_nine_workers_with_two_months_meet_neither() -> None:
    assert not rules.list_criterion(arrears(9, "60000", 2), CRIME).is_met


@pytest.mark.parametrize(("amount", "is_met"), [("9999.99", False), ("10000.00", True)])
def test_v7_three_months_and_ten_thousand(amount: str, is_met: bool) -> None:
    assert rules.list_criterion([Arrears(money(amount), 3)], CRIME).is_met is is_met


def test_ten_workers_and_fifty_thousand_are_enough_and_paid_off_workers_do_not_count() -> None:
    assert rules.list_criterion(arrears(10, "50000", 1), CRIME).is_group_met
    assert not rules.list_criterion(arrears(10, "49999.99", 1), CRIME).is_met
    nine = [*arrears(9, "50000", 1), Arrears(money("0.00"), 1)]
    assert not rules.list_criterion(nine, CRIME).is_met


def test_two_years_after_a_leap_day() -> None:
    assert rules.years_after(date(2028, 2, 29), 2) == date(2030, 2, 28)
    assert rules.years_after(date(2026, 12, 24), 2) == date(2028, 12, 24)


def test_every_state_but_the_last_leads_on() -> None:
    states = {
        "FILED", "INVESTIGATING", "EXTENDED", "DECIDED", "SERVED", "COMPLIED", "NOT_COMPLIED",
        "ENFORCED", "ARREARS_LIST_PROPOSED", "CLOSED", "REOPENED",
    }  # fmt: skip
    assert rules.MACHINE.states | {"COMPLIED"} == states
    assert all(rules.MACHINE.allowed(state) for state in states)


@pytest.mark.parametrize(
    ("roles", "is_lawful"),
    [
        ([], True),
        (["SUBCONTRACTOR", "GENERAL_CONTRACTOR"], True),
        (["SUBCONTRACTOR", "GENERAL_CONTRACTOR", "CLIENT"], True),
        (["GENERAL_CONTRACTOR"], True),
        (["GENERAL_CONTRACTOR", "SUBCONTRACTOR"], False),
        (["SUBCONTRACTOR", "SUBCONTRACTOR"], False),
    ],
)
def test_on_a_site_the_subcontractor_pays_before_the_general_contractor(
    roles: list[str], is_lawful: bool
) -> None:
    assert rules.is_payer_order(roles) is is_lawful
