"""Slots of something shared, and bookings of them: what training and start-up space have alike.

A place in a slot is taken by adding to a counter that a check constraint bounds, so that no
number of requests at once takes more places than there are.
"""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, literal_column
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from employment.kinds import Lived, states_of
from hrss_kit.ids import new_id
from hrss_kit.states import Machine, transition

REQUESTED: Final = "REQUESTED"
CONFIRMED: Final = "CONFIRMED"
IN_USE: Final = "IN_USE"
DONE: Final = "DONE"
NO_SHOW: Final = "NO_SHOW"
DECLINED: Final = "DECLINED"
CANCELLED: Final = "CANCELLED"
BEFORE_START: Final = (REQUESTED, CONFIRMED)

MACHINE: Final = Machine(
    transition("confirm", REQUESTED, CONFIRMED),
    transition("decline", REQUESTED, DECLINED),
    transition("cancel", BEFORE_START, CANCELLED),
    transition("start", CONFIRMED, IN_USE),
    transition("finish", IN_USE, DONE),
    transition("no-show", (CONFIRMED, IN_USE), NO_SHOW),
)


def slot_rules(table: str, of: str) -> tuple[Any, ...]:
    """What must stay true of the slots of one thing, which the column `of` names."""
    return (
        CheckConstraint("ends_at > starts_at", name="times"),
        CheckConstraint("capacity >= 1", name="capacity"),
        CheckConstraint("counterpart_quota BETWEEN 0 AND capacity", name="quota"),
        CheckConstraint(
            "taken_own >= 0 AND taken_counterpart >= 0 "
            "AND taken_own + taken_counterpart <= capacity",
            name="taken",
        ),
        # Places of the counterpart's quota are nobody else's, and it has no more than those.
        CheckConstraint(
            "counterpart_quota IS NULL OR (taken_counterpart <= counterpart_quota "
            "AND taken_own <= capacity - counterpart_quota)",
            name="quota_kept",
        ),
        # Nobody teaches, and no room holds, two things at a time.
        ExcludeConstraint(
            (of, "="),
            (literal_column("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name=f"ex_{table}_overlap",
        ),
    )


class SlotColumns:
    """时段: from when to when, how many places, how many of them are the other city's."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    capacity: Mapped[int]
    counterpart_quota: Mapped[int | None]
    taken_own: Mapped[int] = mapped_column(default=0)
    taken_counterpart: Mapped[int] = mapped_column(default=0)


def booking_rules(table: str) -> tuple[Any, ...]:
    """What must stay true of bookings."""
    return (
        states_of(MACHINE),
        CheckConstraint("places BETWEEN 1 AND 999", name="places"),
        Index(f"ix_{table}_slot_id", "slot_id"),
        Index(f"ix_{table}_state_starts_at", "state", "starts_at"),
    )


class BookingColumns(Lived):
    """预约: places in a slot; `owner_city` asks, `resource_city` answers."""

    resource_city: Mapped[str] = mapped_column(String(6), index=True)
    slot_id: Mapped[UUID]  # a foreign key where the table says which slots
    places: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str | None] = mapped_column(String(2000))
