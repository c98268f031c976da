"""/gateway/v1/indicators 指标, /indicator-snapshots 指标快照, /scoreboard 按时办结榜."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query

from gateway.indicators import service
from gateway.indicators.schemas import (
    GatewayIndicatorQuery,
    IndicatorList,
    Recomputed,
    Scoreboard,
    ScoreboardQuery,
    SnapshotCreate,
    SnapshotQuery,
    SnapshotRead,
    Trend,
    TrendQuery,
)
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import Page
from hrss_kit.problems import Unavailable
from hrss_kit.routing import Router

router = Router(tags=["indicators"])


@router.list(
    "/indicators", permission="indicator:read", reply=IndicatorList, prepare=service.hear_query
)
async def list_indicators(
    _query: Annotated[GatewayIndicatorQuery, Query()],
) -> IndicatorList:
    """What the services' own rows come to, for a period, city by city."""
    return service.listed()


@router.read("/indicators/{indicator_id}/trend", permission="indicator:read", reply=Trend)
async def read_trend(
    session: Session,
    indicator_id: Annotated[str, Path(max_length=20)],
    query: Annotated[TrendQuery, Query()],
) -> Trend:
    """An indicator from period to period, by what was frozen."""
    return await service.trend(session, indicator_id, query)


@router.list(
    "/scoreboard",
    permission="indicator:read",
    reply=Scoreboard,
    prepare=service.hear_scoreboard,
)
async def read_scoreboard(query: Annotated[ScoreboardQuery, Query()]) -> Scoreboard:
    """What both cities handle on time, computed alike."""
    return service.scoreboard(query)


@router.create(
    "/indicator-snapshots",
    permission="indicator:freeze",
    reply=SnapshotRead,
    problems=(Unavailable,),
    prepare=service.hear_body,
)
async def freeze_indicators(session: Session, caller: Caller, wish: SnapshotCreate) -> SnapshotRead:
    """Freeze a period's figures with their inputs and a hash."""
    return await service.freeze(session, caller, wish)


@router.list("/indicator-snapshots", permission="indicator:read", reply=Page[SnapshotRead])
async def list_snapshots(
    session: Session, query: Annotated[SnapshotQuery, Query()]
) -> Page[SnapshotRead]:
    """What was frozen, newest first."""
    return await service.page(session, query)


@router.read("/indicator-snapshots/{snapshot_id}", permission="indicator:read", reply=SnapshotRead)
async def read_snapshot(session: Session, snapshot_id: UUID) -> SnapshotRead:
    """One snapshot."""
    return service.shown(await service.one(session, snapshot_id))


@router.list(
    "/indicator-snapshots/{snapshot_id}/recomputation",
    permission="indicator:read",
    reply=Recomputed,
    prepare=service.hear_snapshot,
)
async def recompute_snapshot(session: Session, snapshot_id: UUID) -> Recomputed:
    """Is the snapshot whole, and which figures would be others today?"""
    return await service.recompute(session, snapshot_id)
