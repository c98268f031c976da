"""The outermost layer of a process: trace, request id, test clock, in-flight limit, metrics.

Plain ASGI: one layer costs a microsecond or two, where BaseHTTPMiddleware costs a hundred.
"""

import time
from collections.abc import Mapping
from datetime import datetime

import orjson
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hrss_kit import clock, context
from hrss_kit.problems import MEDIA_TYPE, Unavailable, document, instance_of
from hrss_kit.telemetry import Metrics

HEALTH = ("/livez", "/readyz", "/metrics")
REQUEST_ID_LENGTH = 64


class Edge:
    """Wraps a service's app."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        metrics: Metrics,
        max_in_flight: int,
        test_clock: bool,
        direct: Mapping[tuple[str, str], ASGIApp] | None = None,
    ) -> None:
        self.app, self.metrics = app, metrics
        self.direct = direct or {}
        self.max_in_flight, self.test_clock = max_in_flight, test_clock
        self.in_flight = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] in HEALTH:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        request_id = headers.get("x-request-id", "")
        if not (0 < len(request_id) <= REQUEST_ID_LENGTH and request_id.isprintable()):
            request_id = ""
        exchange = context.begin(headers.get("traceparent"), request_id)
        clock.set_given(_given(headers.get("x-test-now")) if self.test_clock else None)

        status = 500

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                added = MutableHeaders(scope=message)
                added["X-Request-ID"] = exchange.request_id
                added["traceparent"] = exchange.traceparent
                added["X-Content-Type-Options"] = "nosniff"
                added.setdefault("Cache-Control", "no-store")
            await send(message)

        if self.in_flight >= self.max_in_flight:
            self.metrics.shed.inc()
            await _refuse(scope, headers, answer)
            return
        self.in_flight += 1
        self.metrics.in_flight.inc()
        started = time.perf_counter()
        try:
            app = self.direct.get((scope["method"], scope["path"]), self.app)
            await app(scope, receive, answer)
        finally:
            self.in_flight -= 1
            self.metrics.in_flight.dec()
            operation = exchange.operation or "unmatched"
            self.metrics.answered(operation, status, time.perf_counter() - started)


def _given(text: str | None) -> datetime | None:
    try:
        given = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return given if given is not None and given.tzinfo is not None else None


async def _refuse(scope: Scope, headers: Headers, send: Send) -> None:
    problem = Unavailable()
    instance = instance_of(scope["method"], scope["path"])
    body = orjson.dumps(document(problem, instance, headers.get("accept-language")))
    await send(
        {
            "type": "http.response.start",
            "status": problem.status,
            "headers": [
                (b"content-type", MEDIA_TYPE.encode()),
                (b"content-length", str(len(body)).encode()),
                (b"retry-after", b"1"),
            ],
        }
    )
    await send({"type": "http.response.body", "body": body})
