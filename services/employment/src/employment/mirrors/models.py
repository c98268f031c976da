"""What one city holds of the other's postings, and what it reports of them. No HTTP."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from hrss_kit import clock
from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.states import Machine, transition

OPEN: Final = "OPEN"
FOUNDED: Final = "FOUNDED"
UNFOUNDED: Final = "UNFOUNDED"
MACHINE: Final = Machine(transition("answer", OPEN, FOUNDED))
ONE_PER_CITY: Final = "uq_posting_mirrors_origin"


class PostingMirror(Base):
    """A counterpart's copy of a posting (岗位镜像): read there, changed only where it is from."""

    __tablename__ = "posting_mirrors"
    __table_args__ = (
        UniqueConstraint("origin_id", "mirror_city", name=ONE_PER_CITY),
        Index("ix_posting_mirrors_city", "mirror_city", "received_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    origin_id: Mapped[UUID] = mapped_column(ForeignKey("postings.id"))
    origin_city: Mapped[str] = mapped_column(String(6))
    mirror_city: Mapped[str] = mapped_column(String(6))
    # The posting's public version: what it was copied at.
    origin_version: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    biz_no: Mapped[str] = mapped_column(String(40))
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB)
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class PostingReport(Resource, Base):
    """A city's word that a posting of the other is false (虚假信息反映); the owner answers."""

    __tablename__ = "posting_reports"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'FOUNDED', 'UNFOUNDED')", name="state"),
        CheckConstraint("(state = 'OPEN') = (answered_at IS NULL)", name="answered"),
        Index(
            "uq_posting_reports_open",
            "posting_id",
            "reporting_city",
            unique=True,
            postgresql_where=text("state = 'OPEN'"),
        ),
    )

    posting_id: Mapped[UUID] = mapped_column(ForeignKey("postings.id"), index=True)
    mirror_id: Mapped[UUID | None]
    reporting_city: Mapped[str] = mapped_column(String(6))
    kind: Mapped[str] = mapped_column(String(20))
    facts: Mapped[str] = mapped_column(String(2000))
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    answer: Mapped[str | None] = mapped_column(String(2000))
    answered_by: Mapped[str | None] = mapped_column(String(80))
    answered_at: Mapped[datetime | None]
    due_on: Mapped[date]
