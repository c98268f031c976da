"""Deadlines: the dates of 2026 that go wrong when working days are taken for weekdays."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.calendar import Due, WorkCalendar, year_overlay

CHINA = WorkCalendar()

starts = st.dates(date(2024, 1, 1), date(2027, 6, 30))
lengths = st.integers(0, 120)


def days(month: int, first: int, last: int) -> list[date]:
    return [date(2026, month, day) for day in range(first, last + 1)]


@pytest.mark.parametrize(
    ("start", "n", "on"),
    [
        ((2026, 9, 23), 5, (2026, 10, 8)),
        ((2026, 4, 29), 5, (2026, 5, 9)),
        ((2026, 2, 12), 5, (2026, 2, 26)),
        ((2026, 3, 2), 15, (2026, 3, 23)),
        ((2026, 9, 28), 15, (2026, 10, 23)),
        ((2026, 9, 29), 60, (2026, 12, 28)),
        ((2026, 9, 23), 2, (2026, 9, 28)),
        ((2026, 3, 12), 15, (2026, 4, 2)),
        ((2026, 3, 25), 15, (2026, 4, 16)),
        ((2026, 8, 17), 10, (2026, 8, 31)),
        ((2026, 4, 7), 20, (2026, 5, 8)),
        ((2026, 11, 10), 10, (2026, 11, 24)),
        ((2026, 5, 11), 5, (2026, 5, 18)),
        ((2026, 5, 20), 15, (2026, 6, 10)),
        ((2026, 10, 13), 10, (2026, 10, 27)),
        ((2026, 11, 23), 10, (2026, 12, 7)),
        ((2026, 6, 15), 15, (2026, 7, 7)),
        ((2026, 10, 12), 1, (2026, 10, 13)),
    ],
)
def test_working_days_are_counted_over_holidays_and_make_up_days(
    start: tuple[int, int, int], n: int, on: tuple[int, int, int]
) -> None:
    assert CHINA.add_wd(date(*start), n) == Due(date(*on), provisional=False)


@pytest.mark.parametrize(
    ("start", "n", "on"),
    [((2026, 9, 29), 90, (2027, 2, 8)), ((2026, 11, 23), 60, (2027, 2, 15))],
)
def test_a_deadline_in_a_year_without_calendar_is_provisional(
    start: tuple[int, int, int], n: int, on: tuple[int, int, int]
) -> None:
    assert CHINA.add_wd(date(*start), n) == Due(date(*on), provisional=True)


@pytest.mark.parametrize(
    ("start", "n", "end", "rolled"),
    [
        ((2026, 8, 3), 60, (2026, 10, 2), (2026, 10, 8)),
        ((2026, 9, 11), 15, (2026, 9, 26), (2026, 9, 28)),
        ((2026, 5, 6), 15, (2026, 5, 21), (2026, 5, 21)),
        ((2026, 7, 1), 30, (2026, 7, 31), (2026, 7, 31)),
    ],
)
def test_calendar_days_end_on_the_next_working_day(
    start: tuple[int, int, int], n: int, end: tuple[int, int, int], rolled: tuple[int, int, int]
) -> None:
    due = CHINA.add_cd(date(*start), n)
    assert (due.on, due.unrolled_on, due.provisional) == (date(*rolled), date(*end), False)
    assert CHINA.add_cd(date(*start), n, roll_forward=False) == Due(date(*end))


def test_a_calendar_day_count_is_provisional_only_if_its_end_is() -> None:
    assert CHINA.add_cd(date(2026, 12, 1), 40).provisional
    assert not CHINA.add_cd(date(2026, 12, 1), 40, roll_forward=False).provisional


def test_the_year_2026_has_248_working_days_and_the_published_exceptions() -> None:
    assert CHINA.wd_between(date(2025, 12, 31), date(2026, 12, 31)) == 248
    off = [
        *days(1, 1, 3),
        *days(2, 15, 23),
        *days(4, 4, 6),
        *days(5, 1, 5),
        *days(6, 19, 21),
        *days(9, 25, 27),
        *days(10, 1, 7),
    ]
    assert not any(CHINA.is_workday(day)[0] for day in off)
    make_up = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
    assert all(CHINA.is_workday(date(2026, *day)) == (True, False) for day in make_up)


def test_wages_fall_due_on_the_last_working_day_before() -> None:
    assert CHINA.previous_workday(date(2026, 10, 5)) == date(2026, 9, 30)
    assert CHINA.previous_workday(date(2026, 8, 16)) == date(2026, 8, 14)
    assert CHINA.previous_workday(date(2026, 5, 9)) == date(2026, 5, 9)


def test_an_overlay_row_comes_before_the_published_calendar() -> None:
    storm_day = date(2026, 9, 24)
    calendar = WorkCalendar({storm_day: False})
    assert calendar.is_workday(storm_day) == (False, False)
    assert calendar.add_wd(date(2026, 9, 23), 5) == Due(date(2026, 10, 9))


def test_loading_a_year_moves_a_provisional_deadline_and_makes_it_firm() -> None:
    spring = [date(2027, 2, day) for day in range(5, 13)]
    calendar = WorkCalendar(year_overlay(2027, [date(2027, 1, 1), *spring], [date(2027, 2, 14)]))
    assert len(calendar.overlay) == 365
    due = calendar.add_wd(date(2026, 11, 23), 60)
    assert due.on > date(2027, 2, 15)
    assert not due.provisional


def test_a_notice_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="not both"):
        year_overlay(2027, [date(2027, 1, 1)], [date(2027, 1, 1)])
    with pytest.raises(ValueError, match="in the year"):
        year_overlay(2027, [date(2028, 1, 1)], [])


def test_a_negative_period_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        CHINA.add_wd(date(2026, 9, 23), -1)
    with pytest.raises(ValueError, match="not negative"):
        CHINA.add_cd(date(2026, 9, 23), -1)


def test_a_period_of_no_days_ends_where_it_starts() -> None:
    assert CHINA.add_wd(date(2026, 10, 3), 0) == Due(date(2026, 10, 3))


def test_a_case_extended_by_thirty_working_days_ends_as_if_given_ninety() -> None:
    due = CHINA.extend(CHINA.add_wd(date(2026, 9, 29), 60), "WD", 30)
    assert due == CHINA.add_wd(date(2026, 9, 29), 90)


def test_calendar_days_are_extended_from_where_the_count_ended() -> None:
    due = CHINA.extend(CHINA.add_cd(date(2026, 8, 3), 60), "CD", 10)
    assert due == CHINA.add_cd(date(2026, 8, 3), 70)


def test_a_stopped_calendar_day_clock_moves_by_the_days_stopped() -> None:
    due = CHINA.add_cd(date(2026, 8, 3), 60)
    resumed = CHINA.resume(due, "CD", date(2026, 8, 20), date(2026, 9, 10))
    assert resumed == Due(date(2026, 10, 23))


def test_a_stopped_working_day_clock_runs_its_remaining_days() -> None:
    due = CHINA.add_wd(date(2026, 3, 2), 15)
    # Nine days had run by Friday the 13th; six are left, counted from 1 April on.
    resumed = CHINA.resume(due, "WD", date(2026, 3, 16), date(2026, 4, 1))
    assert resumed == Due(date(2026, 4, 9))


def test_a_clock_that_had_run_out_is_not_revived() -> None:
    due = CHINA.add_wd(date(2026, 3, 2), 15)
    assert CHINA.resume(due, "WD", date(2026, 3, 24), date(2026, 4, 1)) == due
    with pytest.raises(ValueError, match="resumes"):
        CHINA.resume(due, "CD", date(2026, 3, 12), date(2026, 3, 11))


@given(starts, lengths)
def test_a_working_day_deadline_is_a_working_day_at_the_right_count(start: date, n: int) -> None:
    due = CHINA.add_wd(start, n)
    assert n == 0 or CHINA.is_workday(due.on)[0]
    assert CHINA.wd_between(start, due.on) == n
    assert CHINA.wd_between(due.on, start) == -n


@given(starts, lengths, lengths)
def test_more_calendar_days_never_end_earlier(start: date, n: int, more: int) -> None:
    due, later = CHINA.add_cd(start, n), CHINA.add_cd(start, n + more)
    assert CHINA.is_workday(due.on)[0]
    assert start + timedelta(days=n) <= due.on <= later.on


@given(starts, st.integers(1, 60), st.integers(0, 90))
def test_a_clock_stopped_for_no_time_keeps_its_deadline(start: date, n: int, after: int) -> None:
    due = CHINA.add_wd(start, n)
    stop = start + timedelta(days=1 + after)
    assert CHINA.resume(due, "WD", stop, stop).on == due.on
