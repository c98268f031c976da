"""J-5: who was hired is expected among the insured of the work city within 30 days."""

from collections.abc import Sequence
from datetime import date
from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, outbox, policy, sealing
from hrss_kit.calendar_store import work_calendar
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.ids import new_id
from hrss_kit.inbox import Received
from social_insurance.followups.models import WAITING, ExpectedParticipation
from social_insurance.followups.persons import is_ref, of_ref
from social_insurance.participations.models import Participation
from social_insurance.tasks.service import open_task


class ReferralHired(BaseModel):
    """Of `employment.referral.hired.v1`: by whom, where, since when."""

    model_config = ConfigDict(extra="ignore")

    employer_uscc: str
    work_city: str
    hired_on: date


class ParticipationMissing(outbox.Event):
    """Somebody was hired and is not insured in time: a hint for labour inspection, no case."""

    type: ClassVar[str] = "si.participation.missing.v1"

    employer_uscc: str
    person_ref: str
    since: date


class ParticipationFound(outbox.Event):
    """Somebody who was hired is insured with that employer."""

    type: ClassVar[str] = "si.participation.found.v1"

    employer_uscc: str
    since: date


async def expect(session: AsyncSession, event: Received, data: ReferralHired) -> None:
    """Writes down that a participation is expected; a place of ours, a person who is named."""
    if not is_ref(event.personref) or data.work_city not in ACTIVE_CITIES:
        return
    days = int(await policy.get(session, "emp.expected_participation_days", on=data.hired_on))
    due = deadlines.compute(await work_calendar(session), data.hired_on, "CD", days)
    await session.execute(
        insert(ExpectedParticipation)
        .values(
            id=new_id(),
            state=WAITING,
            person_ref=event.personref,
            employer_uscc=data.employer_uscc,
            work_city=data.work_city,
            hired_on=data.hired_on,
            due_on=due.on,
            referral_no=event.subject,
        )
        .on_conflict_do_nothing()
    )
    await settle(session, [event.personref or ""])


async def settle(session: AsyncSession, refs: Sequence[str]) -> None:
    """Marks what has come: a participation there, with that employer, since the hire."""
    rows = await session.scalars(
        select(ExpectedParticipation)
        .where(ExpectedParticipation.state == WAITING, ExpectedParticipation.person_ref.in_(refs))
        .with_for_update()
    )
    for row in rows:
        if await _is_insured(session, row):
            row.state, row.settled_on = "MET", clock.today()
            _tell_found(session, row)


def _tell_found(session: AsyncSession, row: ExpectedParticipation) -> None:
    outbox.publish(
        session,
        ParticipationFound(employer_uscc=row.employer_uscc, since=row.hired_on),
        source="si",
        subject=row.referral_no,
        city=row.work_city,
        audience=[row.work_city],
        person_ref=row.person_ref,
    )


async def _is_insured(session: AsyncSession, row: ExpectedParticipation) -> bool:
    found = await session.scalar(
        select(Participation.id)
        .where(of_ref(Participation.id_hash, row.person_ref))
        .where(Participation.city == row.work_city, Participation.scheme.in_(("EMP", "INST")))
        .where(Participation.employer_uscc == row.employer_uscc)
        .where(
            Participation.to_month.is_(None)
            | (Participation.to_month >= row.hired_on.strftime("%Y-%m"))
        )
        .limit(1)
    )
    return found is not None


async def tell_missing(session: AsyncSession) -> int:
    """Timer: the time is over and nobody is insured; a task, and a hint to labour inspection."""
    rows = await session.scalars(
        select(ExpectedParticipation)
        .where(ExpectedParticipation.state == WAITING)
        .where(ExpectedParticipation.due_on < clock.today())
        .order_by(ExpectedParticipation.id)
        .with_for_update(skip_locked=True)
    )
    count = 0
    for row in rows:
        row.settled_on = clock.today()
        if await _is_insured(session, row):
            row.state = "MET"
            _tell_found(session, row)
            continue
        row.state, count = "MISSING", count + 1
        outbox.publish(
            session,
            ParticipationMissing(
                employer_uscc=row.employer_uscc, person_ref=row.person_ref, since=row.hired_on
            ),
            source="si",
            subject=row.referral_no,
            city=row.work_city,
            audience=[row.work_city],
            person_ref=row.person_ref,
        )
        await open_task(
            session,
            city=row.work_city,
            kind="PARTICIPATION_MISSING",
            cause=str(row.id),
            person_ref=row.person_ref,
            subject=row.referral_no[:40],
            employer_uscc=row.employer_uscc,
            hired_on=row.hired_on.isoformat(),
        )
    return count


def refs_of(hashes: Sequence[bytes]) -> list[str]:
    """The references of persons."""
    return [sealing.person_ref(one) for one in hashes]
