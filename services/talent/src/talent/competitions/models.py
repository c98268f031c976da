"""A city's skill competition, and who did well in it. No HTTP, no queries."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.person_columns import PersonColumns
from talent.casework import LivingResource
from talent.db import Base

ONE_A_YEAR: Final = "uq_competitions_city_year"
ONE_PLACE: Final = "uq_competition_results_place"
ONE_RESULT: Final = "uq_competition_results_person"


class Competition(LivingResource, Base):
    """职业技能大赛: held by a city every two years."""

    __tablename__ = "competitions"
    __table_args__ = (
        CheckConstraint("state IN ('PLANNED', 'ANNOUNCED', 'HELD', 'CANCELLED')", name="state"),
        CheckConstraint("starts_on <= ends_on", name="days"),
        CheckConstraint("(state = 'HELD') = (held_on IS NOT NULL)", name="held"),
        Index(
            ONE_A_YEAR,
            "owner_city",
            "year",
            unique=True,
            postgresql_where=text("state <> 'CANCELLED'"),
        ),
    )

    title: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    venue: Mapped[str] = mapped_column(String(200))
    announced_on: Mapped[date | None]
    held_on: Mapped[date | None]


class CompetitionResult(Resource, PersonColumns, Base):
    """获奖名次: evidence of a skill level, with the number under which it is cited."""

    __tablename__ = "competition_results"
    __table_args__ = (
        UniqueConstraint("competition_id", "occupation", "place", name=ONE_PLACE),
        UniqueConstraint("competition_id", "occupation", "id_hash", name=ONE_RESULT),
        CheckConstraint("place BETWEEN 1 AND 100", name="place"),
        CheckConstraint(
            "skill_level IN ('6', '5', '4', '3', '2', '1', '0T', '0C')", name="skill_level"
        ),
    )

    competition_id: Mapped[UUID] = mapped_column(ForeignKey(Competition.id))
    occupation: Mapped[str] = mapped_column(String(10))
    place: Mapped[int]
    skill_level: Mapped[str] = mapped_column(String(2))
    published_on: Mapped[date]
