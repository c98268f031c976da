"""Who looked at my data 个人信息使用记录: every service's audit log about one person, as one.

Each service is asked behind the entry of its own that came last. So a page needs no copy of any
log, one that is down for a while is read on from where it was, and nothing is lost or told twice.
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

from gateway.access_history.schemas import AccessHistory, AccessHistoryEntry, AccessHistoryQuery
from hrss_kit import pagination
from hrss_kit.access_entries import AccessEntries, AccessEntryQuery, AccessEntryRead, entries
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.members import MEMBERS
from hrss_kit.peers import PeerDown, Peers
from hrss_kit.problems import NotFound, refuse
from hrss_kit.purposes import PURPOSES

OWN: Final = "gateway"
ENDED: Final = "-"
SHOWN: Final = ("actor", "at", "city", "org_id", "purpose", "fields")


@dataclass(frozen=True, slots=True)
class Heard:
    """What the services said, and how far each was read before; None of one that was silent."""

    query: AccessHistoryQuery
    person_ref: str
    before: Mapping[str, tuple[str, str]]
    ended: frozenset[str]
    pages: Mapping[str, AccessEntries | None]


async def hear(request: Request) -> Heard:
    """Asks every service about the person, all at once; before the transaction."""
    try:
        query = AccessHistoryQuery.model_validate(dict(request.query_params))
    except ValidationError as error:
        wrong = [{**one, "loc": ("query", *one["loc"])} for one in error.errors(include_url=False)]
        raise RequestValidationError(wrong) from error
    caller = exchange().principal
    assert caller is not None  # the route has let somebody in
    person_ref = _whose(caller, query)
    exchange().note(person_refs=[person_ref], fields=SHOWN)
    before, ended = _read_cursor(query.cursor)
    services = [name for name in MEMBERS if name not in ended and name != OWN]
    peers: Peers = request.app.state.peers
    answers = await asyncio.gather(
        *(_ask(peers, name, query, person_ref, before.get(name)) for name in services)
    )
    pages = dict(zip(services, answers, strict=True))
    return Heard(query, person_ref, before, ended, pages)


async def history(session: AsyncSession, caller: Principal, heard: Heard) -> AccessHistory:
    """One page of what everybody said, the gateway's own log among them."""
    pages = dict(heard.pages)
    if OWN not in heard.ended:
        asked = _asked(heard.query, heard.person_ref, heard.before.get(OWN))
        rows = list(await session.scalars(entries(AccessEntryQuery.model_validate(asked))))
        pages[OWN] = AccessEntries(
            items=[AccessEntryRead.model_validate(row) for row in rows[: heard.query.limit]],
            has_more=len(rows) > heard.query.limit,
        )
    told = sorted(
        ((one.at, one.id, name, one) for name, page in pages.items() if page for one in page.items),
        key=lambda entry: entry[:2],
        reverse=True,
    )[: heard.query.limit]
    is_auditor = caller.person_ref is None
    return AccessHistory(
        items=[_entry(name, one, is_auditor) for _, _, name, one in told],
        next_cursor=_next_cursor(heard, pages, [(name, one) for _, _, name, one in told]),
        incomplete=sorted(_shown_name(name) for name, page in pages.items() if page is None),
    )


def _whose(caller: Principal, query: AccessHistoryQuery) -> str:
    """A citizen reads their own history; an auditor says whose."""
    if caller.person_ref is not None:
        if query.person_ref not in (None, caller.person_ref):
            raise NotFound
        return caller.person_ref
    if not caller.holds("auditor") or query.person_ref is None:
        raise refuse("person_ref", "REQUIRED", "必填", "is required")
    return query.person_ref


async def _ask(
    peers: Peers,
    name: str,
    query: AccessHistoryQuery,
    person_ref: str,
    before: tuple[str, str] | None,
) -> AccessEntries | None:
    path = f"/{_shown_name(name)}/v1/access-entries"
    try:
        answer = await peers.ask(name, "GET", path, params=_asked(query, person_ref, before))
    except PeerDown:
        return None
    return AccessEntries.model_validate_json(answer.content) if answer.is_success else None


def _asked(
    query: AccessHistoryQuery, person_ref: str, before: tuple[str, str] | None
) -> dict[str, str]:
    asked = {"person_ref": person_ref, "limit": str(query.limit)}
    if query.at_from is not None:
        asked["at_from"] = query.at_from.isoformat()
    if query.at_to is not None:
        asked["at_to"] = query.at_to.isoformat()
    if query.purpose is not None:
        asked["purpose"] = query.purpose
    if before is not None:
        asked["before_at"], asked["before_id"] = before
    return asked


def _entry(name: str, one: AccessEntryRead, is_auditor: bool) -> AccessHistoryEntry:
    """An entry as the person sees it; case and resource may be somebody else's secret."""
    purpose = PURPOSES.get(one.purpose or "")
    return AccessHistoryEntry(
        id=one.id,
        at=one.at,
        service=_shown_name(name),
        city=one.city,
        org_id=one.org_id,
        actor=one.actor,
        roles=one.roles,
        purpose=one.purpose,
        purpose_zh=purpose and purpose.meaning_zh,
        purpose_en=purpose and purpose.meaning_en,
        operation=one.operation,
        fields=one.fields,
        result=one.result,
        client_id=one.client_id if is_auditor else None,
        case_no=one.case_no if is_auditor else None,
        subject=one.subject if is_auditor else None,
    )


def _next_cursor(
    heard: Heard,
    pages: Mapping[str, AccessEntries | None],
    told: Sequence[tuple[str, AccessEntryRead]],
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


def _shown_name(name: str) -> str:
    return name.replace("_", "-")
