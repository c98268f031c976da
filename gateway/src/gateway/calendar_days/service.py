"""The calendar overlay 调休: owned here, copied by every service from the event."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.calendar_days.schemas import (
    CalendarDayRead,
    CalendarDays,
    CalendarLoad,
    CalendarOverlayChanged,
    CalendarQuery,
    OverlayDay,
)
from hrss_kit import calendar_store, outbox
from hrss_kit.calendar_store import CalendarDay
from hrss_kit.pagination import page_of
from hrss_kit.problems import refuse


async def list_days(session: AsyncSession, query: CalendarQuery) -> CalendarDays:
    """Overlay days of a year, or all."""
    wanted = select(CalendarDay)
    if query.year is not None:
        first, last = date(query.year, 1, 1), date(query.year, 12, 31)
        wanted = wanted.where(CalendarDay.day.between(first, last))
    rows = await session.scalars(wanted)
    page, cursor = page_of(rows, query, key="day", words=("reason", "source"))
    items = [
        CalendarDayRead(
            day=row.day, is_workday=row.is_workday, reason=row.reason, source=row.source
        )
        for row in page
    ]
    return CalendarDays(items=items, next_cursor=cursor)


async def load(session: AsyncSession, wish: CalendarLoad) -> CalendarDays:
    """Replaces overlay days and announces them."""
    dates = [one.day for one in wish.days]
    if len(set(dates)) != len(dates):
        raise refuse("days", "DUPLICATE", "同一日期出现多次", "a date is given twice")
    await calendar_store.load(
        session,
        [
            {
                "day": one.day,
                "is_workday": one.is_workday,
                "reason": one.reason,
                "source": one.source,
            }
            for one in wish.days
        ],
    )
    outbox.publish(
        session,
        CalendarOverlayChanged(days=[OverlayDay(**one.model_dump()) for one in wish.days]),
        source="gateway",
        subject="calendar",
        city=None,
        audience=[outbox.EVERYBODY],
    )
    return CalendarDays(items=[CalendarDayRead(**one.model_dump()) for one in wish.days])
