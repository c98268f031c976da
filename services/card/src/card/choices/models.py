"""Choices of a card 社会保障卡选择: somebody moves, and keeps their card or gets another."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from card.db import Base
from hrss_kit.db import Resource

ONE_A_JOURNEY: Final = "uq_card_choices_journey_id"


class CardChoice(Resource, Base):  # type: ignore[misc, valid-type]
    """What the holder of a card decides when they move to the other city; that city owns it."""

    __tablename__ = "card_choices"
    __table_args__ = (
        CheckConstraint(
            "state IN ('WAITING', 'KEPT', 'REPLACING', 'REPLACED', 'NO_CARD', 'CANCELLED')",
            name="state",
        ),
        CheckConstraint("choice IN ('KEEP', 'REPLACE')", name="choice"),
        CheckConstraint("from_city <> owner_city", name="cities"),
        Index(ONE_A_JOURNEY, "journey_id", unique=True),
        Index("ix_card_choices_from_city", "from_city", "state"),
    )

    state: Mapped[str] = mapped_column(String(9))
    choice: Mapped[str | None] = mapped_column(String(7))
    person_ref: Mapped[str] = mapped_column(String(24), index=True)
    holder_id: Mapped[UUID | None] = mapped_column(ForeignKey("holders.id"))
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("cards.id"))
    from_city: Mapped[str] = mapped_column(String(6))
    # The number of the move in the service that leads it, and the journey that both are part of.
    move_no: Mapped[str] = mapped_column(String(120))
    journey_id: Mapped[UUID]
    settled_on: Mapped[date | None]
