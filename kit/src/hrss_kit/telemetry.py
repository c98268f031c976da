"""Logs, metrics and traces that carry what operations need and nothing of anybody's life.

Logs keep an allow-list of keys. Metrics are labelled by route template, never by path. Spans go
through an allow-list too, and leave only when an OTLP endpoint is configured.
"""

import logging
import os
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Status
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from hrss_kit.context import exchange

SAFE_KEYS = frozenset(
    {
        "event", "level", "timestamp", "service", "operation", "status", "milliseconds", "code",
        "trace_id", "request_id", "error", "where", "peer", "timer", "count", "type", "attempt",
        "port", "version", "result", "cause",
    }
)  # fmt: skip
SAFE_ATTRIBUTES = frozenset(
    {
        "http.request.method", "http.response.status_code", "http.route", "error.type",
        "server.address", "db.system.name", "db.operation.name",
    }
)  # fmt: skip


def _keep_safe(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    kept = {key: value for key, value in event.items() if key in SAFE_KEYS}
    kept.setdefault("trace_id", exchange().trace_id)
    return kept


def configure_logs(service: str, level: str = "INFO") -> None:
    """JSON lines on stderr; libraries' own loggers only from WARNING on, and without arguments."""
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _keep_safe,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.clear_contextvars()
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s", stream=sys.stderr)
    log().info("configured", service=service)


def log() -> Any:
    """The logger; only keys in SAFE_KEYS are written."""
    return structlog.get_logger()


class SafeSpans(SpanProcessor):
    """Takes everything off a span that is not in the allow-list, before the exporter sees it."""

    def on_end(self, span: ReadableSpan) -> None:
        attributes = span.attributes or {}
        span._attributes = {
            name: value for name, value in attributes.items() if name in SAFE_ATTRIBUTES
        }
        span._events = ()
        span._status = Status(span.status.status_code)


def configure_traces(service: str) -> bool:
    """Sends spans to OTEL_EXPORTER_OTLP_ENDPOINT when that is set; True when it is."""
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"):
        return False
    provider = TracerProvider(resource=Resource.create({"service.name": f"hrss-{service}"}))
    provider.add_span_processor(SafeSpans())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    trace.set_tracer_provider(provider)
    return True


class Metrics:
    """The golden signals of one process, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "hrss_requests", "Requests answered", ("operation", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "hrss_request_seconds", "Time to answer", ("operation",), registry=self.registry
        )
        self.in_flight = Gauge(
            "hrss_requests_in_flight", "Requests being answered", registry=self.registry
        )
        self.shed = Counter(
            "hrss_requests_shed", "Requests refused as too many", registry=self.registry
        )
        self._known: dict[tuple[str, int], tuple[Counter, Histogram]] = {}

    def answered(self, operation: str, status: int, seconds: float) -> None:
        """Counts an answer; looking a label up each time would cost more than counting."""
        known = self._known.get((operation, status))
        if known is None:
            known = (
                self.requests.labels(operation, str(status)),
                self.seconds.labels(operation),
            )
            self._known[operation, status] = known
        known[0].inc()
        known[1].observe(seconds)
