"""Once: a retried request gets the first reply (draft-ietf-httpapi-idempotency-key-header-07).

The key is claimed, and the reply kept, in the transaction of the effect itself. Whoever comes
second waits on the unique index until the first has committed or failed.
"""

import hashlib
from datetime import datetime
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock, sealing
from hrss_kit.auth import Principal
from hrss_kit.db import KitBase
from hrss_kit.problems import BadRequest, Problem

CONTEXT = "idempotency_keys.body"
KEPT_HEADERS = ("content-type", "etag", "location")


class KeyRequired(BadRequest):
    code = "IDEMPOTENCY_KEY_REQUIRED"
    title_zh, title_en = "缺少 Idempotency-Key 请求头（UUID）", "Idempotency-Key (UUID) is required"


class KeyReused(Problem):
    status, code = 422, "IDEMPOTENCY_REUSE"
    title_zh = "同一 Idempotency-Key 已用于另一请求"
    title_en = "This Idempotency-Key was used with another request"


class IdempotencyKey(KitBase):
    """A request that was made once: whose, which, and what it was answered."""

    __tablename__ = "idempotency_keys"

    client: Mapped[str] = mapped_column(String(200), primary_key=True)
    key: Mapped[UUID] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int | None]
    headers: Mapped[dict[str, str] | None] = mapped_column(JSONB)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)


def key_of(request: Request) -> UUID:
    """The request's key; 400 when it is missing or no UUID."""
    try:
        return UUID(request.headers.get("idempotency-key", ""))
    except ValueError as error:
        raise KeyRequired from error


async def fingerprint_of(request: Request) -> bytes:
    """What makes two requests the same: method, path and body."""
    digest = hashlib.sha256(f"{request.method} {request.url.path}\n".encode())
    digest.update(await request.body())
    return digest.digest()


class Claim:
    """The right to carry out a request, or the reply that it already got."""

    def __init__(self, row: IdempotencyKey | None, client: str, key: UUID) -> None:
        self._row, self._client, self._key = row, client, key

    def reply(self) -> Response | None:
        """The stored reply, None when this request is the first."""
        if self._row is None or self._row.status is None:
            return None
        body = sealing.ring().open(self._row.body, CONTEXT) if self._row.body else b""
        headers = {**(self._row.headers or {}), "Idempotency-Replayed": "true"}
        return Response(body, self._row.status, headers)

    async def remember(self, session: AsyncSession, response: Response) -> None:
        """Keeps the reply with the effect; its body is sealed, it may hold personal data."""
        row = await session.get(IdempotencyKey, (self._client, self._key))
        if row is None:
            raise RuntimeError("the claimed key is gone")
        row.status = response.status_code
        row.headers = {
            name: response.headers[name] for name in KEPT_HEADERS if name in response.headers
        }
        row.body = sealing.ring().seal(bytes(response.body), CONTEXT)


def client_of(principal: Principal) -> str:
    """Whose key it is: keys of two callers never meet."""
    return f"{principal.client_id}|{principal.sub}"


async def find(session: AsyncSession, client: str, key: UUID, fingerprint: bytes) -> Claim | None:
    """The earlier request with this key, if there is one; 422 when it was another request."""
    row = await session.scalar(
        select(IdempotencyKey).where(IdempotencyKey.client == client, IdempotencyKey.key == key)
    )
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise KeyReused
    return Claim(row, client, key)


async def claim(session: AsyncSession, client: str, key: UUID, fingerprint: bytes) -> Claim:
    """Claims the key, or finds the reply of whoever was first."""
    mine = await session.scalar(
        insert(IdempotencyKey)
        .values(client=client, key=key, fingerprint=fingerprint, created_at=clock.now())
        .on_conflict_do_nothing()
        .returning(IdempotencyKey.key)
    )
    if mine is not None:
        return Claim(None, client, key)
    found = await find(session, client, key, fingerprint)
    if found is None:
        raise RuntimeError("an idempotency key vanished between insert and select")
    return found


async def purge(session: AsyncSession, older_than: datetime) -> None:
    """Forgets replies past their time (72 h)."""
    await session.execute(delete(IdempotencyKey).where(IdempotencyKey.created_at < older_than))
