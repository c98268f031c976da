"""Working days 工作日, calendar days 日, and the deadlines counted in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

import chinese_calendar

Unit = Literal["WD", "CD"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day of a period; provisional when a day counted has no official calendar yet."""

    on: date
    provisional: bool = False
    #: Where a calendar-day count really ended, when rest days pushed `on` further.
    counted_to: date | None = None

    @property
    def unrolled_on(self) -> date:
        return self.counted_to or self.on


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """The working calendar of mainland China, corrected by an overlay of loaded days."""

    overlay: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> tuple[bool, bool]:
        """Whether people work on this day, and whether that is only provisional."""
        loaded = self.overlay.get(day)
        if loaded is not None:
            return loaded, False
        published = _published(day)
        if published is not None:
            return published, False
        return day.weekday() < 5, True

    def add_wd(self, start: date, n: int) -> Due:
        """The n-th working day after the start, which itself is not counted 开始之日不计入."""
        _refuse_negative(n)
        day, is_provisional = start, False
        while n:
            day += _DAY
            works, unsure = self.is_workday(day)
            is_provisional |= unsure
            n -= works
        return Due(day, is_provisional)

    def add_cd(self, start: date, n: int, roll_forward: bool = True) -> Due:
        """The start plus n days; a rest day at the end moves it to the next working day."""
        _refuse_negative(n)
        end = start + timedelta(days=n)
        return self._rolled(end) if roll_forward else Due(end)

    def extend(self, due: Due, unit: Unit, n: int) -> Due:
        """The deadline after n more days 延长, counted on from where the count had ended."""
        longer = self.add_wd(due.on, n) if unit == "WD" else self.add_cd(due.unrolled_on, n)
        return Due(longer.on, longer.provisional or due.provisional, longer.counted_to)

    def resume(self, due: Due, unit: Unit, paused_from: date, resumed_on: date) -> Due:
        """The deadline after a stop 中止 from one day until (not including) another.

        Calendar days move the end by the days stopped; working days still to run are
        counted again from the day the clock resumes. A clock that had run out stays.
        """
        if resumed_on < paused_from:
            raise ValueError("a clock resumes after it stopped")
        if paused_from > due.on:
            return due
        if unit == "CD":
            return self._rolled(due.unrolled_on + (resumed_on - paused_from))
        remaining = self.wd_between(paused_from - _DAY, due.on)
        return self.add_wd(resumed_on - _DAY, remaining)

    def wd_between(self, a: date, b: date) -> int:
        """How many working days lie after a, up to and with b; negative when b is earlier."""
        if b < a:
            return -self.wd_between(b, a)
        return sum(self.is_workday(a + timedelta(days=i))[0] for i in range(1, (b - a).days + 1))

    def previous_workday(self, day: date) -> date:
        """The last working day on or before this one (wages fall due before a rest day)."""
        while not self.is_workday(day)[0]:
            day -= _DAY
        return day

    def _rolled(self, end: date) -> Due:
        day, is_provisional = end, False
        while True:
            works, unsure = self.is_workday(day)
            is_provisional |= unsure
            if works:
                return Due(day, is_provisional, end if day != end else None)
            day += _DAY


def year_overlay(
    year: int, days_off: Iterable[date], make_up_days: Iterable[date]
) -> dict[date, bool]:
    """Every day of a year from the State Council's yearly notice 节假日安排.

    The notice lists only exceptions, but an ordinary Tuesday too is provisional until a
    calendar for its year is loaded.
    """
    off, make_up = frozenset(days_off), frozenset(make_up_days)
    if off & make_up or any(day.year != year for day in off | make_up):
        raise ValueError("a day is off or worked, not both, and lies in the year of the notice")
    first = date(year, 1, 1)
    days = (first + timedelta(days=i) for i in range((date(year, 12, 31) - first).days + 1))
    return {day: day in make_up or (day.weekday() < 5 and day not in off) for day in days}


@lru_cache(maxsize=4096)
def _published(day: date) -> bool | None:
    """What the published calendars say, or None for a year they do not cover."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None


def _refuse_negative(n: int) -> None:
    if n < 0:
        raise ValueError("a period is not negative")
