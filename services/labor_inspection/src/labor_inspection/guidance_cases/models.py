"""A guidance case as it is kept; its text was scanned each time it was written."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from labor_inspection.cases.models import Case
from labor_inspection.db import Base


class GuidanceCase(Resource, Base):
    """指导案例, anonymised."""

    __tablename__ = "guidance_cases"
    __table_args__ = (
        CheckConstraint("state IN ('DRAFT', 'CHECKED', 'PUBLISHED', 'WITHDRAWN')", name="state"),
        CheckConstraint("state <> 'PUBLISHED' OR checked_by IS NOT NULL", name="checked"),
        CheckConstraint("checked_by IS NULL OR checked_by <> drafted_by", name="two_people"),
        Index("ix_guidance_cases_state", "state", "published_on"),
    )

    state: Mapped[str] = mapped_column(String(9))
    title: Mapped[str] = mapped_column(String(200))
    matter: Mapped[list[str]] = mapped_column(ARRAY(String(24)))
    facts: Mapped[str] = mapped_column(String(8000))
    issue: Mapped[str] = mapped_column(String(2000))
    reasoning: Mapped[str] = mapped_column(String(8000))
    outcome: Mapped[str] = mapped_column(String(4000))
    legal_basis: Mapped[str] = mapped_column(String(2000))
    # The case it was derived from; only its own city is told which.
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey(Case.id))
    drafted_by: Mapped[str] = mapped_column(String(80))
    checked_on: Mapped[date | None]
    checked_by: Mapped[str | None] = mapped_column(String(80))
    published_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
