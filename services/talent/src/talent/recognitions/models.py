"""The recognition of an award as it is kept."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.person_columns import PersonColumns
from talent.awards.models import Award
from talent.casework import LivingResource
from talent.category_mappings.models import CategoryMapping
from talent.db import Base
from talent.programmes.models import Category

ONE_OPEN: Final = "uq_recognitions_open"
_OPEN: Final = "('APPLIED', 'VERIFYING', 'VERIFIED', 'GRANTED', 'SUSPENDED')"


class Recognition(LivingResource, PersonColumns, Base):
    """高层次人才互认: an award of another city, applied for in the city that owns this row."""

    __tablename__ = "recognitions"
    __table_args__ = (
        CheckConstraint(
            "state IN ('APPLIED', 'VERIFYING', 'VERIFIED', 'GRANTED', 'SUSPENDED', 'REVOKED', "
            "'EXPIRED', 'WITHDRAWN', 'REFUSED_REVOKED', 'REFUSED_NOT_RECOGNISED')",
            name="state",
        ),
        CheckConstraint("route IN ('MAPPED', 'CASE_BY_CASE')", name="route"),
        CheckConstraint("(route = 'MAPPED') = (mapping_id IS NOT NULL)", name="mapping"),
        # A is the top: what is granted is never above the origin.
        CheckConstraint("granted_level IS NULL OR granted_level >= origin_level", name="level"),
        CheckConstraint("issuer_city <> owner_city", name="cities"),
        Index(
            ONE_OPEN,
            "award_id",
            "owner_city",
            unique=True,
            postgresql_where=text(f"state IN {_OPEN}"),
        ),
        Index("ix_recognitions_issuer_city", "issuer_city", "state"),
        Index("ix_recognitions_mapping_id", "mapping_id"),
        Index("ix_recognitions_ending", "valid_to", postgresql_where=text("state = 'GRANTED'")),
    )

    award_id: Mapped[UUID] = mapped_column(ForeignKey(Award.id))
    category_id: Mapped[UUID] = mapped_column(ForeignKey(Category.id))
    issuer_city: Mapped[str] = mapped_column(String(6))
    origin_level: Mapped[str] = mapped_column(String(1))
    applied_on: Mapped[date]
    route: Mapped[str] = mapped_column(String(12))
    # The mapping of the application's day, kept whatever is agreed later.
    mapping_id: Mapped[UUID | None] = mapped_column(ForeignKey(CategoryMapping.id))
    granted_category_id: Mapped[UUID | None] = mapped_column(ForeignKey(Category.id))
    granted_level: Mapped[str | None] = mapped_column(String(1))
    verified_on: Mapped[date | None]
    verified_by: Mapped[str | None] = mapped_column(String(80))
    benefit_check: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    granted_on: Mapped[date | None]
    valid_to: Mapped[date | None]
    # Set when the mapping it was granted under gave way to another.
    grandfathered_by: Mapped[UUID | None] = mapped_column(ForeignKey(CategoryMapping.id))
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None] = mapped_column(String(2000))
    journey_id: Mapped[UUID | None]


class RecognitionReview(Base):
    """个案评议: what one city's supervisor says where no mapping does; one a city."""

    __tablename__ = "recognition_reviews"
    __table_args__ = (PrimaryKeyConstraint("recognition_id", "city"),)

    recognition_id: Mapped[UUID] = mapped_column(ForeignKey(Recognition.id))
    city: Mapped[str] = mapped_column(String(6))
    # None: not to be recognised.
    level: Mapped[str | None] = mapped_column(String(1))
    reason: Mapped[str] = mapped_column(String(2000))
    reviewed_by: Mapped[str] = mapped_column(String(80))
