"""Keyset pages: stable under writes; a cursor is signed and belongs to one caller and filter."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema
from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from hrss_kit import sealing, sharing
from hrss_kit.context import exchange
from hrss_kit.problems import BadRequest, refuse

Item = TypeVar("Item")
Row = TypeVar("Row")
MAX_LIMIT = 200
USUAL_LIMIT = 50
MAX_CURSOR = 2000
ALWAYS_SORTED = ("created_at", "updated_at")
TAG_BYTES = 16


class CursorRefused(BadRequest):
    code = "CURSOR"
    title_zh, title_en = "分页游标无效", "The cursor is not one of ours for this list"


class Page(BaseModel, Generic[Item]):
    """A page of a list."""

    items: list[Item]
    next_cursor: str | None = None


#: A cursor that is too long is forged, and told so (`decode`).
Cursor = Annotated[str, WithJsonSchema({"type": "string", "maxLength": MAX_CURSOR})]


class ListQuery(BaseModel):
    """What every list takes; a resource's own query adds its filters."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = USUAL_LIMIT
    cursor: Cursor | None = None
    sort: Annotated[str | None, Field(max_length=40)] = None
    q: Annotated[str | None, Field(max_length=100)] = None


def bind(caller: str, path: str, parameters: Sequence[tuple[str, str]]) -> str:
    """Fingerprint of who lists what, without the cursor and the page size."""
    kept = sorted(pair for pair in parameters if pair[0] not in ("cursor", "limit"))
    return hashlib.sha256(json.dumps([caller, path, kept]).encode()).hexdigest()


def _sign(payload: bytes) -> bytes:
    key = sealing.ring().cursor_key
    message = exchange().binding().encode() + b"\0" + payload
    return hmac.digest(key, message, "sha256")[:TAG_BYTES]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID | Decimal) else value


def encode(values: Sequence[Any]) -> str:
    """A cursor behind the row with these sort values."""
    payload = json.dumps([_plain(value) for value in values]).encode()
    return base64.urlsafe_b64encode(_sign(payload) + payload).decode().rstrip("=")


def decode(cursor: str) -> list[Any]:
    """The sort values in a cursor; 400 CURSOR when it is forged or foreign."""
    if len(cursor) > MAX_CURSOR:
        raise CursorRefused
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        tag, payload = raw[:TAG_BYTES], raw[TAG_BYTES:]
        if not hmac.compare_digest(tag, _sign(payload)):
            raise CursorRefused
        values: list[Any] = json.loads(payload)
    except (ValueError, UnicodeError) as error:
        raise CursorRefused from error
    return values


def _typed(column: InstrumentedAttribute[Any], value: Any) -> Any:
    kind = column.type.python_type
    if kind in (datetime, date):
        return kind.fromisoformat(value)
    return kind(value) if kind in (UUID, Decimal) else value


async def select_page(
    session: AsyncSession,
    statement: Select[Row],
    query: ListQuery,
    *,
    key: InstrumentedAttribute[UUID],
    sorts: Mapping[str, InstrumentedAttribute[Any]],
    default: str,
) -> tuple[list[Row], str | None]:
    """One page of `statement` and the cursor of the next; `sorts` are not-null columns.

    `query.sort` names one of `sorts`, or when the row was made or last changed, with ``-`` in
    front for descending; ties go by `key`.
    """
    wish = query.sort or default
    name, descending = wish.removeprefix("-"), wish.startswith("-")
    column = sorts.get(name)
    if column is None and name in ALWAYS_SORTED:
        column = getattr(key.class_, name, None)
    if column is None:
        raise refuse("sort", "SORT", "不支持按此字段排序", "is not a sortable field")
    if query.cursor:
        statement = statement.where(_beyond(column, key, decode(query.cursor), descending))
    statement = await sharing.narrowed(session, statement, key.class_)
    order = (column.desc(), key.desc()) if descending else (column.asc(), key.asc())
    rows = list(await session.scalars(statement.order_by(*order).limit(query.limit + 1)))
    if len(rows) <= query.limit:
        return rows, None
    last = rows[query.limit - 1]
    return rows[: query.limit], encode([getattr(last, column.key), getattr(last, key.key)])


def page_of(
    items: Iterable[Item], query: ListQuery, *, key: str, words: Sequence[str]
) -> tuple[list[Item], str | None]:
    """One page of a short list that is held whole, and the cursor of the next.

    `key` is what its items are ordered by, each with its own; `query.q` is part of a `words` field.
    """
    if query.sort not in (None, key):
        raise refuse("sort", "SORT", "不支持按此字段排序", "is not a sortable field")
    after = str(decode(query.cursor)[0]) if query.cursor else ""
    wanted = [
        one
        for one in sorted(items, key=lambda one: str(getattr(one, key)))
        if str(getattr(one, key)) > after
        and (not query.q or any(query.q in str(getattr(one, word)) for word in words))
    ]
    if len(wanted) <= query.limit:
        return wanted, None
    page = wanted[: query.limit]
    return page, encode([str(getattr(page[-1], key))])


def _beyond(
    column: InstrumentedAttribute[Any],
    key: InstrumentedAttribute[UUID],
    values: Sequence[Any],
    descending: bool,
) -> ColumnElement[bool]:
    try:
        sort_value, key_value = _typed(column, values[0]), UUID(values[1])
    except (ValueError, TypeError, IndexError) as error:
        raise CursorRefused from error
    after: ColumnElement[bool] = column < sort_value if descending else column > sort_value
    tie: ColumnElement[bool] = key < key_value if descending else key > key_value
    return or_(after, and_(column == sort_value, tie))
