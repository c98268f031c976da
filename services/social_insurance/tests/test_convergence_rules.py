"""Convergence of the two cities' resident pensions: the worked example, and what always holds."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.policy_defaults import default_value
from social_insurance.convergence import rules
from social_insurance.convergence.rules import Weights, four

WEIGHTS = Weights(**{k: Decimal(v) for k, v in default_value("si.convergence_weights").items()})  # type: ignore[union-attr, arg-type]
WUHAN_TIERS = "300:60 400:65 500:70 600:75 700:80 800:85 900:90 1000:95 1500:120 2000:145 3000:195 4000:245 5000:295"  # noqa: E501
EZHOU_TIERS = (
    "200:45 300:54 400:60 500:66 600:72 700:78 800:84 900:90 1000:96 1500:126 2000:156 3000:216"
)
tables = st.dictionaries(
    st.integers(1, 50).map(lambda tier: Decimal(tier * 100)),
    st.integers(0, 500).map(Decimal),
    max_size=8,
)
amounts = st.integers(1, 100_000).map(lambda fen: Decimal(fen) / 100)


def table(text: str) -> dict[Decimal, Decimal]:
    pairs = (one.split(":") for one in text.split())
    return {Decimal(tier): Decimal(subsidy) for tier, subsidy in pairs}


@pytest.mark.req("SI-2c")
@pytest.mark.parametrize(
    ("wuhan", "ezhou", "gap", "ratio", "index"),
    [
        (220, 115, 105, "0.5227", "0.6873"),
        (245, 150, 95, "0.6122", "0.7321"),
        (265, 195, 70, "0.7358", "0.7939"),
    ],
)
def test_the_worked_example(wuhan: int, ezhou: int, gap: int, ratio: str, index: str) -> None:
    found = rules.convergence(
        (Decimal(wuhan), Decimal(ezhou)), (table(WUHAN_TIERS), table(EZHOU_TIERS)), WEIGHTS
    )
    assert found.gap == gap
    shown = [four(one) for one in (found.ratio, found.alignment, found.subsidy_gap, found.index)]
    assert shown == [Decimal(ratio), Decimal("0.7857"), Decimal("0.0488"), Decimal(index)]


@pytest.mark.req("SI-2a")
def test_which_tiers_only_one_city_has() -> None:
    only_wuhan, only_ezhou, differing = rules.differences(table(WUHAN_TIERS), table(EZHOU_TIERS))
    assert (only_wuhan, only_ezhou) == ([Decimal(4000), Decimal(5000)], [Decimal(200)])
    assert Decimal(900) not in differing
    assert len(differing) == 10


def test_the_trend_is_the_time_to_parity_at_the_pace_so_far() -> None:
    then, now = (date(2024, 1, 1), Decimal(95)), (date(2026, 1, 1), Decimal(70))
    found = rules.trend(then, now)
    assert (found.closed, found.months, found.months_to_parity) == (25, 24, Decimal("67.2"))
    assert rules.trend(then, (date(2026, 1, 1), Decimal(95))).months_to_parity is None
    assert rules.trend(then, (date(2026, 1, 1), Decimal(96))).months_to_parity is None
    assert rules.trend(then, (date(2026, 1, 1), Decimal(0))).months_to_parity == 0


@given(amounts, amounts, tables, tables)
def test_the_index_does_not_care_which_city_is_named_first_and_is_one_at_parity(
    one: Decimal, other: Decimal, here: dict[Decimal, Decimal], there: dict[Decimal, Decimal]
) -> None:
    found = rules.convergence((one, other), (here, there), WEIGHTS)
    turned = rules.convergence((other, one), (there, here), WEIGHTS)
    assert found.gap == turned.gap
    assert four(found.index) == four(turned.index)
    assert 0 <= found.index <= 1
    if here:
        assert rules.convergence((one, one), (here, here), WEIGHTS).index == 1
