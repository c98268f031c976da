"""E-cards 电子社保卡 and the codes they show."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from card.db import Base
from hrss_kit import sealing
from hrss_kit.db import Resource
from hrss_kit.sealing import Sealed


class ECard(Resource, Base):  # type: ignore[misc, valid-type]
    """电子社保卡: derived from a card, and bound to the one its holder uses."""

    __tablename__ = "ecards"
    __table_args__ = (
        CheckConstraint("level IN (1, 2)", name="level"),
        # 一级签发 is the national entry's, once a person; apps may derive any number of others.
        Index(
            "uq_ecards_first_level_id_hash",
            "id_hash",
            unique=True,
            postgresql_where=text("level = 1"),
        ),
    )

    holder_id: Mapped[UUID] = mapped_column(ForeignKey("holders.id"), index=True)
    id_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    bound_card_id: Mapped[UUID] = mapped_column(ForeignKey("cards.id"), index=True)
    issue_no: Mapped[str] = mapped_column(Sealed("ecards.issue_no"))
    issue_no_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    level: Mapped[int]
    issued_on: Mapped[date]
    device_hash: Mapped[str | None] = mapped_column(String(64))

    @property
    def person_ref(self) -> str:
        """What events and logs may carry of the holder."""
        return sealing.person_ref(self.id_hash)

    def take_issue_no(self, issue_no: str) -> None:
        """Sets the issue number and its blind index."""
        self.issue_no = issue_no
        self.issue_no_hash = sealing.blind(f"ecards.issue_no\0{issue_no}")


class EcardToken(Base):  # type: ignore[misc, valid-type]
    """动态码: good once and briefly; what is shown is nowhere, only its digest."""

    __tablename__ = "ecard_tokens"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    ecard_id: Mapped[UUID] = mapped_column(ForeignKey("ecards.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    authorised: Mapped[bool]
    issued_at: Mapped[datetime]
    issued_by: Mapped[str] = mapped_column(String(80))
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
    used_by: Mapped[str | None] = mapped_column(String(80))
