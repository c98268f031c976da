"""Deadlines in words, with a shape and a colour; counted by the server, so no two PCs disagree."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from gateway.console.texts import Texts
from gateway.console.visit import Visit
from hrss_kit import clock
from hrss_kit.calendar import WorkCalendar

SHAPES = {"late": "▲", "soon": "◆", "calm": "●", "over": "✓"}


@dataclass(frozen=True, slots=True)
class Term:
    """What is left of a deadline."""

    tone: str
    words: str
    due_on: date
    is_provisional: bool

    @property
    def shape(self) -> str:
        """A sign beside the colour: nobody has to see colours."""
        return SHAPES[self.tone]


async def calendar(visit: Visit) -> WorkCalendar:
    """The working days of both cities, as the calendar's own interface tells them."""
    answer = await visit.api.get("/gateway/v1/calendar-days", {"limit": 200})
    days = answer.body.get("items", []) if answer.is_ok else []
    return WorkCalendar({date.fromisoformat(one["date"]): one["is_workday"] for one in days})


def term(
    t: Texts, days: WorkCalendar, due: Any, *, unit: str = "WD", provisional: bool = False
) -> Term | None:
    """What is left until `due` (a date or its text); None when there is none."""
    if not due:
        return None
    due_on = due if isinstance(due, date) else date.fromisoformat(str(due)[:10])
    today = clock.today()
    left = days.wd_between(today, due_on) if unit == "WD" else (due_on - today).days
    suffix = "wd" if unit == "WD" else "cd"
    if due_on < today:
        return Term("late", t(f"term.late_{suffix}", n=max(1, -left)), due_on, provisional)
    if due_on == today:
        return Term("soon", t("term.today"), due_on, provisional)
    tone = "soon" if left <= 1 else "calm"
    return Term(tone, t(f"term.left_{suffix}", n=left), due_on, provisional)


def of_deadline(t: Texts, days: WorkCalendar, deadline: dict[str, Any]) -> Term | None:
    """The term of a `deadlines[]` entry; one that is met or void is over."""
    if deadline["status"] in ("MET", "CANCELLED"):
        words = t(f"term.{deadline['status'].lower()}", on=deadline.get("met_on") or "")
        return Term("over", words, date.fromisoformat(deadline["due_on"]), False)
    return term(
        t,
        days,
        deadline["due_on"],
        unit=deadline["unit"],
        provisional=deadline["provisional"],
    )
