"""Indicators of the employment service (domain §5), each from its own rows."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from employment.job_seekers.models import SEEKING, GroupTag, JobSeeker
from employment.mirrors.models import PostingMirror
from employment.postings.models import PUBLISHED, Posting
from employment.referrals.models import Referral
from hrss_kit import policy
from hrss_kit.indicators import Figures, Indicator, Period, share

#: The groups that are counted one by one.
GROUPS: Final = (
    "GRAD", "MIGRANT", "VETERAN", "POVERTY", "FISHER", "DISABLED", "HARDSHIP", "ZEROFAM",
)  # fmt: skip


async def cross_city_postings(session: AsyncSession, _period: Period, city: str) -> Figures:
    """跨市岗位占比: of a city's postings on offer, those that the other city holds too."""
    mirrored = exists().where(PostingMirror.origin_id == Posting.id)
    on_offer = select(func.count(), func.count().filter(mirrored)).where(
        Posting.owner_city == city, Posting.state == PUBLISHED
    )
    total, shared = (await session.execute(on_offer)).one()
    inputs = {"mirrored": shared, "published": total}
    return Figures(inputs, share(shared, total), "ratio", things=("mirrored", "published"))


def _hired_in(period: Period) -> ColumnElement[bool]:
    return and_(Referral.state == "HIRED", Referral.hired_on.between(period.first, period.last))


async def cross_city_hires(session: AsyncSession, period: Period, city: str) -> Figures:
    """Hires that a city took part in, and those whose person is registered elsewhere."""
    elsewhere = Referral.seeker_city != Referral.posting_city
    takes_part = or_(Referral.posting_city == city, Referral.seeker_city == city)
    wanted = select(func.count(), func.count().filter(elsewhere)).where(
        _hired_in(period), takes_part
    )
    total, across = (await session.execute(wanted)).one()
    inputs = {"cross_city": across, "hired": total}
    return Figures(inputs, share(across, total), "ratio")


async def key_group_placement(session: AsyncSession, period: Period, city: str) -> Figures:
    """重点群体就业率: registered in the period and hired within the days that the policy says."""
    days = int(await policy.get(session, "emp.placement_days", on=period.as_of, city=city))
    registered = func.date(func.timezone("Asia/Shanghai", JobSeeker.created_at))
    placed = exists().where(
        Referral.seeker_id == JobSeeker.id,
        Referral.state == "HIRED",
        Referral.hired_on <= registered + timedelta(days=days),
    )
    wanted = (
        select(
            GroupTag.group_code,
            func.count(JobSeeker.id.distinct()),
            func.count(JobSeeker.id.distinct()).filter(placed),
        )
        .join(GroupTag, GroupTag.seeker_id == JobSeeker.id)
        .where(
            JobSeeker.owner_city == city,
            JobSeeker.created_at >= period.begins_at,
            JobSeeker.created_at < period.ends_at,
            GroupTag.state.in_(("VERIFIED", "EXPIRED")),
        )
    )
    counts: Mapping[str, tuple[int, int]] = {
        group: (total, done)
        for group, total, done in await session.execute(wanted.group_by(GroupTag.group_code))
    }
    groups = {group: _placed(*counts.get(group, (0, 0))) for group in GROUPS}
    whole = wanted.with_only_columns(
        func.count(JobSeeker.id.distinct()), func.count(JobSeeker.id.distinct()).filter(placed)
    )
    total, done = (await session.execute(whole)).one()
    made = _placed(total, done)
    return Figures(made.inputs, made.value, made.unit, groups=groups)


def _placed(total: int, done: int) -> Figures:
    return Figures({"hired": done, "registered": total}, share(done, total), "ratio")


async def demand_to_supply(session: AsyncSession, _period: Period, city: str) -> Figures:
    """求人倍率: persons wanted by postings on offer, per person who seeks; not the official one."""
    wanted = select(func.coalesce(func.sum(Posting.headcount - Posting.filled), 0)).where(
        Posting.owner_city == city, Posting.state == PUBLISHED
    )
    seeking = select(func.count()).where(JobSeeker.owner_city == city, JobSeeker.state == SEEKING)
    demand = int(await session.scalar(wanted) or 0)
    supply = int(await session.scalar(seeking) or 0)
    inputs = {"headcount": demand, "seeking": supply}
    return Figures(inputs, share(demand, supply, 2), "ratio", things=("headcount",))


async def new_urban_employment(session: AsyncSession, period: Period, city: str) -> Figures:
    """城镇新增就业, a proxy: persons hired in the city's districts, each once a year."""
    first = (
        select(JobSeeker.id_hash, func.min(Referral.hired_on).label("first_on"))
        .join(JobSeeker, JobSeeker.id == Referral.seeker_id)
        .where(
            Referral.state == "HIRED",
            Referral.posting_city == city,
            func.extract("year", Referral.hired_on) == period.first.year,
        )
        .group_by(JobSeeker.id_hash)
        .subquery()
    )
    wanted = select(func.count()).select_from(first)
    count = await session.scalar(wanted.where(first.c.first_on.between(period.first, period.last)))
    persons = int(count or 0)
    return Figures({"persons": persons}, persons, "persons")


MARKET = (
    Indicator("I-EMP-1", cross_city_postings),
    Indicator("I-EMP-2", cross_city_hires),
    Indicator("I-EMP-3", key_group_placement),
    Indicator("I-EMP-4", demand_to_supply),
    Indicator("I-EMP-8", new_urban_employment),
)
