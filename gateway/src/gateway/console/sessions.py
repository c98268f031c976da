"""Sessions: opened by a sign-in, locked when idle, ended by signing out or by the clock.

OWASP ASVS 7.3: idle and absolute limits. All of it is rows, so any replica answers any page.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.console.models import ConsoleSession
from hrss_kit import clock
from hrss_kit.db import Database

SEEN_EVERY = timedelta(seconds=30)
REFRESH_BEFORE = timedelta(seconds=120)
KEPT = timedelta(days=7)
COOKIE_BYTES = 32


class Standing(Enum):
    """What a cookie is good for."""

    NONE = "none"
    ACTIVE = "active"
    LOCKED = "locked"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an issuer gave; `seconds` is how long the access token lasts."""

    access_token: str
    refresh_token: str | None
    seconds: int


@dataclass(slots=True)
class Found:
    """The session behind a cookie."""

    standing: Standing
    row: ConsoleSession | None = None
    cookie: str = ""

    @property
    def csrf(self) -> str:
        """The token every form of this session carries; only who has the cookie can know it."""
        return hmac.digest(self.cookie.encode(), b"console form", "sha256").hex()


Refresh = Callable[[str], Awaitable[Tokens | None]]


class Sessions:
    """Reads and writes session rows."""

    def __init__(self, database: Database, *, idle_seconds: int, longest_seconds: int) -> None:
        self._database = database
        self.idle = timedelta(seconds=idle_seconds)
        self.longest = timedelta(seconds=longest_seconds)

    async def open(self, username: str, tokens: Tokens) -> str:
        """A fresh session; returns the cookie's value, which is not kept anywhere."""
        cookie, now = secrets.token_urlsafe(COOKIE_BYTES), clock.now()
        async with self._database.transaction() as session:
            session.add(
                ConsoleSession(
                    cookie_hash=_hash(cookie),
                    username=username,
                    access_token=tokens.access_token,
                    refresh_token=tokens.refresh_token,
                    token_expires_at=now + timedelta(seconds=tokens.seconds),
                    created_at=now,
                    last_seen_at=now,
                    ends_at=now + self.longest,
                )
            )
        return cookie

    async def find(self, cookie: str, refresh: Refresh) -> Found:
        """The session of a cookie, its token fresh; it is locked here when it was idle too long."""
        if not 0 < len(cookie) <= 100:
            return Found(Standing.NONE)
        now = clock.now()
        async with self._database.sessions() as session:
            row = await session.scalar(
                select(ConsoleSession).where(ConsoleSession.cookie_hash == _hash(cookie))
            )
        if row is None:
            return Found(Standing.NONE)
        if row.ended_at is not None or row.ends_at <= now:
            return Found(Standing.ENDED, row, cookie)
        if row.locked_at is not None or row.last_seen_at + self.idle <= now:
            await self._lock(row, now)
            return Found(Standing.LOCKED, row, cookie)
        if row.token_expires_at - REFRESH_BEFORE <= now and not await self._renew(
            row, refresh, now
        ):
            await self._lock(row, now)
            return Found(Standing.LOCKED, row, cookie)
        if row.last_seen_at + SEEN_EVERY <= now:
            await self._write(row, last_seen_at=now)
        return Found(Standing.ACTIVE, row, cookie)

    async def _renew(self, row: ConsoleSession, refresh: Refresh, now: datetime) -> bool:
        """A new access token; False when the issuer gives none and the old one is over."""
        tokens = await refresh(row.refresh_token) if row.refresh_token else None
        if tokens is None:
            return row.token_expires_at > now
        row.access_token = tokens.access_token
        row.refresh_token = tokens.refresh_token or row.refresh_token
        row.token_expires_at = now + timedelta(seconds=tokens.seconds)
        await self._write(
            row,
            access_token=row.access_token,
            refresh_token=row.refresh_token,
            token_expires_at=row.token_expires_at,
        )
        return True

    async def lock(self, row: ConsoleSession) -> None:
        """Locks at once: the person asked for it, or the issuer no longer vouches for them."""
        await self._lock(row, clock.now())

    async def _lock(self, row: ConsoleSession, now: datetime) -> None:
        if row.locked_at is None:
            await self._write(row, locked_at=now, access_token=None)

    async def _write(self, row: ConsoleSession, **values: Any) -> None:
        async with self._database.transaction() as session:
            await session.execute(
                update(ConsoleSession)
                .where(ConsoleSession.id == row.id, ConsoleSession.ended_at.is_(None))
                .values(**values)
            )

    async def end(self, row: ConsoleSession, *, everywhere: bool = False) -> list[str]:
        """Signs out here or everywhere; returns the refresh tokens that are to be revoked."""
        which = ConsoleSession.username == row.username
        if not everywhere:
            which = ConsoleSession.id == row.id
        async with self._database.transaction() as session:
            rows = list(
                await session.scalars(
                    select(ConsoleSession)
                    .where(which, ConsoleSession.ended_at.is_(None))
                    .with_for_update()
                )
            )
            tokens = [one.refresh_token for one in rows if one.refresh_token]
            for one in rows:
                one.ended_at, one.access_token, one.refresh_token = clock.now(), None, None
        return tokens

    async def notify(self, row: ConsoleSession, notices: list[dict[str, str]]) -> None:
        """Keeps what the next page is to say."""
        await self._write(row, notice=json.dumps(notices, ensure_ascii=False))

    async def take_notices(self, row: ConsoleSession) -> list[dict[str, str]]:
        """What was to be said, once."""
        if row.notice is None:
            return []
        found: list[dict[str, str]] = json.loads(row.notice)
        await self._write(row, notice=None)
        return found


async def forget_sessions(session: AsyncSession) -> int:
    """Timer: drops sessions that ended a week ago."""
    before = clock.now() - KEPT
    await session.execute(delete(ConsoleSession).where(ConsoleSession.ends_at < before))
    return 0


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
