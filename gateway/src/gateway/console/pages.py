"""How a page is declared: a path, a title, who may open it, and where it stands in the menu."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from gateway.console.visit import Visit

Handler = Callable[["Visit"], Awaitable[Response]]

# The groups of the menu, in this order; their words are `menu.<group>`.
GROUPS = ("work", "counter", "search", "together", "figures", "oversight")


@dataclass(frozen=True, slots=True)
class Page:
    """A page below /console/. `roles` are given without their city; none means everybody."""

    path: str
    handler: Handler
    title: str
    roles: tuple[str, ...] = ()
    group: str | None = None
    order: int = 100
    methods: tuple[str, ...] = ("GET",)
    is_public: bool = False

    def is_open_to(self, held: frozenset[str]) -> bool:
        """True when a person with these roles may open it."""
        return not self.roles or not held.isdisjoint(self.roles)


class Pages(list[Page]):
    """The pages of one area; `app.AREAS` names the areas."""

    def page(
        self,
        path: str,
        *,
        title: str,
        roles: tuple[str, ...] = (),
        group: str | None = None,
        order: int = 100,
        methods: tuple[str, ...] = ("GET",),
        is_public: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Declares the decorated function as a page; with `group` it stands in the menu."""
        if group is not None and group not in GROUPS:
            raise ValueError(f"{path}: the menu has no group {group}")

        def declare(handler: Handler) -> Handler:
            self.append(Page(path, handler, title, roles, group, order, methods, is_public))
            return handler

        return declare
