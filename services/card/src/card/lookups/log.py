"""The log of look-ups and its counters, for the auditor and for the head of a city's card desk."""

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from card.lookups.models import LookupCount, LookupLog
from card.lookups.schemas import (
    LookupCountQuery,
    LookupCountRead,
    LookupLogQuery,
    LookupLogRead,
)
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page

LOG_FILTERS = ("client_id", "actor", "city", "purpose", "hit")
COUNT_FILTERS = ("client_id", "actor", "city", "counted_on")
SHOWN = ("actor", "purpose", "fields", "hit")


def visible_logs(caller: Principal) -> Select[LookupLog]:
    """The auditor reads of both cities, the head of a desk what their own city asked."""
    found = select(LookupLog)
    return found if caller.holds("auditor") else found.where(LookupLog.city == caller.city)


def visible_counts(caller: Principal) -> Select[LookupCount]:
    """As the log itself."""
    found = select(LookupCount)
    return found if caller.holds("auditor") else found.where(LookupCount.city == caller.city)


async def find(
    session: AsyncSession, caller: Principal, query: LookupLogQuery
) -> Page[LookupLogRead]:
    """Look-ups, newest first: ids are made in the order of time."""
    statement = visible_logs(caller)
    for name in LOG_FILTERS:
        wanted = getattr(query, name)
        if wanted is not None:
            statement = statement.where(getattr(LookupLog, name) == wanted)
    if query.q:
        statement = statement.where(LookupLog.operation.endswith("/" + query.q, autoescape=True))
    if query.person_ref is not None:
        statement = statement.where(LookupLog.person_ref == query.person_ref)
        exchange().note(person_refs=[query.person_ref])
    if query.at_from is not None:
        statement = statement.where(LookupLog.at >= query.at_from)
    if query.at_to is not None:
        statement = statement.where(LookupLog.at < query.at_to)
    rows, cursor = await select_page(
        session, statement, query, key=LookupLog.id, sorts={"at": LookupLog.id}, default="-at"
    )
    exchange().note(fields=SHOWN)
    items = [LookupLogRead.model_validate(row) for row in rows]
    return Page[LookupLogRead](items=items, next_cursor=cursor)


async def count(
    session: AsyncSession, caller: Principal, query: LookupCountQuery
) -> Page[LookupCountRead]:
    """Who asked how often on which day; those who went over the limit by `exceeded`."""
    statement = visible_counts(caller)
    for name in COUNT_FILTERS:
        wanted = getattr(query, name)
        if wanted is not None:
            statement = statement.where(getattr(LookupCount, name) == wanted)
    if query.exceeded is not None:
        is_over = LookupCount.exceeded_at.is_not(None)
        statement = statement.where(is_over if query.exceeded else ~is_over)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=LookupCount.id,
        sorts={"counted_on": LookupCount.counted_on, "answered": LookupCount.answered},
        default="-counted_on",
    )
    items = [LookupCountRead.of(row) for row in rows]
    return Page[LookupCountRead](items=items, next_cursor=cursor)
