"""Deadlines in the database: extend, pause, and a calendar that changes."""

from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import calendar_store, deadlines
from hrss_kit.calendar import year_overlay
from hrss_kit.db import Database
from hrss_kit.ids import new_id
from hrss_kit.testing import EZHOU, TestDatabase


@pytest.fixture
async def session() -> AsyncIterator[AsyncSession]:
    clone = TestDatabase("talent")
    await clone.create()
    database = Database(clone.app_url, 1)
    async with database.sessions() as made, made.begin():
        yield made
    await database.close()
    await clone.drop()


async def a_clock(
    session: AsyncSession, started_on: date, length: int, unit: str = "WD"
) -> tuple[UUID, deadlines.Deadline]:
    subject = new_id()
    row = await deadlines.start(
        session, subject_id=subject, subject_no="N-1", owner_city=EZHOU, audience=[EZHOU],
        code="INVESTIGATE", started_on=started_on, unit=unit, length=length, basis="test",  # type: ignore[arg-type]
    )  # fmt: skip
    await session.flush()
    return subject, row


async def test_an_extension_counts_from_the_start(session: AsyncSession) -> None:
    _, row = await a_clock(session, date(2026, 9, 29), 60)
    assert (row.due_on, row.provisional) == (date(2026, 12, 28), False)
    await deadlines.extend(session, row, 30)
    assert (row.due_on, row.provisional, row.extended_by) == (date(2027, 2, 8), True, 30)


async def test_a_clock_in_calendar_days_rolls_forward_off_a_rest_day(
    session: AsyncSession,
) -> None:
    _, row = await a_clock(session, date(2026, 8, 3), 60, "CD")
    assert row.due_on == date(2026, 10, 8)


async def test_a_paused_clock_ends_later_by_the_days_it_stood_still(
    session: AsyncSession,
) -> None:
    _, row = await a_clock(session, date(2026, 3, 2), 15)
    assert row.due_on == date(2026, 3, 23)
    await deadlines.pause(row, date(2026, 3, 9))
    await deadlines.resume(session, row, date(2026, 3, 16))
    assert (row.due_on, row.paused_days) == (date(2026, 3, 30), 5)


async def test_loading_the_new_years_holidays_moves_open_deadlines(
    session: AsyncSession,
) -> None:
    subject, row = await a_clock(session, date(2026, 11, 23), 60)
    assert (row.due_on, row.provisional) == (date(2027, 2, 15), True)
    days_off = [date(2027, 1, 1), *(date(2027, 2, day) for day in range(5, 12))]
    overlay = year_overlay(2027, days_off, [])
    rows = [
        {"day": day, "is_workday": is_workday, "reason": "假日安排", "source": "test"}
        for day, is_workday in overlay.items()
    ]
    await calendar_store.load(session, rows)
    assert await deadlines.recompute_open(session) == 1
    clock = (await deadlines.of(session, [subject]))[subject][0]
    assert clock.due_on > date(2027, 2, 15)
    assert not clock.provisional


async def test_what_is_done_in_time_is_met_and_what_is_late_stays_overdue(
    session: AsyncSession,
) -> None:
    subject, row = await a_clock(session, date(2026, 9, 23), 5)
    await deadlines.meet(session, subject, "INVESTIGATE", date(2026, 10, 8))
    assert (row.status, row.met_on) == ("MET", date(2026, 10, 8))
    subject, row = await a_clock(session, date(2026, 9, 23), 5)
    await deadlines.meet(session, subject, "INVESTIGATE", date(2026, 10, 9))
    assert (row.status, row.met_on) == ("OVERDUE", date(2026, 10, 9))


async def test_cancelling_stops_a_running_clock_only(session: AsyncSession) -> None:
    subject, row = await a_clock(session, date(2026, 9, 23), 5)
    await deadlines.cancel(session, subject)
    assert row.status == "CANCELLED"
    await deadlines.meet(session, subject, "INVESTIGATE", date(2026, 9, 24))
    assert row.met_on is None
