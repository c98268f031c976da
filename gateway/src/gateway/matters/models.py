"""Matters 事项: what must stay true of one that was started, and of its steps."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from gateway.db import Base
from gateway.matters.rules import OPEN, STATES, STEP_STATES
from hrss_kit.db import Resource
from hrss_kit.ids import new_id
from hrss_kit.person_columns import PersonColumns
from hrss_kit.sealing import Sealed

ONE_OPEN, SOURCE_ONCE = "uq_matters_open", "uq_matters_source"


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Matter(PersonColumns, Resource, Base):
    """一网通办事项: one number over everything that the services do for somebody's one wish."""

    __tablename__ = "matters"
    __table_args__ = (
        CheckConstraint(_one_of("state", STATES), name="state"),
        CheckConstraint("scope IN ('CITY', 'PROVINCE', 'NATIONAL')", name="scope"),
        CheckConstraint("channel IN ('ONLINE', 'WINDOW', 'CASEWORKER', 'PARTNER')", name="channel"),
        CheckConstraint(
            f"({_one_of('state', ('COMPLETED', 'PARTLY_DONE', 'REJECTED', 'WITHDRAWN'))}) "
            "= (closed_at IS NOT NULL)",
            name="closed",
        ),
        # One open matter of a kind a person, where the catalogue says so.
        Index(
            ONE_OPEN,
            "id_hash",
            "code",
            unique=True,
            postgresql_where=text(f"is_once AND {_one_of('state', OPEN)}"),
        ),
        Index(
            SOURCE_ONCE,
            "source_system",
            "source_ref",
            unique=True,
            postgresql_where=text("source_ref IS NOT NULL"),
        ),
        Index("ix_matters_cities", "cities", postgresql_using="gin"),
        Index("ix_matters_state", "state", "code"),
    )

    code: Mapped[str] = mapped_column(String(40))
    entry_from: Mapped[date]
    scope: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(15))
    channel: Mapped[str] = mapped_column(String(10))
    is_once: Mapped[bool]
    is_confidential: Mapped[bool]
    # Somebody has to come to a counter, or came to one to start it.
    has_visit: Mapped[bool]
    cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    # JSON of the form; what it says may be personal.
    form: Mapped[str] = mapped_column(Sealed("matters.form"))
    missing: Mapped[list[str]] = mapped_column(ARRAY(String(120)))
    materials: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    verification_id: Mapped[str | None] = mapped_column(String(64))
    is_verified: Mapped[bool]
    # In whose name the services are asked.
    actor: Mapped[str] = mapped_column(String(80))
    org_id: Mapped[str | None] = mapped_column(String(60))
    submitted_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    result: Mapped[str | None] = mapped_column(String(500))


class MatterStep(Base):
    """One service's part of a matter; `entries` is its resource's timeline as last read."""

    __tablename__ = "matter_steps"
    __table_args__ = (
        CheckConstraint(_one_of("state", STEP_STATES), name="state"),
        UniqueConstraint("matter_id", "position"),
        Index(
            "ix_matter_steps_next_at",
            "next_at",
            postgresql_where=text("state IN ('WAITING', 'OPENED')"),
        ),
        Index("ix_matter_steps_resource_no", "resource_no"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    matter_id: Mapped[UUID] = mapped_column(ForeignKey(Matter.id), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(30))
    state: Mapped[str] = mapped_column(String(10))
    # Grows when somebody has put the form right: then it is asked anew, under a key of its own.
    revision: Mapped[int] = mapped_column(default=1)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime | None]
    city: Mapped[str] = mapped_column(String(6))
    resource_id: Mapped[UUID | None]
    resource_no: Mapped[str | None] = mapped_column(String(120))
    resource_state: Mapped[str | None] = mapped_column(String(40))
    problem: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    entries: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    opened_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
