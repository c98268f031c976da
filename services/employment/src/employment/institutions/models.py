"""Institutions that two cities build together, and the programmes they teach."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from employment.kinds import Lived, one_of, states_of
from hrss_kit.states import Machine, transition

KINDS: Final = ("TECHNICIAN_COLLEGE", "VOCATIONAL_SCHOOL", "TRAINING_BASE")
FIELDS: Final = ("ELEC", "AVLOG", "OTHER")
#: 立项, 批复, 开工, 招生, in this order (EMP-3b).
MILESTONES: Final = ("INITIATED", "APPROVED", "CONSTRUCTION", "ENROLMENT")
MACHINE: Final = Machine(
    transition("record-milestone", ("PLANNED", *MILESTONES[:-1]), None),
    *(
        transition(f"reach-{after.lower()}", before, after)
        for before, after in zip(("PLANNED", *MILESTONES), MILESTONES, strict=False)
    ),
)
PROGRAMME_MACHINE: Final = Machine(
    transition("allocate-seats", ("DRAFT", "PUBLISHED"), None),
    transition("publish", "DRAFT", "PUBLISHED"),
    transition("close", ("DRAFT", "PUBLISHED"), "CLOSED"),
)
SEATS_SUM: Final = "ck_programmes_seats_sum"


class Institution(Lived, Base):
    """院校: 武鄂技师学院 and others; the state is the last milestone reached."""

    __tablename__ = "institutions"
    __table_args__ = (
        states_of(MACHINE),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        Index("uq_institutions_name", "name", unique=True),
    )

    kind: Mapped[str] = mapped_column(String(20))
    joint: Mapped[bool]
    name: Mapped[str] = mapped_column(String(120))
    division: Mapped[str] = mapped_column(String(12))
    address: Mapped[str] = mapped_column(String(200))
    # In their order: {"milestone", "reached_on", "document_ref", "recorded_by"}.
    milestones: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class Programme(Lived, Base):
    """专业: what is taught, and how many seats each city has."""

    __tablename__ = "programmes"
    __table_args__ = (
        states_of(PROGRAMME_MACHINE),
        CheckConstraint(one_of("field", FIELDS), name="field"),
        CheckConstraint("total_seats BETWEEN 1 AND 100000", name="total_seats"),
        # Seats per city add up to all there are; the function is in the migration.
        CheckConstraint("seats_sum(seats_by_city) = total_seats", name="seats_sum"),
        Index("uq_programmes_title", "institution_id", "title", "starts_on", unique=True),
    )

    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institutions.id"))
    title: Mapped[str] = mapped_column(String(80))
    field: Mapped[str] = mapped_column(String(8))
    occupation: Mapped[str | None] = mapped_column(String(12))
    skill_level: Mapped[str] = mapped_column(String(2))
    starts_on: Mapped[date]
    total_seats: Mapped[int]
    seats_by_city: Mapped[dict[str, int]] = mapped_column(JSONB)
