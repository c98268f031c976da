"""The audit logs of every service as one, within what the caller may read (domain §4.2).

Each service is asked behind the entry of its own that came last, so a page needs no copy of any
log, and one that is down for a while is read on from where it was.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.audit_log.schemas import (
    AuditLog,
    AuditLogEntry,
    AuditLogQuery,
    AuditVerifications,
    MemberAudit,
)
from hrss_kit import audit_entries, pagination
from hrss_kit.audit_entries import (
    AuditEntries,
    AuditEntryQuery,
    AuditEntryRead,
    AuditFilters,
    AuditState,
)
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.members import MEMBERS
from hrss_kit.peers import PeerDown, Peers

OWN: Final = "gateway"
ENDED: Final = "-"


@dataclass(frozen=True, slots=True)
class Heard:
    """What the services said, and how far each was read before; None of one that was silent."""

    query: AuditLogQuery
    filters: Mapping[str, str]
    before: Mapping[str, tuple[str, str]]
    ended: frozenset[str]
    pages: Mapping[str, AuditEntries | None]


async def hear(request: Request) -> Heard:
    """Asks every service for its part, all at once; before the transaction."""
    query = _read(request)
    caller = exchange().principal
    assert caller is not None  # the route has let somebody in
    filters = _within(caller, query)
    before, ended = _read_cursor(query.cursor)
    wanted = [name for name in MEMBERS if query.service in (None, _shown(name))]
    ended |= frozenset(MEMBERS) - frozenset(wanted)
    asked = [name for name in wanted if name not in ended and name != OWN]
    peers: Peers = request.app.state.peers
    answers = await asyncio.gather(
        *(_ask(peers, name, _asked(query, filters, before.get(name))) for name in asked)
    )
    return Heard(query, filters, before, ended, dict(zip(asked, answers, strict=True)))


async def page(session: AsyncSession, heard: Heard) -> AuditLog:
    """One page of what everybody said, the gateway's own log among them."""
    pages, limit = dict(heard.pages), heard.query.limit
    if OWN not in heard.ended:
        asked = _asked(heard.query, heard.filters, heard.before.get(OWN))
        found = audit_entries.entries(AuditEntryQuery.model_validate(asked))
        rows = list(await session.scalars(found))
        pages[OWN] = AuditEntries(
            items=[AuditEntryRead.model_validate(row) for row in rows[:limit]],
            has_more=len(rows) > limit,
        )
    told = sorted(
        ((one.at, one.id, name, one) for name, page in pages.items() if page for one in page.items),
        key=lambda entry: entry[:2],
        reverse=True,
    )[:limit]
    return AuditLog(
        items=[AuditLogEntry(**one.model_dump(), service=_shown(name)) for *_, name, one in told],
        next_cursor=_next_cursor(heard, pages, [(name, one) for *_, name, one in told]),
        incomplete=sorted(_shown(name) for name, page in pages.items() if page is None),
    )


async def hear_states(request: Request) -> dict[str, AuditState | None]:
    """Asks every service how far its log is sealed and what was last found in it."""
    peers: Peers = request.app.state.peers
    names = [name for name in MEMBERS if name != OWN]

    async def ask(name: str) -> AuditState | None:
        try:
            answer = await peers.ask(name, "GET", f"/{_shown(name)}/v1/audit-state")
        except PeerDown:
            return None
        return AuditState.model_validate_json(answer.content) if answer.is_success else None

    return dict(zip(names, await asyncio.gather(*map(ask, names)), strict=True))


async def verifications(
    session: AsyncSession, heard: Mapping[str, AuditState | None]
) -> AuditVerifications:
    """What each service said, the gateway's own log among them."""
    states = {**heard, OWN: await audit_entries.state(session)}
    return AuditVerifications(
        items=[
            MemberAudit(**one.model_dump(), service=_shown(name))
            for name, one in states.items()
            if one is not None
        ],
        incomplete=sorted(_shown(name) for name, one in states.items() if one is None),
    )


def _read(request: Request) -> AuditLogQuery:
    try:
        return AuditLogQuery.model_validate(dict(request.query_params))
    except ValidationError as error:
        wrong = [{**one, "loc": ("query", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(wrong) from error


def _within(caller: Principal, query: AuditLogQuery) -> dict[str, str]:
    """The filters that are asked for, and those that the caller's role adds."""
    filters = query.model_dump(
        mode="json", include=set(AuditFilters.model_fields), exclude_none=True
    )
    if caller.holds("auditor"):
        return filters
    own = (
        {"client_id": caller.client_id}
        if caller.holds("partner")
        else {"city": caller.city or "000000"}
    )
    for name, value in own.items():
        if filters.get(name, value) != value:
            return {**filters, name: value, "result": "NEVER"}  # somebody else's: nothing
    return {**filters, **own}


async def _ask(peers: Peers, name: str, asked: dict[str, str]) -> AuditEntries | None:
    try:
        answer = await peers.ask(name, "GET", f"/{_shown(name)}/v1/audit-entries", params=asked)
    except PeerDown:
        return None
    return AuditEntries.model_validate_json(answer.content) if answer.is_success else None


def _asked(
    query: AuditLogQuery, filters: Mapping[str, str], before: tuple[str, str] | None
) -> dict[str, str]:
    asked = {**filters, "limit": str(query.limit)}
    if before is not None:
        asked["before_at"], asked["before_id"] = before
    return asked


def _next_cursor(
    heard: Heard,
    pages: Mapping[str, AuditEntries | None],
    told: Sequence[tuple[str, AuditEntryRead]],
) -> str | None:
    """How far each service has been read; None when all of them have been read to their end."""
    before, ended = dict(heard.before), set(heard.ended)
    for name, one in told:  # newest first, so the last one stays
        before[name] = (one.at.isoformat(), str(one.id))
    for name, page in pages.items():
        count = sum(source == name for source, _ in told)
        if page is not None and not page.has_more and count == len(page.items):
            ended.add(name)
    if ended.issuperset(pages):
        return None
    left = {name: place for name, place in before.items() if name not in ended}
    return pagination.encode([*([name, *place] for name, place in left.items()), [ENDED, *ended]])


def _read_cursor(cursor: str | None) -> tuple[dict[str, tuple[str, str]], frozenset[str]]:
    values: Sequence[Any] = pagination.decode(cursor) if cursor else [[ENDED]]
    *places, ended = values
    try:
        before = {str(name): (str(at), str(UUID(entry))) for name, at, entry in places}
    except (TypeError, ValueError) as error:  # of another list, though signed
        raise pagination.CursorRefused from error
    return before, frozenset(str(name) for name in ended[1:])


def _shown(name: str) -> str:
    return name.replace("_", "-")
