"""Periods as they are written, and cells that are too small to be shown."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit import clock
from hrss_kit.indicators import (
    SMALLEST,
    Figures,
    Indicator,
    Period,
    hidden_groups,
    percent,
    share,
    shown,
)

YEAR = Period.parse("2026")
COUNTS = st.dictionaries(
    st.sampled_from([f"group-{number}" for number in range(8)]), st.integers(0, 40), min_size=1
)


async def unused(*_: object) -> Figures:
    raise NotImplementedError


INDICATOR = Indicator("I-TEST-1", unused)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_a_year_a_quarter_or_a_month(text: str, first: date, last: date) -> None:
    found = Period.parse(text)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("text", ["", "26", "2026-Q5", "2026-13", "2026-1", "2026-Q4 ", "0000"])
def test_nothing_else_is_a_period(text: str) -> None:
    with pytest.raises(ValueError, match="period"):
        Period.parse(text)


def test_a_period_begins_and_ends_at_midnight_in_shanghai() -> None:
    month = Period.parse("2026-11")
    assert month.begins_at == datetime.fromisoformat("2026-10-31T16:00:00+00:00")
    assert month.ends_at == datetime.fromisoformat("2026-11-30T16:00:00+00:00")


def test_a_running_period_is_counted_as_of_today() -> None:
    with clock.at(datetime.fromisoformat("2026-11-30T23:59:00+08:00")):
        assert Period.parse("2026").as_of == date(2026, 11, 30)
        assert Period.parse("2026-Q3").as_of == date(2026, 9, 30)


def test_shares_are_rounded_half_up_and_of_nothing_there_is_none() -> None:
    assert percent(640_000, 1_070_000) == Decimal("59.81")
    assert percent(428_000, 1_070_000) == Decimal("40.00")
    assert share(1, 16, 3) == Decimal("0.063")
    assert share(1, 0) is None


def test_a_small_cell_is_null_and_says_so() -> None:
    item = shown(INDICATOR, YEAR, "420700", Figures({"holders": 4}, 4, "persons"))
    assert (item.inputs, item.value, item.suppressed) == (None, None, True)
    item = shown(INDICATOR, YEAR, "420700", Figures({"holders": 5}, 5, "persons"))
    assert (item.inputs, item.value, item.suppressed) == ({"holders": 5}, 5, False)


def test_things_may_be_few() -> None:
    figures = Figures({"stations": 1, "paid": Decimal("2.50")}, 1, "count", things=("stations",))
    item = shown(INDICATOR, YEAR, "420700", figures)
    assert (item.inputs, item.value, item.suppressed) == ({"stations": 1, "paid": 2.5}, 1, False)


@given(COUNTS)
def test_what_is_hidden_cannot_be_found_by_subtraction(counts: dict[str, int]) -> None:
    """Groups of a whole that is shown: what the hidden ones come to is no small cell."""
    groups = {name: Figures({"persons": count}, count, "persons") for name, count in counts.items()}
    total = sum(counts.values())
    figures = Figures({"persons": total}, total, "persons", groups=groups)
    hidden = hidden_groups(figures)
    assert all(count >= SMALLEST for name, count in counts.items() if name not in hidden)
    if total < SMALLEST:
        assert hidden == set(counts)
    elif hidden:
        assert len(hidden) > 1 or len(counts) == 1
        assert sum(counts[name] for name in hidden) >= SMALLEST


@given(COUNTS)
def test_nothing_is_hidden_without_need(counts: dict[str, int]) -> None:
    if all(count >= SMALLEST for count in counts.values()):
        groups = {name: Figures({"persons": n}, n, "persons") for name, n in counts.items()}
        total = sum(counts.values())
        assert not hidden_groups(Figures({"persons": total}, total, "persons", groups=groups))
