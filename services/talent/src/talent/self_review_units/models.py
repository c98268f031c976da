"""A self-review unit. No HTTP, no queries."""

from datetime import date

from sqlalchemy import Index, String
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from talent.db import Base


class SelfReviewUnit(Resource, Base):
    """自主评审单位: an employer that reviews titles of some series itself."""

    __tablename__ = "self_review_units"
    __table_args__ = (Index("uq_self_review_units_name", "owner_city", "name", unique=True),)

    name: Mapped[str] = mapped_column(String(120))
    series: Mapped[list[str]] = mapped_column(ARRAY(String(3)))
    listed_from: Mapped[date]
    listed_to: Mapped[date | None]
