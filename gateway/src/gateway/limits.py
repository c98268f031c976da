"""Per-client rate limit, exact over all replicas, with nothing but memory on the hot path.

A client has `quota` permits per window. The window starts with its first request and lasts
`WINDOW_SECONDS`; one row of the UNLOGGED table ``rate_windows`` counts the permits handed out in
it, by the clock of the database. A replica takes permits in leases through the SQL function
``lease_permits`` and spends them from memory.

What is guaranteed: the permits leased in one window never exceed the quota, and a permit is spent
only before its window ends, so all replicas together never admit more than `quota` requests of a
client in one of its windows. What is not: a replica may hold unspent permits, at most one lease,
so a client may meet a 429 a little early elsewhere. Leases shrink with what is left (an eighth,
at last one by one), and unspent permits go back after a second, which keeps "a little" little.

When the database does not answer, each replica admits its share (quota / replicas) of a local
window until it does: availability over exactness. The gauge hrss_gateway_rate_limit_local says so.
A crash of the database empties the table, so every window starts anew.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import String, delete, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from hrss_kit.db import Database

WINDOW_SECONDS = 60
SMALLEST_LEASE = 8
LARGEST_LEASE = 4096
RETURN_AFTER = 1.0
ASK_TIMEOUT = 0.5
LOCAL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Lease:
    """What the database granted: permits of which window, what is left, how long it holds."""

    window_started_at: datetime
    granted: int
    remaining: int
    seconds_left: float


class Lessor(Protocol):
    """Hands out permits (PostgreSQL in production)."""

    async def lease(self, client: str, quota: int, wanted: int) -> Lease: ...

    async def give_back(self, client: str, window_started_at: datetime, permits: int) -> None: ...


@dataclass(slots=True)
class Account:
    """What this replica knows of one client's window."""

    quota: int
    window_started_at: datetime | None = None
    permits: int = 0
    remaining: int = 0
    ends_at: float = 0.0
    refused_until: float = 0.0
    wanted: int = SMALLEST_LEASE
    leased_at: float = 0.0
    spent_at: float = 0.0
    is_local: bool = False
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)
    policy: bytes = b""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the request may pass, and what the RateLimit headers say."""

    is_admitted: bool
    remaining: int
    reset: int
    policy: bytes


class RateLimiter:
    """Spends leased permits; asks for more when they run out."""

    def __init__(
        self,
        lessor: Lessor,
        *,
        replicas: int = 1,
        clock: Callable[[], float] = time.monotonic,
        on_local: Callable[[bool], None] = lambda _is_local: None,
    ) -> None:
        self._lessor = lessor
        self._replicas = max(1, replicas)
        self._clock = clock
        self._on_local = on_local
        self._local_until = 0.0
        self._accounts: dict[str, Account] = {}
        self._tidying: asyncio.Task[None] | None = None

    def take_now(self, client: str, quota: int) -> Verdict | None:
        """Spends a permit already held; None when the database has to be asked first."""
        account = self._accounts.get(client)
        if account is None or account.quota != quota:
            return None
        return self._spend(account)

    async def take(self, client: str, quota: int) -> Verdict:
        """Spends a permit, leasing more first when none is held."""
        account = self._accounts.get(client)
        if account is None or account.quota != quota:
            account = Account(quota, policy=b'"default";q=%d;w=%d' % (quota, WINDOW_SECONDS))
            self._accounts[client] = account
            self._begin_tidying()
        async with account.asking:
            # Somebody who waited with us may have fetched enough for both.
            verdict = self._spend(account)
            if verdict is None:
                await self._lease(client, account)
                verdict = self._spend(account)
            if verdict is None:
                # The window ended while we asked: the next one has begun.
                await self._lease(client, account)
                verdict = self._spend(account)
        return verdict or self._verdict(account, False, self._clock())

    def _spend(self, account: Account) -> Verdict | None:
        now = self._clock()
        if now < account.ends_at:
            if account.permits > 0:
                account.permits -= 1
                account.spent_at = now
                return self._verdict(account, True, now)
            if now < account.refused_until:
                return self._verdict(account, False, now)
        return None

    async def _lease(self, client: str, account: Account) -> None:
        asked_at = self._clock()
        if asked_at < self._local_until:
            self._lease_locally(account, asked_at)
            return
        if asked_at - account.leased_at < 0.1:
            account.wanted = min(account.wanted * 2, LARGEST_LEASE)
        elif asked_at - account.leased_at > 1.0:
            account.wanted = max(account.wanted // 2, SMALLEST_LEASE)
        try:
            async with asyncio.timeout(ASK_TIMEOUT):
                lease = await self._lessor.lease(client, account.quota, account.wanted)
        except Exception:
            self._local_until = asked_at + LOCAL_SECONDS
            self._on_local(True)
            self._lease_locally(account, asked_at)
            return
        self._on_local(False)
        account.is_local = False
        account.window_started_at = lease.window_started_at
        account.permits = lease.granted
        account.remaining = lease.remaining
        # Counted from before the question, so that we stop before the database does.
        account.ends_at = asked_at + lease.seconds_left
        account.leased_at = asked_at
        until = min(account.ends_at, asked_at + RETURN_AFTER)
        account.refused_until = 0.0 if lease.granted else until

    def _lease_locally(self, account: Account, now: float) -> None:
        if not account.is_local or now >= account.ends_at:
            share = max(1, account.quota // self._replicas)
            account.permits, account.ends_at, account.is_local = share, now + WINDOW_SECONDS, True
        account.remaining = 0
        account.refused_until = account.ends_at if not account.permits else 0.0

    def _verdict(self, account: Account, is_admitted: bool, now: float) -> Verdict:
        reset = int(account.ends_at - now) + 1
        return Verdict(is_admitted, account.remaining + account.permits, reset, account.policy)

    def _begin_tidying(self) -> None:
        if self._tidying is None or self._tidying.done():
            self._tidying = asyncio.get_running_loop().create_task(self._tidy())

    async def _tidy(self) -> None:
        """Gives unspent permits back and forgets clients that have gone."""
        while self._accounts:
            await asyncio.sleep(RETURN_AFTER)
            now = self._clock()
            for client, account in list(self._accounts.items()):
                if now >= account.ends_at + WINDOW_SECONDS:
                    del self._accounts[client]
                elif now - max(account.spent_at, account.leased_at) >= RETURN_AFTER:
                    await self._give_back(client, account)

    async def _give_back(self, client: str, account: Account) -> None:
        async with account.asking:
            if account.is_local or not account.permits or account.window_started_at is None:
                return
            permits, account.permits, account.ends_at = account.permits, 0, 0.0
            try:
                async with asyncio.timeout(ASK_TIMEOUT):
                    await self._lessor.give_back(client, account.window_started_at, permits)
            except Exception:
                return

    async def close(self) -> None:
        """Gives everything back."""
        if self._tidying is not None:
            self._tidying.cancel()
            self._tidying = None
        for client, account in list(self._accounts.items()):
            await self._give_back(client, account)
        self._accounts.clear()


class PostgresLessor:
    """Leases through two SQL functions: one round trip and one row lock each."""

    LEASE = (
        "SELECT window_started_at, granted, remaining, seconds_left "
        "FROM lease_permits($1, $2, $3, $4)"
    )
    GIVE_BACK = "SELECT return_permits($1, $2, $3)"

    def __init__(self, database: Database) -> None:
        self._database = database

    async def lease(self, client: str, quota: int, wanted: int) -> Lease:
        """Takes at most `wanted` permits, less when few are left."""
        pool = await self._database.driver()
        row = await pool.fetchrow(self.LEASE, client, quota, wanted, WINDOW_SECONDS)
        return Lease(*row)

    async def give_back(self, client: str, window_started_at: datetime, permits: int) -> None:
        """Returns unspent permits; without effect when their window is over."""
        pool = await self._database.driver()
        await pool.execute(self.GIVE_BACK, client, window_started_at, permits)


class InFlight:
    """Counts exchanges in progress and refuses those above the limit, at once."""

    __slots__ = ("count", "limit")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.count = 0

    def enter(self) -> bool:
        """True when there was room; then `leave` must follow."""
        if self.count >= self.limit:
            return False
        self.count += 1
        return True

    def leave(self) -> None:
        """Makes room again."""
        self.count -= 1


class RateWindow(Base):
    """One client's present window. UNLOGGED: losing it in a crash only starts windows anew."""

    __tablename__ = "rate_windows"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012

    client: Mapped[str] = mapped_column(String(200), primary_key=True)
    started_at: Mapped[datetime]
    leased: Mapped[int]


async def forget_windows(session: AsyncSession) -> int:
    """Timer: drops windows that ended long ago."""
    before = func.now() - timedelta(hours=1)
    await session.execute(delete(RateWindow).where(RateWindow.started_at < before))
    return 0
