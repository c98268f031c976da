"""Applications for a first card."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from card.applications.rules import LIVE, STATES
from card.db import Base
from hrss_kit import sealing
from hrss_kit.db import Resource
from hrss_kit.sealing import Sealed


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class CardApplication(Resource, Base):  # type: ignore[misc, valid-type]
    """首次申领: somebody applies for their first card in a city."""

    __tablename__ = "card_applications"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint("delivery IN ('PICKUP', 'POST')", name="delivery"),
        # One live application a person, in both cities together.
        Index(
            "uq_card_applications_live",
            "id_hash",
            unique=True,
            postgresql_where=text(_one_of("state", LIVE)),
        ),
    )

    holder_id: Mapped[UUID] = mapped_column(ForeignKey("holders.id"), index=True)
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    state: Mapped[str] = mapped_column(String(10), default="APPLIED")
    card_id: Mapped[UUID | None] = mapped_column(ForeignKey("cards.id"))
    bank_code: Mapped[str | None] = mapped_column(String(14))
    bank_account: Mapped[str | None] = mapped_column(Sealed("card_applications.bank_account"))
    delivery: Mapped[str] = mapped_column(String(6))
    delivery_address: Mapped[str | None] = mapped_column(
        Sealed("card_applications.delivery_address")
    )

    @property
    def person_ref(self) -> str:
        """What events and logs may carry of the applicant."""
        return sealing.person_ref(self.id_hash)
