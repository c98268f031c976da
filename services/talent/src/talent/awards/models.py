"""An award and its life. No HTTP, no queries."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.person_columns import PersonColumns
from hrss_kit.states import Machine, transition
from talent.casework import LivingResource
from talent.db import Base
from talent.programmes.models import Category

VALID, SUSPENDED, REVOKED, EXPIRED = "VALID", "SUSPENDED", "REVOKED", "EXPIRED"
MACHINE: Final = Machine(
    transition("suspend", VALID, SUSPENDED),
    transition("reinstate", SUSPENDED, VALID),
    transition("revoke", (VALID, SUSPENDED), REVOKED),
)
ONE_A_NUMBER: Final = "uq_awards_number"


class Award(LivingResource, PersonColumns, Base):
    """评定认定: somebody was selected into a category; the city that selected owns it."""

    __tablename__ = "awards"
    __table_args__ = (
        UniqueConstraint("category_id", "certificate_no", name=ONE_A_NUMBER),
        CheckConstraint("state IN ('VALID', 'SUSPENDED', 'REVOKED', 'EXPIRED')", name="state"),
        CheckConstraint("valid_to IS NULL OR valid_to >= awarded_on", name="period"),
        Index("ix_awards_owner_city_state", "owner_city", "state"),
    )

    category_id: Mapped[UUID] = mapped_column(ForeignKey(Category.id))
    awarded_on: Mapped[date]
    valid_to: Mapped[date | None]
    certificate_no: Mapped[str] = mapped_column(String(60))
    ended_on: Mapped[date | None]
    ended_reason: Mapped[str | None] = mapped_column(String(2000))
