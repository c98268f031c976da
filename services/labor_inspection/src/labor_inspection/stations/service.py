"""What can be done with service stations. The sponsor city runs its station in the host city."""

from typing import Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import city_of
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotYourCity, StateConflict, refuse
from hrss_kit.resources import load, match_version
from hrss_kit.states import Machine, transition
from labor_inspection.access import ACCESS
from labor_inspection.stations.models import ServiceStation
from labor_inspection.stations.schemas import (
    StationChange,
    StationCreate,
    StationQuery,
    StationRead,
)

MACHINE: Final = Machine(
    transition("open", ("PLANNED", "SUSPENDED"), "OPEN"),
    transition("suspend", "OPEN", "SUSPENDED"),
    transition("close", ("PLANNED", "OPEN", "SUSPENDED"), "CLOSED"),
)


def visible(caller: Principal) -> Select[ServiceStation]:
    """Stations are public knowledge among those who may read them."""
    return select(ServiceStation)


def shown(caller: Principal, station: ServiceStation) -> StationRead:
    """A station as this caller sees it."""
    runs_it = caller.city == station.sponsor_city and ACCESS.allows(caller, "station:manage")
    plain = {
        name: getattr(station, name)
        for name in StationRead.model_fields
        if name not in ("allowed_actions", "deadlines")
    }
    allowed = MACHINE.allowed(station.state, lambda _action: runs_it)
    return StationRead(**plain, allowed_actions=allowed, deadlines=[])


async def plan(session: AsyncSession, caller: Principal, new: StationCreate) -> StationRead:
    """Plans a station of the caller's city inside another city."""
    host = city_of(new.division)
    if host is None or caller.city is None or host == caller.city:
        raise refuse("division", "HOST_CITY", "服务站须设在对方城市", "must lie in the other city")
    station = ServiceStation(
        biz_no=await numbering.next_number(session, "LI", host, clock.today()),
        owner_city=caller.city,
        sponsor_city=caller.city,
        host_city=host,
        state="PLANNED",
        **new.model_dump(),
    )
    session.add(station)
    await session.flush()  # its id and version are part of the answer
    timeline.add(session, station.id, "plan", caller=caller, to_state="PLANNED")
    return shown(caller, station)


async def listed(
    session: AsyncSession, caller: Principal, query: StationQuery
) -> Page[StationRead]:
    """A page of stations."""
    statement = visible(caller)
    for name in ("state", "host_city", "sponsor_city", "division"):
        if (wanted := getattr(query, name)) is not None:
            statement = statement.where(getattr(ServiceStation, name) == wanted)
    if query.q:
        statement = statement.where(ServiceStation.name_zh.contains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=ServiceStation.id,
        sorts={"created_at": ServiceStation.created_at},
        default="created_at",
    )
    return Page(items=[shown(caller, row) for row in rows], next_cursor=cursor)


async def one(session: AsyncSession, caller: Principal, station_id: UUID) -> ServiceStation:
    """The station, if there is one."""
    return await load(session, visible(caller).where(ServiceStation.id == station_id))


async def change(
    session: AsyncSession, caller: Principal, station_id: UUID, wish: StationChange
) -> StationRead:
    """Changes hours, phones or staff."""
    station = await _mine(session, caller, station_id)
    if station.state == "CLOSED":
        raise StateConflict(station.state, [])
    for name, value in wish.model_dump(exclude_none=True).items():
        setattr(station, name, value)
    await session.flush()  # the new version is part of the answer
    timeline.add(session, station.id, "change", caller=caller)
    return shown(caller, station)


async def move(
    session: AsyncSession, caller: Principal, station_id: UUID, action: str, reason: str | None
) -> StationRead:
    """Opens, suspends or closes a station."""
    station = await _mine(session, caller, station_id)
    before, station.state = station.state, MACHINE.take(station.state, action)
    await session.flush()  # the new version is part of the answer
    timeline.add(
        session,
        station.id,
        action,
        caller=caller,
        from_state=before,
        to_state=station.state,
        reason=reason,
    )
    return shown(caller, station)


async def _mine(session: AsyncSession, caller: Principal, station_id: UUID) -> ServiceStation:
    statement = visible(caller).where(ServiceStation.id == station_id)
    station = await load(session, statement, lock=True)
    if station.sponsor_city != caller.city:
        raise NotYourCity
    match_version(station)
    return station


async def receiving_city(session: AsyncSession, caller: Principal, station_id: UUID) -> str | None:
    """The host city of an OPEN station that the caller may receive at; None otherwise."""
    station = await session.get(ServiceStation, station_id)
    if station is None or station.state != "OPEN":
        return None
    serves = caller.is_service or caller.city in (station.host_city, station.sponsor_city)
    return station.host_city if serves else None
