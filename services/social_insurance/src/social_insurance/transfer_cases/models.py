"""Transfer cases, and what they still have to ask of card and province."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed
from social_insurance.db import Base
from social_insurance.transfer_cases.rules import OPEN, SCHEMES

ONE_OPEN: Final = "uq_transfer_cases_open"
_OPEN: Final = ", ".join(f"'{state}'" for state in OPEN)
_KINDS: Final = ", ".join(f"'{kind}'" for kind in SCHEMES)
PENDING_PROVINCE: Final = "PENDING_PROVINCE"
HOLDER_DECEASED: Final = "HOLDER_DECEASED"


class TransferCase(Resource, PersonColumns, Base):
    """关系转移: a relation on its way from one city to another, or between schemes."""

    __tablename__ = "transfer_cases"
    __table_args__ = (
        CheckConstraint(f"kind IN ({_KINDS})", name="kind"),
        CheckConstraint(f"state IN ({_OPEN}, 'REJECTED', 'COMPLETED', 'WITHDRAWN')", name="state"),
        CheckConstraint("steps BETWEEN 1 AND 3", name="steps"),
        # One open case of a kind a person, whoever sends it and in whichever city.
        Index(
            ONE_OPEN,
            "id_hash",
            "kind",
            unique=True,
            postgresql_where=text(f"state IN ({_OPEN})"),
        ),
        Index("ix_transfer_cases_from_city_state", "from_city", "state"),
        Index("ix_transfer_cases_to_city_state", "to_city", "state"),
    )

    kind: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(12))
    from_city: Mapped[str] = mapped_column(String(6))
    to_city: Mapped[str] = mapped_column(String(6))
    applied_on: Mapped[date]
    apply_channel: Mapped[str] = mapped_column(String(8))
    apply_city: Mapped[str | None] = mapped_column(String(6))
    reason: Mapped[str | None] = mapped_column(Sealed("transfer_cases.reason"))
    steps: Mapped[int]
    hukou_division: Mapped[str | None] = mapped_column(String(12))
    by_order: Mapped[bool]
    retire_kind: Mapped[str | None] = mapped_column(String(3))
    journey_id: Mapped[UUID | None]
    verification_id: Mapped[str | None] = mapped_column(String(64))
    card_verified: Mapped[bool]
    documents: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    missing: Mapped[list[str]] = mapped_column(JSONB)
    fixes: Mapped[list[str]] = mapped_column(JSONB)
    reject_code: Mapped[str | None] = mapped_column(String(40))

    letter_on: Mapped[date | None]
    letter_by: Mapped[str | None] = mapped_column(String(80))
    out_on: Mapped[date | None]
    out_by: Mapped[str | None] = mapped_column(String(80))
    months_total: Mapped[int | None]
    counted_months: Mapped[int | None]
    overlap_months: Mapped[int] = mapped_column(default=0)
    account: Mapped[str | None] = mapped_column(Sealed("transfer_cases.account"))
    account_source: Mapped[str | None] = mapped_column(String(8))
    pool: Mapped[str | None] = mapped_column(Sealed("transfer_cases.pool"))
    moved: Mapped[str | None] = mapped_column(Sealed("transfer_cases.moved"))
    received: Mapped[str | None] = mapped_column(Sealed("transfer_cases.received"))
    overlap_resolution_id: Mapped[UUID | None]
    overlap_decided_by: Mapped[str | None] = mapped_column(String(80))
    completed_on: Mapped[date | None]
    completed_by: Mapped[str | None] = mapped_column(String(80))
    informed_by: Mapped[str | None] = mapped_column(String(8))
    certificate_id: Mapped[UUID | None]

    disputed_from: Mapped[str | None] = mapped_column(String(12))
    dispute_votes: Mapped[dict[str, str]] = mapped_column(JSONB)
    flags: Mapped[list[str]] = mapped_column(JSONB)
    province_ref: Mapped[str | None] = mapped_column(String(80))
    province_record: Mapped[str | None] = mapped_column(Sealed("transfer_cases.province_record"))

    @property
    def makers(self) -> set[str | None]:
        """Who prepared it; another one completes it."""
        return {self.created_by, self.letter_by, self.out_by, self.overlap_decided_by} - {None}

    def amount(self, name: str) -> Decimal | None:
        """An amount of its sheet."""
        value = getattr(self, name)
        return None if value is None else Decimal(value)

    def flag(self, name: str, *, is_up: bool) -> None:
        """Puts a flag up, or takes it down."""
        kept = [flag for flag in self.flags if flag != name]
        self.flags = [*kept, name] if is_up else kept


class CardCheck(Base):
    """A verification of the card service that is still to be asked about."""

    __tablename__ = "transfer_card_checks"
    __table_args__ = (
        CheckConstraint(
            "status IN ('PENDING', 'VERIFIED', 'NOT_VERIFIED', 'UNKNOWN', 'EXPIRED')",
            name="status",
        ),
        Index(
            "ix_transfer_card_checks_next", "next_at", postgresql_where=text("status = 'PENDING'")
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    transfer_case_id: Mapped[UUID] = mapped_column(ForeignKey("transfer_cases.id"))
    verification_id: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(12), default="PENDING")
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    next_at: Mapped[datetime] = mapped_column(server_default=func.now())


class ProvinceExchange(Base):
    """Something the provincial system 省级统筹信息系统 is to be asked or told; until it answers."""

    __tablename__ = "province_exchanges"
    __table_args__ = (
        CheckConstraint("kind IN ('PULL', 'PUSH')", name="kind"),
        CheckConstraint("status IN ('PENDING', 'DONE', 'REFUSED')", name="status"),
        Index("uq_province_exchanges_case", "transfer_case_id", "kind", unique=True),
        Index("ix_province_exchanges_next", "next_at", postgresql_where=text("status = 'PENDING'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    transfer_case_id: Mapped[UUID] = mapped_column(ForeignKey("transfer_cases.id"))
    kind: Mapped[str] = mapped_column(String(4))
    status: Mapped[str] = mapped_column(String(7), default="PENDING")
    attempts: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime] = mapped_column(server_default=func.now())
    next_at: Mapped[datetime] = mapped_column(server_default=func.now())
    done_at: Mapped[datetime | None]
