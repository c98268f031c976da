"""Which states of a case have been handed out as a package, and the signature over each."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.ids import new_id
from labor_inspection.cases.models import Case
from labor_inspection.db import Base


class EvidencePackage(Base):
    """证据包: one state of a case is signed once, so that the same state gives the same package."""

    __tablename__ = "evidence_packages"
    __table_args__ = (UniqueConstraint("case_id", "manifest_sha256"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id))
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    signature: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by: Mapped[str] = mapped_column(String(80))
