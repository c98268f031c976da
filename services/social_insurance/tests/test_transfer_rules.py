"""Amounts, places, months of transfers against the vectors and a grid of months. No database."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_insurance.benefit_place_decisions import rules as places
from social_insurance.benefit_place_decisions.rules import Relation
from social_insurance.overlap_resolutions import rules as overlap
from social_insurance.participations import rules as months
from social_insurance.participations.rules import Insured, months_between
from social_insurance.transfer_cases import rules
from social_insurance.transfer_cases.rules import Paid
from social_insurance.unemployment_benefits import rules as unemployment

RATE = Decimal("0.12")
EIGHT = {year: Decimal("0.08") for year in range(2006, 2030)}
WH, EZ, HG = "420100", "420700", "421100"


def paid(first: str, last: str, base: str) -> list[Paid]:
    return [Paid(month, Decimal(base)) for month in months_between(first, last)]


@pytest.mark.req("SI-1c")
def test_the_reference_amounts_of_the_vectors() -> None:
    v1 = [*paid("2019-07", "2019-12", "3800"), *paid("2020-01", "2020-12", "4200"),
          *paid("2021-01", "2021-12", "4800")]  # fmt: skip
    assert rules.pool_money(v1, RATE) == Decimal("15696.00")
    assert rules.principal(v1, EIGHT) == Decimal("10464.00")
    account = Decimal("10464.00") + Decimal("612.34")
    amounts = rules.Amounts(account, Decimal("15696.00"), Decimal(0))
    assert amounts.total == Decimal("26772.34")
    v2 = rules.pool_money([Paid("2010-01", Decimal("612000"))], RATE)
    assert Decimal("1240.50") + Decimal("38912.66") + v2 == Decimal("113593.16")
    v3 = paid("2020-01", "2020-07", "4321.55")
    assert rules.pool_money(v3, RATE) == Decimal("3630.10")
    assert rules.principal(v3, EIGHT) == Decimal("2420.07")
    for kind, same, moved in (
        ("EMP_INTRA", True, "0.00"), ("EMP_CROSS", False, "26772.34"),
        ("UNEMP_MOVE", True, "0.00"), ("UNEMP_MOVE", False, "26772.34"),
        ("RES_MOVE", True, "11076.34"),
    ):  # fmt: skip
        found = rules.moved_amount(
            kind, account, Decimal("15696.00"), same_province=same, moves_within=False
        )
        assert found == Decimal(moved), kind


@given(
    st.lists(
        st.tuples(st.integers(0, 500), st.decimals(0, 99999, places=2), st.booleans()),
        max_size=60,
        unique_by=lambda one: one[0],
    )
)
def test_pool_money_is_the_sum_of_paid_months_since_1998(
    grid: list[tuple[int, Decimal, bool]],
) -> None:
    start = months.number("1992-01")
    given_months = [Paid(months.month_of(start + at), base, ok) for at, base, ok in grid]
    brute = sum(
        (one.base or Decimal(0) for one in given_months if one.paid and one.month >= "1998-01"),
        Decimal(0),
    )
    assert abs(rules.pool_money(given_months, RATE) - brute * RATE) <= Decimal("0.005")
    before = [one for one in given_months if one.month < "1998-01"]
    assert rules.pool_money(before, RATE) == 0


@pytest.mark.parametrize(
    ("hukou", "relations", "city", "rule_no"),
    [
        (EZ, [(WH, 60, False), (EZ, 36, False)], EZ, 1),
        (HG, [(EZ, 40, False), (WH, 132, False)], WH, 2),
        (HG, [(EZ, 138, False), (WH, 96, False)], EZ, 3),
        (HG, [(WH, 84, False), (EZ, 90, False)], HG, 4),
        (HG, [(EZ, 60, False), (WH, 130, True)], HG, 4),
        (HG, [(WH, 119, False)], HG, 4),
        (HG, [(WH, 120, False)], WH, 2),
    ],
)
def test_the_benefit_place_of_the_vectors(
    hukou: str, relations: list[tuple[str, int, bool]], city: str, rule_no: int
) -> None:
    held = [Relation(*one) for one in relations]
    assert places.benefit_place(hukou, held, 120, "AS_S08") == places.Decided(city, rule_no)


def test_inside_the_province_the_last_insured_city_acts() -> None:
    held = [Relation(WH, 84), Relation(EZ, 90)]
    assert places.benefit_place(HG, held, 120, "LAST_INSURED") == places.Decided(EZ, 1)
    outside = places.benefit_place("430100", held, 120, "LAST_INSURED")
    assert outside == places.Decided(EZ, 2)
    left = [Relation(WH, 130), Relation("430100", 20)]
    assert places.benefit_place("440100", left, 120, "LAST_INSURED") == places.Decided(WH, 3)
    few = [Relation(WH, 60), Relation("430100", 20)]
    assert places.benefit_place("440100", few, 120, "LAST_INSURED").city == "440100"


@given(
    st.sampled_from([WH, EZ, HG, "430100"]),
    st.lists(
        st.tuples(st.sampled_from([WH, EZ, "430100"]), st.integers(0, 300), st.booleans()),
        min_size=1,
        max_size=6,
    ),
)
def test_a_benefit_place_is_the_hukou_or_a_place_with_ten_years(
    hukou: str, relations: list[tuple[str, int, bool]]
) -> None:
    held = [Relation(*one) for one in relations]
    found = places.benefit_place(hukou, held, 120, "AS_S08")
    total: dict[str, int] = {}
    for one in held:
        if not one.is_temporary:
            total[one.city] = total.get(one.city, 0) + one.months
    lasting = [one.city for one in held if not one.is_temporary]
    if found.city != hukou:
        assert total[found.city] >= 120
    if lasting and lasting[-1] == hukou:
        assert found == places.Decided(hukou, 1)
    elif lasting and total[lasting[-1]] >= 120:
        assert found == places.Decided(lasting[-1], 2)


def grid_of(spans: list[tuple[str, str, int, int]]) -> list[Insured]:
    start = months.number("2015-01")
    seen: set[tuple[str, str, int]] = set()
    made = []
    for city, scheme, first, length in spans:
        for at in range(first, first + length):
            if (city, scheme, at) not in seen:
                seen.add((city, scheme, at))
                made.append(Insured(months.month_of(start + at), city, scheme, None, paid=True))
    return made


SPANS = st.lists(
    st.tuples(
        st.sampled_from([WH, EZ]),
        st.sampled_from(["EMP", "RES", "UNEMP"]),
        st.integers(0, 60),
        st.integers(1, 24),
    ),
    max_size=6,
)


@given(SPANS)
def test_months_gaps_and_overlaps_agree_with_a_grid(
    spans: list[tuple[str, str, int, int]],
) -> None:
    found = grid_of(spans)
    for scheme, counted in months.counted_months(found).items():
        cells = {months.number(one.month) for one in found if one.scheme == scheme}
        assert counted == len(cells)
        missing = set(range(min(cells), max(cells) + 1)) - cells
        gaps = [gap for gap in months.gaps(found) if gap.scheme == scheme]
        assert sum(gap.months for gap in gaps) == len(missing)
        named = {month for gap in gaps for month in months_between(gap.from_month, gap.to_month)}
        assert {months.number(month) for month in named} == missing
    brute: dict[tuple[str, str], int] = {}
    for one in found:
        key = months.family(one.scheme), one.month
        brute[key] = brute.get(key, 0) + 1
    twice = {key for key, count in brute.items() if count > 1}
    told = {
        (one.family, month)
        for one in months.overlaps(found)
        for month in months_between(one.from_month, one.to_month)
    }
    assert told == twice
    assert sum(one.months for one in months.overlaps(found)) == len(twice)


@pytest.mark.req("SI-1c")
def test_the_refunds_of_the_vectors() -> None:
    v5 = [(month, Decimal("4000"), None) for month in months_between("2020-04", "2020-06")]
    assert overlap.account_refund(v5, EIGHT, Decimal("71.20")).amount == Decimal("1031.20")
    year = {2020: overlap.Year(Decimal("1000"), subsidy=Decimal("60"))}
    v7 = overlap.resident_refund(year, months_between("2020-07", "2020-12"))
    assert (v7.amount, v7.subsidy_kept) == (Decimal("500.00"), Decimal("60"))
    v8 = {2020: overlap.Year(Decimal("700"))}
    assert overlap.resident_refund(v8, months_between("2020-01", "2020-05")).amount == Decimal(
        "291.67"
    )
    v9 = {2020: overlap.Year(Decimal("100.01"))}
    half = overlap.resident_refund(v9, months_between("2020-07", "2020-12"))
    assert half.amount == Decimal("50.01")
    double = overlap.double_pension(Decimal("900"), Decimal("100"), Decimal("1300"))
    assert (double.to_person, double.to_claim) == (0, Decimal("300.00"))


@given(
    st.dictionaries(st.integers(2015, 2020), st.decimals(1, 5000, places=2), max_size=6),
    st.sets(st.integers(0, 71)),
)
def test_a_residents_refund_is_never_more_than_was_paid(
    paid_years: dict[int, Decimal], cells: set[int]
) -> None:
    start = months.number("2015-01")
    named = [months.month_of(start + at) for at in cells]
    years = {year: overlap.Year(amount) for year, amount in paid_years.items()}
    refund = overlap.resident_refund(years, named).amount
    assert 0 <= refund <= sum(paid_years.values(), Decimal(0))
    whole = overlap.resident_refund(years, months_between("2015-01", "2020-12")).amount
    assert whole == sum(paid_years.values(), Decimal(0))


def test_lump_sums_want_their_document() -> None:
    paid_on, limit = date(2018, 5, 1), date(2016, 11, 28)

    def short(count: int, day: date, documents: dict[str, date | None], *pledged: str) -> list[str]:
        return rules.short_of_evidence(
            {"B1": (count, day)}, documents, frozenset(pledged), least_months=36,
            pledge_before=limit,
        )  # fmt: skip

    assert short(35, paid_on, {}) == []
    assert short(36, paid_on, {}) == ["B1"]
    assert short(36, paid_on, {"B1": date(2018, 4, 30)}) == []
    assert short(36, paid_on, {"B1": paid_on}) == ["B1"]
    assert short(36, paid_on, {}, "B1") == ["B1"]
    assert short(36, date(2016, 11, 27), {}, "B1") == []


@pytest.mark.parametrize(
    ("paid_months", "granted"),
    [(11, 0), (12, 12), (59, 12), (60, 18), (75, 18), (119, 18), (120, 24), (400, 24)],
)
def test_how_long_unemployment_benefit_is_paid(paid_months: int, granted: int) -> None:
    bands = {"12": 12, "60": 18, "120": 24}
    assert unemployment.benefit_months(paid_months, bands) == granted


def test_unemployment_money_across_provinces() -> None:
    found = rules.unemployment_money(Decimal("1600"), 10, Decimal("1.5"))
    assert found == Decimal("24000.00")
    assert unemployment.months_used(10, 13, 2, 18) == 5
    assert unemployment.reemployed_in(["2020-01", "2020-05"], "2020-03") == "2020-05"


@given(st.sampled_from(sorted(rules.SCHEMES)), st.integers(1, 3))
def test_only_a_move_inside_the_province_ends_before_its_third_step(kind: str, steps: int) -> None:
    early = [
        state
        for state in (rules.APPLIED, rules.LETTER_SENT)
        if rules.can_complete(state, kind, steps)
    ]
    assert bool(early) == (kind == "EMP_INTRA" and steps < 3)
    assert rules.can_complete(rules.OUT_SENT, kind, steps)


def test_the_cities_fit_the_kind() -> None:
    assert rules.cities_fit("EMP_INTRA", WH, EZ)
    assert not rules.cities_fit("EMP_INTRA", WH, WH)
    assert not rules.cities_fit("EMP_CROSS", WH, EZ)
    assert rules.cities_fit("EMP_CROSS", "430100", EZ)
    assert rules.cities_fit("EMP_TO_RES", EZ, EZ)


def test_a_temporary_account_is_for_the_older_away_from_home() -> None:
    def temporary(**changes: bool | int) -> bool:
        usual: dict[str, bool | int] = {
            "is_male": True, "age": 50, "is_at_hukou": False, "has_relation": False,
            "is_by_order": False, "is_pooled": False,
        }  # fmt: skip
        return months.is_temporary(ages={"male": 50, "female": 40}, **{**usual, **changes})  # type: ignore[arg-type]

    assert temporary()
    assert not temporary(age=49)
    assert temporary(is_male=False, age=40)
    assert not temporary(is_male=False, age=39)
    for reason in ("is_at_hukou", "has_relation", "is_by_order", "is_pooled"):
        assert not temporary(**{reason: True})
