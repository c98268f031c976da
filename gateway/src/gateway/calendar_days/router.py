"""/gateway/v1/calendar-days 工作日历."""

from typing import Annotated

from fastapi import Query

from gateway.calendar_days import service
from gateway.calendar_days.schemas import CalendarDays, CalendarLoad, CalendarQuery
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.routing import Router

router = Router(prefix="/calendar-days", tags=["calendar"])


@router.list("", permission="calendar:read", reply=CalendarDays)
async def list_calendar_days(
    session: Session, _caller: Caller, query: Annotated[CalendarQuery, Query()]
) -> CalendarDays:
    """Days whose being a working day is decided by notice."""
    return await service.list_days(session, query)


@router.create("", permission="calendar:write", reply=CalendarDays, status=200)
async def load_calendar_days(session: Session, _caller: Caller, wish: CalendarLoad) -> CalendarDays:
    """Loads a year's notice."""
    return await service.load(session, wish)


@router.replace("", permission="calendar:write", reply=CalendarDays)
async def replace_calendar_days(
    session: Session, _caller: Caller, wish: CalendarLoad
) -> CalendarDays:
    """As POST; safe to send again by itself."""
    return await service.load(session, wish)
