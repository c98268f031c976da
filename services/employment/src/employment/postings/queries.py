"""How postings are found and shown, and the figures of policy that they are checked by."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from employment import keys, search
from employment.access import ACCESS
from employment.employers.models import Employer
from employment.occupations.service import known as listed_occupations
from employment.postings import models, rules
from employment.postings.models import MACHINE, Posting
from employment.postings.schemas import PostingFilters, PostingRead
from hrss_kit import clock, deadlines, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.problems import FieldError


def visible(caller: Principal) -> Select[Posting]:
    """Own city's and own-made postings, and those the other city has published and shares."""
    if caller.holds("service", "auditor"):
        return select(Posting)
    if caller.holds("citizen"):  # what is on offer is for everybody
        return select(Posting).where(Posting.state == models.PUBLISHED)
    shared = and_(Posting.published_at.is_not(None), Posting.share_with.contains([caller.city]))
    return select(Posting).where(
        or_(Posting.owner_city == caller.city, Posting.made_in == caller.city, shared)
    )


async def find(session: AsyncSession, caller: Principal, posting_id: UUID) -> PostingRead:
    """One posting."""
    row = await resources.load(session, visible(caller).where(Posting.id == posting_id))
    return await read(session, caller, row)


async def history(session: AsyncSession, caller: Principal, posting_id: UUID) -> timeline.Timeline:
    """What happened to a posting."""
    row = await resources.load(session, visible(caller).where(Posting.id == posting_id))
    return await timeline.of(session, row.id)


SORTS = {
    "created_at": Posting.created_at,
    "published_at": Posting.published_at,
    "valid_to": Posting.valid_to,
    "salary_max": Posting.monthly_max,
    "pay": Posting.monthly_max,
}


async def filtered(
    session: AsyncSession, caller: Principal, query: PostingFilters
) -> Select[Posting]:
    """The postings that a file of the caller's holds."""
    wanted = await narrowed(session, caller, query)
    return wanted.where(*search.holding(query.q), search.in_index(query.q)) if query.q else wanted


async def narrowed(
    session: AsyncSession, caller: Principal, query: PostingFilters
) -> Select[Posting]:
    """The postings of a list before its words are looked for."""
    wanted = visible(caller)
    for name in ("state", "employer_id", "emp_type", "edu_req"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(Posting, name) == value)
    if query.work_division is not None:
        wanted = wanted.where(Posting.work_division.in_(keys.places_within(query.work_division)))
    if query.work_city is not None:
        wanted = wanted.where(Posting.owner_city == query.work_city)
    if query.occupation is not None:
        wanted = wanted.where(Posting.occupation.startswith(query.occupation, autoescape=True))
    if query.target_group is not None:
        wanted = wanted.where(Posting.target_groups.contains([query.target_group]))
    if query.edu is not None:
        ranks = await policy.get(session, "common.edu_rank", on=clock.today())
        enough = [code for code, rank in ranks.items() if rank <= ranks[query.edu]]
        wanted = wanted.where(or_(Posting.edu_req.is_(None), Posting.edu_req.in_(enough)))
    if query.salary_from is not None:
        wanted = wanted.where(Posting.monthly_max >= query.salary_from)
    if query.salary_to is not None:
        wanted = wanted.where(Posting.monthly_min <= query.salary_to)
    if query.published_from is not None:
        wanted = wanted.where(Posting.published_at >= clock.start_of(query.published_from))
    if query.published_to is not None:
        next_day = query.published_to + timedelta(days=1)
        wanted = wanted.where(Posting.published_at < clock.start_of(next_day))
    return wanted


def is_maker(caller: Principal, row: Posting) -> bool:
    """True for whoever wrote or submitted it: they may not publish it."""
    return caller.actor in (row.created_by, row.submitted_by)


def may_withdraw(caller: Principal, row: Posting) -> bool:
    """What was suspended is its supervisor's to decide."""
    return row.state != models.SUSPENDED or caller.holds("supervisor.emp")


async def read(session: AsyncSession, caller: Principal, row: Posting) -> PostingRead:
    """The posting as the caller sees it now."""
    return (await shown(session, caller, [row]))[0]


async def shown(
    session: AsyncSession, caller: Principal, rows: Sequence[Posting]
) -> list[PostingRead]:
    """Postings as the caller sees them now, in the same order."""
    clocks = await deadlines.of(session, [row.id for row in rows])
    spread = Decimal(await policy.get(session, "emp.salary_spread", on=clock.today()))
    named = select(Employer.id, Employer.name, Employer.uscc).where(
        Employer.id.in_({row.employer_id for row in rows})
    )
    employers = {one.id: one for one in await session.execute(named)}
    listed = await listed_occupations(session, (row.occupation for row in rows))
    return [
        resources.shown(
            PostingRead,
            row,
            employer_name=employers[row.employer_id].name,
            employer_uscc=employers[row.employer_id].uscc,
            work_city=row.owner_city,
            warnings=[*rules.warnings(row, spread), *_unknown_occupation(row, listed)],
            allowed_actions=_allowed(caller, row),
            deadlines=clocks[row.id],
        )
        for row in rows
    ]


def _unknown_occupation(row: Posting, known: set[str]) -> list[FieldError]:
    if row.occupation in known:
        return []
    return [
        FieldError(
            field="occupation",
            code="OCCUPATION_UNKNOWN",
            message_zh="职业代码不在已载入的职业目录中，请核对",
            message_en="The occupation is not in the loaded list; please verify",
        )
    ]


def _allowed(caller: Principal, row: Posting) -> list[str]:
    def may(action: str) -> bool:
        if row.owner_city != caller.city or f"posting:{action}" not in ACCESS:
            return False
        if action == "publish" and is_maker(caller, row):
            return False
        if action == "withdraw" and not may_withdraw(caller, row):
            return False
        return ACCESS.allows(caller, f"posting:{action}")

    return MACHINE.allowed(row.state, may)


async def figures(session: AsyncSession, city: str, division: str, on: date) -> rules.Figures:
    """The figures in force at a work place on a date."""

    async def value(key: str) -> Any:
        return await policy.get(session, key, on=on, city=city)

    return rules.Figures(
        discrimination_terms=await value("emp.discrimination_terms"),
        fee_terms=await value("emp.fee_terms"),
        posting_max_days=int(await value("emp.posting_max_days")),
        salary_spread=Decimal(await value("emp.salary_spread")),
        month_days=Decimal(await value("common.month_days")),
        pubwelfare_groups=await value("emp.pubwelfare_groups"),
        minimum_wage=await _minimum_wage(session, city, division, on),
    )


async def _minimum_wage(
    session: AsyncSession, city: str, division: str, on: date
) -> Decimal | None:
    """The monthly minimum of a place; None while nobody has loaded one for it.

    The row is one figure for the whole city, or one a district with "default" for the rest.
    """
    try:
        value = await policy.get(session, "common.minimum_wage", on=on, city=city)
    except policy.MissingParameter:
        return None
    if isinstance(value, dict):
        value = value.get(division, value.get("default"))
    return None if value is None else Decimal(str(value))
