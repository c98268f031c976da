"""The one clock: instants in UTC, dates in Asia/Shanghai.

Nothing else in the suite asks the operating system for the time. With the test clock on,
a request's ``X-Test-Now`` header is the time of that request and of all it calls.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

_given: ContextVar[datetime | None] = ContextVar("given_time", default=None)


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return _given.get() or datetime.now(UTC)


def real() -> datetime:
    """The present instant whatever the test clock says: for leases and pauses of machines."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date in Asia/Shanghai: the date that deadlines and ages are counted from."""
    return now().astimezone(SHANGHAI).date()


def given() -> datetime | None:
    """The time given by the test clock, None when the real clock runs."""
    return _given.get()


def date_of(instant: datetime) -> date:
    """The Asia/Shanghai date of an instant."""
    return instant.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The instant at which a date begins in Asia/Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)


def set_given(instant: datetime | None) -> None:
    """Sets the time of the present request (the edge middleware calls this)."""
    _given.set(instant.astimezone(UTC) if instant else None)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Runs a block as if it were `instant` (aware)."""
    token = _given.set(instant.astimezone(UTC))
    try:
        yield
    finally:
        _given.reset(token)


def hours_ago(hours: int) -> datetime:
    """The instant `hours` hours before now."""
    return now() - timedelta(hours=hours)
