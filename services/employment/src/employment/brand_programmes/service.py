"""What can be done with the brand's mark and with enrolments."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.brand_programmes import models
from employment.brand_programmes.models import (
    ENROLMENT_MACHINE,
    MACHINE,
    BrandProgramme,
    Enrolment,
)
from employment.brand_programmes.schemas import (
    Assessment,
    BrandApply,
    BrandRead,
    BrandReview,
    Certificate,
    Enrol,
    EnrolmentRead,
)
from employment.dates import years_after
from employment.kinds import Kind, Step, columns_of, either, other_city
from employment.training.models import TrainingProvider, TrainingResource
from hrss_kit import clock, policy, resources
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.problems import (
    Conflict,
    Duplicate,
    MakerIsChecker,
    NotYourCity,
    ScopeMissing,
    refuse,
)
from hrss_kit.resources import RevealReply, RevealRequest, WithReason
from hrss_kit.translation import constraint_of


class AlreadyReviewed(Conflict):
    code = "ALREADY_REVIEWED"
    title_zh, title_en = "本市已出具审核意见", "Your city has given its decision"


MARKS: Final = Kind(
    BrandProgramme,
    BrandRead,
    MACHINE,
    {"review": Step("brand:review", either), "withdraw": Step("brand:manage")},
    words=("title",),
    sorts=("title",),
)


async def apply(session: AsyncSession, caller: Principal, new: BrandApply) -> BrandRead:
    """Applies for the mark on behalf of a provider of the caller's city."""
    provider = await session.get(TrainingProvider, new.provider_id)
    if provider is None:
        raise refuse("provider_id", "PROVIDER_UNKNOWN", "没有此培训机构", "is not a known provider")
    if provider.owner_city != caller.city:
        raise NotYourCity
    row = BrandProgramme(
        **columns_of(new), owner_city=caller.city, state=models.APPLIED, reviews=[]
    )
    try:
        async with session.begin_nested():
            await MARKS.add(session, caller, row, action="apply")
    except IntegrityError as error:
        if constraint_of(error) != models.ONE_MARK:
            raise
        known = await session.scalar(
            select(BrandProgramme.id).where(
                BrandProgramme.provider_id == new.provider_id,
                BrandProgramme.title == new.title,
                BrandProgramme.state.in_((*models.IN_REVIEW, models.GRANTED)),
            )
        )
        raise Duplicate(existing_id=str(known)) from error
    return await MARKS.show(session, caller, row)


async def review(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: BrandReview
) -> BrandRead:
    """One city decides. The second approval grants the mark, any refusal ends it."""
    row, _ = await MARKS.hold(session, caller, row_id, "review")
    if caller.actor == row.created_by:
        raise MakerIsChecker
    if caller.city in {one["city"] for one in row.reviews}:
        raise AlreadyReviewed
    today = clock.today()
    mine = {
        "city": caller.city,
        "decision": wish.decision,
        "opinion": wish.opinion,
        "reviewed_by": caller.actor,
        "reviewed_on": today.isoformat(),
    }
    row.reviews = [*row.reviews, mine]
    if wish.decision == "REFUSE":
        row.reason, action, target = wish.opinion, "refuse", models.REFUSED
    elif len(row.reviews) > 1:
        years = await policy.get(session, "emp.brand_term_years", on=today)
        row.granted_on, row.valid_to = today, years_after(today, int(years))
        action, target = "grant", models.GRANTED
    else:
        action, target = "review", models.MISSING[other_city(caller.city)]
    await MARKS.move(session, caller, row, action, target, wish.opinion)
    return await MARKS.show(session, caller, row)


async def withdraw(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: WithReason
) -> BrandRead:
    """Takes the application or the mark back."""
    row, target = await MARKS.hold(session, caller, row_id, "withdraw")
    row.reason = wish.reason
    await MARKS.move(session, caller, row, "withdraw", target, wish.reason)
    return await MARKS.show(session, caller, row)


async def expire(session: AsyncSession) -> int:
    """Timer: marks whose term is over."""
    rows = await MARKS.due(
        session, BrandProgramme.state == models.GRANTED, BrandProgramme.valid_to < clock.today()
    )
    for row in rows:
        await MARKS.move(session, None, row, "expire", "EXPIRED")
    return len(rows)


# ── enrolments ──────────────────────────────────────────────────────────────────────────────


def _concerned(caller: Principal) -> ColumnElement[bool]:
    """The city of the course, and the one the person comes from."""
    if caller.city is None:
        return ~true()
    return or_(Enrolment.owner_city == caller.city, Enrolment.home_city == caller.city)


async def _persons(
    session: AsyncSession, _caller: Principal, rows: Sequence[Enrolment]
) -> Mapping[UUID, Any]:
    wanted = select(TrainingResource.id, TrainingResource.title).where(
        TrainingResource.id.in_({row.course_id for row in rows})
    )
    titles = {one.id: one.title for one in await session.execute(wanted)}
    exchange().note(person_refs=[row.person_ref for row in rows])
    return {row.id: {"person": row.masked(), "course_title": titles[row.course_id]} for row in rows}


ENROLMENTS: Final = Kind(
    Enrolment,
    EnrolmentRead,
    ENROLMENT_MACHINE,
    dict.fromkeys(("assess", "certify", "withdraw"), Step("enrolment:manage")),
    sorts=("enrolled_on",),
    more=_persons,
    parties=_concerned,
)


async def enrol(session: AsyncSession, caller: Principal, new: Enrol) -> EnrolmentRead:
    """Enrols a person in a course of either city; once a course."""
    course = await session.get(TrainingResource, new.course_id)
    is_seen = course is not None and (course.owner_city == caller.city or course.state == "SHARED")
    if course is None or not is_seen or course.kind != "COURSE":
        raise refuse("course_id", "COURSE_UNKNOWN", "没有此课程", "is not a course you may see")
    home = new.home_city or caller.city
    if caller.city not in (home, course.owner_city):
        raise NotYourCity
    row = Enrolment(
        **columns_of(new, "person", "home_city"),
        owner_city=course.owner_city,
        home_city=home,
        state="ENROLLED",
        enrolled_on=clock.today(),
    )
    row.take_person(new.person)
    exchange().note(person_refs=[row.person_ref])
    try:
        async with session.begin_nested():
            await ENROLMENTS.add(session, caller, row, action="enrol")
    except IntegrityError as error:
        if constraint_of(error) != models.ONE_ENROLMENT:
            raise
        known = await session.scalar(
            select(Enrolment.id).where(
                Enrolment.id_hash == row.id_hash,
                Enrolment.course_id == new.course_id,
                Enrolment.state != "WITHDRAWN",
            )
        )
        raise Duplicate(existing_id=str(known)) from error
    return await ENROLMENTS.show(session, caller, row)


async def assess(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: Assessment
) -> EnrolmentRead:
    """Records how the person did; the course is completed with it."""
    row, _ = await ENROLMENTS.hold(session, caller, row_id, "assess")
    row.completed_on = _between(wish.assessed_on, row.enrolled_on, "assessed_on")
    row.score = wish.score
    action = wish.result.lower()
    target = ENROLMENT_MACHINE.take(row.state, action)
    await ENROLMENTS.move(session, caller, row, action, target)
    return await ENROLMENTS.show(session, caller, row)


async def certify(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: Certificate
) -> EnrolmentRead:
    """Issues the certificate, with the skill level and the mark if the course has one in force."""
    row, target = await ENROLMENTS.hold(session, caller, row_id, "certify")
    course = await session.get_one(TrainingResource, row.course_id)
    level = wish.skill_level or course.skill_level
    if level is None:
        raise refuse(
            "skill_level", "REQUIRED", "证书须载明技能等级", "is what the certificate says"
        )
    assert row.completed_on is not None, "who has passed has been assessed"
    row.certified_on = _between(wish.certified_on, row.completed_on, "certified_on")
    row.skill_level, row.certificate_no = level, wish.certificate_no
    if course.brand_programme_id is not None:
        mark = await session.get_one(BrandProgramme, course.brand_programme_id)
        row.brand = mark.brand if mark.is_valid(row.certified_on) else None
    try:
        async with session.begin_nested():
            await ENROLMENTS.move(session, caller, row, "certify", target)
    except IntegrityError as error:
        if constraint_of(error) != models.ONE_CERTIFICATE:
            raise
        raise refuse(
            "certificate_no", "CERTIFICATE_USED", "证书编号已使用", "is the number of another one"
        ) from error
    return await ENROLMENTS.show(session, caller, row)


async def reveal(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: RevealRequest
) -> RevealReply:
    """The person in full, on record; the course's city only."""
    row = await ENROLMENTS.load(session, caller, row_id)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    if row.owner_city != caller.city:
        raise NotYourCity if caller.city else ScopeMissing
    values = {"name": row.person_name, "doc_no": row.doc_no, "mobile": row.mobile}
    return resources.reveal(caller, row.id, wish, values)


def _between(given: date | None, earliest: date, field: str) -> date:
    on = given or clock.today()
    if not earliest <= on <= clock.today():
        raise refuse(field, "DATE", "日期不在允许范围内", "lies too early or after today")
    return on
