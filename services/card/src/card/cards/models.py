"""Cards 社会保障卡 as the issuing cities know them."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from card import numbers
from card.cards.rules import FINANCIAL_STATES, STATES
from card.db import Base
from hrss_kit import sealing
from hrss_kit.db import Resource
from hrss_kit.sealing import Sealed


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Card(Resource, Base):  # type: ignore[misc, valid-type]
    """社会保障卡: found by its identification code 卡识别码, held by one person."""

    __tablename__ = "cards"
    __table_args__ = (
        CheckConstraint(_one_of("social_state", STATES), name="social_state"),
        CheckConstraint(_one_of("financial_state", FINANCIAL_STATES), name="financial_state"),
        CheckConstraint("generation IN ('G1', 'G2', 'G3')", name="generation"),
        CheckConstraint("valid_to > issued_on", name="validity"),
        # The database, not a SELECT, decides which of many activations was the first.
        Index(
            "uq_cards_active_id_hash",
            "id_hash",
            unique=True,
            postgresql_where=text("social_state = 'ACTIVE'"),
        ),
        # What was changed lately; costs an import next to nothing.
        Index("ix_cards_updated_at", "updated_at", postgresql_using="brin"),
        # What the timers look for every half minute.
        Index(
            "ix_cards_active_valid_to",
            "valid_to",
            postgresql_where=text("social_state = 'ACTIVE'"),
        ),
        Index(
            "ix_cards_temp_loss_ends_on",
            "temp_loss_ends_on",
            postgresql_where=text("social_state = 'TEMP_LOST'"),
        ),
    )

    holder_id: Mapped[UUID] = mapped_column(ForeignKey("holders.id"), index=True)
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    issuing_division: Mapped[str] = mapped_column(String(6))
    card_no: Mapped[str] = mapped_column(Sealed("cards.card_no"))
    card_no_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    identification_code: Mapped[str] = mapped_column(Sealed("cards.identification_code"))
    identification_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    spec_version: Mapped[str] = mapped_column(String(4))
    generation: Mapped[str] = mapped_column(String(2))
    atr: Mapped[str | None] = mapped_column(String(80))
    issued_on: Mapped[date]
    valid_to: Mapped[date]
    bank_code: Mapped[str | None] = mapped_column(String(14))
    bank_account: Mapped[str | None] = mapped_column(Sealed("cards.bank_account"))
    social_state: Mapped[str] = mapped_column(String(10))
    financial_state: Mapped[str] = mapped_column(String(10))
    pin_failures: Mapped[int] = mapped_column(default=0)
    # Of a card temporarily lost: its last day of rest; None when it stays lost until restored.
    temp_loss_ends_on: Mapped[date | None]
    successor_id: Mapped[UUID | None] = mapped_column(ForeignKey("cards.id"))

    @property
    def person_ref(self) -> str:
        """What events and logs may carry of the holder."""
        return sealing.person_ref(self.id_hash)

    def take_number(self, card_no: str) -> None:
        """Sets the card number and its blind index."""
        self.card_no = card_no
        self.card_no_hash = numbers.card_no_hash(self.issuing_division, card_no)

    def take_code(self, identification_code: str) -> None:
        """Sets the identification code, its blind index and the division that issued."""
        self.identification_code = identification_code
        self.identification_hash = numbers.identification_hash(identification_code)
        self.issuing_division = identification_code[:6]
