"""The members of the suite, found in the tree, and their routes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from hrss_kit.app import standard_routers
from hrss_kit.routing import Convention
from hrss_kit.service import Service

ROOT = Path(__file__).resolve().parents[2]
SERVICES = sorted(path.parent.name for path in (ROOT / "services").glob("*/pyproject.toml"))
MEMBERS = [*SERVICES, "gateway"]
SAMPLE_ID = "01890000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Route:
    """One route as a caller reaches it."""

    method: str
    template: str
    convention: Convention

    @property
    def path(self) -> str:
        """A path that fits the template."""
        return re.sub(r"\{[^}]+\}", SAMPLE_ID, self.template)

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def service_of(member: str) -> Service:
    """A member's description."""
    service: Service = import_module(f"{member}.main").SERVICE
    return service


def routes_of(member: str) -> Iterator[Route]:
    """Every route that a member declares."""
    service = service_of(member)
    for router in (*service.routers, *standard_routers(service)):
        for route in router.routes:
            method = next(iter(route.methods))  # type: ignore[attr-defined]
            convention = getattr(route.endpoint, "convention", None)  # type: ignore[attr-defined]
            yield Route(method, service.prefix + route.path, convention)  # type: ignore[attr-defined]
