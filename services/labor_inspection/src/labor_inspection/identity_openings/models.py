"""An opening of a reporter's identity as it is kept."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.sealing import Sealed
from labor_inspection.complaints.models import Complaint
from labor_inspection.db import Base
from labor_inspection.identity_openings import rules


class IdentityOpening(Resource, Base):
    """举报人身份启封: an inspector's wish to know who reported, and the head's word on it."""

    __tablename__ = "identity_openings"
    __table_args__ = (
        CheckConstraint("state IN ('PENDING', 'APPROVED', 'REFUSED', 'EXPIRED')", name="state"),
        # Two people, whatever a program does.
        CheckConstraint("decided_by IS NULL OR decided_by <> asked_by", name="two_people"),
        CheckConstraint("opened_at IS NULL OR decided_by IS NOT NULL", name="opened"),
        CheckConstraint("(state = 'PENDING') = (decided_by IS NULL)", name="decided"),
        Index(
            "uq_identity_openings_open",
            "complaint_id",
            "asked_by",
            unique=True,
            postgresql_where=text("state IN ('PENDING', 'APPROVED')"),
        ),
        Index("ix_identity_openings_complaint_id", "complaint_id"),
    )

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id))
    state: Mapped[str] = mapped_column(String(10), default=rules.PENDING)
    # Why may say more than is good for the reporter.
    reason: Mapped[str] = mapped_column(Sealed("identity_openings.reason"))
    asked_by: Mapped[str] = mapped_column(String(80))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = mapped_column(Sealed("identity_openings.decision_reason"))
    expires_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
