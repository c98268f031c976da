"""Employers that may not recruit, as labour inspection tells them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.ids import new_id
from talent.db import Base


class BlockedEmployer(Base):
    """欠薪名单: an entry of the wage-arrears list, kept also after it is removed."""

    __tablename__ = "blocked_employers"

    entry_no: Mapped[str] = mapped_column(String(120), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), index=True)
    city: Mapped[str | None] = mapped_column(String(6))
    blocked_from: Mapped[date]
    blocked_to: Mapped[date]
    removed_on: Mapped[date | None]


class EmployerGrade(Base):
    """守法诚信等级: the grade of the newest year, as labour inspection publishes it (J-7)."""

    __tablename__ = "employer_grades"
    __table_args__ = (CheckConstraint("grade IN ('A', 'B', 'C')", name="grade"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    grade: Mapped[str] = mapped_column(String(1))
    year: Mapped[int]
    published_at: Mapped[datetime]
