"""What can be done with referrals. Each function runs in the caller's transaction."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.access import ACCESS
from employment.employers.models import Employer
from employment.job_fairs.attending import is_offered_at
from employment.job_fairs.models import JobFair
from employment.job_fairs.service import FAIRS
from employment.job_seekers import models as seekers
from employment.job_seekers import service as seekers_service
from employment.job_seekers import views
from employment.job_seekers.models import JobSeeker
from employment.matching import service as matching
from employment.matching.profiles import groups_of
from employment.postings import queries
from employment.postings import service as postings_service
from employment.postings.models import Posting
from employment.referrals.models import MACHINE, ONE_HIRE, ONE_OPEN, OPEN, Referral
from employment.referrals.schemas import (
    Ended,
    Hired,
    Interviewed,
    ReferralCreate,
    ReferralHired,
    ReferralQuery,
    ReferralRead,
)
from hrss_kit import clock, deadlines, numbering, outbox, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.ids import new_id
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, Duplicate, NotYourCity, refuse
from hrss_kit.translation import constraint_of

LAPSE = "referral_lapse"


class NotMatching(Conflict):
    """A condition keeps the pair apart, whatever the score (`reasons`)."""

    code = "NOT_MATCHING"
    title_zh, title_en = "不符合岗位的必备条件，不能推荐", "A condition excludes this referral"


def visible(caller: Principal) -> Select[Referral]:
    """Both cities that take part see a referral."""
    found = select(Referral)
    if caller.holds("auditor", "service"):
        return found
    city = caller.city
    mine = (Referral.owner_city == city, Referral.seeker_city == city,
            Referral.posting_city == city)  # fmt: skip
    return found.where(or_(*mine))


async def create(session: AsyncSession, caller: Principal, new: ReferralCreate) -> ReferralRead:
    """Refers somebody; what excludes the pair is told with its reasons."""
    seeker: JobSeeker | None = await session.scalar(
        views.visible(caller).where(JobSeeker.id == new.seeker_id).with_for_update()
    )
    posting: Posting | None = await session.scalar(
        queries.visible(caller).where(Posting.id == new.posting_id)
    )
    if seeker is None:
        raise refuse("seeker_id", "SEEKER_UNKNOWN", "没有此求职者", "is not a job seeker you see")
    if posting is None:
        raise refuse("posting_id", "POSTING_UNKNOWN", "没有此岗位", "is not a posting you may see")
    if caller.city is None:
        raise NotYourCity
    if new.fair_id is not None:
        await _check_fair(session, caller, new.fair_id, posting)
    exchange().note(person_refs=[seeker.person_ref])
    pair = await matching.explained(session, posting, seeker, await matching.figures(session))
    if pair.reasons:
        raise NotMatching(reasons=pair.reasons)
    today = clock.today()
    length = int(await policy.get(session, "emp.referral_lapse_days", on=today, city=caller.city))
    row = Referral(
        id=new_id(),
        biz_no=await numbering.next_number(session, "EM", caller.city, today),
        owner_city=caller.city,
        seeker_city=seeker.owner_city,
        posting_city=posting.owner_city,
        score=Decimal(str(pair.score)),
        score_detail=pair.score_detail.model_dump(),
        referred_by=caller.actor,
        groups=await groups_of(session, seeker),
        state="CREATED",
        **new.model_dump(),
    )
    term = await deadlines.start(
        session, subject_id=row.id, subject_no=row.biz_no, owner_city=row.owner_city,
        audience=_cities(row), code=LAPSE, started_on=today, unit="CD", length=length,
        basis="emp.referral_lapse_days",
    )  # fmt: skip
    row.lapses_on = term.due_on
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says whether the pair is on its way already
    except IntegrityError as error:
        if constraint_of(error) != ONE_OPEN:
            raise
        same = select(Referral.id).where(
            Referral.seeker_id == seeker.id,
            Referral.posting_id == posting.id,
            Referral.state.in_(OPEN),
        )
        raise Duplicate(existing_id=str(await session.scalar(same))) from error
    timeline.add(session, row.id, "create", caller=caller, to_state=row.state)
    return await read(session, caller, row)


async def _check_fair(
    session: AsyncSession, caller: Principal, fair_id: UUID, posting: Posting
) -> None:
    """What is counted as a fair's referral was offered at that fair."""
    fair = await session.scalar(FAIRS.visible(caller).where(JobFair.id == fair_id))
    if fair is None:
        raise refuse("fair_id", "FAIR_UNKNOWN", "没有此招聘会", "is not a fair you may see")
    if not await is_offered_at(session, fair, posting.id):
        raise refuse(
            "fair_id", "POSTING_NOT_AT_FAIR", "该岗位未在此招聘会上发布",
            "is a fair at which this posting is not offered",
        )  # fmt: skip


def _cities(row: Referral) -> list[str]:
    return sorted({row.owner_city, row.seeker_city, row.posting_city})


async def act(
    session: AsyncSession,
    caller: Principal,
    referral_id: UUID,
    action: str,
    wish: Interviewed | Hired | Ended | None = None,
) -> ReferralRead:
    """What came of it, recorded by either of the cities that take part."""
    wanted = visible(caller).where(Referral.id == referral_id)
    row = await resources.load(session, wanted, lock=True)
    resources.match_version(row)
    before, row.state = row.state, MACHINE.take(row.state, action)
    today = clock.today()
    reason = wish.reason if isinstance(wish, Ended) else None
    if action == "send":
        row.sent_at = clock.now()
    elif isinstance(wish, Interviewed):
        row.interviewed_on = _not_later(wish.interviewed_on, today, "interviewed_on")
    elif isinstance(wish, Hired):
        row.hired_on = _not_later(wish.hired_on, today, "hired_on")
        await _hire(session, caller, row)
    row.reason = reason
    timeline.add(
        session, row.id, action, caller=caller, from_state=before, to_state=row.state,
        reason=reason,
    )  # fmt: skip
    if row.state not in OPEN:
        await deadlines.meet(session, row.id, LAPSE, today)
    await session.flush()  # the answer carries the new version
    return await read(session, caller, row)


def _not_later(given: date | None, today: date, name: str) -> date:
    if given is not None and given > today:
        raise refuse(name, "DATE_ORDER", "日期不得晚于今天", "may not lie in the future")
    return given or today


async def _hire(session: AsyncSession, caller: Principal, row: Referral) -> None:
    """The person leaves the market, the posting comes nearer to its end, social insurance hears."""
    assert row.hired_on is not None  # set before
    posting = await postings_service.hired(session, caller, row.posting_id)
    seeker = await session.get_one(JobSeeker, row.seeker_id, with_for_update=True)
    exchange().note(subject=row.biz_no, person_refs=[seeker.person_ref])
    row.groups = await groups_of(session, seeker)
    if seeker.state in (seekers.SEEKING, seekers.PAUSED):
        await seekers_service.step(session, caller, seeker, "employ", reason=row.biz_no)
    employer = await session.get_one(Employer, posting.employer_id)
    try:
        async with session.begin_nested():
            await session.flush()  # hired once for one posting
    except IntegrityError as error:
        if constraint_of(error) == ONE_HIRE:
            raise Duplicate from error
        raise
    outbox.publish(
        session,
        ReferralHired(
            referral_id=row.id,
            employer_uscc=employer.uscc,
            work_city=posting.owner_city,
            hired_on=row.hired_on,
            groups=row.groups,
        ),
        source="employment",
        subject=row.biz_no,
        city=posting.owner_city,
        audience=_cities(row),
        person_ref=seeker.person_ref,
        journey_id=seeker.journey_id,
    )


async def lapse(session: AsyncSession) -> int:
    """Timer: what nothing came of within its term is over."""
    wanted = (
        select(Referral)
        .where(Referral.state.in_(OPEN), Referral.lapses_on < clock.today())
        .order_by(Referral.id)
        .limit(1000)
        .with_for_update(skip_locked=True)
    )
    rows = (await session.scalars(wanted)).all()
    for row in rows:
        before, row.state = row.state, MACHINE.take(row.state, "lapse")
        await deadlines.cancel(session, row.id, LAPSE)
        timeline.add(session, row.id, "lapse", caller=None, from_state=before, to_state=row.state)
    return len(rows)


async def find(session: AsyncSession, caller: Principal, referral_id: UUID) -> ReferralRead:
    """One referral."""
    row = await resources.load(session, visible(caller).where(Referral.id == referral_id))
    return await read(session, caller, row)


async def history(session: AsyncSession, caller: Principal, referral_id: UUID) -> timeline.Timeline:
    """What happened to a referral."""
    row = await resources.load(session, visible(caller).where(Referral.id == referral_id))
    return await timeline.of(session, row.id)


async def search(
    session: AsyncSession, caller: Principal, query: ReferralQuery
) -> Page[ReferralRead]:
    """A page of referrals."""
    wanted = visible(caller)
    for name in ("state", "seeker_id", "posting_id", "fair_id", "posting_city", "seeker_city"):
        if getattr(query, name) is not None:
            wanted = wanted.where(getattr(Referral, name) == getattr(query, name))
    if query.hired_from is not None:
        wanted = wanted.where(Referral.hired_on >= query.hired_from)
    if query.hired_to is not None:
        wanted = wanted.where(Referral.hired_on <= query.hired_to)
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=Referral.id,
        sorts={"lapses_on": Referral.lapses_on, "score": Referral.score},
        default="-created_at",
    )
    items = [await read(session, caller, row) for row in rows]
    return Page(items=items, next_cursor=cursor)


async def read(session: AsyncSession, caller: Principal, row: Referral) -> ReferralRead:
    """The referral as the caller sees it now."""

    def may(action: str) -> bool:
        return action != "lapse" and ACCESS.allows(caller, "referral:act")

    return resources.shown(
        ReferralRead,
        row,
        score=float(row.score),
        allowed_actions=MACHINE.allowed(row.state, may),
        deadlines=(await deadlines.of(session, [row.id]))[row.id],
    )
