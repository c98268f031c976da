"""Events: facts in the past tense, written in the transaction that makes them true.

The feed gives committed events their position when it is read, one reader at a time. A late
commit therefore comes later and is never skipped, and two events of one subject keep the order
in which their transactions held the subject's row.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import BigInteger, Identity, Index, String, text
from sqlalchemy import Sequence as DatabaseSequence
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.context import exchange
from hrss_kit.db import KitBase
from hrss_kit.ids import new_id

FEED_LOCK = 420_742
SPECVERSION = "1.0"


class Event(BaseModel):
    """Data of an event type; a subclass names its `type`. Fields are only ever added."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)

    type: ClassVar[str]
    schema_version: ClassVar[int] = 1


class OutboxEvent(KitBase):
    """An event waiting for, or having, its place in the feed."""

    __tablename__ = "outbox_events"
    __table_args__ = (
        Index("uq_outbox_events_position", "position", unique=True),
        Index("ix_outbox_events_waiting", "sequence", postgresql_where=text("position IS NULL")),
        Index("ix_outbox_events_subject", "subject"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True))
    position: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(80))
    time: Mapped[datetime] = mapped_column(default=clock.now)
    subject: Mapped[str] = mapped_column(String(120))
    city: Mapped[str | None] = mapped_column(String(6))
    audience: Mapped[list[str]] = mapped_column(ARRAY(String(80)))
    person_ref: Mapped[str | None] = mapped_column(String(24))
    journey_id: Mapped[UUID | None]
    schema_version: Mapped[int] = mapped_column(default=1)
    trace_id: Mapped[str] = mapped_column(String(32))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)


POSITIONS = DatabaseSequence("outbox_positions", metadata=KitBase.metadata)
EVERYBODY = "*"


def publish(
    session: AsyncSession,
    event: Event,
    *,
    source: str,
    subject: str,
    city: str | None,
    audience: Sequence[str],
    person_ref: str | None = None,
    journey_id: UUID | None = None,
) -> UUID:
    """Writes an event; `audience` are cities, client ids, or EVERYBODY. Returns its id."""
    row = OutboxEvent(
        id=new_id(),
        type=event.type,
        source=source,
        subject=subject,
        city=city,
        audience=sorted(set(audience)),
        person_ref=person_ref,
        journey_id=journey_id,
        schema_version=event.schema_version,
        trace_id=exchange().trace_id,
        data=event.model_dump(mode="json"),
    )
    session.add(row)
    return row.id


def envelope(row: OutboxEvent) -> dict[str, Any]:
    """The event as CloudEvents 1.0 JSON; extension names are lower case as that standard asks."""
    made: dict[str, Any] = {
        "specversion": SPECVERSION,
        "id": str(row.id),
        "type": row.type,
        "source": row.source,
        "time": row.time.isoformat().replace("+00:00", "Z"),
        "subject": row.subject,
        "datacontenttype": "application/json",
        "schemaversion": row.schema_version,
        "data": row.data,
    }
    if row.city:
        made["city"] = row.city
    if row.person_ref:
        made["personref"] = row.person_ref
    if row.journey_id:
        made["journeyid"] = str(row.journey_id)
    return made


PLACE_COMMITTED = text(
    """
    WITH waiting AS (
        SELECT id FROM outbox_events WHERE position IS NULL ORDER BY sequence LIMIT 10000
    ), placed AS (
        SELECT id, nextval('outbox_positions') AS place FROM waiting
    )
    UPDATE outbox_events SET position = placed.place FROM placed
    WHERE outbox_events.id = placed.id
    """
)


async def place_committed(session: AsyncSession) -> None:
    """Gives each committed event that has none its position; its own short transaction.

    The lock is taken first, and the statement's snapshot after it, so positions become visible
    in their own order: a reader that has seen position n will never meet a smaller one later.
    """
    await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FEED_LOCK})
    await session.execute(PLACE_COMMITTED)


async def has_waiting(session: AsyncSession) -> bool:
    """True when a committed event has no position yet."""
    return bool(
        await session.scalar(
            text("SELECT EXISTS (SELECT 1 FROM outbox_events WHERE position IS NULL)")
        )
    )
