"""The edge: a plain ASGI callable in front of everything, and the hot path of the suite.

For each exchange, in this order: trace and headers, rate limit, room, token, body limit, then the
service that the routing table names, or the gateway's own application. No framework on this path.
"""

import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from gateway import headers as edge_headers
from gateway.access_log import AccessLog, route_of
from gateway.breaker import Breaker
from gateway.headers import Headers, Inbound
from gateway.limits import InFlight, RateLimiter, Verdict
from gateway.metrics import Metrics
from gateway.refusals import Disconnected, MethodNotAllowed, TooManyRequests, as_answer
from gateway.routes import Handling, RoutingTable, Service
from gateway.upstream import Body, Upstream, UpstreamDown, UpstreamTimeout
from hrss_kit import clock
from hrss_kit.auth import Principal, TokenVerifier
from hrss_kit.problems import (
    MEDIA_TYPE,
    NotFound,
    Problem,
    ScopeMissing,
    TooLarge,
    Unauthenticated,
    Unavailable,
    document,
)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

# Asked by probes and scrapers: never limited, counted or logged.
UNLIMITED = frozenset({"/livez", "/readyz", "/metrics"})
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUFFERED_BODY = 65_536
_UNTIDY = re.compile(r"//|\\\\|/\.\.?(?:/|$)")


@dataclass(slots=True)
class Quotas:
    """Permits per minute: by client where set, else the default; less without a token."""

    default: int
    anonymous: int
    by_client: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Visit:
    """One exchange as it goes through the edge."""

    inbound: Inbound
    method: str
    path: str
    started: float
    service: Service | None
    principal: Principal | None = None
    verdict: Verdict | None = None
    status: int = 0
    sent: int = 0
    received: int = 0


class Edge:
    """Passes exchanges on to the services and, for everything else, to the gateway's own app."""

    def __init__(
        self,
        own: App,
        *,
        routes: RoutingTable,
        upstream: Upstream,
        verifier: TokenVerifier,
        limiter: RateLimiter,
        quotas: Quotas,
        in_flight: InFlight,
        long_polls: InFlight,
        access_log: AccessLog,
        metrics: Metrics,
        has_test_clock: bool = False,
        trusted_proxies: frozenset[str] = frozenset(),
    ) -> None:
        self.own = own
        self.routes = routes
        self.upstream = upstream
        self.verifier = verifier
        self.limiter = limiter
        self.quotas = quotas
        self.in_flight = in_flight
        self.long_polls = long_polls
        self.access_log = access_log
        self.metrics = metrics
        self.has_test_clock = has_test_clock
        self.trusted_proxies = trusted_proxies
        self.breakers = {service.name: Breaker() for service in routes.services}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in UNLIMITED:
            await self.own(scope, receive, send)
            return
        path, method = scope["path"], scope["method"]
        inbound = edge_headers.read(scope["headers"], keep_test_now=self.has_test_clock)
        visit = Visit(inbound, method, path, time.perf_counter(), self.routes.service_of(path))
        try:
            await self._visit(visit, scope, receive, send)
        except Problem as problem:
            await self._refuse(visit, problem, send)
        except Disconnected:
            visit.status = 499
        except Exception as error:
            if visit.status:
                raise  # the answer has begun: only breaking it off tells the caller
            await self._refuse(visit, as_answer(error), send)
        finally:
            self._record(visit)

    async def _visit(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        path, method, inbound = visit.path, visit.method, visit.inbound
        if method not in METHODS:
            raise MethodNotAllowed(headers={"Allow": ", ".join(sorted(METHODS))})
        # A path that a server behind us could shorten would reach what is not routed.
        if _UNTIDY.search(path) or not path.isprintable():
            raise NotFound
        peer = self._peer(scope, inbound)
        failure = await self._identify(visit)
        await self._admit(visit, peer)
        handling = self.routes.handling(method, path)
        room = self.long_polls if handling.is_long_poll else self.in_flight
        if not room.enter():
            self.metrics.refused("busy")
            raise Unavailable(origin="gateway")
        try:
            if (inbound.content_length or 0) > handling.body_bytes:
                self.metrics.refused("size")
                raise TooLarge(headers={"Connection": "close"})
            if visit.service is None:
                await self._answer_ourselves(visit, handling, scope, receive, send)
                return
            self._check_access(visit, visit.service, failure)
            await self._pass_on(visit, visit.service, handling, peer, scope, receive, send)
        finally:
            room.leave()

    def _peer(self, scope: Scope, inbound: Inbound) -> bytes:
        """The caller's address; the proxy's word for it counts only when the proxy is trusted."""
        client = scope.get("client")
        peer: str = client[0] if client else "unknown"
        if self.trusted_proxies and peer in self.trusted_proxies:
            return inbound.forwarded_for or peer.encode()
        inbound.forwarded_proto = scope["scheme"].encode()
        return peer.encode()

    async def _identify(self, visit: Visit) -> Unauthenticated | None:
        """Finds the caller; what was wrong is kept until the limit has counted the call."""
        inbound = visit.inbound
        if inbound.token is None:
            return Unauthenticated("invalid_request" if inbound.is_malformed else "")
        principal = self.verifier.cached(inbound.token)
        if principal is None:
            try:
                principal = await self.verifier.verify_async(inbound.token)
            except Unauthenticated as failure:
                return failure
        visit.principal = principal
        return None

    async def _admit(self, visit: Visit, peer: bytes) -> None:
        """Takes a permit. Persons that share a client are counted one by one."""
        principal = visit.principal
        if principal is None:
            key, quota = "address:" + peer.decode("latin-1"), self.quotas.anonymous
        else:
            client = principal.client_id
            quota = self.quotas.by_client.get(client, self.quotas.default)
            key = client if principal.sub == client else f"{client}/{principal.sub}"
        verdict = self.limiter.take_now(key, quota) or await self.limiter.take(key, quota)
        visit.verdict = verdict
        if not verdict.is_admitted:
            self.metrics.refused("rate")
            raise TooManyRequests(headers={"Retry-After": str(verdict.reset)})

    def _check_access(
        self, visit: Visit, service: Service, failure: Unauthenticated | None
    ) -> None:
        if visit.path == service.prefix + "/timers/run":
            if not self.has_test_clock:
                raise NotFound
            if visit.principal is not None and not visit.principal.holds("ops"):
                raise ScopeMissing
        if visit.principal is not None:
            return
        presented = visit.inbound.token is not None or visit.inbound.is_malformed
        if presented or not service.is_public(visit.method, visit.path):
            self.metrics.refused("token")
            raise failure or Unauthenticated()

    async def _pass_on(
        self,
        visit: Visit,
        service: Service,
        handling: Handling,
        peer: bytes,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        breaker = self.breakers[service.name]
        if not breaker.may_pass():
            self.metrics.refused("down")
            raise Unavailable(origin=service.name, retry_after=breaker.retry_after())
        onward = visit.inbound.onward
        onward.append((b"x-forwarded-for", peer))
        onward.append((b"x-forwarded-proto", visit.inbound.forwarded_proto or b"http"))
        target: bytes = scope["raw_path"]
        if scope["query_string"]:
            target += b"?" + scope["query_string"]
        try:
            body = await self._body(visit, handling, receive)
            reply = await self.upstream.request(
                service.address,
                visit.method,
                target,
                onward,
                body,
                read_seconds=handling.read_seconds,
            )
        except UpstreamDown as error:
            breaker.failed()
            self.metrics.breaker_open.labels(service.name).set(breaker.is_open)
            self.metrics.refused("timeout" if isinstance(error, UpstreamTimeout) else "down")
            raise Unavailable(origin=service.name, retry_after=breaker.retry_after()) from error
        except BaseException:
            breaker.abandoned()
            raise
        if breaker.failures:
            breaker.succeeded()
            self.metrics.breaker_open.labels(service.name).set(0)
        await self._return(visit, reply.status, reply.headers, reply.body, reply.rest, send)

    async def _body(self, visit: Visit, handling: Handling, receive: Receive) -> Body:
        """The request's body: as it comes when it is large, whole when small or of unsaid length.

        A stated length was checked before, and the server in front holds the caller to it.
        """
        inbound = visit.inbound
        length = inbound.content_length
        if not length and not inbound.is_chunked:
            return b""
        pieces = self._pieces(visit, handling.body_bytes, receive)
        if length is not None and length > BUFFERED_BODY and not inbound.is_chunked:
            inbound.onward.append((b"content-length", b"%d" % length))
            return pieces
        return b"".join([piece async for piece in pieces])

    async def _pieces(self, visit: Visit, limit: int, receive: Receive) -> AsyncIterator[bytes]:
        is_more = True
        while is_more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise Disconnected
            piece: bytes = message.get("body", b"")
            visit.received += len(piece)
            if visit.received > limit:
                self.metrics.refused("size")
                raise TooLarge(headers={"Connection": "close"})
            if piece:
                yield piece
            is_more = message.get("more_body", False)

    async def _return(
        self,
        visit: Visit,
        status: int,
        headers: Headers,
        body: bytes,
        rest: AsyncIterator[bytes] | None,
        send: Send,
    ) -> None:
        visit.status = status
        headers.extend(self._own_headers(visit))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        if rest is None:
            visit.sent = len(body)
            await send({"type": "http.response.body", "body": body})
            return
        async for piece in rest:
            visit.sent += len(piece)
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    def _own_headers(self, visit: Visit) -> Headers:
        added = [
            (b"x-request-id", visit.inbound.request_id),
            (b"traceparent", visit.inbound.traceparent),
        ]
        verdict = visit.verdict
        if verdict is not None:
            limit = b'"default";r=%d;t=%d' % (verdict.remaining, verdict.reset)
            added.append((b"ratelimit-policy", verdict.policy))
            added.append((b"ratelimit", limit))
        return added

    async def _answer_ourselves(
        self, visit: Visit, handling: Handling, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Hands the exchange to the gateway's own app, with the same headers and limits."""
        own_scope = dict(scope)
        own_scope["app"] = self.own  # routes then raise what they refuse, instead of plain text
        kept = {b"host", b"content-length", b"transfer-encoding"}
        own_scope["headers"] = [
            *visit.inbound.onward,
            *(header for header in scope["headers"] if header[0] in kept),
        ]

        async def limited() -> MutableMapping[str, Any]:
            message = await receive()
            visit.received += len(message.get("body", b""))
            if visit.received > handling.body_bytes:
                self.metrics.refused("size")
                raise TooLarge(headers={"Connection": "close"})
            return message

        async def counted(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                visit.status = message["status"]
                dropped = {b"x-request-id", b"traceparent"}
                message["headers"] = [
                    header for header in message.get("headers", []) if header[0] not in dropped
                ] + self._own_headers(visit)
            else:
                visit.sent += len(message.get("body", b""))
            await send(message)

        await self.own(own_scope, limited, counted)

    async def _refuse(self, visit: Visit, problem: Problem, send: Send) -> None:
        if visit.status:
            return
        made = document(problem, visit.path, visit.inbound.accept_language)
        made["trace_id"] = visit.inbound.trace_id
        body = orjson.dumps(made)
        headers: Headers = [
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", b"%d" % len(body)),
            (b"cache-control", b"no-store"),
        ]
        headers += [
            (name.lower().encode(), value.encode()) for name, value in problem.headers.items()
        ]
        await self._return(visit, problem.status, headers, body, None, send)

    def _record(self, visit: Visit) -> None:
        seconds = time.perf_counter() - visit.started
        service = visit.service.name if visit.service is not None else "gateway"
        self.metrics.exchange(service, visit.method, visit.status, seconds)
        principal, inbound = visit.principal, visit.inbound
        self.access_log.add(
            {
                "at": clock.now(),
                "client_id": principal.client_id if principal else None,
                "sub": principal.sub if principal else None,
                "city": principal.city if principal else None,
                "roles": principal.roles if principal else (),
                "method": visit.method,
                "route": route_of(visit.path),
                "status": visit.status,
                "ms": round(seconds * 1000, 2),
                "bytes": visit.sent,
                "request_id": inbound.request_id.decode("ascii"),
                "trace_id": inbound.trace_id,
                "purpose": inbound.purpose,
            }
        )
