"""Hand-offs to outside platforms 跨省通办: kept until a signed receipt has come back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from gateway.external_handoffs.rules import OPEN, STATES
from hrss_kit.db import Resource
from hrss_kit.sealing import Sealed

RECEIPT_ONCE = "uq_external_handoffs_receipt_no"


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class ExternalHandoff(Resource, Base):
    """对外转办: one national matter on its way; `fields` are the names of what leaves with it."""

    __tablename__ = "external_handoffs"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint(
            "(state IN ('COMPLETED', 'REJECTED')) = (receipt IS NOT NULL)", name="receipt"
        ),
        Index(
            "ix_external_handoffs_next_at",
            "next_at",
            postgresql_where=text(_one_of("state", OPEN)),
        ),
        Index(RECEIPT_ONCE, "receipt_no", unique=True),
        Index("ix_external_handoffs_cities", "cities", postgresql_using="gin"),
    )

    matter_id: Mapped[UUID] = mapped_column(ForeignKey("matters.id"), unique=True)
    matter_no: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    platform: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(60)))
    # JSON of what leaves; taken away when the receipt is there.
    payload: Mapped[str | None] = mapped_column(Sealed("external_handoffs.payload"))
    # SHA-256 of it: what a receipt is for.
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    last_problem: Mapped[str | None] = mapped_column(String(60))
    platform_ref: Mapped[str | None] = mapped_column(String(80))
    receipt_no: Mapped[str | None] = mapped_column(String(80))
    # The signed receipt as it came, so that it can be checked again years later.
    receipt: Mapped[str | None] = mapped_column(String(4000))
    reason_code: Mapped[str | None] = mapped_column(String(40))
    sent_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
