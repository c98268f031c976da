"""The routing table (routes.toml): which service answers a path, and under which limits."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources


@dataclass(frozen=True, slots=True)
class Handling:
    """How one exchange is passed on."""

    read_seconds: float
    body_bytes: int
    is_long_poll: bool = False


@dataclass(slots=True)
class Service:
    """One service behind the gateway."""

    name: str
    prefix: str
    address: str
    public: tuple[tuple[str, re.Pattern[str]], ...] = ()

    def is_public(self, method: str, path: str) -> bool:
        """True for the few paths that a person without a token may call."""
        rest = path[len(self.prefix) :]
        return any(allowed == method and form.fullmatch(rest) for allowed, form in self.public)


@dataclass(slots=True)
class RoutingTable:
    """Finds the service by the first two segments of a path: one dictionary look-up."""

    services: tuple[Service, ...]
    ordinary: Handling
    endings: dict[tuple[str, str], Handling]
    connect_seconds: float
    _by_prefix: dict[str, Service] = field(init=False)

    def __post_init__(self) -> None:
        self._by_prefix = {service.prefix: service for service in self.services}

    def service_of(self, path: str) -> Service | None:
        """The service that answers `path`, None when it is the gateway's own or unknown."""
        first = path.find("/", 1)
        if first < 0:
            return None
        second = path.find("/", first + 1)
        return self._by_prefix.get(path if second < 0 else path[:second])

    def handling(self, method: str, path: str) -> Handling:
        """The limits of one exchange, by its method and the last segment of its path."""
        return self.endings.get((method, path[path.rfind("/") :]), self.ordinary)

    def named(self, name: str) -> Service | None:
        """A service by its name; underscores are accepted for hyphens."""
        wanted = name.replace("_", "-")
        return next((service for service in self.services if service.name == wanted), None)


def load(upstreams: Mapping[str, str] | None = None) -> RoutingTable:
    """Reads routes.toml; `upstreams` replaces addresses by service name."""
    text = resources.files("gateway").joinpath("routes.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    addresses = {key.replace("_", "-"): value for key, value in (upstreams or {}).items()}
    defaults = data["defaults"]
    endings = {
        (ending["method"], path): Handling(
            read_seconds=ending.get("read_seconds", defaults["read_seconds"]),
            body_bytes=ending.get("body_bytes", defaults["body_bytes"]),
            is_long_poll=ending.get("long_poll", False),
        )
        for ending in data["ending"]
        for path in ending["path"]
    }
    return RoutingTable(
        services=tuple(_service(entry, addresses, defaults["public"]) for entry in data["service"]),
        ordinary=Handling(defaults["read_seconds"], defaults["body_bytes"]),
        endings=endings,
        connect_seconds=defaults["connect_seconds"],
    )


def _service(entry: dict[str, object], addresses: Mapping[str, str], always: list[str]) -> Service:
    name, prefix = str(entry["name"]), str(entry["prefix"])
    lines = entry.get("public", [])
    assert isinstance(lines, list)
    public = []
    for line in (*always, *lines):
        method, path = str(line).split(" ", 1)
        form = re.escape(path).replace(re.escape("{}"), "[^/]+")
        public.append((method, re.compile(form)))
    address = addresses.get(name, str(entry["address"])).rstrip("/")
    return Service(name, prefix, address, tuple(public))
