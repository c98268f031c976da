"""Many rows by one statement: INSERT … SELECT FROM unnest, one array a column."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ARRAY, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import JSON

Row = Mapping[str, Any]
DIALECT: Any = postgresql.dialect()  # type: ignore[no-untyped-call]


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
    any constraint refuses is left out. Answers with `returning` of the rows that were written.
    """
    if not rows:
        return set()
    table = model.__table__
    assert isinstance(table, Table)
    same = shared or {}
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
        f"FROM unnest({', '.join(arrays)}) AS given({_quoted(names)})"
        f"{' ON CONFLICT DO NOTHING' if ignore_conflicts else ''} RETURNING {returning}"
    )
    columns = [_column(table, name, [row[name] for row in rows]) for name in names]
    connection = await (await session.connection()).get_raw_connection()
    driver = connection.driver_connection
    assert driver is not None
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
