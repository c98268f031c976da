"""An employer and the names of its states. No HTTP, no queries."""

from datetime import date
from typing import Final

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from hrss_kit.db import Resource
from hrss_kit.identifiers import check_uscc
from hrss_kit.sealing import Sealed
from hrss_kit.states import Machine, transition

UNVERIFIED: Final = "UNVERIFIED"
VERIFIED: Final = "VERIFIED"
REJECTED: Final = "REJECTED"

MACHINE: Final = Machine(
    transition("verify", (UNVERIFIED, REJECTED), VERIFIED),
    transition("reject", (UNVERIFIED, VERIFIED), REJECTED),
)
ONE_PER_USCC: Final = "uq_employers_uscc"
ONE_PER_SOURCE: Final = "uq_employers_source"


class Employer(Resource, Base):
    """An employing unit (用人单位), known to both cities under one credit code."""

    __tablename__ = "employers"
    __table_args__ = (
        UniqueConstraint("uscc", name=ONE_PER_USCC),
        Index(
            ONE_PER_SOURCE,
            "source_system",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
        CheckConstraint("state IN ('UNVERIFIED', 'VERIFIED', 'REJECTED')", name="state"),
        CheckConstraint(
            "kind IN ('ENTERPRISE', 'INDIVIDUAL', 'PUBLIC', 'ORG', 'HR_AGENCY')", name="kind"
        ),
        CheckConstraint("kind <> 'HR_AGENCY' OR hr_licence_no IS NOT NULL", name="licence"),
        CheckConstraint("size IN ('MICRO', 'SMALL', 'MEDIUM', 'LARGE')", name="size"),
        CheckConstraint("credit_grade IN ('A', 'B', 'C')", name="credit_grade"),
    )

    uscc: Mapped[str] = mapped_column(String(18))
    name: Mapped[str] = mapped_column(String(120), index=True)
    reg_division: Mapped[str] = mapped_column(String(12))
    work_divisions: Mapped[list[str]] = mapped_column(ARRAY(String(12)))
    industry: Mapped[str] = mapped_column(String(5))
    size: Mapped[str | None] = mapped_column(String(10))
    kind: Mapped[str] = mapped_column(String(20))
    hr_licence_no: Mapped[str | None] = mapped_column(String(60))
    contact_name: Mapped[str | None] = mapped_column(Sealed("employers.contact_name"))
    contact_phone: Mapped[str | None] = mapped_column(Sealed("employers.contact_phone"))
    state: Mapped[str] = mapped_column(String(20), default=UNVERIFIED)
    credit_grade: Mapped[str | None] = mapped_column(String(1))
    credit_year: Mapped[int | None]
    blocked_until: Mapped[date | None]

    def is_blocked(self, on: date) -> bool:
        """True while no posting of it may go out (wage-arrears list, or a block of its own)."""
        return self.blocked_until is not None and self.blocked_until >= on

    @property
    def verified(self) -> str:
        """The state under its name in the domain."""
        return self.state

    @property
    def warnings(self) -> list[str]:
        """What looks odd about its code but is accepted."""
        return list(check_uscc(self.uscc).warnings)


class EmployerListing(Base):
    """欠薪名单: that an employer is or was on the wage-arrears list, as its city has told."""

    __tablename__ = "employer_listings"

    entry_no: Mapped[str] = mapped_column(String(120), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    city: Mapped[str | None] = mapped_column(String(6))
    listed_from: Mapped[date]
    listed_to: Mapped[date]
    removed_on: Mapped[date | None]
