"""What a service is, in one value: its name, tables, routes, access, and what it listens to."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import MetaData
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.access import Access
from hrss_kit.inbox import Consumer
from hrss_kit.routing import Router
from hrss_kit.settings import ServiceSettings

if TYPE_CHECKING:
    from hrss_kit.imports import Importer
    from hrss_kit.outbox import Event
    from hrss_kit.work import WorkSource
    from hrss_kit.worker import Worker


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that falls due by itself; runs in one transaction and says how much it did."""

    name: str
    run: Callable[[AsyncSession], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Errand:
    """Work outside a transaction that the worker repeats, such as asking another service."""

    name: str
    run: Callable[["Worker"], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Loop:
    """Work of the worker that waits for something by itself; `pause` seconds between rounds."""

    name: str
    run: Callable[["Worker"], Awaitable[object]]
    pause: float = 0.0


@dataclass(frozen=True, slots=True)
class Service:
    """A deployable of the suite."""

    name: str
    path: str
    source: str
    biz_code: str
    title_zh: str
    title_en: str
    metadata: MetaData
    access: Access
    routers: Sequence[Router]
    settings: type[ServiceSettings] = ServiceSettings
    consumers: Sequence[Consumer] = ()
    timers: Sequence[Timer] = ()
    errands: Sequence[Errand] = ()
    loops: "Callable[[ServiceSettings], Sequence[Loop]] | None" = None
    seed: Callable[[AsyncSession], Awaitable[None]] | None = None
    event_types: Sequence["type[Event]"] = ()
    #: What of its rows is somebody's work 待办.
    work: Sequence["WorkSource"] = ()
    #: Its rows are both cities': no sharing rule decides who reads them.
    is_joint: bool = False
    #: Writes what every database starts with; runs after each migration, so it is safe to repeat.
    defaults: Callable[[AsyncSession], Awaitable[None]] | None = None

    @property
    def prefix(self) -> str:
        """Where its resources live."""
        return f"/{self.path}/v1"

    @property
    def importers(self) -> "dict[str, Importer[Any, Any]]":
        """What the routes take files of, by name."""
        return {one.name: one for router in self.routers for one in router.importers}
