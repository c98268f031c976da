"""A mapping, who approved it, and the ways it opens. No HTTP, no queries."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    PrimaryKeyConstraint,
    String,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.ids import new_id
from talent.casework import LivingResource
from talent.db import Base
from talent.programmes.models import Category

ONE_WAY_AT_A_TIME: Final = "ex_category_mapping_legs_period"


class CategoryMapping(LivingResource, Base):
    """类别互认映射: what an award of one city's category counts for in another city."""

    __tablename__ = "category_mappings"
    __table_args__ = (
        CheckConstraint("kind IN ('EQUIVALENT', 'LOWER', 'NOT_RECOGNISED')", name="kind"),
        CheckConstraint("effective_to IS NULL OR effective_to >= effective_from", name="period"),
        CheckConstraint(
            "state IN ('DRAFT', 'ACTIVE', 'SUPERSEDED', 'WITHDRAWN') "
            "OR state ~ '^APPROVED_[A-Z]{2}$'",
            name="state",
        ),
        CheckConstraint(
            "(supersedes IS NULL) = (grandfathering IS NULL) "
            "AND (grandfathering = 'UNTIL') = (grandfather_until IS NOT NULL)",
            name="grandfathering",
        ),
        Index("ix_category_mappings_from_category_id", "from_category_id", "to_city"),
    )

    from_category_id: Mapped[UUID] = mapped_column(ForeignKey(Category.id))
    from_city: Mapped[str] = mapped_column(String(6))
    to_city: Mapped[str] = mapped_column(String(6))
    to_category_id: Mapped[UUID | None] = mapped_column(ForeignKey(Category.id))
    ladder_level: Mapped[str | None] = mapped_column(String(1))
    kind: Mapped[str] = mapped_column(String(16))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(500))
    supersedes: Mapped[UUID | None] = mapped_column(ForeignKey("category_mappings.id"))
    # What becomes of those recognised under the mapping that this one replaces.
    grandfathering: Mapped[str | None] = mapped_column(String(5))
    grandfather_until: Mapped[date | None]
    activated_on: Mapped[date | None]


class CategoryMappingApproval(Base):
    """批准: one a city."""

    __tablename__ = "category_mapping_approvals"
    __table_args__ = (PrimaryKeyConstraint("mapping_id", "city"),)

    mapping_id: Mapped[UUID] = mapped_column(ForeignKey(CategoryMapping.id))
    city: Mapped[str] = mapped_column(String(6))
    approved_by: Mapped[str] = mapped_column(String(80))
    approved_at: Mapped[datetime] = mapped_column(default=clock.now)


class CategoryMappingLeg(Base):
    """One way that a mapping opens: an equivalence opens two, one in each direction."""

    __tablename__ = "category_mapping_legs"
    __table_args__ = (
        # An award has one answer in a city on a day.
        ExcludeConstraint(
            ("category_id", "="),
            ("to_city", "="),
            (literal_column("daterange(effective_from, effective_to, '[]')"), "&&"),
            where="is_active",
            using="gist",
            name=ONE_WAY_AT_A_TIME,
        ),
        Index("ix_category_mapping_legs_mapping_id", "mapping_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    mapping_id: Mapped[UUID] = mapped_column(ForeignKey(CategoryMapping.id))
    category_id: Mapped[UUID] = mapped_column(ForeignKey(Category.id))
    to_city: Mapped[str] = mapped_column(String(6))
    granted_category_id: Mapped[UUID | None] = mapped_column(ForeignKey(Category.id))
    granted_level: Mapped[str | None] = mapped_column(String(1))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    is_active: Mapped[bool] = mapped_column(default=False)
