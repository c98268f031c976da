"""Holders 持卡人: the persons that cards are issued to."""

from datetime import date

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from card.db import Base
from hrss_kit.db import Resource
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed


class Holder(Resource, PersonColumns, Base):  # type: ignore[misc, valid-type]
    """持卡人: one row a person; `id_hash` decides who is the same."""

    __tablename__ = "holders"
    __table_args__ = (CheckConstraint("gender IN ('0', '1', '2', '9')", name="gender"),)

    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    gender: Mapped[str | None] = mapped_column(String(1))
    ethnicity: Mapped[str | None] = mapped_column(Sealed("holders.ethnicity"))
    hukou_division: Mapped[str | None] = mapped_column(String(20))
    residence_division: Mapped[str | None] = mapped_column(String(20))
    deceased_on: Mapped[date | None]
