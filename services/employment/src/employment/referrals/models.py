"""A referral 推荐 and its life. No HTTP, no queries."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from hrss_kit.db import Resource
from hrss_kit.states import Machine, transition

OPEN: Final = ("CREATED", "SENT", "INTERVIEWED")
#: From here on the employer's side has taken the person up.
ACCEPTED: Final = ("INTERVIEWED", "HIRED")
STATES: Final = (
    *OPEN, "HIRED", "REFUSED_BY_EMPLOYER", "REFUSED_BY_SEEKER", "NO_SHOW", "LAPSED",
)  # fmt: skip
MACHINE: Final = Machine(
    transition("send", "CREATED", "SENT"),
    transition("interview", "SENT", "INTERVIEWED"),
    transition("hire", ("SENT", "INTERVIEWED"), "HIRED"),
    transition("refuse-by-employer", ("SENT", "INTERVIEWED"), "REFUSED_BY_EMPLOYER"),
    transition("refuse-by-seeker", OPEN, "REFUSED_BY_SEEKER"),
    transition("no-show", ("SENT", "INTERVIEWED"), "NO_SHOW"),
    transition("lapse", OPEN, "LAPSED"),
)
ONE_OPEN: Final = "uq_referrals_open"
ONE_HIRE: Final = "uq_referrals_hired"


class Referral(Resource, Base):
    """A caseworker's word that a person is to be heard for a job; the score only advises."""

    __tablename__ = "referrals"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(one) for one in STATES)})", name="state"),
        CheckConstraint("(state = 'HIRED') = (hired_on IS NOT NULL)", name="hired"),
        Index(
            ONE_OPEN,
            "seeker_id",
            "posting_id",
            unique=True,
            postgresql_where=text("state IN ('CREATED', 'SENT', 'INTERVIEWED')"),
        ),
        Index(
            ONE_HIRE,
            "seeker_id",
            "posting_id",
            unique=True,
            postgresql_where=text("state = 'HIRED'"),
        ),
        Index(
            "ix_referrals_lapsing",
            "lapses_on",
            postgresql_where=text("state IN ('CREATED', 'SENT', 'INTERVIEWED')"),
        ),
        Index("ix_referrals_hired_on", "hired_on"),
    )

    seeker_id: Mapped[UUID] = mapped_column(ForeignKey("job_seekers.id"), index=True)
    posting_id: Mapped[UUID] = mapped_column(ForeignKey("postings.id"), index=True)
    # Where the person is registered and where the work is: both record what comes of it.
    seeker_city: Mapped[str] = mapped_column(String(6))
    posting_city: Mapped[str] = mapped_column(String(6))
    score: Mapped[Decimal] = mapped_column(Numeric(5, 2))
    score_detail: Mapped[dict[str, Any]] = mapped_column(JSONB)
    referred_by: Mapped[str] = mapped_column(String(80))
    groups: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    fair_id: Mapped[UUID | None] = mapped_column(ForeignKey("job_fairs.id"), index=True)
    note: Mapped[str | None] = mapped_column(String(500))
    state: Mapped[str] = mapped_column(String(20), default="CREATED")
    lapses_on: Mapped[date]
    sent_at: Mapped[datetime | None]
    interviewed_on: Mapped[date | None]
    hired_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(2000))

    @property
    def result(self) -> str | None:
        """How it ended; None while it is open."""
        return None if self.state in OPEN else self.state
