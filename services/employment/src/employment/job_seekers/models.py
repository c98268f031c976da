"""Job seekers, their key-group tags, what they have consented to, claims. No HTTP, no queries."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from hrss_kit import clock
from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed
from hrss_kit.states import Machine, transition

SEEKING: Final = "SEEKING"
EMPLOYED: Final = "EMPLOYED"
PAUSED: Final = "PAUSED"
CLOSED: Final = "CLOSED"
MACHINE: Final = Machine(
    transition("pause", SEEKING, PAUSED),
    transition("resume", (PAUSED, EMPLOYED), SEEKING),
    transition("employ", (SEEKING, PAUSED), EMPLOYED),
    transition("close", (SEEKING, PAUSED, EMPLOYED), CLOSED),
)
TAG_MACHINE: Final = Machine(
    transition("verify", "CLAIMED", "VERIFIED"),
    transition("reject", ("CLAIMED", "VERIFIED"), "REJECTED"),
    transition("expire", "VERIFIED", "EXPIRED"),
)
CLAIM_MACHINE: Final = Machine(
    transition("accept", "OPEN", "ACCEPTED"),
    transition("decline", "OPEN", "DECLINED"),
)
ONE_ACTIVE: Final = "uq_job_seekers_active"
MATCH, HELP = "EMP_MATCH", "EMP_GROUP_HELP"


class JobSeeker(Resource, PersonColumns, Base):
    """求职者. One is active for a person in both cities together."""

    __tablename__ = "job_seekers"
    __table_args__ = (
        CheckConstraint("state IN ('SEEKING', 'EMPLOYED', 'PAUSED', 'CLOSED')", name="state"),
        CheckConstraint("cardinality(expected_occupations) BETWEEN 1 AND 3", name="occupations"),
        CheckConstraint("expected_salary_max >= expected_salary_min", name="salary"),
        Index(ONE_ACTIVE, "id_hash", unique=True, postgresql_where=text("state <> 'CLOSED'")),
        Index(
            "uq_job_seekers_source",
            "source_system",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
        Index("ix_job_seekers_match_cities", "match_cities", postgresql_using="gin"),
    )

    residence_division: Mapped[str | None] = mapped_column(String(12))
    edu: Mapped[str] = mapped_column(String(2))
    major: Mapped[str | None] = mapped_column(String(60))
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    skill_level: Mapped[str | None] = mapped_column(String(2))
    licences: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    experience: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    experience_months: Mapped[int]
    expected_occupations: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    expected_salary_min: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    expected_salary_max: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    accept_cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    accept_districts: Mapped[list[str]] = mapped_column(ARRAY(String(12)))
    # Under 18 at registration: the eighteenth birthday. Nobody else's age is kept.
    adult_from: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(10), default=SEEKING)
    closed_for: Mapped[str | None] = mapped_column(String(20))
    journey_id: Mapped[UUID | None]
    # The cities that consents open now: what is withdrawn is out of here in the same transaction.
    match_cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    help_cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))


class SeekerConsent(Base):
    """What a person has agreed to, for one purpose and one city, with the notice that was shown."""

    __tablename__ = "seeker_consents"
    __table_args__ = (
        Index(
            "uq_seeker_consents_standing",
            "seeker_id",
            "purpose",
            "city",
            unique=True,
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seeker_id: Mapped[UUID] = mapped_column(ForeignKey("job_seekers.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(6))
    notice_id: Mapped[str] = mapped_column(String(60))
    given_at: Mapped[datetime] = mapped_column(default=clock.now)
    given_by: Mapped[str] = mapped_column(String(80))
    withdrawn_at: Mapped[datetime | None]


class GroupTag(Resource, Base):
    """重点群体标识: that somebody belongs to a key group, with what shows it."""

    __tablename__ = "group_tags"
    __table_args__ = (
        CheckConstraint("state IN ('CLAIMED', 'VERIFIED', 'REJECTED', 'EXPIRED')", name="state"),
        CheckConstraint("(group_code = 'GRAD') = (status IS NOT NULL)", name="register"),
        CheckConstraint(
            "state NOT IN ('VERIFIED', 'EXPIRED') OR verified_by IS NOT NULL", name="verified"
        ),
        Index(
            "uq_group_tags_one",
            "seeker_id",
            "group_code",
            unique=True,
            postgresql_where=text("state IN ('CLAIMED', 'VERIFIED')"),
        ),
        Index("ix_group_tags_register", "group_code", "status"),
    )

    seeker_id: Mapped[UUID] = mapped_column(ForeignKey("job_seekers.id"))
    group_code: Mapped[str] = mapped_column(String(10))
    evidence_type: Mapped[str] = mapped_column(String(40))
    evidence_no: Mapped[str | None] = mapped_column(Sealed("group_tags.evidence_no"))
    # 离校未就业高校毕业生实名登记: where a graduate stands.
    status: Mapped[str | None] = mapped_column(String(20))
    graduated_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    verified_by: Mapped[str | None] = mapped_column(String(80))
    verified_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(2000))
    state: Mapped[str] = mapped_column(String(10), default="CLAIMED")

    @property
    def group(self) -> str:
        """Its name on the wire; `group` is a word of SQL."""
        return self.group_code


class SeekerClaim(Resource, Base):
    """A second city's wish to serve somebody who is registered in the other one."""

    __tablename__ = "seeker_claims"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'ACCEPTED', 'DECLINED')", name="state"),
        Index(
            "uq_seeker_claims_open",
            "seeker_id",
            "claiming_city",
            unique=True,
            postgresql_where=text("state = 'OPEN'"),
        ),
    )

    seeker_id: Mapped[UUID] = mapped_column(ForeignKey("job_seekers.id"))
    claiming_city: Mapped[str] = mapped_column(String(6))
    state: Mapped[str] = mapped_column(String(10), default="OPEN")
    reason: Mapped[str | None] = mapped_column(String(2000))


class SeekerMirror(Base):
    """A counterpart's copy of what it may see of a person; gone when the consent is."""

    __tablename__ = "seeker_mirrors"
    __table_args__ = (UniqueConstraint("seeker_id", "city", "purpose", name="uq_seeker_mirrors"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    seeker_id: Mapped[UUID] = mapped_column(ForeignKey("job_seekers.id"))
    city: Mapped[str] = mapped_column(String(6))
    purpose: Mapped[str] = mapped_column(String(20))
    origin_version: Mapped[int]
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB)
    received_at: Mapped[datetime] = mapped_column(default=clock.now)
