"""The routes that every kind of shared resource has (api §3.2), declared once."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from employment.kinds import Kind
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.pagination import ListQuery, Page
from hrss_kit.problems import NotYourCity, Problem, StateConflict
from hrss_kit.resources import Empty, WithReason
from hrss_kit.routing import Router
from hrss_kit.timeline import Timeline
from hrss_kit.validation import RequestModel

Does = Callable[..., Awaitable[Any]]


class Routes:
    """Declares the routes of one kind on its router; `one` and `many` name the operations."""

    def __init__(self, prefix: str, kind: Kind[Any, Any], one: str, many: str) -> None:
        self.kind, self.one, self.many = kind, one, many
        self.router = Router(prefix=prefix, tags=[many.replace("_", " ")])

    def create(
        self,
        wish: type[RequestModel],
        does: Does,
        *,
        permission: str,
        says: str,
        problems: Sequence[type[Problem]] = (),
    ) -> None:
        """POST a new one."""

        async def endpoint(session: Session, caller: Caller, new: wish) -> Any:  # type: ignore[valid-type]
            return await does(session, caller, new)

        declare = self.router.create(
            "", permission=permission, reply=self.kind.reply, problems=(NotYourCity, *problems)
        )
        declare(_named(endpoint, f"create_{self.one}", says))

    def read(
        self,
        query: type[ListQuery],
        *,
        permission: str,
        says: str,
        personal: bool = False,
        persons: Any = None,
    ) -> None:
        """GET a page, one, what happened to it, and the list as a file.

        `persons` is the blind index of whom a row is about; of rows about several there is no file.
        """
        kind = self.kind

        async def page(
            session: Session,
            caller: Caller,
            wish: Annotated[query, Query()],  # type: ignore[valid-type]
        ) -> Any:
            return await kind.page(session, caller, wish)

        async def one(session: Session, caller: Caller, id: UUID) -> Any:
            return await kind.find(session, caller, id)

        async def history(session: Session, caller: Caller, id: UUID) -> Any:
            return await kind.history(session, caller, id)

        listing = self.router.list(
            "", permission=permission, reply=Page[kind.reply], personal=personal  # type: ignore[name-defined]
        )  # fmt: skip
        if not personal or persons is not None:
            exporter = kind.exporter(self.many, query, persons)
            self.router.bulk_out(
                "/export", permission=permission, exporter=exporter, personal=personal
            )
        listing(_named(page, f"list_{self.many}", says))
        reading = self.router.read(
            "/{id}", permission=permission, reply=kind.reply, personal=personal
        )
        reading(_named(one, f"read_{self.one}", "Read one."))
        telling = self.router.history("/{id}/timeline", permission=permission, reply=Timeline)
        telling(_named(history, f"{self.one}_timeline", "Read what happened to it."))

    def change(self, wish: type[RequestModel], does: Does, *, permission: str, says: str) -> None:
        """PATCH one."""

        async def endpoint(session: Session, caller: Caller, id: UUID, given: wish) -> Any:  # type: ignore[valid-type]
            return await does(session, caller, id, given)

        declare = self.router.change(
            "/{id}",
            permission=permission,
            reply=self.kind.reply,
            problems=(NotYourCity, StateConflict),
        )
        declare(_named(endpoint, f"change_{self.one}", says))

    def act(
        self,
        action: str,
        does: Does | None = None,
        *,
        says: str,
        wish: type[RequestModel] = Empty,
        problems: Sequence[type[Problem]] = (),
    ) -> None:
        """POST a step; without `does` it changes nothing but the state, for the reason given."""
        kind = self.kind

        async def endpoint(session: Session, caller: Caller, id: UUID, given: wish) -> Any:  # type: ignore[valid-type]
            if does is not None:
                return await does(session, caller, id, given)
            reason = getattr(given, "reason", None)
            return await kind.act(session, caller, id, action, reason)

        declare = self.router.act(
            f"/{{id}}/{action}",
            permission=kind.steps[action].permission,
            reply=kind.reply,
            problems=(NotYourCity, StateConflict, *problems),
        )
        declare(_named(endpoint, f"{action.replace('-', '_')}_{self.one}", says))

    def steps(self, **says: str) -> None:
        """Several steps that need no words, each with what it says."""
        for name, sentence in says.items():
            self.act(name.replace("_", "-"), says=sentence)

    def reasoned(self, **says: str) -> None:
        """Several steps that need a reason."""
        for name, sentence in says.items():
            self.act(name.replace("_", "-"), says=sentence, wish=WithReason)


def _named(endpoint: Does, name: str, says: str) -> Does:
    endpoint.__name__, endpoint.__doc__ = name, says
    return endpoint
