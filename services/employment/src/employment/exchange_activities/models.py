"""Exchange and cooperation between the cities: what was held, who came, what came of it."""

from datetime import date
from typing import Any, Final

from sqlalchemy import CheckConstraint, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from employment.db import Base
from employment.kinds import Lived, one_of, states_of
from hrss_kit.states import Machine, transition

KINDS: Final = ("FORUM", "VISIT", "TRAINING", "COMPETITION", "OTHER")
MACHINE: Final = Machine(
    transition("hold", "PLANNED", "HELD"),
    transition("file-minutes", ("HELD", "MINUTED"), "MINUTED"),
    transition("publish-summary", "MINUTED", "COMPLETED"),
    transition("cancel", "PLANNED", "CANCELLED"),
)


class ExchangeActivity(Lived, Base):
    """交流活动 (EMP-1b)."""

    __tablename__ = "exchange_activities"
    __table_args__ = (
        states_of(MACHINE),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        # The column is written with `participants`, so that the database can hold the rule.
        CheckConstraint("state <> 'COMPLETED' OR cities_present >= 2", name="both_cities"),
        CheckConstraint(
            "state NOT IN ('MINUTED', 'COMPLETED') OR minutes IS NOT NULL", name="minutes"
        ),
        CheckConstraint("state <> 'COMPLETED' OR summary IS NOT NULL", name="summary"),
    )

    title: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))
    topic: Mapped[str] = mapped_column(String(2000))
    division: Mapped[str] = mapped_column(String(12))
    planned_on: Mapped[date]
    held_on: Mapped[date | None]
    # Each {"city", "organisation", "people"}: offices and counts, nobody by name.
    participants: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    cities_present: Mapped[int] = mapped_column(default=0)
    minutes: Mapped[str | None] = mapped_column(String(10000))
    minutes_ref: Mapped[str | None] = mapped_column(String(120))
    summary: Mapped[str | None] = mapped_column(String(4000))
    completed_on: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(2000))
