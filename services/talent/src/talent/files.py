"""Lists of talent as files (api §3.7): each route leaves what its list holds, masked like it."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.exports import Exporter
from hrss_kit.pagination import ListQuery
from hrss_kit.routing import Router
from talent.casework import narrowed

Shown = Callable[[AsyncSession, Principal, Sequence[Any]], Awaitable[Sequence[BaseModel]]]


def leaves_as_file(
    router: Router,
    permission: str,
    model: type[Any],
    query: type[ListQuery],
    reply: type[BaseModel],
    visible: Callable[[Principal], Select[Any]],
    shown: Shown,
    words: Sequence[str] = (),
) -> None:
    """Declares `/export` beside a list; rows that are about persons are exported with a purpose."""
    persons = getattr(model, "id_hash", None)

    async def rows(_session: AsyncSession, caller: Principal, wish: Any) -> Select[Any]:
        wanted = narrowed(visible(caller), model, wish, words)
        # Lists that hold several codes are asked for one of them.
        if getattr(wish, "field", None) is not None:
            wanted = wanted.where(model.fields.contains([wish.field]))
        return wanted

    async def noted(
        session: AsyncSession, caller: Principal, held: Sequence[Any]
    ) -> Sequence[BaseModel]:
        if persons is not None:
            exchange().note(person_refs=[row.person_ref for row in held], fields=["person"])
        return await shown(session, caller, held)

    exporter = Exporter(
        name=router.prefix.strip("/"),
        query=query,
        reply=reply,
        rows=rows,
        shown=noted,
        key=model.id,
        persons=persons,
    )
    router.bulk_out(
        "/export", permission=permission, exporter=exporter, personal=persons is not None
    )


def each(show: Callable[[Principal, Any], BaseModel]) -> Shown:
    """Rows that are shown one by one, without a look at the database."""

    async def shown(
        _session: AsyncSession, caller: Principal, rows: Sequence[Any]
    ) -> Sequence[BaseModel]:
        return [show(caller, row) for row in rows]

    return shown
