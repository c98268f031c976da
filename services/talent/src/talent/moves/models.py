"""A move and its checklist. No HTTP, no queries."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.ids import new_id
from hrss_kit.person_columns import PersonColumns
from talent.casework import LivingResource
from talent.db import Base

ONE_OPEN: Final = "uq_moves_open"


class Move(LivingResource, PersonColumns, Base):
    """人才流动: somebody goes from one city to the other; the city they come to owns it."""

    __tablename__ = "moves"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'CHECKLIST', 'DONE', 'CANCELLED')", name="state"),
        CheckConstraint("from_city <> owner_city", name="cities"),
        CheckConstraint("card_choice IN ('KEEP', 'REPLACE')", name="card_choice"),
        CheckConstraint(
            "category IN ('HIGH_LEVEL', 'POSTDOC', 'GRADUATE', 'SKILLED', 'OTHER')",
            name="category",
        ),
        Index(
            ONE_OPEN,
            "id_hash",
            unique=True,
            postgresql_where=text("state IN ('OPEN', 'CHECKLIST')"),
        ),
        Index("ix_moves_from_city", "from_city", "state"),
        Index("ix_moves_journey_id", "journey_id"),
    )

    from_city: Mapped[str] = mapped_column(String(6))
    employer_uscc: Mapped[str | None] = mapped_column(String(18))
    employer_name: Mapped[str | None] = mapped_column(String(200))
    category: Mapped[str] = mapped_column(String(10))
    opened_on: Mapped[date]
    contract_signed_on: Mapped[date | None]
    card_choice: Mapped[str | None] = mapped_column(String(7))
    note: Mapped[str | None] = mapped_column(String(1000))
    # Names the journey in every service; the move's own when none was given.
    journey_id: Mapped[UUID] = mapped_column(default=new_id)
    done_on: Mapped[date | None]


class MoveItem(Base):
    """清单事项: one thing that a move needs, or does not."""

    __tablename__ = "move_items"
    __table_args__ = (
        PrimaryKeyConstraint("move_id", "code"),
        CheckConstraint("state IN ('NOT_NEEDED', 'WAITING', 'DONE', 'FAILED')", name="state"),
    )

    move_id: Mapped[UUID] = mapped_column(ForeignKey(Move.id))
    code: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(10))
    done_on: Mapped[date | None]
    # The number of what did it in the service that did.
    reference: Mapped[str | None] = mapped_column(String(60))
    note: Mapped[str | None] = mapped_column(String(500))
    marked_by: Mapped[str | None] = mapped_column(String(80))
