"""What can be done with job seekers. Each function runs in the caller's transaction."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.job_seekers import claims, consents, models, rules, tags, views
from employment.job_seekers.models import MACHINE, JobSeeker
from employment.job_seekers.schemas import (
    SALARY_RANGE,
    SeekerChange,
    SeekerCreate,
    SeekerLeft,
    SeekerRead,
)
from employment.matching.profiles import refresh
from hrss_kit import clock, numbering, outbox, policy, resources, sealing, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.field_messages import MESSAGES
from hrss_kit.identifiers import age, birth_date
from hrss_kit.ids import new_id
from hrss_kit.problems import Duplicate, NotYourCity, StateConflict, refuse
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.translation import constraint_of

FACTS = (
    "residence_division", "edu", "major", "skills", "skill_level", "licences",
    "expected_occupations", "expected_salary_min", "expected_salary_max", "accept_cities",
    "accept_districts", "source_system", "source_ref", "journey_id",
)  # fmt: skip


async def register(session: AsyncSession, caller: Principal, new: SeekerCreate) -> JobSeeker:
    """Registers a person once for both cities; the second city gets a claim instead."""
    if caller.city is None:
        raise NotYourCity
    row = await _row_of(session, caller, new)
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says whether the person is registered
    except IntegrityError as error:
        match constraint_of(error):
            case models.ONE_ACTIVE:
                await claims.refuse_second(session, caller, row.id_hash)
            case "uq_job_seekers_source":
                same = select(JobSeeker.id).where(
                    JobSeeker.source_system == row.source_system,
                    JobSeeker.source_ref == row.source_ref,
                )
                known = await session.scalar(same)
                raise Duplicate(existing_id=str(known)) from error
        raise
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref], fields=["person"])
    timeline.add(session, row.id, "register", caller=caller, to_state=row.state)
    for tag in new.groups:
        await tags.add(session, caller, row, tag)
    for consent in new.consents:
        await consents.give(session, caller, row, consent)
    await refresh(session, row)
    await session.flush()  # the answer carries the version
    return row


async def _row_of(session: AsyncSession, caller: Principal, new: SeekerCreate) -> JobSeeker:
    assert caller.city is not None  # asked before
    today = clock.today()
    experience = [one.model_dump() for one in new.experience]
    row = JobSeeker(
        id=new_id(),
        biz_no=await numbering.next_number(session, "EM", caller.city, today),
        owner_city=caller.city,
        state=models.SEEKING,
        experience=experience,
        experience_months=rules.experience_months(experience),
        match_cities=[],
        help_cities=[],
        **{name: getattr(new, name) for name in FACTS},
    )
    row.take_person(new.person)
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    row.adult_from = check_person(new, today, *await ages(session, today))
    return row


async def ages(session: AsyncSession, today: date) -> tuple[int, int]:
    """From what age somebody may be registered, and may do hazardous work."""
    youngest = await policy.get(session, "emp.min_age", on=today)
    return int(youngest), int(await policy.get(session, "emp.hazardous_min_age", on=today))


def check_person(new: SeekerCreate, today: date, youngest: int, adult: int) -> date | None:
    """Refuses children, and a gender that the number denies; answers when a minor is grown up."""
    if new.person.doc_type != "01":
        return None
    number = new.person.doc_no
    born = birth_date(number)
    if age(born, today) < youngest:
        raise refuse(
            "person.doc_no", "UNDER_16", "未满16周岁不得求职登记", "is of a child under 16"
        )
    if new.gender in ("1", "2") and (new.gender == "1") != (int(number[16]) % 2 == 1):
        raise refuse("gender", "GENDER_ID_MISMATCH", *MESSAGES["GENDER_ID_MISMATCH"])
    return rules.adult_from(born, today, adult)


async def change(
    session: AsyncSession, caller: Principal, seeker_id: UUID, wish: SeekerChange
) -> SeekerRead:
    """Changes what somebody can do or looks for."""
    row = await load_own(session, caller, seeker_id)
    resources.match_version(row)
    if row.state == models.CLOSED:
        raise StateConflict(row.state, [])
    given: dict[str, Any] = wish.model_dump(exclude_unset=True)
    for name, value in given.items():
        setattr(row, name, value)
    low, high = row.expected_salary_min, row.expected_salary_max
    if low is not None and high is not None and high < low:
        raise refuse(SALARY_RANGE.field[0], *SALARY_RANGE[1:])  # type: ignore[arg-type]
    row.experience_months = rules.experience_months(row.experience)
    exchange().note(fields=sorted(given))
    timeline.add(session, row.id, "change", caller=caller, from_state=row.state, to_state=row.state)
    await refresh(session, row)
    return await views.read(session, caller, row)


async def act(
    session: AsyncSession,
    caller: Principal,
    seeker_id: UUID,
    action: str,
    reason: str | None = None,
) -> SeekerRead:
    """A step of the machine: pause, resume, employ, close."""
    row = await load_own(session, caller, seeker_id)
    resources.match_version(row)
    await step(session, caller, row, action, reason=reason)
    await session.flush()  # the answer carries the new version
    return await views.read(session, caller, row)


async def step(
    session: AsyncSession,
    caller: Principal | None,
    row: JobSeeker,
    action: str,
    *,
    reason: str | None = None,
    closed_for: str | None = None,
) -> None:
    """Moves a person on, and out of the market or back; without a caller the suite acts."""
    before, row.state = row.state, MACHINE.take(row.state, action)
    if row.state == models.CLOSED:
        row.closed_for = closed_for or "OWN_WISH"
        await consents.withdraw_all(session, caller, row)
    timeline.add(
        session, row.id, action, caller=caller, from_state=before, to_state=row.state,
        reason=reason,
    )  # fmt: skip
    if row.state in (models.EMPLOYED, models.CLOSED):
        outbox.publish(
            session,
            SeekerLeft(seeker_id=row.id, state=row.state, closed_for=row.closed_for),
            source="employment",
            subject=row.biz_no,
            city=row.owner_city,
            audience=[row.owner_city],
            person_ref=row.person_ref,
            journey_id=row.journey_id,
        )
    await refresh(session, row)


async def history(session: AsyncSession, caller: Principal, seeker_id: UUID) -> timeline.Timeline:
    """What happened to somebody's registration."""
    row = await resources.load(session, views.visible(caller).where(JobSeeker.id == seeker_id))
    return await timeline.of(session, row.id)


async def reveal(
    session: AsyncSession, caller: Principal, seeker_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Full values: the own city's; the other city's once it has accepted a referral."""
    row = await resources.load(session, views.visible(caller).where(JobSeeker.id == seeker_id))
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values: dict[str, str | None] = {"person.name": row.person_name, "person.mobile": row.mobile}
    if row.owner_city == caller.city:
        values["person.doc_no"] = row.doc_no
    elif not await _is_awaited(session, caller, row):
        raise NotYourCity("推荐被接受后方可查看", "Shown once a referral has been accepted")
    return resources.reveal(caller, row.id, wish, values)


async def _is_awaited(session: AsyncSession, caller: Principal, row: JobSeeker) -> bool:
    from employment.referrals.models import ACCEPTED, Referral

    wanted = select(Referral.id).where(
        Referral.seeker_id == row.id,
        Referral.posting_city == caller.city,
        Referral.state.in_(ACCEPTED),
    )
    return await session.scalar(wanted.limit(1)) is not None


async def load_own(session: AsyncSession, caller: Principal, seeker_id: UUID) -> JobSeeker:
    """The job seeker, held for a change; 404 when unseen, 403 when the other city's."""
    wanted = views.visible(caller).where(JobSeeker.id == seeker_id)
    row = await resources.load(session, wanted, lock=True)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    if row.owner_city != caller.city:
        raise NotYourCity
    return row


async def load_for(session: AsyncSession, caller: Principal, seeker_id: UUID) -> JobSeeker:
    """The job seeker for an action that has read this version."""
    row = await load_own(session, caller, seeker_id)
    resources.match_version(row)
    if row.state == models.CLOSED:
        raise StateConflict(row.state, MACHINE.allowed(row.state))
    return row


async def of_ref(session: AsyncSession, person_ref: str | None) -> JobSeeker | None:
    """Who an event is about; it names the beginning of the blind index only."""
    try:
        first = bytes.fromhex(person_ref or "")
    except ValueError:
        return None
    if len(first) * 2 != sealing.PERSON_REF_LENGTH:
        return None
    last = first + b"\xff" * (32 - len(first))
    wanted = select(JobSeeker).where(
        JobSeeker.id_hash.between(first, last), JobSeeker.state != models.CLOSED
    )
    row: JobSeeker | None = await session.scalar(wanted.with_for_update())
    return row
