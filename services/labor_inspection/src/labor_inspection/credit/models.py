"""What is kept of an employer's credit: events, yearly grades, yearly publications."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from labor_inspection.cases.models import Case
from labor_inspection.db import Base


class CreditEvent(Resource, Base):
    """诚信事件: something an employer did, written with the act of the case that found it."""

    __tablename__ = "credit_events"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('PUNISHED', 'CORRECTED', 'DISOBEYED', 'REFUSED_ORDER', "
            "'TRANSFERRED_POLICE', 'INCIDENT', 'CHILD_OR_FORCED', 'RESISTED', 'CONVICTED')",
            name="kind",
        ),
        # A case counts once for each kind in each of its rounds.
        Index(
            "uq_credit_events_case",
            "case_id",
            "case_round",
            "kind",
            unique=True,
            postgresql_where=text("case_id IS NOT NULL AND annulled_on IS NULL"),
        ),
        Index("ix_credit_events_employer", "employer_uscc", "year"),
    )

    employer_uscc: Mapped[str] = mapped_column(String(18))
    employer_name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    occurred_on: Mapped[date]
    year: Mapped[int]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey(Case.id))
    case_no: Mapped[str | None] = mapped_column(String(40))
    case_round: Mapped[int | None]
    document_no: Mapped[str | None] = mapped_column(String(60))
    # The listing it rests on was revoked: it no longer counts.
    annulled_on: Mapped[date | None]


class CreditGrade(Resource, Base):
    """等级: an employer's grade of a year in the city that inspects it."""

    __tablename__ = "credit_grades"
    __table_args__ = (
        UniqueConstraint("owner_city", "year", "employer_uscc", name="uq_credit_grades_employer"),
        CheckConstraint("grade IN ('A', 'B', 'C')", name="grade"),
        Index("ix_credit_grades_employer_uscc", "employer_uscc"),
    )

    employer_uscc: Mapped[str] = mapped_column(String(18))
    employer_name: Mapped[str] = mapped_column(String(200))
    year: Mapped[int]
    grade: Mapped[str] = mapped_column(String(1))
    reasons: Mapped[list[str]] = mapped_column(ARRAY(String(20)))
    punished_acts: Mapped[int]
    is_red_listed: Mapped[bool]
    graded_on: Mapped[date]


class GradePublication(Resource, Base):
    """公布: the red list or the C list of a year; one each a city and year, missed ones show."""

    __tablename__ = "grade_publications"
    __table_args__ = (
        UniqueConstraint("owner_city", "kind", "year", name="uq_grade_publications_year"),
        CheckConstraint("kind IN ('RED_LIST', 'C_LIST')", name="kind"),
        CheckConstraint("state IN ('WARNED', 'OVERDUE', 'PUBLISHED')", name="state"),
    )

    kind: Mapped[str] = mapped_column(String(8))
    # The calendar year in which it is published; the grades are those of the year before.
    year: Mapped[int]
    state: Mapped[str] = mapped_column(String(9))
    published_on: Mapped[date | None]
    employers: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
