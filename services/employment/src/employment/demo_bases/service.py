"""What can be done with demonstration bases. Each runs in the caller's transaction."""

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.dates import months_after, years_after
from employment.demo_bases import models
from employment.demo_bases.models import (
    MACHINE,
    REVIEW_MACHINE,
    BaseJob,
    BaseReview,
    DemoBase,
)
from employment.demo_bases.schemas import (
    BaseApply,
    BaseRead,
    RecordJobs,
    ReviewCreate,
    ReviewRead,
)
from employment.kinds import Kind, Step, columns_of
from employment.startup_spaces.models import StartupSpace
from hrss_kit import clock, deadlines, policy, sealing
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES, city_of
from hrss_kit.ids import new_id
from hrss_kit.problems import Conflict, Duplicate, MakerIsChecker, NotYourCity, refuse
from hrss_kit.resources import Empty, WithReason
from hrss_kit.translation import constraint_of

ANNUAL_REVIEW: Final = "ANNUAL_REVIEW"


class ScoreTooLow(Conflict):
    code = "SCORE_TOO_LOW"
    title_zh, title_en = "联合评分未达认定标准", "The joint score is below what a grant needs"


class ReviewNotOpen(Conflict):
    code = "REVIEW_NOT_OPEN"
    title_zh, title_en = "该基地目前不需此项评审", "The base is not up for this review now"


async def _jobs(
    session: AsyncSession, _caller: Principal, rows: Sequence[DemoBase]
) -> Mapping[UUID, Any]:
    counted = await session.execute(
        select(BaseJob.base_id, func.count())
        .where(BaseJob.base_id.in_([row.id for row in rows]))
        .group_by(BaseJob.base_id)
    )
    known = {one: count for one, count in counted}
    return {row.id: {"jobs_created": known.get(row.id, 0)} for row in rows}


DECIDE: Final = Step("demo-base:decide")
BASES: Final = Kind(
    DemoBase,
    BaseRead,
    MACHINE,
    {
        "grant": DECIDE,
        "refuse": DECIDE,
        "revoke": DECIDE,
        "record-jobs": Step("demo-base:create"),
    },
    words=("name",),
    sorts=("name",),
    more=_jobs,
    feature="EMP-4b",
)
REVIEWS: Final = Kind(BaseReview, ReviewRead, REVIEW_MACHINE, {}, sorts=("reviewed_on",))


async def apply(session: AsyncSession, caller: Principal, new: BaseApply) -> BaseRead:
    """Applies for a base in the caller's city."""
    if city_of(new.division) != caller.city:
        raise NotYourCity
    if new.space_id is not None and await session.get(StartupSpace, new.space_id) is None:
        raise refuse("space_id", "SPACE_UNKNOWN", "没有此创业空间", "is not a known space")
    row = DemoBase(**columns_of(new), owner_city=caller.city, state=models.APPLIED)
    try:
        async with session.begin_nested():
            await BASES.add(session, caller, row, action="apply")
    except IntegrityError as error:
        if constraint_of(error) != models.ONE_APPLICATION:
            raise
        known = select(DemoBase.id).where(
            DemoBase.name == new.name,
            DemoBase.state.in_((models.APPLIED, models.SCORED, models.GRANTED)),
        )
        raise Duplicate(existing_id=str(await session.scalar(known))) from error
    return await BASES.show(session, caller, row)


async def review(session: AsyncSession, caller: Principal, new: ReviewCreate) -> ReviewRead:
    """One city's score or annual review; with both the base is SCORED, or its year is done."""
    base = await BASES.load(session, caller, new.base_id, lock=True)
    if caller.city not in ACTIVE_CITIES:
        raise NotYourCity
    if base.state != (models.APPLIED if new.kind == "SCORE" else models.GRANTED):
        raise ReviewNotOpen
    if caller.actor == base.created_by:
        raise MakerIsChecker
    round_ = 0 if new.kind == "SCORE" else await _year(session, base)
    row = BaseReview(
        **columns_of(new),
        round=round_,
        reviewed_on=clock.today(),
        owner_city=caller.city,
        state="FILED",
    )
    try:
        async with session.begin_nested():
            await REVIEWS.add(session, caller, row, action="file")
    except IntegrityError as error:
        if constraint_of(error) != models.ONE_REVIEW:
            raise
        known = select(BaseReview.id).where(
            BaseReview.base_id == base.id,
            BaseReview.kind == new.kind,
            BaseReview.round == round_,
            BaseReview.owner_city == caller.city,
        )
        raise Duplicate(existing_id=str(await session.scalar(known))) from error
    scores = await _scores(session, base, new.kind, round_)
    if len(scores) == len(ACTIVE_CITIES):
        if new.kind == "SCORE":
            mean = sum(scores, Decimal(0)) / len(scores)
            base.joint_score = mean.quantize(Decimal("0.01"), ROUND_HALF_UP)
            await BASES.move(session, caller, base, "score", MACHINE.take(base.state, "score"))
        else:
            await deadlines.meet(session, base.id, ANNUAL_REVIEW, clock.today())
            await _start_year(session, base, round_ + 1)
    return await REVIEWS.show(session, caller, row)


async def _scores(
    session: AsyncSession, base: DemoBase, kind: str, round_: int
) -> Sequence[Decimal]:
    found = select(BaseReview.score).where(
        BaseReview.base_id == base.id, BaseReview.kind == kind, BaseReview.round == round_
    )
    return (await session.scalars(found)).all()


async def _year(session: AsyncSession, base: DemoBase) -> int:
    """The year under review: the first that not both cities have reviewed."""
    counted = await session.scalar(
        select(func.count(func.distinct(BaseReview.round))).where(
            BaseReview.base_id == base.id,
            BaseReview.kind == "ANNUAL",
            BaseReview.round.in_(
                select(BaseReview.round)
                .where(BaseReview.base_id == base.id, BaseReview.kind == "ANNUAL")
                .group_by(BaseReview.round)
                .having(func.count() >= len(ACTIVE_CITIES))
            ),
        )
    )
    return int(counted or 0) + 1


async def grant(session: AsyncSession, caller: Principal, row_id: UUID, _wish: Empty) -> BaseRead:
    """Grants it for a term, when both cities' scores reach the mark."""
    row, target = await BASES.hold(session, caller, row_id, "grant")
    if caller.actor == row.created_by:
        raise MakerIsChecker
    today = clock.today()
    least = Decimal(await policy.get(session, "emp.base_score_min", on=today))
    if row.joint_score is None or row.joint_score < least:
        raise ScoreTooLow(joint_score=str(row.joint_score), least=str(least))
    years = await policy.get(session, "emp.base_term_years", on=today)
    row.granted_on, row.valid_to = today, years_after(today, int(years))
    await BASES.move(session, caller, row, "grant", target)
    await _start_year(session, row, 1)
    return await BASES.show(session, caller, row)


async def _start_year(session: AsyncSession, row: DemoBase, year: int) -> None:
    """Starts the clock of a year's review; none that would end after the term."""
    assert row.granted_on is not None, "it has been granted"
    assert row.valid_to is not None, "and for a term"
    months = int(await policy.get(session, "emp.base_review_months", on=row.granted_on))
    begins = months_after(row.granted_on, months * (year - 1))
    ends = months_after(row.granted_on, months * year)
    if ends < row.valid_to:
        await deadlines.start(
            session,
            subject_id=row.id,
            subject_no=row.biz_no,
            owner_city=row.owner_city,
            audience=ACTIVE_CITIES,
            code=ANNUAL_REVIEW,
            started_on=begins,
            unit="CD",
            length=(ends - begins).days,
            basis="emp.base_review_months",
        )


async def decide(
    action: str, session: AsyncSession, caller: Principal, row_id: UUID, wish: WithReason
) -> BaseRead:
    """Refuses the application, or revokes the grant, and says why."""
    row, target = await BASES.hold(session, caller, row_id, action)
    row.reason = wish.reason
    await deadlines.cancel(session, row.id)
    await BASES.move(session, caller, row, action, target, wish.reason)
    return await BASES.show(session, caller, row)


async def record_jobs(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: RecordJobs
) -> BaseRead:
    """Counts jobs that the base made, once per person (EMP-4b)."""
    row, target = await BASES.hold(session, caller, row_id, "record-jobs")
    assert row.granted_on is not None, "it has been granted"
    on = wish.created_on or clock.today()
    if not row.granted_on <= on <= clock.today():
        raise refuse("created_on", "DATE", "日期不在允许范围内", "lies too early or after today")
    hashes = sorted({sealing.blind(one.doc_no) for one in wish.persons})
    exchange().note(person_refs=[sealing.person_ref(one) for one in hashes])
    jobs = [{"id": new_id(), "base_id": row.id, "id_hash": one, "created_on": on} for one in hashes]
    await session.execute(
        insert(BaseJob).values(jobs).on_conflict_do_nothing(constraint="uq_base_jobs_person")
    )
    await BASES.move(session, caller, row, "record-jobs", target)
    return await BASES.show(session, caller, row)


async def expire(session: AsyncSession) -> int:
    """Timer: bases whose term is over."""
    rows = await BASES.due(
        session, DemoBase.state == models.GRANTED, DemoBase.valid_to < clock.today()
    )
    for row in rows:
        await deadlines.cancel(session, row.id)
        await BASES.move(session, None, row, "expire", "EXPIRED")
    return len(rows)
