"""What labour inspection tells of employers: the wage-arrears list and the credit grade."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from employment.employers.models import Employer, EmployerListing
from employment.employers.service import blocked_until
from employment.postings.service import suspend_all
from hrss_kit import outbox, timeline
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.inbox import Consumer, Received

REASON = "列入拖欠农民工工资失信联合惩戒名单"


class Listing(BaseModel):
    """Whom the list names, from which day, to which day."""

    model_config = ConfigDict(extra="ignore")

    uscc: str
    listed_from: date = Field(alias="from")
    to: date


class Grade(BaseModel):
    """The grade of a year as both cities display it."""

    model_config = ConfigDict(extra="ignore")

    uscc: str
    year: int
    joint_grade: Literal["A", "B", "C"]


class EmployerBlocked(outbox.Event):
    """An employer's postings are off in both cities as long as an entry of the list stands."""

    type: ClassVar[str] = "employment.employer.blocked.v1"

    uscc: str
    until: date


class EmployerGraded(outbox.Event):
    """An employer is shown with its credit grade (J-7)."""

    type: ClassVar[str] = "employment.employer.graded.v1"

    employer_id: UUID
    uscc: str
    year: int
    grade: str


async def block(session: AsyncSession, event: Received, data: Listing) -> None:
    """Keeps the entry, blocks the employer and takes its postings off in both cities."""
    await session.merge(
        EmployerListing(
            entry_no=event.subject,
            uscc=data.uscc,
            city=event.city,
            listed_from=data.listed_from,
            listed_to=data.to,
        )
    )
    employer = await _update(session, data.uscc, "block")
    if employer is not None:
        await suspend_all(session, employer.id, reason=REASON, reason_code="ARREARS_LIST")
        _tell(session, event, EmployerBlocked(uscc=data.uscc, until=data.to))


async def lift(session: AsyncSession, event: Received, data: Listing) -> None:
    """Lifts the block; what was taken off stays off until the supervisor resumes it."""
    listing = await session.get(EmployerListing, event.subject)
    if listing is not None:
        listing.removed_on = data.to
        await _update(session, data.uscc, "lift-block")


async def mirror_grade(session: AsyncSession, event: Received, data: Grade) -> None:
    """Shows the newest year's grade; an employer not registered here has none to show."""
    employer = await session.scalar(
        select(Employer).where(Employer.uscc == data.uscc).with_for_update()
    )
    if employer is not None and data.year >= (employer.credit_year or 0):
        employer.credit_grade, employer.credit_year = data.joint_grade, data.year
        told = EmployerGraded(
            employer_id=employer.id, uscc=data.uscc, year=data.year, grade=data.joint_grade
        )
        _tell(session, event, told)


def _tell(session: AsyncSession, event: Received, told: outbox.Event) -> None:
    outbox.publish(
        session,
        told,
        source="employment",
        subject=event.subject,
        city=event.city,
        audience=ACTIVE_CITIES,
    )


async def _update(session: AsyncSession, uscc: str, action: str) -> Employer | None:
    """Sets until when the employer is blocked; it may not be registered here yet."""
    await session.flush()  # the entry of this event counts
    employer = await session.scalar(select(Employer).where(Employer.uscc == uscc).with_for_update())
    if employer is not None:
        employer.blocked_until = await blocked_until(session, uscc)
        timeline.add(session, employer.id, action, caller=None, reason=REASON)
    return employer


CONSUMERS = (
    Consumer("labor_inspection", "li.arrears.listed.v1", Listing, block),
    Consumer("labor_inspection", "li.arrears.removed.v1", Listing, lift),
    Consumer("labor_inspection", "li.grade.published.v1", Grade, mirror_grade),
)
