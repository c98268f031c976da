"""A meeting and its action items as they are kept."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gateway.agreements.models import Agreement
from gateway.db import Base
from hrss_kit.db import Resource
from hrss_kit.sealing import Sealed


class JointMeeting(Resource, Base):
    """联席会议. `owner_city` keeps the minutes; both cities read them and do their items."""

    __tablename__ = "joint_meetings"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'CLOSED')", name="state"),
        CheckConstraint("cardinality(parties) >= 2", name="parties"),
    )

    state: Mapped[str] = mapped_column(String(6), index=True)
    title: Mapped[str] = mapped_column(String(200))
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey(Agreement.id), index=True)
    parties: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    held_on: Mapped[date]
    place: Mapped[str] = mapped_column(String(200))
    # How many of each city came.
    attendance: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # Minutes may name people.
    minutes: Mapped[str] = mapped_column(Sealed("joint_meetings.minutes"))


class ActionItem(Resource, Base):
    """议定事项: what `owner_city` will do, and by when."""

    __tablename__ = "action_items"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'CLOSED')", name="state"),
        CheckConstraint("(state = 'CLOSED') = (closed_on IS NOT NULL)", name="closed"),
        Index("ix_action_items_due", "due_on", postgresql_where=text("state = 'OPEN'")),
    )

    meeting_id: Mapped[UUID] = mapped_column(ForeignKey(JointMeeting.id), index=True)
    state: Mapped[str] = mapped_column(String(6))
    title: Mapped[str] = mapped_column(String(500))
    due_on: Mapped[date]
    result: Mapped[str | None] = mapped_column(String(2000))
    closed_on: Mapped[date | None]
    closed_by: Mapped[str | None] = mapped_column(String(80))
