"""Matching over the whole market of both cities. A caseworker, not the score, refers."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from employment import keys
from employment.employers.models import Employer
from employment.job_seekers import views
from employment.job_seekers.models import SEEKING, JobSeeker
from employment.matching import retrieval, rules
from employment.matching.models import SeekerProfile
from employment.matching.profiles import groups_of, values_of
from employment.matching.schemas import (
    Match,
    MatchedPosting,
    MatchedSeeker,
    Matches,
    MatchWish,
    ScoreDetail,
)
from employment.postings import models as postings
from employment.postings import queries
from employment.postings.models import Posting
from hrss_kit import clock, policy, resources
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.masking import mask_name
from hrss_kit.money import money_text

EXCLUDED_SHOWN = 20
FIELDS = ("name", "edu", "skills", "experience_months", "expected_occupations")


async def figures(session: AsyncSession) -> rules.Figures:
    """The figures in force today."""
    today = clock.today()
    weights = await policy.get(session, "emp.match_weights", on=today)
    rank = await policy.get(session, "common.edu_rank", on=today)
    return rules.Figures(
        weights={name: Decimal(str(weights[name])) for name in rules.PARTS},
        edu_rank={str(code): int(number) for code, number in rank.items()},
    )


async def matches(session: AsyncSession, caller: Principal, wish: MatchWish) -> Matches:
    """The best for a posting or for a job seeker, or one pair explained."""
    known = await figures(session)
    posting = seeker = None
    if wish.posting_id is not None:
        seen = queries.visible(caller).where(Posting.id == wish.posting_id)
        posting = await resources.load(session, seen)
    if wish.seeker_id is not None:
        found = views.visible(caller).where(JobSeeker.id == wish.seeker_id)
        seeker = await resources.load(session, found)
        exchange().note(person_refs=[seeker.person_ref], fields=FIELDS)
    if posting is not None and seeker is not None:
        pair = await explained(session, posting, seeker, known)
        allowed = [] if pair.reasons else [pair]
        return Matches(items=allowed, excluded=[pair] if pair.reasons else [], reasons=pair.reasons)
    if posting is not None:
        return await _for_posting(session, caller, posting, known, wish.limit)
    assert seeker is not None  # the model demands one of the two
    return await _for_seeker(session, caller, seeker, known, wish.limit)


def job_of(row: Posting) -> rules.Job:
    """The side of a posting."""
    return rules.Job(
        occupation=row.occupation,
        district=keys.district_of(row.work_division),
        city=row.owner_city,
        skills=rules.skill_keys(row.skills_req),
        licences=frozenset(keys.licence_key(one) for one in row.licences_req),
        edu_req=row.edu_req,
        edu_mandatory=row.edu_mandatory,
        exp_years_req=row.exp_years_req,
        monthly_max=row.monthly_max,
        is_hazardous=row.is_hazardous,
        starts_on=row.valid_from,
        target_groups=frozenset(row.target_groups),
    )


def side_of(profile: SeekerProfile) -> rules.Seeker:
    """The side of a job seeker."""
    return rules.Seeker(
        expected_occupations=tuple(profile.expected_occupations),
        districts=frozenset(profile.districts),
        cities=frozenset(key[2:] for key in profile.keys if key.startswith("c:")),
        accept_cities=frozenset(profile.accept_cities),
        skills=frozenset(profile.skills),
        licences=frozenset(profile.licences),
        edu=profile.edu,
        experience_months=profile.experience_months,
        monthly_min=profile.monthly_min,
        adult_from=profile.adult_from,
        groups=frozenset(profile.groups),
    )


async def profile_of(session: AsyncSession, row: JobSeeker) -> rules.Seeker:
    """The side of a job seeker, in the market or not."""
    return side_of(SeekerProfile(**values_of(row, await groups_of(session, row))))


def _closed(posting: Posting) -> list[str]:
    today = clock.today()
    is_open = posting.state == postings.PUBLISHED
    is_valid = posting.valid_from <= today <= posting.valid_to
    return [] if is_open and is_valid else ["POSTING_NOT_OPEN"]


async def explained(
    session: AsyncSession, posting: Posting, seeker: JobSeeker, known: rules.Figures
) -> Match:
    """One pair with its score, and every reason why it is not allowed."""
    job, side = job_of(posting), await profile_of(session, seeker)
    reasons = [*_closed(posting)]
    if seeker.state != SEEKING:
        reasons.append("SEEKER_NOT_SEEKING")
    reasons += rules.obstacles(job, side, known.edu_rank)
    (pair,) = await _shown(session, [(posting, seeker, side)], known)
    return pair.model_copy(update={"reasons": reasons})


async def _for_posting(
    session: AsyncSession, caller: Principal, posting: Posting, known: rules.Figures, limit: int
) -> Matches:
    closed = _closed(posting)
    if closed:
        return Matches(items=[], excluded=[], reasons=closed)
    side, ordered, values = retrieval.seekers_for(job_of(posting), known)
    values["caller_city"] = caller.city
    found = await retrieval.best(session, side, ordered, known, values, limit)
    left_out = await retrieval.excluded(session, side, ordered, values, EXCLUDED_SHOWN)
    items = await _of_seekers(session, posting, [one.id for one in found], known)
    excluded = await _of_seekers(session, posting, left_out, known)
    return Matches(items=items, excluded=excluded, reasons=[])


async def _of_seekers(
    session: AsyncSession, posting: Posting, ids: Sequence[UUID], known: rules.Figures
) -> list[Match]:
    rows = {
        row.id: row for row in await session.scalars(select(JobSeeker).where(JobSeeker.id.in_(ids)))
    }
    profiles = {
        one.seeker_id: one
        for one in await session.scalars(
            select(SeekerProfile).where(SeekerProfile.seeker_id.in_(ids))
        )
    }
    exchange().note(person_refs=[row.person_ref for row in rows.values()], fields=FIELDS)
    pairs = [(posting, rows[one], side_of(profiles[one])) for one in ids]
    return await _shown(session, pairs, known)


async def _for_seeker(
    session: AsyncSession, caller: Principal, seeker: JobSeeker, known: rules.Figures, limit: int
) -> Matches:
    if seeker.state != SEEKING:
        return Matches(items=[], excluded=[], reasons=["SEEKER_NOT_SEEKING"])
    own = await profile_of(session, seeker)
    side, ordered, values = retrieval.postings_for(own, known, on=clock.today())
    values["caller_city"] = caller.city
    found = await retrieval.best(session, side, ordered, known, values, limit)
    left_out = await retrieval.excluded(session, side, ordered, values, EXCLUDED_SHOWN)
    wanted = [one.id for one in found]
    rows = {
        row.id: row
        for row in await session.scalars(
            select(Posting).where(Posting.id.in_([*wanted, *left_out]))
        )
    }
    items = await _shown(session, [(rows[one], seeker, own) for one in wanted], known)
    apart = await _shown(session, [(rows[one], seeker, own) for one in left_out], known)
    return Matches(items=items, excluded=[one for one in apart if one.reasons], reasons=[])


async def _shown(
    session: AsyncSession,
    pairs: Sequence[tuple[Posting, JobSeeker, rules.Seeker]],
    known: rules.Figures,
) -> list[Match]:
    named = select(Employer.id, Employer.name).where(
        Employer.id.in_({posting.employer_id for posting, _, _ in pairs})
    )
    employers = {one.id: one.name for one in await session.execute(named)}
    made = []
    for posting, seeker, side in pairs:
        job = job_of(posting)
        fit = rules.fit(job, side, known)
        made.append(
            Match(
                posting_id=posting.id,
                seeker_id=seeker.id,
                score=fit.score,
                score_detail=ScoreDetail(**fit.detail),
                target_group=rules.is_boosted(job, side),
                reasons=list(rules.obstacles(job, side, known.edu_rank)),
                seeker=MatchedSeeker(
                    biz_no=seeker.biz_no,
                    owner_city=seeker.owner_city,
                    name=mask_name(seeker.person_name),
                    edu=seeker.edu,
                    major=seeker.major,
                    skills=seeker.skills,
                    experience_months=seeker.experience_months,
                    expected_occupations=seeker.expected_occupations,
                    residence_division=seeker.residence_division,
                ),
                posting=MatchedPosting(
                    biz_no=posting.biz_no,
                    owner_city=posting.owner_city,
                    title=posting.title,
                    employer_name=employers[posting.employer_id],
                    occupation=posting.occupation,
                    work_division=posting.work_division,
                    salary_min=money_text(posting.salary_min),
                    salary_max=money_text(posting.salary_max),
                    salary_unit=posting.salary_unit,
                    valid_to=posting.valid_to,
                ),
            )
        )
    return made
