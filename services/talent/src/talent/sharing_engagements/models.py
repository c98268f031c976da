"""An engagement and its three agreements. No HTTP, no queries."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.states import Machine, transition
from talent.casework import LivingResource
from talent.db import Base
from talent.talents.models import Talent

OFFERED, REQUESTED, AGREED = "OFFERED", "REQUESTED", "AGREED"
ACTIVE, ENDED, WITHDRAWN = "ACTIVE", "ENDED", "WITHDRAWN"
PERSON, HOME_EMPLOYER, HOST = "PERSON", "HOME_EMPLOYER", "HOST"
PARTIES: Final = (PERSON, HOME_EMPLOYER, HOST)
MACHINE: Final = Machine(
    transition("request", OFFERED, REQUESTED),
    transition("agree", REQUESTED, None),
    transition("start", AGREED, ACTIVE),
    transition("end", ACTIVE, ENDED),
    transition("withdraw", (OFFERED, REQUESTED, AGREED), WITHDRAWN),
)


class SharingEngagement(LivingResource, Base):
    """人才共享: somebody works for another employer besides their own, by agreement of three.

    The talent's home employer is never touched by it; what it was is kept here.
    """

    __tablename__ = "sharing_engagements"
    __table_args__ = (
        CheckConstraint(
            "state IN ('OFFERED', 'REQUESTED', 'AGREED', 'ACTIVE', 'ENDED', 'WITHDRAWN')",
            name="state",
        ),
        CheckConstraint("kind IN ('PART_TIME', 'CONSULTANT', 'PROJECT')", name="kind"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="period"),
        CheckConstraint("state = 'OFFERED' OR state = 'WITHDRAWN' OR host_uscc IS NOT NULL",
                        name="host"),
        Index("ix_sharing_engagements_host_city", "host_city", "state"),
        Index("ix_sharing_engagements_talent_id", "talent_id"),
    )  # fmt: skip

    talent_id: Mapped[UUID] = mapped_column(ForeignKey(Talent.id))
    kind: Mapped[str] = mapped_column(String(10))
    home_employer_uscc: Mapped[str | None] = mapped_column(String(18))
    host_city: Mapped[str | None] = mapped_column(String(6))
    host_uscc: Mapped[str | None] = mapped_column(String(18))
    host_name: Mapped[str | None] = mapped_column(String(200))
    duties: Mapped[str | None] = mapped_column(String(2000))
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    ended_on: Mapped[date | None]


class SharingAgreement(Base):
    """One party's word: the person's, the home employer's, the host's."""

    __tablename__ = "sharing_agreements"
    __table_args__ = (
        PrimaryKeyConstraint("engagement_id", "party"),
        CheckConstraint("party IN ('PERSON', 'HOME_EMPLOYER', 'HOST')", name="party"),
    )

    engagement_id: Mapped[UUID] = mapped_column(ForeignKey(SharingEngagement.id))
    party: Mapped[str] = mapped_column(String(13))
    evidence_no: Mapped[str] = mapped_column(String(60))
    agreed_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(80))
