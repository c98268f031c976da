"""The application catalogue: what a card or e-card is good for."""

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from card.db import Base
from hrss_kit.db import Resource


class ApplicationItem(Resource, Base):  # type: ignore[misc, valid-type]
    """应用目录: one use of the card in one city, for the holders of every city."""

    __tablename__ = "application_items"
    __table_args__ = (
        UniqueConstraint("owner_city", "use_code"),
        CheckConstraint("state IN ('OPEN', 'WITHDRAWN')", name="state"),
        CheckConstraint("min_assurance IN ('LOW', 'MEDIUM', 'HIGH')", name="min_assurance"),
        CheckConstraint("domain IN ('emp', 'si', 'talent', 'li', 'card')", name="domain"),
    )

    use_code: Mapped[str] = mapped_column(String(40))
    name_zh: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str] = mapped_column(String(120))
    domain: Mapped[str] = mapped_column(String(6))
    accepts: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    min_assurance: Mapped[str] = mapped_column(String(6))
    place: Mapped[str | None] = mapped_column(String(200))
    basis: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default="OPEN")
