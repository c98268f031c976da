"""Questions to social insurance about a case's workers, their answers, and hints."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.ids import new_id
from labor_inspection.cases.models import Case, CaseWorker
from labor_inspection.db import Base

PENDING, DONE = "PENDING", "DONE"
INSURED, NOT_INSURED = "INSURED", "NOT_INSURED"


class InsuranceCheck(Base):
    """参保核查: one round of questions about all workers of a case (domain J-1 step 5)."""

    __tablename__ = "insurance_checks"
    __table_args__ = (
        CheckConstraint("state IN ('PENDING', 'DONE')", name="state"),
        CheckConstraint("from_month <= to_month", name="period"),
        Index(
            "uq_insurance_checks_pending",
            "case_id",
            unique=True,
            postgresql_where=text("state = 'PENDING'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    case_id: Mapped[UUID] = mapped_column(ForeignKey(Case.id), index=True)
    state: Mapped[str] = mapped_column(String(8), default=PENDING)
    from_month: Mapped[str] = mapped_column(String(7))
    to_month: Mapped[str] = mapped_column(String(7))
    asked_by: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    done_on: Mapped[date | None]


class InsuranceLine(Base):
    """What is known of one worker."""

    __tablename__ = "insurance_check_lines"
    __table_args__ = (
        CheckConstraint("state IN ('PENDING', 'INSURED', 'NOT_INSURED')", name="state"),
        UniqueConstraint("check_id", "worker_id"),
        Index(
            "ix_insurance_check_lines_waiting",
            "next_at",
            postgresql_where=text("state = 'PENDING'"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    check_id: Mapped[UUID] = mapped_column(ForeignKey(InsuranceCheck.id))
    worker_id: Mapped[UUID] = mapped_column(ForeignKey(CaseWorker.id))
    state: Mapped[str] = mapped_column(String(12), default=PENDING)
    months: Mapped[int | None]
    attempts: Mapped[int] = mapped_column(default=0)
    # By the database's own clock: waiting is about machines, not about the case's dates.
    next_at: Mapped[datetime] = mapped_column(server_default=func.now())


class InsuranceHint(Base):
    """线索: social insurance misses somebody who was hired (domain J-5). A hint, no case."""

    __tablename__ = "insurance_hints"
    __table_args__ = (Index("ix_insurance_hints_city", "city", "since"),)

    # The event's own id.
    id: Mapped[UUID] = mapped_column(primary_key=True)
    city: Mapped[str] = mapped_column(String(6))
    employer_uscc: Mapped[str] = mapped_column(String(18), index=True)
    person_ref: Mapped[str] = mapped_column(String(24))
    since: Mapped[date]
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
