"""The mark of the joint skill brand, and who learns under it or elsewhere."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from employment.kinds import Lived, one_of, states_of
from hrss_kit.person_columns import PersonColumns
from hrss_kit.states import Machine, transition

WUCHANGYU: Final = "WUCHANGYU"
APPLIED: Final = "APPLIED"
#: Which city's review is still missing, once the other has approved.
MISSING: Final = {"420100": "REVIEW_WH", "420700": "REVIEW_EZ"}
GRANTED: Final = "GRANTED"
REFUSED: Final = "REFUSED"
IN_REVIEW: Final = (APPLIED, *MISSING.values())

MACHINE: Final = Machine(
    transition("review", IN_REVIEW, None),
    transition("grant", tuple(MISSING.values()), GRANTED),
    transition("refuse", IN_REVIEW, REFUSED),
    transition("withdraw", (*IN_REVIEW, GRANTED), "WITHDRAWN"),
    transition("expire", GRANTED, "EXPIRED"),
)
ENROLMENT_MACHINE: Final = Machine(
    transition("assess", "ENROLLED", None),
    transition("pass", "ENROLLED", "PASSED"),
    transition("fail", "ENROLLED", "FAILED"),
    transition("certify", "PASSED", "CERTIFIED"),
    transition("withdraw", "ENROLLED", "WITHDRAWN"),
)
#: A course gone through to its assessment, whatever that brought (I-EMP-7).
COMPLETED: Final = ("PASSED", "FAILED", "CERTIFIED")
ONE_ENROLMENT: Final = "uq_enrolments_person_course"
ONE_CERTIFICATE: Final = "uq_enrolments_certificate_no"
ONE_MARK: Final = "uq_brand_programmes_live"


class BrandProgramme(Lived, Base):
    """“武昌鱼”品牌项目: a provider's programme that bears the mark, with both cities' approval."""

    __tablename__ = "brand_programmes"
    __table_args__ = (
        states_of(MACHINE),
        CheckConstraint("brand IN ('WUCHANGYU')", name="brand"),
        CheckConstraint(
            "state <> 'GRANTED' OR (jsonb_array_length(reviews) >= 2 "
            "AND granted_on IS NOT NULL AND valid_to > granted_on)",
            name="granted",
        ),
        Index(
            ONE_MARK,
            "provider_id",
            "title",
            unique=True,
            postgresql_where=text(one_of("state", (*IN_REVIEW, GRANTED))),
        ),
    )

    brand: Mapped[str] = mapped_column(String(12))
    provider_id: Mapped[UUID] = mapped_column(ForeignKey("training_providers.id"))
    title: Mapped[str] = mapped_column(String(80))
    field: Mapped[str] = mapped_column(String(8))
    occupation: Mapped[str] = mapped_column(String(12))
    skill_level: Mapped[str] = mapped_column(String(2))
    statement: Mapped[str] = mapped_column(String(4000))
    # One a city: {"city", "decision", "opinion", "reviewed_by", "reviewed_on"}.
    reviews: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    granted_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(2000))

    def is_valid(self, on: date) -> bool:
        """True while the mark may be put on new courses."""
        return self.state == GRANTED and self.valid_to is not None and self.valid_to >= on


class Enrolment(PersonColumns, Lived, Base):
    """报名: one person in one course; `owner_city` is the city of the course."""

    __tablename__ = "enrolments"
    __table_args__ = (
        states_of(ENROLMENT_MACHINE),
        CheckConstraint("score BETWEEN 0 AND 100", name="score"),
        CheckConstraint(
            "state <> 'CERTIFIED' OR (certificate_no IS NOT NULL AND skill_level IS NOT NULL)",
            name="certificate",
        ),
        Index(
            ONE_ENROLMENT,
            "id_hash",
            "course_id",
            unique=True,
            postgresql_where=text("state <> 'WITHDRAWN'"),
        ),
        Index(
            ONE_CERTIFICATE,
            "certificate_no",
            unique=True,
            postgresql_where=text("certificate_no IS NOT NULL"),
        ),
        Index("ix_enrolments_completed_on", "completed_on"),
    )

    course_id: Mapped[UUID] = mapped_column(ForeignKey("training_resources.id"), index=True)
    home_city: Mapped[str] = mapped_column(String(6))
    subsidised: Mapped[bool]
    groups: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    enrolled_on: Mapped[date]
    completed_on: Mapped[date | None]
    score: Mapped[Any | None] = mapped_column(Numeric(5, 2))
    certificate_no: Mapped[str | None] = mapped_column(String(40))
    certified_on: Mapped[date | None]
    skill_level: Mapped[str | None] = mapped_column(String(2))
    # The mark in force when the course was certified, if it had one.
    brand: Mapped[str | None] = mapped_column(String(12))
