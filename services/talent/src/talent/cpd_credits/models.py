"""Hours of continuing education, and their sum of a year. No HTTP, no queries."""

from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, LargeBinary, Numeric, PrimaryKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.person_columns import PersonColumns
from talent.db import Base


class CpdCredit(Resource, PersonColumns, Base):
    """继续教育学时: hours that an organisation gave in a year; good in every city."""

    __tablename__ = "cpd_credits"
    __table_args__ = (
        CheckConstraint("kind IN ('PUBLIC', 'PROFESSIONAL')", name="kind"),
        CheckConstraint("hours > 0", name="hours"),
        Index("ix_cpd_credits_person_year", "id_hash", "year"),
    )

    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
    org: Mapped[str] = mapped_column(String(120))
    certificate_no: Mapped[str | None] = mapped_column(String(60))


class CpdYear(Base):
    """The sum of a person's hours in a year, against which every new credit is set."""

    __tablename__ = "cpd_years"
    __table_args__ = (
        PrimaryKeyConstraint("id_hash", "year"),
        CheckConstraint("hours >= 0", name="hours"),
    )

    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    year: Mapped[int]
    hours: Mapped[Decimal] = mapped_column(Numeric(5, 1))
