"""Business numbers."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.business_number import check_number, format_number

numbers = st.builds(
    format_number,
    st.sampled_from(["EM", "SI", "TA", "LI", "CA", "GW"]),
    st.sampled_from(["WH", "EZ"]),
    st.dates(date(2020, 1, 1), date(2099, 12, 31)),
    st.integers(1, 999_999),
)


def test_the_specification_s_example_has_the_check_digit_6_where_it_prints_7() -> None:
    # LI-EZ-20260923-000123-7 shows the shape; Luhn over date and sequence gives 6.
    assert format_number("LI", "EZ", date(2026, 9, 23), 123) == "LI-EZ-20260923-000123-6"
    assert check_number("LI-EZ-20260923-000123-6")
    assert not check_number("LI-EZ-20260923-000123-7")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "LI-EZ-20260923-000123",
        "li-ez-20260923-000123-6",
        " LI-EZ-20260923-000123-6",
        "LI-EZ-20260923-000123-6\n",
        "LI-EZ-20260230-000123-6",
        "LI-EZ-20260923-00012３-6",
    ],
)
def test_another_shape_is_no_business_number(text: str) -> None:
    assert not check_number(text)


@pytest.mark.parametrize("sequence", [0, -1, 1_000_000])
def test_a_sequence_outside_the_day_is_refused(sequence: int) -> None:
    with pytest.raises(ValueError, match="sequence"):
        format_number("LI", "EZ", date(2026, 9, 23), sequence)


@given(numbers, st.data())
def test_changing_one_digit_is_detected(number: str, data: st.DataObject) -> None:
    assert check_number(number)
    place = data.draw(st.sampled_from([i for i, c in enumerate(number) if c.isdigit()]))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert not check_number(number[:place] + other + number[place + 1 :])
