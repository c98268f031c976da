"""The client towards the services: HTTP/1.1 with kept connections, behind one method.

Written on asyncio and httptools (the parser of uvicorn itself) because the general clients cost
more than everything else in the gateway together: docs/decisions/0003-upstream-client.md.
A service's answer is collected up to 64 KiB and otherwise passed on as it comes.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, cast
from urllib.parse import urlsplit

import httptools

from gateway.headers import NOT_RETURNED, Headers

Body = bytes | AsyncIterator[bytes]

COLLECTED = 65_536
HEADER_BYTES = 65_536
# Below the services' own keep-alive, so that a connection is seldom found closed.
IDLE_SECONDS = 4.0
IDLE_CONNECTIONS = 256
REPEATABLE = frozenset({"GET", "HEAD"})


class UpstreamDown(Exception):
    """The service could not be reached, or broke off before it had answered."""


class UpstreamTimeout(UpstreamDown):
    """The service did not answer in time."""


class ConnectionStale(UpstreamDown):
    """A kept connection turned out closed before a byte of the answer came."""


@dataclass(slots=True)
class Reply:
    """A service's answer: the body whole, or the rest of a large one in pieces."""

    status: int
    headers: Headers
    body: bytes
    rest: AsyncIterator[bytes] | None = None


class Upstream(Protocol):
    """Passes one request on. Raises UpstreamDown or UpstreamTimeout."""

    async def request(
        self,
        address: str,
        method: str,
        target: bytes,
        headers: Headers,
        body: Body,
        *,
        read_seconds: float,
    ) -> Reply: ...

    async def close(self) -> None: ...


class Connection(asyncio.Protocol):
    """One connection; one exchange at a time. Also the parser's callbacks (``on_*``)."""

    def __init__(self, pool: "Pool") -> None:
        self.pool = pool
        self.loop = pool.loop
        self.is_closed = False
        self.is_used = False
        self.idle_since = 0.0
        self.transport: asyncio.Transport
        self._parser: httptools.HttpResponseParser | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._writable: asyncio.Event | None = None
        self._failure: Exception | None = None

    # --- one exchange -------------------------------------------------------------------

    def begin(self, method: str, read_seconds: float) -> None:
        """Makes ready for the next answer."""
        self._parser = httptools.HttpResponseParser(self)
        self._read_seconds = read_seconds
        self._is_head = method == "HEAD"
        self.status = 0
        self.headers: Headers = []
        self._header_bytes = 0
        self._has_length = False
        self._keeps_alive = False
        self._pieces: list[bytes] = []
        self._size = 0
        self.has_head = False
        self.is_done = False
        self.has_received = False

    def write(self, data: bytes) -> None:
        """Sends bytes; the transport buffers what the service does not take at once."""
        self.transport.write(data)

    async def drained(self) -> None:
        """Waits while the service takes bytes more slowly than the caller sends them."""
        if self._writable is not None:
            async with asyncio.timeout(self._read_seconds):
                await self._writable.wait()

    async def answer(self) -> None:
        """Waits until the answer is whole, or its head and 64 KiB of it are here."""
        while not self.is_done and self._size <= COLLECTED:
            await self._wait()

    async def _wait(self) -> None:
        if self._failure is not None:
            raise self._failure
        self._waiter = self.loop.create_future()
        self._timer = self.loop.call_later(self._read_seconds, self._time_out)
        try:
            await self._waiter
        finally:
            self._timer.cancel()
            self._waiter = None

    def collected(self) -> bytes:
        """What has come of the body since the last call."""
        pieces = self._pieces
        data = pieces[0] if len(pieces) == 1 else b"".join(pieces)
        self._pieces, self._size = [], 0
        return data

    async def rest(self) -> AsyncIterator[bytes]:
        """The pieces of a large body; reading pauses while the caller is slower."""
        try:
            while True:
                data = self.collected()
                if data:
                    yield data
                if self.is_done and not self._pieces:
                    break
                if not self._pieces:
                    self.transport.resume_reading()
                    await self._wait()
        finally:
            self.pool.release(self)

    @property
    def is_reusable(self) -> bool:
        """True when the exchange ended cleanly and both sides keep the connection."""
        return self.is_done and self._keeps_alive and not self.is_closed

    def _time_out(self) -> None:
        self._fail(UpstreamTimeout())
        self.transport.abort()

    def _fail(self, failure: Exception) -> None:
        self._failure = self._failure or failure
        self._wake()

    def _wake(self) -> None:
        waiter = self._waiter
        if waiter is not None and not waiter.done():
            if self._failure is not None and not self.is_done:
                waiter.set_exception(self._failure)
            else:
                waiter.set_result(None)

    # --- asyncio's callbacks ------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass

    def data_received(self, data: bytes) -> None:
        if self._parser is None or self.is_done:
            self.transport.abort()  # nobody asked: never mistake it for the next answer
            return
        self.has_received = True
        if not self.has_head:
            self._header_bytes += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(UpstreamDown("not HTTP"))
            self.transport.abort()
            return
        if not self.has_head and self._header_bytes > HEADER_BYTES:
            self._fail(UpstreamDown("header too large"))
            self.transport.abort()
        elif self.is_done or self._size > COLLECTED:
            if not self.is_done:
                self.transport.pause_reading()
            self._wake()

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, error: Exception | None) -> None:
        self.is_closed = True
        if self._parser is not None and not self.is_done:
            if self.has_head and not self._has_length and error is None:
                self.is_done = True  # a body that ends with the connection (RFC 9112 §6.3)
                self._wake()
            else:
                stale = self.is_used and not self.has_received
                self._fail(ConnectionStale() if stale else UpstreamDown("connection lost"))
        if self._writable is not None:
            self._writable.set()
        self.pool.forget(self)

    def pause_writing(self) -> None:
        self._writable = asyncio.Event()

    def resume_writing(self) -> None:
        if self._writable is not None:
            self._writable.set()
            self._writable = None

    # --- the parser's callbacks ---------------------------------------------------------

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name == b"content-length" or name == b"transfer-encoding":
            self._has_length = True
        if name not in NOT_RETURNED:
            self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        assert self._parser is not None
        self.status = self._parser.get_status_code()
        self._keeps_alive = self._parser.should_keep_alive()
        self.has_head = self.status >= 200
        if self._is_head and self.has_head:
            self.is_done = True  # the parser would wait for a body that HEAD has not

    def on_body(self, body: bytes) -> None:
        self._pieces.append(body)
        self._size += len(body)

    def on_message_complete(self) -> None:
        if self.has_head:
            self.is_done = True
        else:
            self.headers = []  # 1xx: the answer itself is still to come


class Pool:
    """The connections to one address."""

    def __init__(self, address: str, connect_seconds: float) -> None:
        parts = urlsplit(address)
        self.loop = asyncio.get_running_loop()
        self.host = parts.hostname or "127.0.0.1"
        self.is_tls = parts.scheme == "https"
        self.port = parts.port or (443 if self.is_tls else 80)
        self.host_line = b"host: " + parts.netloc.encode("ascii") + b"\r\n"
        self._tls = ssl.create_default_context() if self.is_tls else None
        self._connect_seconds = connect_seconds
        self._idle: deque[Connection] = deque()

    async def acquire(self, *, fresh: bool) -> Connection:
        """A kept connection if there is a young one, otherwise a new one."""
        while self._idle and not fresh:
            connection = self._idle.pop()
            if connection.is_closed or connection.transport.is_closing():
                continue
            if self.loop.time() - connection.idle_since > IDLE_SECONDS:
                connection.transport.close()
                continue
            return connection
        try:
            async with asyncio.timeout(self._connect_seconds):
                _, made = await self.loop.create_connection(
                    lambda: Connection(self), self.host, self.port, ssl=self._tls
                )
        except (OSError, TimeoutError) as error:
            raise UpstreamDown("cannot connect") from error
        return made

    def release(self, connection: Connection) -> None:
        """Keeps a connection for the next exchange, or closes it."""
        if connection.is_reusable and len(self._idle) < IDLE_CONNECTIONS:
            connection.is_used = True
            connection.idle_since = self.loop.time()
            self._idle.append(connection)
        elif not connection.is_closed:
            connection.transport.abort()

    def forget(self, connection: Connection) -> None:
        """Drops a connection that its service closed while it was idle."""
        if connection in self._idle:
            self._idle.remove(connection)

    def close(self) -> None:
        """Closes the idle connections."""
        while self._idle:
            self._idle.pop().transport.close()


class HttpUpstream:
    """Keeps one pool per service address."""

    def __init__(self, connect_seconds: float) -> None:
        self._connect_seconds = connect_seconds
        self._pools: dict[str, Pool] = {}

    async def request(
        self,
        address: str,
        method: str,
        target: bytes,
        headers: Headers,
        body: Body,
        *,
        read_seconds: float,
    ) -> Reply:
        """Sends it; a repeatable request that met a connection just closed is sent once more."""
        pool = self._pools.get(address)
        if pool is None:
            pool = self._pools[address] = Pool(address, self._connect_seconds)
        parts = [method.encode("ascii"), b" ", target, b" HTTP/1.1\r\n", pool.host_line]
        for name, value in headers:
            parts += (name, b": ", value, b"\r\n")
        if isinstance(body, bytes):
            if body or method not in REPEATABLE:
                parts.append(b"content-length: %d\r\n" % len(body))
            parts += (b"\r\n", body)
        else:
            parts.append(b"\r\n")
        head = b"".join(parts)
        try:
            return await self._exchange(pool, method, head, body, read_seconds, fresh=False)
        except ConnectionStale:
            if method not in REPEATABLE or not isinstance(body, bytes):
                raise
            return await self._exchange(pool, method, head, body, read_seconds, fresh=True)

    async def _exchange(
        self,
        pool: Pool,
        method: str,
        head: bytes,
        body: Body,
        read_seconds: float,
        *,
        fresh: bool,
    ) -> Reply:
        connection = await pool.acquire(fresh=fresh)
        connection.begin(method, read_seconds)
        is_streaming = False
        try:
            connection.write(head)
            if not isinstance(body, bytes):
                await self._send_pieces(connection, body)
            await connection.answer()
            is_streaming = not connection.is_done
        finally:
            if not is_streaming:
                pool.release(connection)
        if is_streaming:
            return Reply(connection.status, connection.headers, b"", connection.rest())
        return Reply(connection.status, connection.headers, connection.collected())

    async def _send_pieces(self, connection: Connection, body: AsyncIterator[bytes]) -> None:
        """Sends a large body as it comes; stops when the service has answered already."""
        try:
            async for piece in body:
                if connection.is_done or connection.is_closed:
                    return
                connection.write(piece)
                await connection.drained()
        except TimeoutError as error:
            raise UpstreamTimeout from error

    async def close(self) -> None:
        """Closes every pool."""
        for pool in self._pools.values():
            pool.close()
        self._pools.clear()
