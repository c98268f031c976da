"""Journeys 业务联动: what must stay true of them, their steps, and what waits to be heard."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from hrss_kit import clock
from hrss_kit.db import Resource
from hrss_kit.sealing import Sealed

OPENED_ONCE = "uq_journeys_kind_opened_for"


class Journey(Resource, Base):
    """联动: one matter that several services do their part of; its id is their `journey_id`."""

    __tablename__ = "journeys"
    __table_args__ = (
        CheckConstraint(
            "state IN ('RUNNING', 'DONE', 'FAILED', 'CANCELLING', 'CANCELLED')", name="state"
        ),
        Index(OPENED_ONCE, "kind", "opened_for", unique=True),
        Index("ix_journeys_state", "state", "kind"),
        Index("ix_journeys_cities", "cities", postgresql_using="gin"),
    )

    kind: Mapped[str] = mapped_column(String(24))
    state: Mapped[str] = mapped_column(String(10))
    # What began it: an event's subject, a journey that somebody named, a form.
    opened_for: Mapped[str] = mapped_column(String(160))
    subject: Mapped[str | None] = mapped_column(String(120))
    cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    # Codes, numbers and dates; nothing of a person.
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # What steps have to say of a person, in JSON; taken away when the journey ends.
    personal: Mapped[str | None] = mapped_column(Sealed("journeys.personal"))
    # Whom the gateway acts for: staff number or system, and office.
    opener: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    ended_at: Mapped[datetime | None]


class JourneyStep(Base):
    """步骤: one service's part. A worker holds it by `lease` while it asks."""

    __tablename__ = "journey_steps"
    __table_args__ = (
        PrimaryKeyConstraint("journey_id", "code"),
        CheckConstraint(
            "state IN ('WAITING', 'RUNNING', 'DONE', 'NOT_NEEDED', 'FAILED', 'COMPENSATED')",
            name="state",
        ),
        CheckConstraint("phase IN ('DO', 'UNDO')", name="phase"),
        Index("ix_journey_steps_next_at", "next_at", postgresql_where=text("next_at IS NOT NULL")),
        Index("ix_journey_steps_due_on", "due_on", postgresql_where=text("due_on IS NOT NULL")),
    )

    journey_id: Mapped[UUID] = mapped_column(ForeignKey(Journey.id))
    code: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(11))
    phase: Mapped[str] = mapped_column(String(4), default="DO")
    # Set while there is something to call: the moment of the next try, or the end of the lease.
    next_at: Mapped[datetime | None]
    lease: Mapped[UUID | None]
    attempts: Mapped[int] = mapped_column(default=0)
    resource_id: Mapped[str | None] = mapped_column(String(60))
    resource_no: Mapped[str | None] = mapped_column(String(120))
    due_on: Mapped[date | None]
    problem_code: Mapped[str | None] = mapped_column(String(60))
    problem_zh: Mapped[str | None] = mapped_column(String(500))
    problem_en: Mapped[str | None] = mapped_column(String(500))
    begun_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))


class JourneyKey(Base):
    """By what an event finds its journey: a journey's id, a number, a person's reference."""

    __tablename__ = "journey_keys"
    __table_args__ = (
        PrimaryKeyConstraint("key", "journey_id"),
        Index("ix_journey_keys_journey_id", "journey_id"),
    )

    key: Mapped[str] = mapped_column(String(160))
    journey_id: Mapped[UUID] = mapped_column(ForeignKey(Journey.id))


class EarlyEvent(Base):
    """An event whose journey is not known yet, because another feed is read later."""

    __tablename__ = "journey_early_events"
    __table_args__ = (Index("ix_journey_early_events_keys", "keys", postgresql_using="gin"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    keys: Mapped[list[str]] = mapped_column(ARRAY(String(160)))
    event: Mapped[dict[str, Any]] = mapped_column(JSONB)
    kept_at: Mapped[datetime] = mapped_column(default=clock.now, index=True)
