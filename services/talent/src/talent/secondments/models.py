"""A post and a secondment. No HTTP, no queries."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.person_columns import PersonColumns
from talent.casework import LivingResource
from talent.db import Base

ONE_AT_A_TIME: Final = "ex_secondments_period"


class SecondmentPost(LivingResource, Base):
    """挂职岗位: a post that a city's HRSS body offers to the other city."""

    __tablename__ = "secondment_posts"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'CLOSED')", name="state"),
        CheckConstraint("months > 0", name="months"),
    )

    host_org: Mapped[str] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(120))
    duties: Mapped[str | None] = mapped_column(String(2000))
    months: Mapped[int]
    open_until: Mapped[date | None]


class Secondment(LivingResource, PersonColumns, Base):
    """挂职: somebody of one city works in a post of the other; employment and pay stay at home."""

    __tablename__ = "secondments"
    __table_args__ = (
        CheckConstraint(
            "state IN ('NOMINATED', 'APPROVED_HOME', 'APPROVED_HOST', 'ACTIVE', 'EXTENDED', "
            "'APPRAISED', 'ENDED', 'RECALLED', 'WITHDRAWN')",
            name="state",
        ),
        CheckConstraint("host_city <> owner_city", name="cities"),
        CheckConstraint("ends_on >= starts_on", name="period"),
        # One person is in one post at a time, whoever nominates.
        ExcludeConstraint(
            ("id_hash", "="),
            (literal_column("daterange(starts_on, ends_on, '[]')"), "&&"),
            where="state <> 'WITHDRAWN'",
            using="gist",
            name=ONE_AT_A_TIME,
        ),
        Index("ix_secondments_host_city", "host_city", "state"),
    )

    post_id: Mapped[UUID] = mapped_column(ForeignKey(SecondmentPost.id))
    host_city: Mapped[str] = mapped_column(String(6))
    home_org: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    nominated_by: Mapped[str] = mapped_column(String(80))
    started_on: Mapped[date | None]
    extended_from: Mapped[date | None]
    appraisal: Mapped[str | None] = mapped_column(String(10))
    appraisal_note: Mapped[str | None] = mapped_column(String(2000))
    ended_on: Mapped[date | None]
