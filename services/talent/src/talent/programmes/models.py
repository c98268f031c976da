"""Programmes and their categories. No HTTP, no queries."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from talent.db import Base

ONE_PROGRAMME_A_CODE: Final = "uq_programmes_code"
ONE_CATEGORY_A_CODE: Final = "uq_categories_code"


class Programme(Resource, Base):
    """人才计划: a city's plan under which talent is selected, such as 武汉英才计划."""

    __tablename__ = "programmes"
    __table_args__ = (
        UniqueConstraint("code", name=ONE_PROGRAMME_A_CODE),
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="period"),
    )

    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Category(Resource, Base):
    """类别: whom a programme selects, and where that stands on the common ladder A to F."""

    __tablename__ = "categories"
    __table_args__ = (
        UniqueConstraint("code", name=ONE_CATEGORY_A_CODE),
        CheckConstraint("ladder_level IN ('A', 'B', 'C', 'D', 'E', 'F')", name="ladder_level"),
        CheckConstraint("term_years > 0", name="term_years"),
    )

    programme_id: Mapped[UUID] = mapped_column(ForeignKey(Programme.id), index=True)
    code: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(120))
    ladder_level: Mapped[str] = mapped_column(String(1))
    evidence_list: Mapped[list[str]] = mapped_column(ARRAY(String(120)))
    # How long an award of it holds; None where it holds for good.
    term_years: Mapped[int | None]
