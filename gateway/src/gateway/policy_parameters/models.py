"""Approvals of policy drafts. The rows themselves are the kit's, every service has a copy."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from hrss_kit import clock


class PolicyApproval(Base):
    """复核: one person's agreement to a draft; nobody agrees twice."""

    __tablename__ = "policy_approvals"

    parameter_id: Mapped[UUID] = mapped_column(primary_key=True)
    approver: Mapped[str] = mapped_column(String(80), primary_key=True)
    city: Mapped[str | None] = mapped_column(String(6))
    approved_at: Mapped[datetime] = mapped_column(default=clock.now)
