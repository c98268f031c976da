"""Files at rest: their rows, their content, and the sweep of what no row knows.

The table stands here by itself, so that whoever only reads a file needs nothing of how it came.
"""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, String, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock, file_store
from hrss_kit.db import KitBase
from hrss_kit.file_sealing import PieceCipher, from_text, opening
from hrss_kit.ids import new_id
from hrss_kit.sealing import Sealed

SWEEP_HOURS = 1
BATCH = 500


class StoredFile(KitBase):
    """A file in the store; its name may tell of somebody, so it is sealed like its content."""

    __tablename__ = "stored_files"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("size > 0", name="size"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    file_name: Mapped[str] = mapped_column(Sealed("stored_files.file_name"))
    place: Mapped[str] = mapped_column(String(120), unique=True)
    content_key: Mapped[str] = mapped_column(Sealed("stored_files.content_key"))
    owner_city: Mapped[str | None] = mapped_column(String(6))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by: Mapped[str] = mapped_column(String(80))


def content(row: StoredFile) -> AsyncIterator[bytes]:
    """The file's content, opened piece by piece; raises FileLost or CannotOpen."""
    cipher = PieceCipher(from_text(row.content_key), row.id)
    return opening(file_store.store().read(row.place), cipher)


class Sweeper:
    """Removes files whose row never committed, or is gone."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._last: tuple[file_store.FileStore, datetime] | None = None

    async def run(self, session: AsyncSession) -> int:
        """Timer: looks through the store once an hour; how many files went."""
        kept, now = file_store.present(), clock.now()
        if kept is None or self._has_swept(kept, now):
            return 0
        self._last = (kept, now)
        before, count = now - timedelta(hours=SWEEP_HOURS), 0
        async for places in kept.places(f"{self.source}/"):
            for start in range(0, len(places), BATCH):
                count += await _sweep(session, kept, places[start : start + BATCH], before)
        return count

    def _has_swept(self, kept: file_store.FileStore, now: datetime) -> bool:
        if self._last is None or self._last[0] is not kept:
            return False
        return abs(now - self._last[1]) < timedelta(hours=SWEEP_HOURS)


async def _sweep(
    session: AsyncSession, kept: file_store.FileStore, places: list[str], before: datetime
) -> int:
    old: dict[UUID, str] = {}
    for place in places:
        try:
            file_id = UUID(PurePosixPath(place).stem)
        except ValueError:
            continue  # nothing of ours
        if made_at(file_id) < before:
            old[file_id] = place
    known = set(await session.scalars(select(StoredFile.id).where(StoredFile.id.in_(old))))
    lost = [place for file_id, place in old.items() if file_id not in known]
    for place in lost:
        await kept.delete(place)
    return len(lost)


def made_at(file_id: UUID) -> datetime:
    """When a UUIDv7 was made (RFC 9562 §5.7)."""
    return datetime.fromtimestamp((file_id.int >> 80) / 1000, UTC)
