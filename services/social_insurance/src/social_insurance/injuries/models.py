"""Determinations, and when their clock stood still."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed
from social_insurance.db import Base

ONCE: Final = "uq_injury_determinations_accident"


class InjuryDetermination(Resource, PersonColumns, Base):
    """工伤认定申请. `owner_city` is the pooling area where the employer is insured."""

    __tablename__ = "injury_determinations"
    __table_args__ = (
        CheckConstraint(
            "state IN ('APPLIED', 'NOT_ACCEPTED', 'ACCEPTED', 'SUSPENDED', 'DECIDED', 'SERVED')",
            name="state",
        ),
        CheckConstraint(
            "kind IN ('ACCIDENT', 'OCC_DISEASE', 'COMMUTE', 'SUDDEN_DEATH')", name="kind"
        ),
        CheckConstraint(
            "applicant IN ('EMPLOYER', 'WORKER', 'RELATIVE', 'UNION')", name="applicant"
        ),
        CheckConstraint("worker_kind IN ('STAFF', 'NEWFORM')", name="worker_kind"),
        CheckConstraint("decision IN ('YES', 'DEEMED', 'NO')", name="decision"),
        CheckConstraint("applied_on >= accident_on", name="applied_on"),
        CheckConstraint(
            "(state IN ('DECIDED', 'SERVED')) = (decision IS NOT NULL)", name="decided"
        ),
        # One accident of one worker at one employer is determined once, whoever applies.
        Index(ONCE, "id_hash", "employer_uscc", "accident_on", unique=True),
    )

    state: Mapped[str] = mapped_column(String(12))
    employer_name: Mapped[str] = mapped_column(String(200))
    employer_uscc: Mapped[str] = mapped_column(String(18))
    worker_kind: Mapped[str] = mapped_column(String(7))
    accident_on: Mapped[date]
    kind: Mapped[str] = mapped_column(String(12))
    accident_place: Mapped[str | None] = mapped_column(Sealed("injury_determinations.place"))
    facts: Mapped[str | None] = mapped_column(Sealed("injury_determinations.facts"))
    applicant: Mapped[str] = mapped_column(String(8))
    applied_on: Mapped[date]
    apply_until: Mapped[date]
    #: The employer was late: what falls between is at its cost (工伤保险条例 art. 17).
    is_late_application: Mapped[bool]
    is_employer_insured: Mapped[bool]
    is_complete: Mapped[bool]
    missing_papers: Mapped[list[str]] = mapped_column(ARRAY(String(200)), default=list)
    is_simple: Mapped[bool]
    accepted_on: Mapped[date | None]
    accepted_by: Mapped[str | None] = mapped_column(String(80))
    decision: Mapped[str | None] = mapped_column(String(6))
    decided_on: Mapped[date | None]
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decision_reason: Mapped[str | None] = mapped_column(Sealed("injury_determinations.reason"))
    served_on: Mapped[date | None]
    receipt_no: Mapped[str | None] = mapped_column(String(60))


class InjurySuspension(Base):
    """中止: the decision waits for a conclusion of a court or an authority."""

    __tablename__ = "injury_suspensions"
    __table_args__ = (
        CheckConstraint("until IS NULL OR until >= since", name="until"),
        Index("ix_injury_suspensions_determination_id", "determination_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    determination_id: Mapped[UUID] = mapped_column(ForeignKey(InjuryDetermination.id))
    since: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500))
    authority: Mapped[str] = mapped_column(String(200))
