"""GET /audit-entries and /audit-verifications: a member's audit log, for the gateway to show.

Only the suite's own services may ask; whoever they ask for, and how much of it that person may
see, is theirs to know. Newest first; a page begins behind the entry that `before_at` and
`before_id` name.
"""

from datetime import datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from fastapi import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from sqlalchemy import BigInteger, Index, Select, String, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.audit import AuditEntry
from hrss_kit.audit_seal import AuditCheckpoint
from hrss_kit.db import KitBase, Session
from hrss_kit.ids import new_id
from hrss_kit.routing import Router

MOST: Final = 200
INTACT, BROKEN = "INTACT", "BROKEN"
Code = Annotated[str, Field(max_length=120)]


class AuditVerification(KitBase):
    """One look at the whole sealed log: is it what was sealed."""

    __tablename__ = "audit_verifications"
    __table_args__ = (Index("ix_audit_verifications_verified_at", "verified_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    verified_at: Mapped[datetime] = mapped_column(default=clock.now)
    result: Mapped[str] = mapped_column(String(8))
    entries: Mapped[int] = mapped_column(BigInteger)
    checkpoints: Mapped[int] = mapped_column(BigInteger)
    waiting: Mapped[int] = mapped_column(BigInteger)
    #: The first entry that is not what was sealed.
    detail: Mapped[str | None] = mapped_column(String(500))


class AuditEntryRead(BaseModel):
    """Who did what to which: names of fields and blind references, never values."""

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
    person_refs: list[str]
    fields: list[str]
    reason: str | None
    result: str
    trace_id: str


class AuditEntries(BaseModel):
    """A stretch of entries, newest first; `has_more` when older ones follow."""

    items: list[AuditEntryRead]
    has_more: bool


class AuditFilters(BaseModel):
    """What of a log: each named field as it stands in an entry."""

    model_config = ConfigDict(extra="forbid")

    at_from: AwareDatetime | None = None
    at_to: AwareDatetime | None = Field(default=None, description="The first instant not meant")
    actor: Code | None = None
    client_id: Code | None = None
    role: Code | None = None
    city: Annotated[str | None, Field(pattern="^[0-9]{6}$")] = None
    purpose: Annotated[str | None, Field(pattern="^[A-Z_]{1,40}$")] = None
    operation: Code | None = Field(default=None, description="A part of method and path")
    subject: Code | None = None
    result: Annotated[str | None, Field(pattern="^[A-Z_]{1,60}$")] = None
    person_ref: Annotated[str | None, Field(pattern="^[0-9a-f]{24}$")] = None


class AuditEntryQuery(AuditFilters):
    """Which entries, and behind which one."""

    limit: Annotated[int, Field(ge=1, le=MOST)] = 50
    before_at: AwareDatetime | None = None
    before_id: UUID | None = None


class AuditState(BaseModel):
    """How far a log is sealed, and what the last look at the whole of it has found."""

    tree_size: int
    root_hash: str | None
    sealed_at: datetime | None
    result: Literal["INTACT", "BROKEN"] | None
    verified_at: datetime | None
    entries: int | None
    waiting: int | None
    detail: str | None


def audit_entries_router() -> Router:
    """The routes every service has."""
    router = Router(prefix="", tags=["audit"])

    @router.read("/audit-entries", permission="access-entry:read", reply=AuditEntries)
    async def read_audit_entries(
        session: Session, query: Annotated[AuditEntryQuery, Query()]
    ) -> AuditEntries:
        """A stretch of this service's audit log; for the suite's own services."""
        rows = list(await session.scalars(entries(query)))
        items = [AuditEntryRead.model_validate(row) for row in rows[: query.limit]]
        return AuditEntries(items=items, has_more=len(rows) > query.limit)

    @router.read("/audit-state", permission="access-entry:read", reply=AuditState)
    async def read_audit_state(session: Session) -> AuditState:
        """The newest checkpoint and the last verification; for the suite's own services."""
        return await state(session)

    return router


async def state(session: AsyncSession) -> AuditState:
    """How far the log is sealed, and what was last found in it."""
    sealed = await session.scalar(
        select(AuditCheckpoint).order_by(AuditCheckpoint.tree_size.desc()).limit(1)
    )
    last = await session.scalar(
        select(AuditVerification).order_by(AuditVerification.verified_at.desc()).limit(1)
    )
    return AuditState(
        tree_size=sealed.tree_size if sealed else 0,
        root_hash=sealed.root_hash.hex() if sealed else None,
        sealed_at=sealed.sealed_at if sealed else None,
        result=last.result if last else None,
        verified_at=last.verified_at if last else None,
        entries=last.entries if last else None,
        waiting=last.waiting if last else None,
        detail=last.detail if last else None,
    )


def entries(query: AuditEntryQuery) -> Select[AuditEntry]:
    """The entries of a page and one more."""
    found = select(AuditEntry)
    for name in ("actor", "client_id", "city", "purpose", "subject", "result"):
        value = getattr(query, name)
        if value is not None:
            found = found.where(getattr(AuditEntry, name) == value)
    if query.operation is not None:
        found = found.where(AuditEntry.operation.contains(query.operation, autoescape=True))
    if query.role is not None:
        found = found.where(AuditEntry.roles.contains([query.role]))
    if query.person_ref is not None:
        found = found.where(AuditEntry.person_refs.contains([query.person_ref]))
    if query.at_from is not None:
        found = found.where(AuditEntry.at >= query.at_from)
    if query.at_to is not None:
        found = found.where(AuditEntry.at < query.at_to)
    if query.before_at is not None and query.before_id is not None:
        place = tuple_(AuditEntry.at, AuditEntry.id)
        found = found.where(place < tuple_(query.before_at, query.before_id))
    return found.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(query.limit + 1)
