"""Service stations over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from hrss_kit import timeline
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.resources import WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from labor_inspection.stations import service
from labor_inspection.stations.schemas import (
    StationChange,
    StationCreate,
    StationQuery,
    StationRead,
)

router = Router(prefix="/service-stations", tags=["service stations"])


@router.create("", permission="station:manage", reply=StationRead)
async def plan_station(session: Session, caller: Caller, new: StationCreate) -> StationRead:
    """Plan a station of one's own city inside the other city."""
    return await service.plan(session, caller, new)


@router.list("", permission="station:read", reply=Page[StationRead])
async def list_stations(
    session: Session, caller: Caller, query: Annotated[StationQuery, Query()]
) -> Page[StationRead]:
    """Stations of both cities."""
    return await service.listed(session, caller, query)


@router.read("/{station_id}", permission="station:read", reply=StationRead)
async def read_station(session: Session, caller: Caller, station_id: UUID) -> StationRead:
    """One station."""
    return service.shown(caller, await service.one(session, caller, station_id))


@router.change("/{station_id}", permission="station:manage", reply=StationRead)
async def change_station(
    session: Session, caller: Caller, station_id: UUID, wish: StationChange
) -> StationRead:
    """Change hours, phones or staff."""
    return await service.change(session, caller, station_id, wish)


@router.act("/{station_id}/open", permission="station:manage", reply=StationRead)
async def open_station(session: Session, caller: Caller, station_id: UUID) -> StationRead:
    """Open it, for the first time or again."""
    return await service.move(session, caller, station_id, "open", None)


@router.act("/{station_id}/suspend", permission="station:manage", reply=StationRead)
async def suspend_station(
    session: Session, caller: Caller, station_id: UUID, why: WithReason
) -> StationRead:
    """Close it for a time."""
    return await service.move(session, caller, station_id, "suspend", why.reason)


@router.act("/{station_id}/close", permission="station:manage", reply=StationRead)
async def close_station(
    session: Session, caller: Caller, station_id: UUID, why: WithReason
) -> StationRead:
    """Close it for good."""
    return await service.move(session, caller, station_id, "close", why.reason)


@router.history("/{station_id}/timeline", permission="station:read", reply=Timeline)
async def read_station_timeline(session: Session, caller: Caller, station_id: UUID) -> Timeline:
    """What happened to the station."""
    station = await service.one(session, caller, station_id)
    return await timeline.of(session, station.id)
