"""The history of a resource as both cities see it: who, office, city, what, when, reason."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Index, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.db import KitBase
from hrss_kit.ids import new_id


class TimelineEntry(KitBase):
    """One thing that happened to a resource."""

    __tablename__ = "timeline_entries"
    __table_args__ = (Index("ix_timeline_entries_subject_id_at", "subject_id", "at", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor: Mapped[str] = mapped_column(String(80))
    org_id: Mapped[str | None] = mapped_column(String(60))
    city: Mapped[str | None] = mapped_column(String(6))
    action: Mapped[str] = mapped_column(String(60))
    from_state: Mapped[str | None] = mapped_column(String(40))
    to_state: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(String(2000))


class TimelineEntryRead(BaseModel):
    """An entry as it is shown."""

    model_config = ConfigDict(from_attributes=True)

    at: datetime
    actor: str
    org_id: str | None
    city: str | None
    action: str
    from_state: str | None
    to_state: str | None
    reason: str | None


class Timeline(BaseModel):
    """A resource's history, oldest first."""

    items: list[TimelineEntryRead]


def add(
    session: AsyncSession,
    subject_id: UUID,
    action: str,
    *,
    caller: Principal | None,
    from_state: str | None = None,
    to_state: str | None = None,
    reason: str | None = None,
) -> None:
    """Adds an entry; without a caller the suite itself acted."""
    session.add(
        TimelineEntry(
            subject_id=subject_id,
            actor=caller.actor if caller else "system",
            org_id=caller.org_id if caller else None,
            city=caller.city if caller else None,
            action=action,
            from_state=from_state,
            to_state=to_state,
            reason=reason,
        )
    )


async def of(session: AsyncSession, *subject_ids: UUID) -> Timeline:
    """The history of one resource, or of several told as one, oldest first."""
    rows: Sequence[TimelineEntry] = (
        await session.scalars(
            select(TimelineEntry)
            .where(TimelineEntry.subject_id.in_(subject_ids))
            .order_by(TimelineEntry.at, TimelineEntry.id)
        )
    ).all()
    return Timeline(items=[TimelineEntryRead.model_validate(row) for row in rows])
