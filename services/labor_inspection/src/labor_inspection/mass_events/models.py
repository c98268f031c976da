"""A suggested joint case as it is kept: the employer, its complaints, each city's answer."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from labor_inspection.complaints.models import Complaint
from labor_inspection.db import Base


class JointCaseSuggestion(Resource, Base):
    """联合办案建议. `owner_city` is the city whose complaint made it one; each city answers."""

    __tablename__ = "joint_case_suggestions"
    __table_args__ = (
        CheckConstraint("state IN ('SUGGESTED', 'ACCEPTED', 'DISMISSED')", name="state"),
        CheckConstraint("employer_uscc IS NOT NULL OR employer_key IS NOT NULL", name="employer"),
        CheckConstraint("(state = 'ACCEPTED') = (joint_case_no IS NOT NULL)", name="joint_case"),
        # However many complaints come at once, one employer has one open suggestion.
        Index(
            "uq_joint_case_suggestions_uscc",
            "employer_uscc",
            unique=True,
            postgresql_where=text("state = 'SUGGESTED' AND employer_uscc IS NOT NULL"),
        ),
        Index(
            "uq_joint_case_suggestions_key",
            "employer_key",
            unique=True,
            postgresql_where=text("state = 'SUGGESTED' AND employer_uscc IS NULL"),
        ),
    )

    state: Mapped[str] = mapped_column(String(9))
    employer_name: Mapped[str | None] = mapped_column(String(200))
    employer_uscc: Mapped[str | None] = mapped_column(String(18))
    employer_key: Mapped[str | None] = mapped_column(String(200))
    window_from: Mapped[date]
    suggested_on: Mapped[date]
    settled_on: Mapped[date | None]
    # When every city has accepted: the joint case's number, and the city that leads it.
    joint_case_no: Mapped[str | None] = mapped_column(String(40), unique=True)
    lead_city: Mapped[str | None] = mapped_column(String(6))
    # How many cities have answered; each answer is a new version of the suggestion.
    answers: Mapped[int] = mapped_column(default=0)


class SuggestionComplaint(Base):
    """A complaint that counts in a suggestion; in one only, ever."""

    __tablename__ = "joint_case_complaints"

    complaint_id: Mapped[UUID] = mapped_column(ForeignKey(Complaint.id), primary_key=True)
    suggestion_id: Mapped[UUID] = mapped_column(ForeignKey(JointCaseSuggestion.id), index=True)


class SuggestionAnswer(Base):
    """One city's answer."""

    __tablename__ = "joint_case_answers"
    __table_args__ = (
        UniqueConstraint("suggestion_id", "city", name="uq_joint_case_answers_city"),
        CheckConstraint("state IN ('SUGGESTED', 'ACCEPTED', 'DISMISSED')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    suggestion_id: Mapped[UUID] = mapped_column(ForeignKey(JointCaseSuggestion.id))
    city: Mapped[str] = mapped_column(String(6))
    state: Mapped[str] = mapped_column(String(9))
    answered_on: Mapped[date | None]
    answered_by: Mapped[str | None] = mapped_column(String(80))
    reason: Mapped[str | None] = mapped_column(String(2000))
