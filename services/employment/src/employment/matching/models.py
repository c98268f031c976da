"""What matching knows of a job seeker: nothing protected, so that nothing protected can count."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Numeric, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base


class SeekerProfile(Base):
    """The conditions of one who is SEEKING: no name, document, gender, ethnicity or hukou."""

    __tablename__ = "seeker_profiles"
    __table_args__ = (
        Index(
            "ix_seeker_profiles_keys",
            "keys",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )

    seeker_id: Mapped[UUID] = mapped_column(
        ForeignKey("job_seekers.id", ondelete="CASCADE"), primary_key=True
    )
    owner_city: Mapped[str] = mapped_column(String(6))
    match_cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    registered_at: Mapped[datetime]
    edu: Mapped[str] = mapped_column(String(2))
    skills: Mapped[list[str]] = mapped_column(ARRAY(String(60)))
    licences: Mapped[list[str]] = mapped_column(ARRAY(String(40)))
    experience_months: Mapped[int]
    expected_occupations: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    monthly_min: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    accept_cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    city: Mapped[str] = mapped_column(String(6))
    districts: Mapped[list[str]] = mapped_column(ARRAY(String(12)))
    # Key groups whose evidence was verified: they order equal scores and change none.
    groups: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    adult_from: Mapped[date | None]
    keys: Mapped[list[str]] = mapped_column(ARRAY(String(60)))
