"""Uses of a card or an e-card at a counter."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from card.db import Base
from hrss_kit import sealing
from hrss_kit.db import Resource


class CardUse(Resource, Base):  # type: ignore[misc, valid-type]
    """用卡事件: where and what for a card was used, and how sure the counter was of its holder."""

    __tablename__ = "card_use_events"
    __table_args__ = (
        CheckConstraint("assurance IN ('LOW', 'MEDIUM', 'HIGH')", name="assurance"),
        CheckConstraint("way IN ('CARD', 'ECARD', 'NUMBER')", name="way"),
        # What a counter's own system sends twice happened once.
        Index(
            "uq_card_use_events_source",
            "source_system",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
    )

    holder_id: Mapped[UUID] = mapped_column(ForeignKey("holders.id"), index=True)
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("cards.id"), index=True)
    use_code: Mapped[str] = mapped_column(String(40))
    way: Mapped[str] = mapped_column(String(6))
    assurance: Mapped[str] = mapped_column(String(6))
    data_only: Mapped[bool]
    place_org: Mapped[str] = mapped_column(String(60))
    place_division: Mapped[str] = mapped_column(String(6))
    journey_id: Mapped[UUID | None]

    @property
    def person_ref(self) -> str:
        """What events and logs may carry of the holder."""
        return sealing.person_ref(self.id_hash)
