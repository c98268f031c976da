"""A person's worklist: every service is asked with the person's own token, all at once.

Nothing is kept here: each service decides what it shows, and one that is down is named.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.worklist import rules
from gateway.worklist.schemas import (
    After,
    CountsQuery,
    DomainCounts,
    Worklist,
    WorklistCounts,
    WorklistItem,
    WorklistQuery,
)
from hrss_kit import pagination, work_items
from hrss_kit.auth import Principal, bearer
from hrss_kit.context import exchange
from hrss_kit.pagination import Page
from hrss_kit.peers import PeerDown, Peers
from hrss_kit.work import WorkSource
from hrss_kit.work_schemas import BUCKETS, WorkCounts, WorkItemRead, WorkQuery

Query = TypeVar("Query", bound=CountsQuery)
Said = TypeVar("Said", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the services said; None of one that was silent, nothing of one with no work."""

    query: Any
    answers: dict[str, Any]
    after: After | None = None


async def hear_items(request: Request) -> Heard:
    """Asks for a page of a bucket; before the transaction."""
    query = _read(WorklistQuery, request)
    after = _after(query.cursor)
    asked = _asked(query, after)
    return Heard(query, await _hear(request, query, "", Page[WorkItemRead], asked), after)


async def hear_counts(request: Request) -> Heard:
    """Asks for the counts; before the transaction."""
    query = _read(CountsQuery, request)
    return Heard(query, await _hear(request, query, "/counts", WorkCounts, {}))


async def items(
    session: AsyncSession, caller: Principal, sources: Sequence[WorkSource], heard: Heard
) -> Worklist:
    """One page of what everybody said, the gateway's own work among it."""
    query: WorklistQuery = heard.query
    pages: dict[str, Page[WorkItemRead] | None] = dict(heard.answers)
    if query.domain in (None, rules.OWN):
        own = WorkQuery.model_validate(_asked(query, heard.after))
        pages[rules.OWN] = await work_items.page(session, caller, sources, own)
    told = sorted(
        (
            (rules.place(one.due_on, one.id), domain, one)
            for domain, page in pages.items()
            if page is not None
            for one in page.items
        ),
        key=lambda entry: entry[0],
    )
    shown = told[: query.limit]
    more = len(told) > query.limit or any(page and page.next_cursor for page in pages.values())
    return Worklist(
        items=[_item(domain, one) for _, domain, one in shown],
        next_cursor=pagination.encode(shown[-1][0]) if more and shown else None,
        incomplete=_silent(pages),
    )


async def counts(
    session: AsyncSession, caller: Principal, sources: Sequence[WorkSource], heard: Heard
) -> WorklistCounts:
    """The counts of each domain and of all."""
    answers: dict[str, WorkCounts | None] = dict(heard.answers)
    if heard.query.domain in (None, rules.OWN):
        answers[rules.OWN] = await work_items.counts(session, caller, sources)
    said = {domain: one.model_dump() for domain, one in answers.items() if one is not None}
    return WorklistCounts(
        **rules.totals(list(said.values()), BUCKETS),
        domains=[DomainCounts(domain=domain, **one) for domain, one in said.items()],
        incomplete=_silent(answers),
    )


def _read(model: type[Query], request: Request) -> Query:
    try:
        return model.model_validate(dict(request.query_params))
    except ValidationError as error:
        wrong = [{**one, "loc": ("query", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(wrong) from error


def _after(cursor: str | None) -> After | None:
    if cursor is None:
        return None
    try:
        due_on, item_id = pagination.decode(cursor)
        return After(due_on=due_on, id=item_id)
    except (TypeError, ValueError) as error:  # of another list, though signed
        raise pagination.CursorRefused from error


def _asked(query: WorklistQuery, after: After | None) -> dict[str, str]:
    asked = {"bucket": query.bucket, "limit": str(query.limit)}
    for name in ("kind", "q"):
        if getattr(query, name) is not None:
            asked[name] = getattr(query, name)
    if after is not None:
        asked["after_on"], asked["after_id"] = after.due_on.isoformat(), str(after.id)
    return asked


async def _hear(
    request: Request, query: CountsQuery, path: str, model: type[Said], asked: dict[str, str]
) -> dict[str, Said | None]:
    caller = exchange().principal
    token = bearer(request.headers.get("authorization"))
    assert caller is not None  # the route has let somebody in
    assert token is not None
    wanted = [
        domain
        for domain in rules.reached(caller.held)
        if domain != rules.OWN and query.domain in (None, domain)
    ]
    peers: Peers = request.app.state.peers

    async def ask(domain: str) -> Said | None:
        address = f"/{_service(domain)}/v1/work-items{path}"
        try:
            answer = await peers.ask(
                rules.MEMBERS[domain], "GET", address, params=asked, token=token
            )
        except PeerDown:
            return None
        return model.model_validate_json(answer.content) if answer.is_success else None

    asking: list[Awaitable[Said | None]] = [ask(domain) for domain in wanted]
    return dict(zip(wanted, await asyncio.gather(*asking), strict=True))


def _service(domain: str) -> str:
    return rules.MEMBERS.get(domain, domain).replace("_", "-")


def _silent(answers: dict[str, Any]) -> list[str]:
    return sorted(_service(domain) for domain, one in answers.items() if one is None)


def _item(domain: str, one: WorkItemRead) -> WorklistItem:
    service = _service(domain)
    href = f"/{service}/v1/{one.collection}/{one.id}"
    return WorklistItem.model_validate(
        {**one.model_dump(), "domain": domain, "service": service, "href": href}
    )
