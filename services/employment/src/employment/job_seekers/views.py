"""Who sees which job seeker, and how much of one."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from employment import keys
from employment.access import ACCESS
from employment.job_seekers import models, rules
from employment.job_seekers.models import MACHINE, GroupTag, JobSeeker, SeekerConsent
from employment.job_seekers.schemas import (
    ConsentRead,
    SeekerPerson,
    SeekerQuery,
    SeekerRead,
)
from hrss_kit import clock, deadlines, resources
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.masking import mask_name
from hrss_kit.pagination import Page, select_page

SORTS: dict[str, Any] = {"created_at": JobSeeker.created_at, "biz_no": JobSeeker.biz_no}
SHOWN = ("person", "edu", "skills", "experience", "expected_occupations", "residence_division")


def visible(caller: Principal) -> Select[JobSeeker]:
    """Own city's; of the other city those who have agreed to what the caller reads them for."""
    found = select(JobSeeker)
    if caller.holds("auditor", "service"):
        return found
    return found.where(or_(JobSeeker.owner_city == caller.city, _agreed(caller)))


def _agreed(caller: Principal) -> Any:
    purpose = exchange().purpose
    match = JobSeeker.match_cities.contains([caller.city])
    helped = JobSeeker.help_cities.contains([caller.city])
    if purpose == models.MATCH:
        opened = match
    elif purpose == models.HELP:
        opened = helped
    else:  # an action, which names no purpose
        opened = or_(match, helped)
    return and_(JobSeeker.state != models.CLOSED, opened)


async def filtered(
    _session: AsyncSession, caller: Principal, query: SeekerQuery
) -> Select[JobSeeker]:
    """The job seekers that a list or a file of the caller's holds."""
    wanted = visible(caller)
    for name in ("state", "edu"):
        if getattr(query, name) is not None:
            wanted = wanted.where(getattr(JobSeeker, name) == getattr(query, name))
    if query.residence_division is not None:
        places = keys.places_within(query.residence_division)
        wanted = wanted.where(JobSeeker.residence_division.in_(places))
    if query.accept_city is not None:
        wanted = wanted.where(JobSeeker.accept_cities.contains([query.accept_city]))
    if query.occupation is not None:
        wanted = wanted.where(_expects(query.occupation))
    if query.group is not None:
        tagged = select(GroupTag.seeker_id).where(
            GroupTag.group_code == query.group, GroupTag.state == "VERIFIED"
        )
        wanted = wanted.where(JobSeeker.id.in_(tagged))
    if query.q:
        wanted = wanted.where(JobSeeker.biz_no == query.q)
    return wanted


async def search(session: AsyncSession, caller: Principal, query: SeekerQuery) -> Page[SeekerRead]:
    """A page of job seekers."""
    wanted = await filtered(session, caller, query)
    rows, cursor = await select_page(
        session, wanted, query, key=JobSeeker.id, sorts=SORTS, default="-created_at"
    )
    return Page(items=await shown(session, caller, rows), next_cursor=cursor)


async def find(session: AsyncSession, caller: Principal, seeker_id: UUID) -> SeekerRead:
    """One job seeker."""
    row = await resources.load(session, visible(caller).where(JobSeeker.id == seeker_id))
    return await read(session, caller, row)


async def read(session: AsyncSession, caller: Principal, row: JobSeeker) -> SeekerRead:
    """The job seeker as the caller sees them now."""
    return (await shown(session, caller, [row]))[0]


async def shown(
    session: AsyncSession, caller: Principal, rows: Sequence[JobSeeker]
) -> list[SeekerRead]:
    """Job seekers as the caller sees them, in the same order."""
    ids = [row.id for row in rows]
    clocks = await deadlines.of(session, ids)
    groups: dict[UUID, list[str]] = defaultdict(list)
    tags = select(GroupTag.seeker_id, GroupTag.group_code).where(
        GroupTag.seeker_id.in_(ids),
        GroupTag.state == "VERIFIED",
        GroupTag.valid_to.is_(None) | (GroupTag.valid_to >= clock.today()),
    )
    for seeker_id, group in await session.execute(tags.order_by(GroupTag.group_code)):
        groups[seeker_id].append(group)
    consents: dict[UUID, list[ConsentRead]] = defaultdict(list)
    given = select(SeekerConsent).where(SeekerConsent.seeker_id.in_(ids))
    for one in await session.scalars(given.order_by(SeekerConsent.id)):
        consents[one.seeker_id].append(ConsentRead.model_validate(one))
    exchange().note(person_refs=[row.person_ref for row in rows], fields=SHOWN)
    return [
        resources.shown(
            SeekerRead,
            row,
            status=row.state,
            allowed_actions=_allowed(caller, row),
            deadlines=clocks[row.id],
            **_opened(caller, row, groups[row.id], consents[row.id]),
        )
        for row in rows
    ]


def _opened(
    caller: Principal, row: JobSeeker, groups: list[str], consents: list[ConsentRead]
) -> dict[str, Any]:
    """Everything masked for the own city; the other sees what the purpose opens."""
    if row.owner_city == caller.city or caller.holds("auditor", "service"):
        person = row.masked()
        return {
            "person": SeekerPerson(**person.model_dump()),
            "gender": _gender(row),
            "groups": groups,
            "consents": consents,
        }
    closed = {"source_system": None, "source_ref": None, "consents": None}
    closed |= {"expected_salary_min": None, "expected_salary_max": None}
    if exchange().purpose == models.HELP:
        masked = row.masked()
        person_seen = SeekerPerson(name=masked.name, mobile=masked.mobile)
        return {**closed, "person": person_seen, "groups": groups}
    return {**closed, "person": SeekerPerson(name=mask_name(row.person_name)), "groups": None}


def _gender(row: JobSeeker) -> str | None:
    """From the resident ID, for who serves the person; matching never sees it."""
    if row.doc_type != "01":
        return None
    return "1" if int(row.doc_no[16]) % 2 else "2"


def snapshot(row: JobSeeker, purpose: str, groups: list[str]) -> dict[str, Any]:
    """What a copy in the other city holds: what the purpose opens, and no more."""
    found = {name: getattr(row, name) for name in rules.OPEN_FOR_MATCH}
    if purpose == models.HELP:
        found["groups"] = groups
    return found


def _allowed(caller: Principal, row: JobSeeker) -> list[str]:
    if row.owner_city != caller.city or not ACCESS.allows(caller, "job-seeker:change"):
        return []
    steps = MACHINE.allowed(row.state)
    if row.state != models.CLOSED:
        steps += ["give-consent", "withdraw-consent", "share"]
    return steps


def _expects(occupation: str) -> Any:
    """True of who would take an occupation that begins so."""
    codes = func.array_to_string(JobSeeker.expected_occupations, " ")
    return codes.regexp_match(f"(^| ){occupation}")
