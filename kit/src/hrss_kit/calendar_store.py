"""The calendar overlay as rows: days the State Council moved (domain §0.8).

The gateway owns the overlay; each service keeps a copy, brought up to date from its events.
"""

from datetime import date

from sqlalchemy import String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.calendar import WorkCalendar
from hrss_kit.db import KitBase


class CalendarDay(KitBase):
    """调休: one day whose being a working day is decided by notice, not by rule."""

    __tablename__ = "calendar_days"

    day: Mapped[date] = mapped_column(primary_key=True)
    is_workday: Mapped[bool]
    reason: Mapped[str] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(200))


async def work_calendar(session: AsyncSession) -> WorkCalendar:
    """The calendar with this database's overlay."""
    rows = await session.execute(select(CalendarDay.day, CalendarDay.is_workday))
    return WorkCalendar({day: bool(is_workday) for day, is_workday in rows})


async def load(session: AsyncSession, days: list[dict[str, object]]) -> None:
    """Writes overlay days, replacing what was there for the same dates."""
    if not days:
        return
    statement = insert(CalendarDay).values(days)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[CalendarDay.day],
            set_={
                "is_workday": statement.excluded.is_workday,
                "reason": statement.excluded.reason,
                "source": statement.excluded.source,
            },
        )
    )
