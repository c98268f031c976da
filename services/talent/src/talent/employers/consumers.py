"""The wage-arrears list as labour inspection tells it."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import outbox
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.ids import new_id
from hrss_kit.inbox import Consumer, Received
from talent.employers.models import BlockedEmployer, EmployerGrade


class Listing(BaseModel):
    """Whom the list names, from which day, to which day."""

    model_config = ConfigDict(extra="ignore")

    uscc: str
    listed_from: date = Field(alias="from")
    to: date


class EmployerBlocked(outbox.Event):
    """No demand of an employer is taken as long as an entry of the list stands."""

    type: ClassVar[str] = "talent.employer.blocked.v1"

    uscc: str
    until: date


class EmployerGraded(outbox.Event):
    """An employer is known with its credit grade (journey J-7)."""

    type: ClassVar[str] = "talent.employer.graded.v1"

    uscc: str
    year: int
    grade: str


class Grade(BaseModel):
    """The grade of a year as both cities display it."""

    model_config = ConfigDict(extra="ignore")

    uscc: str
    year: int
    joint_grade: Literal["A", "B", "C"]


async def mirror_grade(session: AsyncSession, event: Received, data: Grade) -> None:
    """Keeps the newest year's grade."""
    made = insert(EmployerGrade).values(
        id=new_id(),
        uscc=data.uscc,
        grade=data.joint_grade,
        year=data.year,
        published_at=event.time,
    )
    kept = await session.scalar(
        made.on_conflict_do_update(
            index_elements=[EmployerGrade.uscc],
            set_={"grade": data.joint_grade, "year": data.year, "published_at": event.time},
            where=EmployerGrade.year <= data.year,
        ).returning(EmployerGrade.uscc)
    )
    if kept is not None:
        outbox.publish(
            session,
            EmployerGraded(uscc=data.uscc, year=data.year, grade=data.joint_grade),
            source="talent",
            subject=event.subject,
            city=event.city,
            audience=ACTIVE_CITIES,
        )


async def block(session: AsyncSession, event: Received, data: Listing) -> None:
    """Keeps the entry: no demand of this employer is taken from now on."""
    await session.merge(
        BlockedEmployer(
            entry_no=event.subject,
            uscc=data.uscc,
            city=event.city,
            blocked_from=data.listed_from,
            blocked_to=data.to,
        )
    )
    outbox.publish(
        session,
        EmployerBlocked(uscc=data.uscc, until=data.to),
        source="talent",
        subject=event.subject,
        city=event.city,
        audience=ACTIVE_CITIES,
    )


async def lift(session: AsyncSession, event: Received, data: Listing) -> None:
    """Lifts what the entry blocked."""
    entry = await session.get(BlockedEmployer, event.subject)
    if entry is not None:
        entry.removed_on = data.to


CONSUMERS = (
    Consumer("labor_inspection", "li.arrears.listed.v1", Listing, block),
    Consumer("labor_inspection", "li.arrears.removed.v1", Listing, lift),
    Consumer("labor_inspection", "li.grade.published.v1", Grade, mirror_grade),
)
