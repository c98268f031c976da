"""Import jobs at rest: the job, the uploaded file under seal, and what was wrong with which row.

The file lies in the database, not in a directory: it is there with the job or not at all, any
replica's worker can read it, and a container needs no volume. It goes when the job ends.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.db import KitBase
from hrss_kit.ids import new_id

QUEUED, RUNNING, DONE, FAILED = "QUEUED", "RUNNING", "DONE", "FAILED"


class ImportJob(KitBase):
    """One uploaded file on its way into the register (api §3.7)."""

    __tablename__ = "import_jobs"
    __table_args__ = (
        CheckConstraint("state IN ('QUEUED', 'RUNNING', 'DONE', 'FAILED')", name="state"),
        CheckConstraint("format IN ('CSV', 'XLSX', 'NDJSON')", name="format"),
        Index(
            "ix_import_jobs_waiting",
            "created_at",
            postgresql_where=text("state IN ('QUEUED', 'RUNNING')"),
        ),
        Index("ix_import_jobs_latest", "client", "importer", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    importer: Mapped[str] = mapped_column(String(60))
    operation: Mapped[str] = mapped_column(String(120))
    owner_city: Mapped[str | None] = mapped_column(String(6))
    client: Mapped[str] = mapped_column(String(200))
    # The claims of who sent it: the worker acts for them, with their roles and in their city.
    claims: Mapped[dict[str, Any]] = mapped_column(JSONB)
    trace_id: Mapped[str] = mapped_column(String(32))
    # Keyed, so that nobody can guess at a short file's content.
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    size: Mapped[int] = mapped_column(BigInteger)
    format: Mapped[str] = mapped_column(String(6))
    is_compressed: Mapped[bool]
    # Everything is checked and nothing is written.
    is_dry_run: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    state: Mapped[str] = mapped_column(String(7), default=QUEUED)
    # Rows read; where the next worker goes on. done + failed is the same number.
    position: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    done: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
    errors_kept: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    failure: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class ImportChunk(KitBase):
    """A stretch of an uploaded file, sealed."""

    __tablename__ = "import_chunks"

    job_id: Mapped[UUID] = mapped_column(
        ForeignKey("import_jobs.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class RowError(KitBase):
    """What was wrong with one field of one row; never the value."""

    __tablename__ = "import_errors"
    __table_args__ = (Index("ix_import_errors_job_id_row", "job_id", "row", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    job_id: Mapped[UUID] = mapped_column(ForeignKey("import_jobs.id", ondelete="CASCADE"))
    row: Mapped[int]
    field: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(60))
    message_zh: Mapped[str] = mapped_column(String(300))
    message_en: Mapped[str] = mapped_column(String(300))
