"""Months as numbers. No database."""

from social_insurance.participations import rules
from social_insurance.participations.rules import Insured


def insured(month: str, scheme: str = "EMP", city: str = "420700") -> Insured:
    return Insured(month, city, scheme, None, paid=True)


def test_months_run_over_the_end_of_a_year() -> None:
    assert rules.months_between("2019-11", "2020-02") == [
        "2019-11",
        "2019-12",
        "2020-01",
        "2020-02",
    ]
    assert rules.months_between("2020-02", "2020-01") == []


def test_a_month_overlaps_across_pension_schemes_but_not_across_kinds_of_risk() -> None:
    months = [insured("2020-01"), insured("2020-01", "RES"), insured("2020-01", "UNEMP")]
    assert rules.overlapping(months) == {0, 1}
    two_jobs = [insured("2020-01", "INJ"), insured("2020-01", "INJ", "420100")]
    assert rules.overlapping(two_jobs) == set()


def test_a_gap_in_one_city_is_closed_by_the_other() -> None:
    months = [insured("2020-01"), insured("2020-02", city="420100"), insured("2020-03")]
    assert list(rules.gaps(months)) == []
    assert [gap.months for gap in rules.gaps([months[0], months[2]])] == [1]
