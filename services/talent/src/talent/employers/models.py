"""Employers that may not recruit, as labour inspection tells them."""

from datetime import date

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

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
