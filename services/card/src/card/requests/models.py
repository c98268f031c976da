"""Requests for card service 跨城办卡: taken by one city, executed by the issuing one."""

from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Numeric, String, text
from sqlalchemy.orm import Mapped, mapped_column

from card.db import Base
from card.requests.rules import ENDED, KINDS, STATES
from hrss_kit import sealing
from hrss_kit.db import Resource
from hrss_kit.sealing import Sealed


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class CardServiceRequest(Resource, Base):  # type: ignore[misc, valid-type]
    """跨城办卡: what a holder asks for at a counter of either city."""

    __tablename__ = "card_service_requests"
    __table_args__ = (
        CheckConstraint(_one_of("kind", KINDS), name="kind"),
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint("delivery IN ('PICKUP', 'POST')", name="delivery"),
        # One open request per holder and kind.
        Index(
            "uq_card_service_requests_open",
            "holder_id",
            "kind",
            unique=True,
            postgresql_where=text(f"NOT ({_one_of('state', ENDED)})"),
        ),
    )

    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    holder_id: Mapped[UUID] = mapped_column(ForeignKey("holders.id"), index=True)
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("cards.id"), index=True)
    new_card_id: Mapped[UUID | None] = mapped_column(ForeignKey("cards.id"))
    serving_city: Mapped[str] = mapped_column(String(6), index=True)
    issuing_city: Mapped[str] = mapped_column(String(6), index=True)
    delivery: Mapped[str] = mapped_column(String(6))
    delivery_address: Mapped[str | None] = mapped_column(
        Sealed("card_service_requests.delivery_address")
    )
    bank_code: Mapped[str | None] = mapped_column(String(14))
    fee: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    damage_proof: Mapped[str | None] = mapped_column(String(200))
    correction: Mapped[str | None] = mapped_column(Sealed("card_service_requests.correction"))
    offer: Mapped[str | None] = mapped_column(String(16))
    refused_because: Mapped[str | None] = mapped_column(String(500))

    @property
    def person_ref(self) -> str:
        """What events and logs may carry of the holder."""
        return sealing.person_ref(self.id_hash)
