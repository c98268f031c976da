"""A joint job fair, its booths, its postings and what came of it. No HTTP, no queries."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from employment.kinds import Lived, one_of, states_of
from hrss_kit.states import Machine, transition

DRAFT: Final = "DRAFT"
PROPOSED: Final = "PROPOSED"
COSIGNED: Final = "COSIGNED"
ANNOUNCED: Final = "ANNOUNCED"
OPEN: Final = "OPEN"
CLOSED: Final = "CLOSED"
REPORTED: Final = "REPORTED"
BEFORE_OPEN: Final = (DRAFT, PROPOSED, COSIGNED, ANNOUNCED)
#: Employers come, and postings are linked, while it is announced or open.
TAKING: Final = (ANNOUNCED, OPEN)

MACHINE: Final = Machine(
    transition("propose", DRAFT, PROPOSED),
    transition("cosign", PROPOSED, COSIGNED),
    transition("decline", PROPOSED, DRAFT),
    transition("announce", COSIGNED, ANNOUNCED),
    transition("open", ANNOUNCED, OPEN),
    transition("close", OPEN, CLOSED),
    # Each city files its figures; the second filing makes it REPORTED.
    transition("report", CLOSED, None),
    transition("complete", CLOSED, REPORTED),
    transition("cancel", BEFORE_OPEN, "CANCELLED"),
)
BOOTH_MACHINE: Final = Machine(transition("cancel", "REGISTERED", "CANCELLED"))
LINK_MACHINE: Final = Machine(transition("remove", "LINKED", "REMOVED"))
RESULT_MACHINE: Final = Machine(transition("amend", "FILED", None))
FIGURES: Final = (
    "employers", "postings", "headcount", "visitors", "resumes", "intents", "hired_30d",
)  # fmt: skip
ONE_BOOTH: Final = "uq_booths_employer"
ONE_NUMBER: Final = "uq_booths_booth_no"
ONE_LINK: Final = "uq_fair_postings_posting"
ONE_RESULT: Final = "uq_fair_results_fair_city"


class JobFair(Lived, Base):
    """招聘会: `owner_city` hosts it, `co_city` signs it too."""

    __tablename__ = "job_fairs"
    __table_args__ = (
        states_of(MACHINE),
        CheckConstraint("mode IN ('ONLINE', 'OFFLINE', 'HYBRID')", name="mode"),
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("co_city <> owner_city", name="cities"),
        CheckConstraint("mode = 'ONLINE' OR venue_division IS NOT NULL", name="venue"),
        # Nothing is announced that the other city has not signed, nor a hall without its plans
        # (S17 art. 28).
        CheckConstraint(
            f"{one_of('state', (DRAFT, PROPOSED, COSIGNED, 'CANCELLED'))} OR (cosigned_on IS NOT "
            "NULL AND (mode = 'ONLINE' OR (safety_plan_ref IS NOT NULL "
            "AND emergency_plan_ref IS NOT NULL)))",
            name="announced",
        ),
        Index("ix_job_fairs_state_starts_at", "state", "starts_at"),
    )

    title: Mapped[str] = mapped_column(String(80))
    mode: Mapped[str] = mapped_column(String(8))
    co_city: Mapped[str] = mapped_column(String(6))
    venue_division: Mapped[str | None] = mapped_column(String(12))
    venue_address: Mapped[str | None] = mapped_column(String(200))
    online_url: Mapped[str | None] = mapped_column(String(300))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    safety_plan_ref: Mapped[str | None] = mapped_column(String(120))
    emergency_plan_ref: Mapped[str | None] = mapped_column(String(120))
    expected_attendance: Mapped[int | None]
    themes: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    cosigned_on: Mapped[date | None]
    cosigned_by: Mapped[str | None] = mapped_column(String(80))
    announced_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(2000))

    @property
    def host_city(self) -> str:
        """The owner under its name in the domain."""
        return self.owner_city


class Booth(Lived, Base):
    """展位: one employer at a fair."""

    __tablename__ = "booths"
    __table_args__ = (
        states_of(BOOTH_MACHINE),
        Index(
            ONE_BOOTH,
            "fair_id",
            "employer_id",
            unique=True,
            postgresql_where=text("state = 'REGISTERED'"),
        ),
        Index(
            ONE_NUMBER,
            "fair_id",
            "booth_no",
            unique=True,
            postgresql_where=text("state = 'REGISTERED' AND booth_no IS NOT NULL"),
        ),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("job_fairs.id"))
    employer_id: Mapped[UUID] = mapped_column(ForeignKey("employers.id"), index=True)
    booth_no: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(2000))


class FairPosting(Lived, Base):
    """会上岗位: a posting that is offered at a fair."""

    __tablename__ = "fair_postings"
    __table_args__ = (
        states_of(LINK_MACHINE),
        Index(
            ONE_LINK,
            "fair_id",
            "posting_id",
            unique=True,
            postgresql_where=text("state = 'LINKED'"),
        ),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("job_fairs.id"))
    posting_id: Mapped[UUID] = mapped_column(ForeignKey("postings.id"), index=True)


class FairResult(Lived, Base):
    """招聘会成果: one city's figures; `hired_30d` is known thirty days later."""

    __tablename__ = "fair_results"
    __table_args__ = (
        states_of(RESULT_MACHINE),
        UniqueConstraint("fair_id", "owner_city", name=ONE_RESULT),
        *(CheckConstraint(f"{name} BETWEEN 0 AND 9999999", name=name) for name in FIGURES),
    )

    fair_id: Mapped[UUID] = mapped_column(ForeignKey("job_fairs.id"))
    employers: Mapped[int]
    postings: Mapped[int]
    headcount: Mapped[int]
    visitors: Mapped[int]
    resumes: Mapped[int]
    intents: Mapped[int]
    hired_30d: Mapped[int | None]
