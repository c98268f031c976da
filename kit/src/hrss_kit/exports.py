"""Bulk out: a list as a file, streamed from a server-side cursor (api §3.7).

A service says which rows and how they look, as it does for its list; the kit brings the formats,
the audit row, and the rule that many persons are not read without a supervisor or a case.
"""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

import orjson
from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, create_model
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.types import Receive, Scope, Send

from hrss_kit import audit, clock, policy, sealing, sharing, spreadsheets
from hrss_kit.auth import Caller, Principal
from hrss_kit.context import Exchange, exchange
from hrss_kit.db import Database
from hrss_kit.pagination import ALWAYS_SORTED, ListQuery
from hrss_kit.problems import Forbidden, Unavailable, refuse
from hrss_kit.table_columns import (
    LIST_JOIN,
    CodeTitles,
    Column,
    Titles,
    columns_of,
    is_formula,
)

ROWS_AT_ONCE: Final = 500
MOST_AT_ONCE: Final = 3
STALLED_SECONDS: Final = 60
NOT_FOR_TABLES: Final = frozenset({"allowed_actions"})
PAGE_FIELDS: Final = frozenset({"limit", "cursor"})
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": spreadsheets.MEDIA_TYPE,
    "ndjson": "application/x-ndjson",
}
CONTRACT: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file",
        "content": {
            kind.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}
            for kind in MEDIA_TYPES.values()
        },
    }
}
Format = Literal["csv", "xlsx", "ndjson"]


class TicketRequired(Forbidden):
    """Many persons at once are read by a supervisor, or for a case (domain §4.3)."""

    code = "TICKET_REQUIRED"
    title_zh = "一次读取的人数较多，须由主管办理或填写案件号 X-Case-No"
    title_en = "So many persons are read by a supervisor, or with X-Case-No"


@dataclass(frozen=True, slots=True)
class Exporter:
    """How a collection leaves as a file.

    `query` are the filters of the list, `rows` its statement without page and order, `shown` how
    the caller sees rows. `persons` is the blind index of whom a row is about, where it is anybody.
    """

    name: str
    query: type[ListQuery]
    reply: type[BaseModel]
    rows: Callable[[AsyncSession, Principal, Any], Awaitable[Select[Any]]]
    shown: Callable[[AsyncSession, Principal, Sequence[Any]], Awaitable[Sequence[BaseModel]]]
    key: Any
    sorts: Mapping[str, Any] = field(default_factory=dict)
    default: str = "-created_at"
    persons: Any = None
    titles: Titles = field(default_factory=dict)
    code_titles: CodeTitles = field(default_factory=dict)

    @property
    def columns(self) -> list[Column]:
        """What a table of it shows; lists of objects are in NDJSON only."""
        found = columns_of(self.reply, self.titles, self.code_titles)
        return [one for name, one in found.items() if name not in NOT_FOR_TABLES]


class _Running:
    """How many exports this process is writing: each holds a connection and a snapshot."""

    count = 0


class ExportResponse(StreamingResponse):
    """A file on its way; whoever stops reading loses it, and its connection comes back."""

    def __init__(self, content: AsyncIterator[bytes], session: AsyncSession, **more: Any) -> None:
        super().__init__(content, **more)
        self._session = session

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def within_time(message: Any) -> None:
            async with asyncio.timeout(STALLED_SECONDS):
                await send(message)

        try:
            await super().__call__(scope, receive, within_time)
        finally:
            _Running.count -= 1
            await self._session.close()


def exporting(exporter: Exporter) -> Callable[..., Awaitable[Response]]:
    """The endpoint that gives an exporter's files."""
    query_model = _query_of(exporter.query)

    async def export(request: Request, caller: Caller, query: Any) -> Response:
        given = query.model_dump(exclude_unset=True)
        file_format: Format = given.pop("format", "csv")
        if _Running.count >= MOST_AT_ONCE:
            raise Unavailable(retry_after=10)
        _Running.count += 1
        database: Database = request.app.state.database
        session = database.sessions()
        try:
            await session.connection(
                execution_options={
                    "isolation_level": "REPEATABLE READ",
                    "postgresql_readonly": True,
                }
            )
            wanted = await exporter.rows(session, caller, exporter.query.model_validate(given))
            wanted = await sharing.narrowed(session, wanted, exporter.key.class_)
            present = exchange()
            await _admit(session, exporter, caller, wanted, present)
            present.note(
                subject=f"{exporter.name}.{file_format}",
                fields=[column.name for column in exporter.columns],
            )
            ordered = _ordered(exporter, wanted, given.get("sort"))
            async with database.transaction() as recording:
                audit.record(recording, present)
        except BaseException:
            _Running.count -= 1
            await session.close()
            raise
        stretches = _stretches(session, exporter, caller, ordered)
        name = f"{exporter.name}-{clock.today():%Y%m%d}.{file_format}"
        return ExportResponse(
            _written(exporter, file_format, stretches),
            session,
            media_type=MEDIA_TYPES[file_format],
            headers={**spreadsheets.attachment(name), "Cache-Control": "no-store"},
        )

    export.__annotations__["query"] = Annotated[query_model, Query()]
    export.__name__ = f"export_{exporter.name.replace('-', '_')}"
    export.__doc__ = "The list as a file, with the same filters and the same masking."
    return export


def _query_of(query: type[ListQuery]) -> type[BaseModel]:
    """The filters of a list without its pages."""
    kept: dict[str, Any] = {
        name: (one.annotation, one)
        for name, one in query.model_fields.items()
        if name not in PAGE_FIELDS
    }
    made: type[BaseModel] = create_model(
        f"{query.__name__}Export",
        __config__=ConfigDict(extra="forbid"),
        format=(Format, "csv"),
        **kept,
    )
    return made


async def _admit(
    session: AsyncSession,
    exporter: Exporter,
    caller: Principal,
    wanted: Select[Any],
    present: Exchange,
) -> None:
    """Notes whom the file is about; more than the limit need a supervisor or a case."""
    if exporter.persons is None:
        return
    named = wanted.with_only_columns(exporter.persons, maintain_column_froms=True).distinct()
    refs = sorted({sealing.person_ref(one) for one in await session.scalars(named)})
    await want_ticket(session, caller, len(refs))
    present.person_refs = refs


async def want_ticket(session: AsyncSession, caller: Principal, persons: int) -> None:
    """403 when more persons are read at once than the limit, but for a head or a case."""
    limit = int(await policy.get(session, "common.persons_without_ticket", on=clock.today()))
    is_supervisor = any(role.startswith("supervisor") for role in caller.held)
    if persons > limit and not is_supervisor and exchange().case_no is None:
        raise TicketRequired


def _ordered(exporter: Exporter, wanted: Select[Any], sort: str | None) -> Select[Any]:
    wish = sort or exporter.default
    name, is_descending = wish.removeprefix("-"), wish.startswith("-")
    column = exporter.sorts.get(name)
    if column is None and name in ALWAYS_SORTED:
        column = getattr(exporter.key.class_, name, None)
    if column is None:
        raise refuse("sort", "SORT", "不支持按此字段排序", "is not a sortable field")
    if is_descending:
        return wanted.order_by(column.desc(), exporter.key.desc())
    return wanted.order_by(column.asc(), exporter.key.asc())


async def _stretches(
    session: AsyncSession, exporter: Exporter, caller: Principal, wanted: Select[Any]
) -> AsyncIterator[Sequence[dict[str, Any]]]:
    cursor = await session.stream_scalars(wanted.execution_options(yield_per=ROWS_AT_ONCE))
    async for rows in cursor.partitions():
        shown = [
            await sharing.limited(session, one)
            for one in await exporter.shown(session, caller, rows)
        ]
        yield [
            one.model_dump(mode="json") if isinstance(one, BaseModel) else one
            for one in shown
            if one is not None
        ]
        exchange().person_refs.clear()  # they are on record already


async def _written(
    exporter: Exporter, file_format: Format, stretches: AsyncIterator[Sequence[dict[str, Any]]]
) -> AsyncIterator[bytes]:
    if file_format == "ndjson":
        async for shown in stretches:
            yield b"".join(orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in shown)
        return
    names = [column.name for column in exporter.columns]

    async def lines() -> AsyncIterator[list[list[str]]]:
        async for shown in stretches:
            yield [_cells(one, names) for one in shown]

    if file_format == "xlsx":
        headings = [column.heading.rstrip(" *") for column in exporter.columns]
        async for piece in spreadsheets.stream(headings, lines()):
            yield piece
        return
    yield b"\xef\xbb\xbf" + _csv([names])  # with the mark, spreadsheet programs read UTF-8
    async for some in lines():
        yield _csv([[_harmless(cell) for cell in line] for line in some])


def _cells(values: dict[str, Any], names: Sequence[str]) -> list[str]:
    return [_cell(values, name) for name in names]


def _cell(values: Any, name: str) -> str:
    value = values
    for part in name.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return LIST_JOIN.join(str(one) for one in value)
    return str(value)


def _harmless(cell: str) -> str:
    """No cell is a formula; our own importer takes the quote off again."""
    return f"'{cell}" if is_formula(cell) else cell


def _csv(lines: Sequence[Sequence[str]]) -> bytes:
    made = io.StringIO()
    csv.writer(made, lineterminator="\r\n").writerows(lines)
    return made.getvalue().encode()
