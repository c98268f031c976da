"""Deadlines of cases: working days or calendar days, pause, extend, overdue (domain §0.8).

A deadline is a date, due at 23:59:59 Asia/Shanghai.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Index, String, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock, outbox, policy
from hrss_kit.calendar import Due, WorkCalendar
from hrss_kit.calendar_store import work_calendar
from hrss_kit.db import KitBase
from hrss_kit.ids import new_id

OPEN, MET, OVERDUE, CANCELLED = "OPEN", "MET", "OVERDUE", "CANCELLED"
RUNNING = (OPEN, OVERDUE)


class Deadline(KitBase):
    """期限: how long something may take, and whether it was kept."""

    __tablename__ = "deadlines"
    __table_args__ = (
        Index("ix_deadlines_subject_id", "subject_id"),
        Index("ix_deadlines_due", "due_on", postgresql_where=text("status = 'OPEN'")),
        Index(
            "uq_deadlines_running",
            "subject_id",
            "code",
            unique=True,
            postgresql_where=text("status IN ('OPEN', 'OVERDUE') AND met_on IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID]
    subject_no: Mapped[str] = mapped_column(String(40))
    owner_city: Mapped[str] = mapped_column(String(6))
    audience: Mapped[str] = mapped_column(String(80))
    code: Mapped[str] = mapped_column(String(40))
    started_on: Mapped[date]
    unit: Mapped[str] = mapped_column(String(2))
    length: Mapped[int]
    due_on: Mapped[date]
    provisional: Mapped[bool]
    paused_on: Mapped[date | None]
    paused_days: Mapped[int] = mapped_column(default=0)
    extended_by: Mapped[int] = mapped_column(default=0)
    met_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(10), default=OPEN)
    basis: Mapped[str] = mapped_column(String(200))
    warned_at: Mapped[datetime | None]


class DeadlineRead(BaseModel):
    """A deadline as resources carry it (api §3.1)."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    started_on: date
    unit: Literal["WD", "CD"]
    length: int
    due_on: date
    provisional: bool
    paused_days: int
    extended_by: int
    met_on: date | None
    status: Literal["OPEN", "MET", "OVERDUE", "CANCELLED"]
    basis: str


class DeadlineWarned(outbox.Event):
    """A deadline comes near."""

    type: ClassVar[str] = "common.deadline.warned.v1"

    code: str
    due_on: date


class DeadlineOverdue(outbox.Event):
    """A deadline has passed unmet. Its type is ``<service>.deadline.overdue.v1``."""

    type: ClassVar[str] = "common.deadline.overdue.v1"

    code: str
    due_on: date


def overdue_event(source: str) -> type[DeadlineOverdue]:
    """The service's own overdue event."""
    return type("DeadlineOverdue", (DeadlineOverdue,), {"type": f"{source}.deadline.overdue.v1"})


def compute(calendar: WorkCalendar, started_on: date, unit: str, length: int) -> Due:
    """When a clock of `length` WD or CD that started on `started_on` ends."""
    if unit == "WD":
        return calendar.add_wd(started_on, length)
    return calendar.add_cd(started_on, length)


async def start(
    session: AsyncSession,
    *,
    subject_id: UUID,
    subject_no: str,
    owner_city: str,
    audience: Sequence[str],
    code: str,
    started_on: date,
    unit: Literal["WD", "CD"],
    length: int,
    basis: str,
) -> Deadline:
    """Starts a clock; the start date is not counted (开始之日不计入)."""
    due = compute(await work_calendar(session), started_on, unit, length)
    row = Deadline(
        subject_id=subject_id,
        subject_no=subject_no,
        owner_city=owner_city,
        audience=",".join(sorted(set(audience))),
        code=code,
        started_on=started_on,
        unit=unit,
        length=length,
        due_on=due.on,
        provisional=due.provisional,
        basis=basis,
        status=OPEN,
        paused_days=0,
        extended_by=0,
    )
    session.add(row)
    return row


async def running(session: AsyncSession, subject_id: UUID, code: str) -> Deadline | None:
    """The running clock of that code, OPEN or OVERDUE."""
    await session.flush()  # a clock started in this transaction must be found
    return await session.scalar(
        select(Deadline)
        .where(Deadline.subject_id == subject_id, Deadline.code == code)
        .where(Deadline.status.in_(RUNNING), Deadline.met_on.is_(None))
    )


async def meet(session: AsyncSession, subject_id: UUID, code: str, on: date) -> None:
    """What was due is done; one that was late stays on record as OVERDUE with its date."""
    row = await running(session, subject_id, code)
    if row is not None:
        row.met_on = on
        row.status = MET if on <= row.due_on else OVERDUE


async def cancel(session: AsyncSession, subject_id: UUID, *codes: str) -> None:
    """Stops clocks that have lost their object; without codes every running one."""
    await session.flush()
    wanted = select(Deadline).where(Deadline.subject_id == subject_id, Deadline.status == OPEN)
    if codes:
        wanted = wanted.where(Deadline.code.in_(codes))
    for row in await session.scalars(wanted):
        row.status = CANCELLED


async def extend(session: AsyncSession, row: Deadline, by: int) -> None:
    """Adds `by` units to a running clock, counted from its start."""
    row.extended_by += by
    await _recompute(session, row)


async def pause(row: Deadline, on: date) -> None:
    """Stops the clock (中止)."""
    row.paused_on = row.paused_on or on


async def resume(session: AsyncSession, row: Deadline, on: date) -> None:
    """Lets a paused clock go on: its end moves by the days it stood still."""
    if row.paused_on is not None:
        calendar = await work_calendar(session)
        still = (
            calendar.wd_between(row.paused_on, on)
            if row.unit == "WD"
            else (on - row.paused_on).days
        )
        row.paused_days += still
        row.paused_on = None
        await _recompute(session, row)


async def _recompute(session: AsyncSession, row: Deadline) -> bool:
    length = row.length + row.extended_by + row.paused_days
    due = compute(await work_calendar(session), row.started_on, row.unit, length)
    changed = (row.due_on, row.provisional) != (due.on, due.provisional)
    row.due_on, row.provisional = due.on, due.provisional
    if row.status == OVERDUE and row.met_on is None and row.due_on >= clock.today():
        row.status = OPEN
    return changed


async def recompute_open(session: AsyncSession) -> int:
    """After the calendar changed: computes running clocks anew; how many moved."""
    rows = await session.scalars(
        select(Deadline).where(Deadline.status.in_(RUNNING), Deadline.met_on.is_(None))
    )
    return sum([await _recompute(session, row) for row in rows])


async def of(session: AsyncSession, ids: Iterable[UUID]) -> dict[UUID, list[DeadlineRead]]:
    """The clocks of several resources, oldest first, in one query."""
    wanted = list(ids)
    await session.flush()  # clocks started in this transaction are part of the answer
    found: dict[UUID, list[DeadlineRead]] = {one: [] for one in wanted}
    rows = await session.scalars(
        select(Deadline).where(Deadline.subject_id.in_(wanted)).order_by(Deadline.id)
    )
    for row in rows:
        found[row.subject_id].append(DeadlineRead.model_validate(row))
    return found


async def run_overdue(session: AsyncSession, source: str) -> int:
    """The daily timer: marks what is past due and warns of what is near; how many events."""
    today = clock.today()
    days = int(await policy.get(session, "common.deadline_warn_wd", on=today))
    warn_until = (await work_calendar(session)).add_wd(today, days).on
    rows = await session.scalars(
        select(Deadline)
        .where(Deadline.status == OPEN, Deadline.due_on <= warn_until)
        .where(Deadline.paused_on.is_(None))
        .order_by(Deadline.id)
        .with_for_update(skip_locked=True)
    )
    events = 0
    for row in rows:
        if row.due_on < today:
            row.status = OVERDUE
            event: outbox.Event = overdue_event(source)(code=row.code, due_on=row.due_on)
        elif row.warned_at is None:
            row.warned_at = clock.now()
            event = DeadlineWarned(code=row.code, due_on=row.due_on)
        else:
            continue
        events += 1
        outbox.publish(
            session,
            event,
            source=source,
            subject=row.subject_no,
            city=row.owner_city,
            audience=row.audience.split(","),
        )
    return events
