"""GET /access-entries: what the audit log says about one person, for the gateway to put together.

The person is named by the blind reference that events and logs carry, never by a value, and the
entries name nobody else. Only the suite's own services may ask. Newest first; a page begins
behind the entry that `before_at` and `before_id` name, so that it is found whatever is added
meanwhile. Asking leaves no row here: whoever asks for somebody leaves one.
"""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import Select, select, tuple_

from hrss_kit.audit import AuditEntry
from hrss_kit.db import Session
from hrss_kit.routing import Router

MOST = 200


class AccessEntryRead(BaseModel):
    """Who did what with a person's data: names of fields, never values."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    actor: str
    client_id: str
    roles: list[str]
    city: str | None
    org_id: str | None
    purpose: str | None
    case_no: str | None
    operation: str
    subject: str | None
    fields: list[str]
    result: str


class AccessEntries(BaseModel):
    """A stretch of entries, newest first; `has_more` when older ones follow."""

    items: list[AccessEntryRead]
    has_more: bool


class AccessEntryQuery(BaseModel):
    """About whom, between which instants, and behind which entry."""

    model_config = ConfigDict(extra="forbid")

    person_ref: Annotated[str, Field(pattern="^[0-9a-f]{24}$")]
    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    at_from: AwareDatetime | None = None
    at_to: AwareDatetime | None = None
    purpose: Annotated[str | None, Field(max_length=40)] = None
    before_at: AwareDatetime | None = None
    before_id: UUID | None = None


def access_entries_router() -> Router:
    """The route every service has."""
    router = Router(prefix="/access-entries", tags=["audit"])

    @router.read("", permission="access-entry:read", reply=AccessEntries)
    async def read_access_entries(
        session: Session, query: Annotated[AccessEntryQuery, Query()]
    ) -> AccessEntries:
        """What was done with one person's data here; for the suite's own services."""
        rows = list(await session.scalars(entries(query)))
        items = [AccessEntryRead.model_validate(row) for row in rows[: query.limit]]
        return AccessEntries(items=items, has_more=len(rows) > query.limit)

    return router


def entries(query: AccessEntryQuery) -> Select[AuditEntry]:
    """The entries of a page and one more; `at_to` is the first instant that is not meant."""
    key = tuple_(AuditEntry.at, AuditEntry.id)
    found = select(AuditEntry).where(AuditEntry.person_refs.contains([query.person_ref]))
    if query.at_from is not None:
        found = found.where(AuditEntry.at >= query.at_from)
    if query.at_to is not None:
        found = found.where(AuditEntry.at < query.at_to)
    if query.purpose is not None:
        found = found.where(AuditEntry.purpose == query.purpose)
    if query.before_at is not None and query.before_id is not None:
        found = found.where(key < tuple_(query.before_at, query.before_id))
    return found.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(query.limit + 1)
