"""What other services have announced and social insurance waits for."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.ids import new_id
from social_insurance.db import Base

WAITING: Final = "WAITING"


class ExpectedParticipation(Base):
    """J-5: who was hired should be insured in the work city within 30 days (社会保险法 art. 58)."""

    __tablename__ = "expected_participations"
    __table_args__ = (
        CheckConstraint("state IN ('WAITING', 'MET', 'MISSING', 'CLOSED')", name="state"),
        Index(
            "uq_expected_participations_hire", "person_ref", "employer_uscc", "hired_on",
            unique=True,
        ),
        Index("ix_expected_participations_state", "state", "due_on"),
    )  # fmt: skip

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(String(7), default=WAITING)
    person_ref: Mapped[str] = mapped_column(String(24))
    employer_uscc: Mapped[str] = mapped_column(String(18))
    work_city: Mapped[str] = mapped_column(String(6))
    hired_on: Mapped[date]
    due_on: Mapped[date]
    referral_no: Mapped[str] = mapped_column(String(120))
    settled_on: Mapped[date | None]


class AwaitedMove(Base):
    """J-2: a move that opens a transfer once the first month is paid in the new city."""

    __tablename__ = "awaited_moves"
    __table_args__ = (
        CheckConstraint("state IN ('WAITING', 'OPENED', 'CLOSED')", name="state"),
        Index("uq_awaited_moves_move", "move_no", unique=True),
        Index("ix_awaited_moves_person_ref", "person_ref", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    state: Mapped[str] = mapped_column(String(7), default=WAITING)
    person_ref: Mapped[str] = mapped_column(String(24))
    from_city: Mapped[str] = mapped_column(String(6))
    to_city: Mapped[str] = mapped_column(String(6))
    move_no: Mapped[str] = mapped_column(String(120))
    journey_id: Mapped[UUID | None]
    opened_month: Mapped[str] = mapped_column(String(7))
    transfer_case_id: Mapped[UUID | None]
    announced_at: Mapped[datetime] = mapped_column(default=clock.now)
