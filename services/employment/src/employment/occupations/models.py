"""职业分类大典: the occupations that are known. No HTTP, no queries."""

from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from hrss_kit.ids import new_id

ONE_NAME: Final = "uq_occupations_code"


class Occupation(Base):
    """An occupation (职业) of one edition of the national list; codes move between editions."""

    __tablename__ = "occupations"
    __table_args__ = (
        UniqueConstraint("code", "edition", name=ONE_NAME),
        CheckConstraint("edition IN (2015, 2022)", name="edition"),
        CheckConstraint("code ~ '^[1-8]-[0-9]{2}-[0-9]{2}-[0-9]{2}$'", name="code"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(10))
    edition: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
