"""Verifications 核验."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from card.db import Base


class Verification(Base):  # type: ignore[misc, valid-type]
    """核验: who asked, and whether it matched; other services store its id, not the answer."""

    __tablename__ = "verifications"
    __table_args__ = (
        CheckConstraint("assurance IN ('LOW', 'MEDIUM', 'HIGH')", name="assurance"),
        # A look-up that did not match must not say whom it did not match.
        CheckConstraint("match = (person_ref IS NOT NULL)", name="person_ref"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(String(80))
    sub: Mapped[str] = mapped_column(String(80))
    match: Mapped[bool]
    person_ref: Mapped[str | None] = mapped_column(String(24))
    assurance: Mapped[str] = mapped_column(String(6))
    checked_at: Mapped[datetime]
