"""A joint operation as it is kept: the agreement, the candidates, the draw, what was found."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.sealing import Sealed
from labor_inspection.cases.models import Case
from labor_inspection.db import Base
from labor_inspection.mass_events.models import JointCaseSuggestion


class JointOperation(Resource, Base):
    """联合执法. `owner_city` leads; each city nominates, inspects and reports for itself."""

    __tablename__ = "joint_operations"
    __table_args__ = (
        CheckConstraint(
            "state IN ('PLANNED', 'PROPOSED', 'AGREED', 'DECLINED', 'FROZEN', 'DRAWN', "
            "'COMPLETED', 'CANCELLED')",
            name="state",
        ),
        CheckConstraint("partner_city <> owner_city", name="partner"),
        CheckConstraint("planned_to >= planned_from", name="period"),
        # What was committed to before the draw does not go away.
        CheckConstraint(
            "state NOT IN ('FROZEN', 'DRAWN', 'COMPLETED') OR "
            "(seed IS NOT NULL AND seed_commitment IS NOT NULL AND list_sha256 IS NOT NULL)",
            name="committed",
        ),
        CheckConstraint(
            "state NOT IN ('DRAWN', 'COMPLETED') OR (nonce IS NOT NULL AND result IS NOT NULL)",
            name="drawn",
        ),
    )

    state: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(2000))
    matter: Mapped[list[str]] = mapped_column(ARRAY(String(24)))
    partner_city: Mapped[str] = mapped_column(String(6), index=True)
    planned_from: Mapped[date]
    planned_to: Mapped[date]
    suggestion_id: Mapped[UUID | None] = mapped_column(ForeignKey(JointCaseSuggestion.id))
    agreed_on: Mapped[date | None]
    agreed_by: Mapped[str | None] = mapped_column(String(80))

    frozen: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    frozen_on: Mapped[date | None]
    list_sha256: Mapped[str | None] = mapped_column(String(64))
    seed_commitment: Mapped[str | None] = mapped_column(String(64))
    # Nobody reads it before the draw, not even in the database.
    seed: Mapped[str | None] = mapped_column(Sealed("joint_operations.seed"))
    nonce: Mapped[str | None] = mapped_column(String(64))
    nonce_by: Mapped[str | None] = mapped_column(String(80))
    drawn_on: Mapped[date | None]
    drawn_by: Mapped[str | None] = mapped_column(String(80))
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    # Each act is a new version, also one that only adds rows beside it.
    steps: Mapped[int] = mapped_column(default=0)
    completed_on: Mapped[date | None]
    summary: Mapped[str | None] = mapped_column(String(2000))


class CandidateInspector(Base):
    """An inspector whom a city offers for the draw."""

    __tablename__ = "joint_operation_inspectors"
    __table_args__ = (
        UniqueConstraint("operation_id", "staff_no", name="uq_joint_operation_inspectors_staff"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    operation_id: Mapped[UUID] = mapped_column(ForeignKey(JointOperation.id))
    city: Mapped[str] = mapped_column(String(6))
    staff_no: Mapped[str] = mapped_column(String(40))


class CandidateEmployer(Base):
    """An employer under a city's inspection that may be drawn."""

    __tablename__ = "joint_operation_employers"
    __table_args__ = (
        UniqueConstraint("operation_id", "uscc", name="uq_joint_operation_employers_uscc"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    operation_id: Mapped[UUID] = mapped_column(ForeignKey(JointOperation.id))
    city: Mapped[str] = mapped_column(String(6))
    uscc: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(200))


class OperationCheck(Base):
    """One drawn employer: who inspects it, in which case of its city, and what was found."""

    __tablename__ = "joint_operation_checks"
    __table_args__ = (
        UniqueConstraint("operation_id", "uscc", name="uq_joint_operation_checks_uscc"),
        CheckConstraint(
            "outcome IN ('NO_VIOLATION', 'CORRECTED_ON_SITE', 'VIOLATION')", name="outcome"
        ),
        # Inspectors act only inside a case of the competent city, and never alone.
        CheckConstraint("outcome IS NULL OR case_id IS NOT NULL", name="case"),
        CheckConstraint("outcome IS NULL OR cardinality(acted) >= 2", name="acted"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    operation_id: Mapped[UUID] = mapped_column(ForeignKey(JointOperation.id))
    city: Mapped[str] = mapped_column(String(6))
    uscc: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(200))
    inspectors: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    joining: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey(Case.id))
    case_no: Mapped[str | None] = mapped_column(String(40))
    outcome: Mapped[str | None] = mapped_column(String(20))
    # What was found may name people.
    findings: Mapped[str | None] = mapped_column(Sealed("joint_operation_checks.findings"))
    acted: Mapped[list[str]] = mapped_column(ARRAY(String(40)), default=list)
    recorded_on: Mapped[date | None]
    recorded_by: Mapped[str | None] = mapped_column(String(80))
