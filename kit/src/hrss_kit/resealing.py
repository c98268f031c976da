"""Sealing again after a key rotation: every sealed column ends up under the primary key.

Runs beside a working service, in small transactions; each row is locked only while it changes.
When it reports 0 for every table, the old key may leave the ring.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Column, LargeBinary, MetaData, Table, func, or_, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import idempotency, sealing
from hrss_kit.db import Database
from hrss_kit.sealing import Sealed

BATCH = 500
HEADER_START, HEADER_LENGTH = 1, 4


def sealed_columns(metadata: Sequence[MetaData]) -> Iterator[tuple[Table, dict[str, str]]]:
    """Each table with sealed columns, and the context that each of them is sealed in."""
    for one in metadata:
        for table in one.sorted_tables:
            found = {
                column.name: column.type.context
                for column in table.columns
                if isinstance(column.type, Sealed)
            }
            if table.name == idempotency.IdempotencyKey.__tablename__:
                found["body"] = idempotency.CONTEXT
            if found:
                yield table, found


async def reseal(database: Database, metadata: Sequence[MetaData]) -> dict[str, int]:
    """Seals every value again that is not under the primary key; rows changed by table."""
    changed: dict[str, int] = {}
    for table, contexts in sealed_columns(metadata):
        count = 0
        while True:
            async with database.transaction() as session:
                done = await _batch(session, table, contexts)
            count += done
            if done < BATCH:
                break
        changed[table.name] = count
    return changed


async def _batch(session: AsyncSession, table: Table, contexts: dict[str, str]) -> int:
    ring = sealing.ring()
    current = ring.seal(b"", "")[:HEADER_LENGTH]
    raw = {name: type_coerce(table.c[name], LargeBinary) for name in contexts}
    stale = or_(
        *(func.substring(column, HEADER_START, HEADER_LENGTH) != current for column in raw.values())
    )
    keys: list[Column[Any]] = list(table.primary_key.columns)
    rows = await session.execute(
        select(*keys, *(column.label(f"sealed_{name}") for name, column in raw.items()))
        .where(stale)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    count = 0
    for row in rows.mappings():
        # Nothing about the row has changed for its readers: its marks of change stay.
        marks = [table.c[name] for name in ("updated_at", "updated_by") if name in table.c]
        values: dict[Column[Any], Any] = {mark: mark for mark in marks}
        for name, context in contexts.items():
            value = row[f"sealed_{name}"]
            if value is not None and not ring.is_current(value):
                plain = ring.open(value, context)
                again = ring.seal(plain, context)
                values[table.c[name]] = type_coerce(again, LargeBinary)
        statement = update(table).where(*(key == row[key] for key in keys))
        await session.execute(statement.values(values))
        count += 1
    return count
