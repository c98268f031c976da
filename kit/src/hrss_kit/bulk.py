"""Many rows at once: by COPY, and by INSERT … SELECT FROM unnest where some are not wanted."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any
from uuid import UUID

from asyncpg import Connection
from asyncpg.exceptions import ExclusionViolationError, UniqueViolationError
from sqlalchemy import ARRAY, ColumnElement, LargeBinary, String, Table, Uuid, any_, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import JSON

Row = Mapping[str, Any]
DIALECT: Any = postgresql.dialect()  # type: ignore[no-untyped-call]


def one_of(values: Iterable[Any], kind: type = bytes) -> ColumnElement[Any]:
    """The right side of `column == one_of(…)`: one array, however many; IN has a name for each."""
    item = {bytes: LargeBinary, UUID: Uuid, str: String}[kind]
    return any_(bindparam(None, list(values), type_=ARRAY(item), unique=True))


async def draw(session: AsyncSession, count: int, sequence: str = "business_numbers") -> list[int]:
    """The next numbers of a sequence."""
    driver = await _driver(session)
    statement = "SELECT nextval($1::text::regclass) FROM generate_series(1, $2::int)"
    return [row[0] for row in await driver.fetch(statement, sequence, count)]


async def _driver(session: AsyncSession) -> Any:
    connection = await (await session.connection()).get_raw_connection()
    return connection.driver_connection


async def insert_rows(
    session: AsyncSession,
    model: type[DeclarativeBase],
    rows: Sequence[Row],
    *,
    shared: Row | None = None,
    ignore_conflicts: bool = False,
    returning: str = "id",
) -> set[Any]:
    """Writes rows as the driver takes them (sealed values as bytes, JSON as text).

    `shared` holds columns whose value is the same in every row. With `ignore_conflicts` a row that
    any constraint refuses is left out. Answers with the column `returning` of each written row.
    """
    if not rows:
        return set()
    table = model.__table__
    assert isinstance(table, Table)
    driver = await _driver(session)
    if not ignore_conflicts:
        await _copy(driver, table, rows, shared or {})
    elif not await _copied(driver, table, rows, shared or {}):
        return await _insert(driver, table, rows, shared or {}, returning)
    return {row[returning] for row in rows}


async def _copied(driver: Connection, table: Table, rows: Sequence[Row], same: Row) -> bool:
    """False, and nothing written, when a constraint refuses one of the rows.

    COPY fills a page at a time and asks for no answer, which is what a register of new rows
    needs; the constraints have the same say as in an INSERT.
    """
    await driver.execute("SAVEPOINT copied")
    try:
        await _copy(driver, table, rows, same)
    except (UniqueViolationError, ExclusionViolationError):
        await driver.execute("ROLLBACK TO SAVEPOINT copied")
        return False
    await driver.execute("RELEASE SAVEPOINT copied")
    return True


async def _copy(driver: Connection, table: Table, rows: Sequence[Row], same: Row) -> None:
    take, shared = itemgetter(*rows[0]), tuple(same.values())
    records = (take(row) + shared for row in rows)
    await driver.copy_records_to_table(table.name, records=records, columns=[*rows[0], *same])


async def _insert(
    driver: Connection, table: Table, rows: Sequence[Row], same: Row, returning: str
) -> set[Any]:
    names, arrays, picks = list(rows[0]), [], []
    for place, name in enumerate(names, 1):
        written, cast = _types(table, name)
        arrays.append(f"${place}::{written}[]")
        picks.append(f'given."{name}"{cast}')
    for place, name in enumerate(same, len(names) + 1):
        written, cast = _types(table, name, is_shared=True)
        picks.append(f"${place}::{written}{cast}")
    statement = (
        f"INSERT INTO {table.name} ({_quoted([*names, *same])}) SELECT {', '.join(picks)} "
        f"FROM unnest({', '.join(arrays)}) AS given({_quoted(names)}) "
        f"ON CONFLICT DO NOTHING RETURNING {returning}"
    )
    columns = [_column(table, name, [row[name] for row in rows]) for name in names]
    return {row[0] for row in await driver.fetch(statement, *columns, *same.values())}


def _quoted(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _types(table: Table, name: str, *, is_shared: bool = False) -> tuple[str, str]:
    """How the driver is given a column, and the cast that makes it the column's own type."""
    kind = table.columns[name].type
    if isinstance(kind, JSON):
        return "text", "::jsonb"
    if isinstance(kind, ARRAY) and not is_shared:
        # An array of arrays has to be a rectangle: each goes as the text of its own.
        return "text", f"::{kind.compile(dialect=DIALECT)}"
    return kind.compile(dialect=DIALECT), ""


def _column(table: Table, name: str, values: Sequence[Any]) -> Sequence[Any]:
    if not isinstance(table.columns[name].type, ARRAY):
        return values
    return [None if one is None else _array_text(one) for one in values]


def _array_text(values: Sequence[str]) -> str:
    quoted = (value.replace("\\", "\\\\").replace('"', '\\"') for value in values)
    return "{" + ",".join(f'"{value}"' for value in quoted) + "}"
