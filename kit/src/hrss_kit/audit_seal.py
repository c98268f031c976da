"""The sealer: gives committed audit entries their places in a tree and signs where it stands.

Entries are written without a chain, so nothing is serialised in a request; the worker seals them
a moment later. A checkpoint (size, root, hashes of the new leaves) is signed with the member's
own key and published as an event, so the other city holds what can no longer be taken back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

import orjson
from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import BigInteger, LargeBinary, String, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock, outbox
from hrss_kit.audit import AuditEntry
from hrss_kit.audit_tree import Tree, leaf_hash
from hrss_kit.db import Database, KitBase, Session
from hrss_kit.pagination import MAX_LIMIT
from hrss_kit.routing import Router
from hrss_kit.signatures import Signer

SEAL_LOCK = 420_745
AT_ONCE = 2_000
# A transaction that takes longer than this from its entry to its commit is never sealed, and
# `audit verify` says so: a session may be idle for a minute, a statement take fifteen seconds.
WINDOW_MS = 600_000
CHECKPOINT = "hrss-audit-checkpoint"
COLUMNS = tuple(column.name for column in AuditEntry.__table__.columns)


class AuditLeaf(KitBase):
    """The place of an audit entry in the tree."""

    __tablename__ = "audit_leaves"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    entry_id: Mapped[UUID] = mapped_column(unique=True)


class AuditCheckpoint(KitBase):
    """The tree as it stood, signed."""

    __tablename__ = "audit_checkpoints"

    tree_size: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    peaks: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary(32)))
    newest_id: Mapped[UUID]
    sealed_at: Mapped[datetime]
    statement: Mapped[str]
    member: Mapped[str] = mapped_column(String(60))


class CheckpointSealed(outbox.Event):
    """The audit log was sealed up to here; `statement` is the signed checkpoint (compact JWS)."""

    type: ClassVar[str] = "audit.checkpoint.sealed.v1"

    member: str
    tree_size: int
    root_hash: str
    sealed_at: datetime
    statement: str


class CheckpointRead(BaseModel):
    """A signed checkpoint; the payload of `statement` also holds the hashes of its new leaves."""

    model_config = ConfigDict(from_attributes=True)

    member: str
    tree_size: int
    root_hash: str
    sealed_at: datetime
    statement: str


class CheckpointList(BaseModel):
    """Checkpoints, oldest first; `next_after` is the `after` of the next call."""

    items: list[CheckpointRead]
    next_after: int


class CheckpointQuery(BaseModel):
    """Where to read on, by size of the tree, and how much."""

    model_config = ConfigDict(extra="forbid")

    after: Annotated[int, Field(ge=0, le=2**62)] = 0
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 50


UNSEALED = text(
    f"""
    SELECT {", ".join(f"entries.{name}" for name in COLUMNS)} FROM audit_entries AS entries
    WHERE entries.id > :floor
      AND NOT EXISTS (SELECT FROM audit_leaves WHERE audit_leaves.entry_id = entries.id)
    ORDER BY entries.id LIMIT {AT_ONCE}
    """
)


def window_floor(newest: UUID | None) -> UUID:
    """The smallest UUIDv7 that a transaction may still bring in, `WINDOW_MS` before the newest."""
    if newest is None:
        return UUID(int=0)
    return UUID(int=max((newest.int >> 80) - WINDOW_MS, 0) << 80)


async def seal(database: Database, signer: Signer, member: str, source: str) -> int:
    """Seals what has been committed since; how many entries."""
    sealed = 0
    while True:
        async with database.transaction() as session:
            done = await _seal_some(session, signer, member, source)
        sealed += done
        if done < AT_ONCE:
            return sealed


async def _seal_some(session: AsyncSession, signer: Signer, member: str, source: str) -> int:
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": SEAL_LOCK})
    last = await session.scalar(
        select(AuditCheckpoint).order_by(AuditCheckpoint.tree_size.desc()).limit(1)
    )
    floor = window_floor(last.newest_id if last else None)
    entries = (await session.execute(UNSEALED, {"floor": floor})).mappings().all()
    if not entries:
        return 0
    tree = Tree(last.tree_size, last.peaks) if last else Tree()
    before, leaves = tree.size, []
    for entry in entries:
        leaves.append(leaf_hash(dict(entry)))
        session.add(AuditLeaf(position=tree.size, entry_id=entry["id"]))
        tree.append(leaves[-1])
    newest = max(entry["id"] for entry in entries)
    _sign(session, signer, member, source, tree=tree, before=before, leaves=leaves, newest=newest)
    return len(entries)


def _sign(
    session: AsyncSession,
    signer: Signer,
    member: str,
    source: str,
    *,
    tree: Tree,
    before: int,
    leaves: Sequence[bytes],
    newest: UUID,
) -> None:
    at = clock.now()
    said: dict[str, Any] = {
        "member": member,
        "previous_size": before,
        "tree_size": tree.size,
        "root_hash": tree.root().hex(),
        "leaf_hashes": [leaf.hex() for leaf in leaves],
        "sealed_at": at.isoformat(),
    }
    statement = signer.sign(orjson.dumps(said), typ=CHECKPOINT)
    session.add(
        AuditCheckpoint(
            tree_size=tree.size,
            root_hash=tree.root(),
            peaks=tree.peaks,
            newest_id=newest,
            sealed_at=at,
            statement=statement,
            member=member,
        )
    )
    outbox.publish(
        session,
        CheckpointSealed(
            member=member,
            tree_size=tree.size,
            root_hash=tree.root().hex(),
            sealed_at=at,
            statement=statement,
        ),
        source=source,
        subject=f"audit-log/{member}",
        city=None,
        audience=[outbox.EVERYBODY],
    )


def checkpoints_router() -> Router:
    """GET /audit-checkpoints of a member."""
    router = Router(prefix="/audit-checkpoints", tags=["audit"])

    @router.read("", permission="event:read", reply=CheckpointList)
    async def list_checkpoints(
        session: Session, query: Annotated[CheckpointQuery, Query()]
    ) -> CheckpointList:
        """Signed checkpoints to keep elsewhere and to compare with later; nothing personal."""
        rows = await session.scalars(
            select(AuditCheckpoint)
            .where(AuditCheckpoint.tree_size > query.after)
            .order_by(AuditCheckpoint.tree_size)
            .limit(query.limit)
        )
        items = [
            CheckpointRead(
                member=row.member,
                tree_size=row.tree_size,
                root_hash=row.root_hash.hex(),
                sealed_at=row.sealed_at,
                statement=row.statement,
            )
            for row in rows
        ]
        return CheckpointList(items=items, next_after=items[-1].tree_size if items else query.after)

    return router
