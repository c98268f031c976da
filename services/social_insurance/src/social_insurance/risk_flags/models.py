"""Risk flags 风险标识: a suspicion that stops a transfer until it is cleared."""

from datetime import date
from typing import Final

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed
from social_insurance.db import Base

OPEN_ONCE: Final = "uq_risk_flags_open"


class RiskFlag(Resource, PersonColumns, Base):
    """A flag on somebody's insurance in one city (社会保险经办条例 arts 36-38)."""

    __tablename__ = "risk_flags"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'CLEARED')", name="state"),
        CheckConstraint("kind IN ('FRAUD', 'IDENTITY', 'DATA')", name="kind"),
        Index(
            OPEN_ONCE,
            "id_hash",
            "kind",
            "owner_city",
            unique=True,
            postgresql_where=text("state = 'OPEN'"),
        ),
    )

    state: Mapped[str] = mapped_column(String(8))
    kind: Mapped[str] = mapped_column(String(8))
    # A suspicion is about somebody: it is kept like everything else about them.
    reason: Mapped[str] = mapped_column(Sealed("risk_flags.reason"))
    raised_on: Mapped[date]
    raised_by: Mapped[str] = mapped_column(String(80))
    cleared_on: Mapped[date | None]
