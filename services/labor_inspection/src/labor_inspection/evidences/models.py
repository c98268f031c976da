"""Evidence of a case as it is kept, and whose hands it went through."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.ids import new_id
from hrss_kit.sealing import Sealed
from labor_inspection.cases.models import Case
from labor_inspection.db import Base

RECEIVED, OPENED, PASSED_ON = "RECEIVED", "OPENED", "PASSED_ON"


class CaseEvidence(Base):
    """证据: a file that the inspectors of the competent city put on the case's file."""

    __tablename__ = "case_evidences"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        UniqueConstraint("case_id", "sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id))
    # The kit's stored_files.
    file_id: Mapped[UUID] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Sealed("case_evidences.name"))
    sha256: Mapped[str] = mapped_column(String(64))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int] = mapped_column(BigInteger)
    collected_on: Mapped[date]
    collected_by: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


class CaseCustody(Base):
    """证据流转: who received, opened or passed on what, when. Only ever added to."""

    __tablename__ = "case_custody_entries"
    __table_args__ = (
        CheckConstraint("action IN ('RECEIVED', 'OPENED', 'PASSED_ON')", name="action"),
        CheckConstraint("(action = 'PASSED_ON') = (recipient IS NOT NULL)", name="recipient"),
        Index("ix_case_custody_entries_evidence_id", "evidence_id", "at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey(CaseEvidence.id))
    action: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(default=clock.now)
    actor: Mapped[str] = mapped_column(String(80))
    city: Mapped[str | None] = mapped_column(String(6))
    recipient: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(500))
    sha256: Mapped[str] = mapped_column(String(64))
