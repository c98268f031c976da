"""A workshop as it is kept."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.sealing import Sealed
from labor_inspection.db import Base


class Workshop(Resource, Base):
    """工作研讨. `owner_city` invites; both cities read the minutes and do their items."""

    __tablename__ = "workshops"
    __table_args__ = (
        CheckConstraint(
            "state IN ('PLANNED', 'INVITED', 'CONFIRMED', 'DECLINED', 'HELD', 'CLOSED', "
            "'CANCELLED')",
            name="state",
        ),
        CheckConstraint("partner_city <> owner_city", name="partner"),
        CheckConstraint("state NOT IN ('HELD', 'CLOSED') OR minutes IS NOT NULL", name="minutes"),
    )

    state: Mapped[str] = mapped_column(String(10))
    topic: Mapped[str] = mapped_column(String(200))
    agenda: Mapped[list[str]] = mapped_column(ARRAY(String(200)))
    partner_city: Mapped[str] = mapped_column(String(6), index=True)
    division: Mapped[str] = mapped_column(String(9))
    place: Mapped[str] = mapped_column(String(200))
    planned_on: Mapped[date]
    held_on: Mapped[date | None]
    # How many of each city came.
    attendance: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    # Minutes may name people.
    minutes: Mapped[str | None] = mapped_column(Sealed("workshops.minutes"))
    # Each act is a new version, also one that only changes an item.
    steps: Mapped[int] = mapped_column(default=0)
    closed_on: Mapped[date | None]


class ActionItem(Base):
    """落实事项: what one city will do, and by when."""

    __tablename__ = "workshop_items"
    __table_args__ = (UniqueConstraint("workshop_id", "number", name="uq_workshop_items_number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    workshop_id: Mapped[UUID] = mapped_column(ForeignKey(Workshop.id))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(String(1000))
    city: Mapped[str] = mapped_column(String(6))
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    done_by: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str | None] = mapped_column(String(1000))
