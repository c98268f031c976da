"""Tasks 待办: what an event or a clock leaves for a caseworker to look at."""

from datetime import date
from typing import Any, Final

from sqlalchemy import CheckConstraint, Index, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import Resource
from social_insurance.db import Base

ONCE: Final = "uq_tasks_cause"


class Task(Resource, Base):
    """A task of one city; `cause` is the same for the same reason, so that it is opened once."""

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("state IN ('OPEN', 'DONE', 'DISMISSED')", name="state"),
        Index(ONCE, "kind", "cause", unique=True),
        Index("ix_tasks_owner_city_state", "owner_city", "state"),
    )

    state: Mapped[str] = mapped_column(String(9))
    kind: Mapped[str] = mapped_column(String(32))
    cause: Mapped[str] = mapped_column(String(160))
    subject: Mapped[str | None] = mapped_column(String(40))
    person_ref: Mapped[str | None] = mapped_column(String(24))
    id_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    # Codes, months and employers; nothing of a person.
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    due_on: Mapped[date | None]
    settled_on: Mapped[date | None]
    settled_by: Mapped[str | None] = mapped_column(String(80))
