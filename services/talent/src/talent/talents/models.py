"""A talent entry. No HTTP, no queries."""

from typing import Final

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.person_columns import PersonColumns
from talent.db import Base

ONE_PER_PERSON: Final = "uq_talents_person"
#: Consent to be found by the other city's employers (PIPL art. 13).
SHARING: Final = "SHARING"
ONE_PER_SOURCE: Final = "uq_talents_source"


class Talent(Resource, PersonColumns, Base):
    """A professional (人才) on one city's books; one entry in both cities together."""

    __tablename__ = "talents"
    __table_args__ = (
        UniqueConstraint("id_hash", name=ONE_PER_PERSON),
        CheckConstraint("home_city = owner_city", name="home_city"),
        CheckConstraint("availability IN ('FULL', 'PART', 'PROJECT', 'NONE')", name="availability"),
        CheckConstraint("degree IN ('1', '2', '3', '4')", name="degree"),
        Index("ix_talents_fields", "fields", postgresql_using="gin"),
        Index(
            ONE_PER_SOURCE,
            "source_system",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
    )

    home_city: Mapped[str] = mapped_column(String(6))
    employer_uscc: Mapped[str | None] = mapped_column(String(18))
    edu: Mapped[str] = mapped_column(String(2))
    degree: Mapped[str | None] = mapped_column(String(1))
    major: Mapped[str | None] = mapped_column(String(80))
    titles: Mapped[list[str]] = mapped_column(ARRAY(String(80)))
    skill_level: Mapped[str | None] = mapped_column(String(2))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(10)))
    availability: Mapped[str] = mapped_column(String(7))
    # What the person has agreed to; withdrawing one takes effect with the next look.
    consents: Mapped[list[str]] = mapped_column(ARRAY(String(20)), server_default=text("'{}'"))
