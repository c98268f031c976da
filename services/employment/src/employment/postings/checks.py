"""What holds of every posting that is taken in, whichever way it comes."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from employment import keys
from employment.employers.models import VERIFIED, Employer
from employment.employers.service import EmployerBlocked, EmployerNotVerified
from employment.postings import queries, rules
from employment.postings.models import Posting
from employment.postings.schemas import LawfulTerm
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.problems import FieldError, Invalid, ScopeMissing

POSTING_UNKNOWN = FieldError(
    field="repost_of",
    code="POSTING_UNKNOWN",
    message_zh="没有此岗位",
    message_en="is not a posting you may see",
)


def derive(row: Posting, known: rules.Figures) -> None:
    """What follows from what a posting says: how it is compared, found and matched."""
    row.title_key = rules.title_key(row.title)
    row.monthly_min = rules.monthly(row.salary_min, row.salary_unit, known.month_days)
    row.monthly_max = rules.monthly(row.salary_max, row.salary_unit, known.month_days)
    row.match_keys = match_keys(row.occupation, row.work_division, row.skills_req, row.licences_req)


def match_keys(
    occupation: str, work_division: str, skills: Sequence[str], licences: Sequence[str] = ()
) -> list[str]:
    """The keys of a posting; one that asks for no skill says so."""
    found = {*keys.keys_of([occupation], [work_division], skills)}
    found |= {keys.licence_key(one) for one in licences}
    return sorted(found if skills else {*found, keys.NO_SKILL})


def channel(caller: Principal, given: str | None) -> str:
    """Where a posting came from, when it does not say."""
    return given or ("PARTNER" if caller.holds("partner") else "PUBLIC")


async def refuse_unless_sound(
    session: AsyncSession, posting: Posting, on: date, *, more: tuple[FieldError, ...] = ()
) -> rules.Figures:
    """422 with everything that is wrong with wording, pay and dates, all at once."""
    known = await queries.figures(session, posting.owner_city, posting.work_division, on)
    lawful = [str(one["term"]) for one in posting.lawful_terms]
    found, terms = rules.findings(posting, posting, known, on, lawful)
    if more or found:
        matches = [
            {"field": one.field, "term": one.term, "position": one.position} for one in terms
        ]
        raise Invalid(*more, *found, matches=matches)
    return known


def refuse_unless_employer_may(employer: Employer, on: date, *, verified: bool) -> None:
    """409 for an employer that is blocked or, where it matters, not verified."""
    if employer.is_blocked(on):
        raise EmployerBlocked
    if verified and employer.state != VERIFIED:
        raise EmployerNotVerified


def shared(wish: Sequence[str] | None, owner_city: str) -> list[str]:
    """The other cities that hear of a posting: all of them when it names none."""
    cities = ACTIVE_CITIES if wish is None else wish
    return sorted({city for city in cities if city != owner_city})


def marked(caller: Principal, terms: Sequence[LawfulTerm]) -> list[dict[str, Any]]:
    """Terms found lawful, and by whom: a caseworker's word, nobody else's."""
    if terms and not caller.holds("cw.emp"):
        raise ScopeMissing("仅经办人可认定合法限制", "Only a caseworker may find a term lawful")
    return [{**one.model_dump(), "marked_by": caller.actor} for one in terms]


async def unknown(
    session: AsyncSession, caller: Principal, employer: Employer | None, repost_of: UUID | None
) -> tuple[FieldError, ...]:
    """What a posting names that is not there: its employer, the one that it repeats."""
    errors = []
    if employer is None:
        errors.append(
            FieldError(
                field="employer_id",
                code="EMPLOYER_UNKNOWN",
                message_zh="没有登记此用人单位",
                message_en="is not a registered employer",
            )
        )
    if repost_of is not None:
        known = await session.scalar(
            queries.visible(caller).where(Posting.id == repost_of).with_only_columns(Posting.id)
        )
        if known is None:
            errors.append(POSTING_UNKNOWN)
    return tuple(errors)
