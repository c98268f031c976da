"""What can be done with employers. Each function runs in the caller's transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.access import ACCESS
from employment.employers import models
from employment.employers.models import (
    MACHINE,
    UNVERIFIED,
    VERIFIED,
    Employer,
    EmployerListing,
)
from employment.employers.schemas import (
    LICENCE_REQUIRED,
    EmployerChange,
    EmployerCreate,
    EmployerQuery,
    EmployerRead,
)
from hrss_kit import clock, deadlines, numbering, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES, city_of
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, Duplicate, NotYourCity, refuse
from hrss_kit.resources import RevealReply, RevealRequest
from hrss_kit.translation import constraint_of

# Whoever changes what was verified makes it unverified again.
VERIFIED_FACTS = ("name", "kind", "hr_licence_no")


class EmployerBlocked(Conflict):
    code = "EMPLOYER_BLOCKED"
    title_zh, title_en = "该单位目前不得发布岗位", "This employer may not recruit at present"


class EmployerNotVerified(Conflict):
    code = "EMPLOYER_NOT_VERIFIED"
    title_zh, title_en = "该单位尚未核验", "This employer has not been verified"


def visible(_caller: Principal) -> Select[Employer]:
    """Employers are public facts: both cities see them all."""
    return select(Employer)


async def register(session: AsyncSession, caller: Principal, new: EmployerCreate) -> EmployerRead:
    """Registers an employer once for both cities; it belongs to the city that registered it."""
    registered_in = city_of(new.reg_division)
    city = registered_in if registered_in in ACTIVE_CITIES else caller.city
    if city is None:
        raise NotYourCity
    number = await numbering.next_number(session, "EM", city, clock.today())
    row = Employer(biz_no=number, owner_city=city, state=UNVERIFIED, **new.model_dump())
    row.blocked_until = await blocked_until(session, row.uscc)
    if row.source_ref and not row.source_system:
        row.source_system = caller.client_id
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says whether its code is already known
    except IntegrityError as error:
        match constraint_of(error):
            case models.ONE_PER_USCC:
                same = Employer.uscc == new.uscc
            case models.ONE_PER_SOURCE:
                same = and_(
                    Employer.source_system == row.source_system,
                    Employer.source_ref == row.source_ref,
                )
            case _:
                raise
        known = await session.scalar(select(Employer.id).where(same))
        raise Duplicate(existing_id=str(known)) from error
    timeline.add(session, row.id, "register", caller=caller, to_state=row.state)
    return await _read(session, caller, row)


async def blocked_until(session: AsyncSession, uscc: str) -> date | None:
    """Until when the wage-arrears list blocks an employer; two cities may have listed it."""
    until: date | None = await session.scalar(
        select(func.max(EmployerListing.listed_to)).where(
            EmployerListing.uscc == uscc, EmployerListing.removed_on.is_(None)
        )
    )
    return until


async def find(session: AsyncSession, caller: Principal, employer_id: UUID) -> EmployerRead:
    """One employer."""
    return await _read(session, caller, await _load(session, caller, employer_id))


SORTS = {"created_at": Employer.created_at, "name": Employer.name}


async def search(
    session: AsyncSession, caller: Principal, query: EmployerQuery
) -> Page[EmployerRead]:
    """A page of employers."""
    wanted = await filtered(session, caller, query)
    rows, cursor = await select_page(
        session, wanted, query, key=Employer.id, sorts=SORTS, default="-created_at"
    )
    return Page(items=await shown(session, caller, rows), next_cursor=cursor)


async def filtered(
    _session: AsyncSession, caller: Principal, query: EmployerQuery
) -> Select[Employer]:
    """The employers that a list or a file of the caller's holds."""
    wanted = visible(caller)
    for name in ("state", "uscc", "kind", "owner_city", "credit_grade"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(Employer, name) == value)
    if query.q:
        wanted = wanted.where(Employer.name.icontains(query.q, autoescape=True))
    return wanted


async def shown(
    session: AsyncSession, caller: Principal, rows: Sequence[Employer]
) -> list[EmployerRead]:
    """Employers as the caller sees them, in the same order."""
    clocks = await deadlines.of(session, [row.id for row in rows])
    return [_shown(caller, row, clocks[row.id]) for row in rows]


async def change(
    session: AsyncSession, caller: Principal, employer_id: UUID, wish: EmployerChange
) -> EmployerRead:
    """Changes facts; changed facts of identity must be verified again."""
    row = await _load_own(session, caller, employer_id)
    resources.match_version(row)
    given: dict[str, Any] = wish.model_dump(exclude_unset=True)
    before = row.state
    if before == VERIFIED and any(
        name in given and given[name] != getattr(row, name) for name in VERIFIED_FACTS
    ):
        row.state = UNVERIFIED
    for name, value in given.items():
        setattr(row, name, value)
    if row.kind == "HR_AGENCY" and not row.hr_licence_no:
        wrong = LICENCE_REQUIRED
        raise refuse("hr_licence_no", wrong.code, wrong.message_zh, wrong.message_en)
    exchange().note(fields=sorted(given))
    timeline.add(session, row.id, "change", caller=caller, from_state=before, to_state=row.state)
    await session.flush()  # the answer carries the new version
    return await _read(session, caller, row)


async def act(
    session: AsyncSession,
    caller: Principal,
    employer_id: UUID,
    action: str,
    reason: str | None = None,
) -> EmployerRead:
    """Takes a step of the machine: verify, reject."""
    row = await _load_own(session, caller, employer_id)
    resources.match_version(row)
    before, row.state = row.state, MACHINE.take(row.state, action)
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=before,
        to_state=row.state,
        reason=reason,
    )
    await session.flush()  # the answer carries the new version
    return await _read(session, caller, row)


async def history(session: AsyncSession, caller: Principal, employer_id: UUID) -> timeline.Timeline:
    """What happened to an employer's entry."""
    return await timeline.of(session, (await _load(session, caller, employer_id)).id)


async def reveal(
    session: AsyncSession, caller: Principal, employer_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Whom to call at the employer; its own city only."""
    row = await _load(session, caller, employer_id)
    exchange().note(subject=row.biz_no)
    if row.owner_city != caller.city:
        raise NotYourCity
    values = {"contact_name": row.contact_name, "contact_phone": row.contact_phone}
    return resources.reveal(caller, row.id, wish, values)


async def _load(session: AsyncSession, caller: Principal, employer_id: UUID) -> Employer:
    return await resources.load(session, visible(caller).where(Employer.id == employer_id))


async def _load_own(session: AsyncSession, caller: Principal, employer_id: UUID) -> Employer:
    row = await resources.load(
        session, visible(caller).where(Employer.id == employer_id), lock=True
    )
    if row.owner_city != caller.city:
        raise NotYourCity
    return row


async def _read(session: AsyncSession, caller: Principal, row: Employer) -> EmployerRead:
    return _shown(caller, row, (await deadlines.of(session, [row.id]))[row.id])


def _shown(caller: Principal, row: Employer, clocks: list[deadlines.DeadlineRead]) -> EmployerRead:
    def may(_action: str) -> bool:
        return row.owner_city == caller.city and ACCESS.allows(caller, "employer:verify")

    return resources.shown(
        EmployerRead, row, allowed_actions=MACHINE.allowed(row.state, may), deadlines=clocks
    )
