"""The gateway's own figures; label values are names of services, never paths or callers."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.6, 1.0, 2.5, 5.0, 15.0, 30.0)


class Metrics:
    """One registry an instance, with its label children kept at hand."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._exchanges = Counter(
            "hrss_gateway_exchanges",
            "Exchanges through the gateway",
            ("service", "method", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "hrss_gateway_exchange_seconds",
            "Time until the answer was sent",
            ("service",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._refused = Counter(
            "hrss_gateway_refused",
            "Exchanges refused at the edge",
            ("reason",),
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "hrss_gateway_in_flight", "Exchanges in progress", registry=self.registry
        )
        self.breaker_open = Gauge(
            "hrss_gateway_breaker_open",
            "1 while calls to a service are refused",
            ("service",),
            registry=self.registry,
        )
        self.limit_local = Gauge(
            "hrss_gateway_rate_limit_local",
            "1 while the shared rate limit is out of reach and a local share stands in for it",
            registry=self.registry,
        )
        self.log_lines_dropped = Gauge(
            "hrss_gateway_access_lines_dropped",
            "Access lines that could not be written",
            registry=self.registry,
        )
        self._counted: dict[tuple[str, str, int], Counter] = {}
        self._timed: dict[str, Histogram] = {}
        self._reasons: dict[str, Counter] = {}

    def exchange(self, service: str, method: str, status: int, seconds: float) -> None:
        """Counts and times one exchange."""
        key = (service, method, status)
        counter = self._counted.get(key)
        if counter is None:
            counter = self._exchanges.labels(service, method, str(status))
            self._counted[key] = counter
        counter.inc()
        timer = self._timed.get(service)
        if timer is None:
            timer = self._timed[service] = self._seconds.labels(service)
        timer.observe(seconds)

    def refused(self, reason: str) -> None:
        """Counts a refusal by its reason: rate, busy, size, token, down."""
        counter = self._reasons.get(reason)
        if counter is None:
            counter = self._reasons[reason] = self._refused.labels(reason)
        counter.inc()

    def text(self) -> bytes:
        """The exposition format."""
        return generate_latest(self.registry)
