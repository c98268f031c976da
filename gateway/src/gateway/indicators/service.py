"""Indicators of the suite: asked of the services, frozen on demand, compared between cities.

Each service says its own, from its own rows, and the gateway those of matters (domain §5). What
was reported stays: snapshots are only ever added, and can be computed again (X-29).
"""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.indicators.models import IndicatorSnapshot
from gateway.indicators.schemas import (
    DifferenceRead,
    FigureRead,
    GatewayIndicatorQuery,
    IndicatorList,
    Recomputed,
    Scoreboard,
    ScoreboardQuery,
    ScoreRead,
    SnapshotCreate,
    SnapshotQuery,
    SnapshotRead,
    Trend,
    TrendPoint,
    TrendQuery,
    this_year,
)
from gateway.matters import indicators as matter_indicators
from hrss_kit import clock, numbering
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.db import Database
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.indicators import Indicators, Period
from hrss_kit.indicators import shown as computed
from hrss_kit.members import MEMBERS
from hrss_kit.pagination import Page, select_page
from hrss_kit.peers import PeerDown, Peers, unavailable
from hrss_kit.resources import load

PROVINCE: Final = "420000"
OWN: Final = "gateway"
# 按时办结: what both cities promise to do in time (domain §5).
ON_TIME: Final = ("I-LI-1", "I-LI-2", "I-LI-5", "I-SI-1", "I-SI-3", "I-CARD-3")
READ_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What the services said, and which of them did not."""

    figures: Sequence[FigureRead]
    incomplete: Sequence[str]


async def hear_query(request: Request) -> Heard:
    """Before the transaction: asks every service for the period of the query."""
    asked = _of_query(GatewayIndicatorQuery, request)
    heard = await hear(request, period=asked.period, city=asked.city)
    return Heard([one for one in heard.figures if asked.id in (None, one.id)], heard.incomplete)


async def hear_scoreboard(request: Request) -> Heard:
    """Before the transaction: the figures of the scoreboard's period."""
    asked = _of_query(ScoreboardQuery, request)
    return await hear(request, period=asked.period)


async def hear_body(request: Request) -> Heard | None:
    """Before the transaction: the figures to freeze; a body that is wrong is refused later."""
    try:
        wish = SnapshotCreate.model_validate_json(await request.body())
    except ValidationError:
        return None
    heard = await hear(request, period=wish.period)
    if heard.incomplete:
        # Half of the figures would be frozen as if they were all.
        raise unavailable(heard.incomplete[0])
    return heard


async def hear_snapshot(request: Request) -> Heard:
    """Before the transaction: today's figures for the period of a snapshot."""
    database: Database = request.app.state.database
    try:
        snapshot_id = UUID(str(request.path_params["snapshot_id"]))
    except ValueError:
        return Heard([], [])  # refused when the path is read
    async with database.sessions() as session:
        row = await session.get(IndicatorSnapshot, snapshot_id)
    return await hear(request, period=row.period) if row else Heard([], [])


def _of_query(model: type[Any], request: Request) -> Any:
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        wrong = [{**one, "loc": ("query", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(wrong) from error


async def hear(request: Request, *, period: str | None = None, city: str | None = None) -> Heard:
    """Every service's figures, asked at once."""
    peers: Peers = request.app.state.peers
    parameters = {"period": period or this_year(), **({"city": city} if city else {})}
    names = [name for name in MEMBERS if name != OWN]
    answers = await asyncio.gather(*(_ask(peers, name, parameters) for name in names))
    own = await _own(request.app.state.database, parameters["period"], city)
    figures = [
        FigureRead(**one.model_dump(), service=name.replace("_", "-"))
        for name, answer in zip(names, answers, strict=True)
        for one in (answer.items if answer else ())
    ]
    figures += own
    silent = [name for name, answer in zip(names, answers, strict=True) if answer is None]
    return Heard(
        sorted(figures, key=lambda one: (*_place(one.id), one.city)),
        sorted(name.replace("_", "-") for name in silent),
    )


async def _own(database: Database, text: str, city: str | None) -> list[FigureRead]:
    """The gateway's own: of matters, which belong to no service alone."""
    period = Period.parse(text)
    async with database.sessions() as session:
        told = [
            computed(one, period, where, await one.calculate(session, period, where))
            for one in matter_indicators.INDICATORS
            for where in ((city,) if city else ACTIVE_CITIES)
        ]
    return [FigureRead(**one.model_dump(), service=OWN) for one in told]


def _place(indicator_id: str) -> tuple[str, int]:
    """I-LI-2 comes before I-LI-10."""
    head, _, number = indicator_id.rpartition("-")
    return head, int(number) if number.isdigit() else 0


async def _ask(peers: Peers, name: str, parameters: dict[str, str]) -> Indicators | None:
    path = f"/{name.replace('_', '-')}/v1/indicators"
    try:
        answer = await peers.ask(name, "GET", path, params=parameters, read_seconds=READ_SECONDS)
    except PeerDown:
        return None
    return Indicators.model_validate_json(answer.content) if answer.is_success else None


def listed() -> IndicatorList:
    """What was heard."""
    heard: Heard = exchange().prepared
    return IndicatorList(items=list(heard.figures), incomplete=list(heard.incomplete))


def digest(period: str, figures: Iterable[dict[str, Any]]) -> bytes:
    """SHA-256 of the canonical JSON of a period's figures."""
    said = {"period": period, "figures": list(figures)}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).digest()


async def freeze(session: AsyncSession, caller: Principal, wish: SnapshotCreate) -> SnapshotRead:
    """Keeps what the services say now; provisional while the period runs."""
    heard: Heard = exchange().prepared
    figures = [orjson.loads(one.model_dump_json()) for one in heard.figures]
    city = caller.city or PROVINCE
    row = IndicatorSnapshot(
        biz_no=await numbering.next_number(session, "GW", city, clock.today()),
        owner_city=city,
        period=wish.period,
        is_final=Period.parse(wish.period).last < clock.today(),
        figures=figures,
        digest=digest(wish.period, figures),
        note=wish.note,
        created_by=caller.actor,
    )
    session.add(row)
    await session.flush()  # its id is part of the answer
    return shown(row)


def shown(row: IndicatorSnapshot) -> SnapshotRead:
    """A snapshot as everybody sees it."""
    return SnapshotRead(
        id=row.id,
        biz_no=row.biz_no,
        owner_city=row.owner_city,
        version=1,
        created_at=row.created_at,
        updated_at=row.created_at,
        period=row.period,
        is_final=row.is_final,
        note=row.note,
        created_by=row.created_by,
        digest=row.digest.hex(),
        figures=[FigureRead.model_validate(one) for one in row.figures],
    )


async def page(session: AsyncSession, query: SnapshotQuery) -> Page[SnapshotRead]:
    """A page of snapshots, newest first."""
    wanted = select(IndicatorSnapshot)
    if query.period:
        wanted = wanted.where(IndicatorSnapshot.period == query.period)
    if query.q:
        wanted = wanted.where(IndicatorSnapshot.note.contains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=IndicatorSnapshot.id,
        sorts={"created_at": IndicatorSnapshot.created_at, "period": IndicatorSnapshot.period},
        default="-created_at",
    )
    return Page(items=[shown(row) for row in rows], next_cursor=cursor)


async def one(session: AsyncSession, snapshot_id: UUID) -> IndicatorSnapshot:
    """One snapshot."""
    return await load(session, select(IndicatorSnapshot).where(IndicatorSnapshot.id == snapshot_id))


async def recompute(session: AsyncSession, snapshot_id: UUID) -> Recomputed:
    """Is it whole, and what would the services say today? Rows may have been put right since."""
    row = await one(session, snapshot_id)
    heard: Heard = exchange().prepared
    now = {(one.id, one.city): one for one in heard.figures}
    differences = []
    for frozen in map(FigureRead.model_validate, row.figures):
        today = now.get((frozen.id, frozen.city))
        is_known = frozen.service not in heard.incomplete
        if is_known and (today is None or _said(today) != _said(frozen)):
            differences.append(
                DifferenceRead(
                    id=frozen.id,
                    city=frozen.city,
                    frozen=frozen.value,
                    now=today.value if today else None,
                )
            )
    return Recomputed(
        is_intact=digest(row.period, row.figures) == row.digest,
        differences=differences,
        incomplete=list(heard.incomplete),
    )


def _said(figure: BaseModel) -> dict[str, Any]:
    return figure.model_dump(exclude={"service"})


async def trend(session: AsyncSession, indicator_id: str, query: TrendQuery) -> Trend:
    """The last frozen figure of each period, for each city."""
    rows = await session.scalars(
        select(IndicatorSnapshot)
        .ext(distinct_on(IndicatorSnapshot.period))
        .order_by(IndicatorSnapshot.period, IndicatorSnapshot.created_at.desc())
    )
    points = [
        TrendPoint(
            period=row.period,
            city=figure.city,
            value=figure.value,
            suppressed=figure.suppressed,
            is_final=row.is_final,
            frozen_at=row.created_at,
        )
        for row in rows
        for figure in map(FigureRead.model_validate, row.figures)
        if figure.id == indicator_id and query.city in (None, figure.city)
    ]
    return Trend(id=indicator_id, items=points)


def scoreboard(query: ScoreboardQuery) -> Scoreboard:
    """On-time handling: the same formula over each city's own rows, side by side."""
    heard: Heard = exchange().prepared
    items = []
    for indicator_id in ON_TIME:
        found = {one.city: one for one in heard.figures if one.id == indicator_id}
        if not found:
            continue
        values = {city: found[city].value if city in found else None for city in ACTIVE_CITIES}
        known = {city: value for city, value in values.items() if value is not None}
        best = max(known.values(), default=None)
        ahead = [city for city, value in known.items() if value == best]
        items.append(
            ScoreRead(
                id=indicator_id,
                unit=next(iter(found.values())).unit,
                values=values,
                suppressed=[city for city, figure in found.items() if figure.suppressed],
                ahead=ahead[0] if len(ahead) == 1 and len(known) > 1 else None,
            )
        )
    return Scoreboard(
        period=query.period or this_year(), items=items, incomplete=list(heard.incomplete)
    )
