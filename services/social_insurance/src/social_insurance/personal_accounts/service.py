"""What can be done with personal accounts. Each function runs in the caller's transaction."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.money import money_text
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, NotYourCity
from hrss_kit.translation import constraint_of
from social_insurance.participations.models import Participation
from social_insurance.personal_accounts.models import (
    EMPLOYEES,
    ONE_ACCOUNT,
    RESIDENTS,
    PersonalAccount,
)
from social_insurance.personal_accounts.schemas import (
    AccountAmounts,
    AccountCreate,
    AccountQuery,
    AccountRead,
)
from social_insurance.problems import IdentityConflict


def visible(caller: Principal) -> Select[PersonalAccount]:
    """A city's own accounts; the auditor's are everybody's."""
    wanted = select(PersonalAccount)
    return (
        wanted
        if caller.holds("auditor")
        else wanted.where(PersonalAccount.owner_city == caller.city)
    )


async def record(session: AsyncSession, caller: Principal, new: AccountCreate) -> AccountRead:
    """Records an account of the caller's city; one a person, scheme and city."""
    if new.city != caller.city:
        raise NotYourCity
    row = PersonalAccount(
        biz_no=await numbering.next_number(session, "SI", new.city, clock.today()),
        owner_city=new.city,
        scheme=new.scheme,
        **_columns(new.model_dump(exclude={"person", "scheme", "city"})),
    )
    row.take_person(new.person)
    exchange().note(person_refs=[row.person_ref])
    names = await session.scalars(
        select(Participation.person_name).where(Participation.id_hash == row.id_hash)
    )
    if any(name != row.person_name for name in names):
        raise IdentityConflict
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says whether there is one already
    except IntegrityError as error:
        if constraint_of(error) != ONE_ACCOUNT:
            raise
        known = await session.scalar(
            select(PersonalAccount.id)
            .where(PersonalAccount.id_hash == row.id_hash)
            .where(PersonalAccount.scheme == row.scheme)
            .where(PersonalAccount.owner_city == row.owner_city)
        )
        raise Duplicate(existing_id=str(known)) from error
    timeline.add(session, row.id, "record", caller=caller)
    return shown(caller, row)


async def find(session: AsyncSession, caller: Principal, account_id: UUID) -> AccountRead:
    """One account."""
    found = visible(caller).where(PersonalAccount.id == account_id)
    row = await resources.load(session, found)
    exchange().note(person_refs=[row.person_ref], fields=["person", "balance"])
    return shown(caller, row)


async def search(
    session: AsyncSession, caller: Principal, query: AccountQuery
) -> Page[AccountRead]:
    """A page of a city's accounts."""
    wanted = visible(caller)
    if query.scheme is not None:
        wanted = wanted.where(PersonalAccount.scheme == query.scheme)
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=PersonalAccount.id,
        sorts={"created_at": PersonalAccount.created_at},
        default="-created_at",
    )
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person", "balance"])
    return Page(items=[shown(caller, row) for row in rows], next_cursor=cursor)


async def change(
    session: AsyncSession, caller: Principal, account_id: UUID, wish: AccountAmounts
) -> AccountRead:
    """Brings the balance up to date, as the yearly interest does."""
    found = visible(caller).where(PersonalAccount.id == account_id)
    row = await resources.load(session, found, lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    given = wish.model_dump(exclude_unset=True)
    exchange().note(person_refs=[row.person_ref], fields=sorted(given))
    for name, value in _columns(given).items():
        setattr(row, name, value)
    timeline.add(session, row.id, "change", caller=caller)
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def history(session: AsyncSession, caller: Principal, account_id: UUID) -> timeline.Timeline:
    """What happened to an account."""
    found = visible(caller).where(PersonalAccount.id == account_id)
    return await timeline.of(session, (await resources.load(session, found)).id)


async def account_of(
    session: AsyncSession, id_hash: bytes, scheme: str, city: str
) -> PersonalAccount | None:
    """Somebody's account in a scheme and city."""
    found: PersonalAccount | None = await session.scalar(
        select(PersonalAccount)
        .where(PersonalAccount.id_hash == id_hash, PersonalAccount.scheme == scheme)
        .where(PersonalAccount.owner_city == city)
    )
    return found


def _columns(given: dict[str, Any]) -> dict[str, Any]:
    return {
        name: money_text(value) if isinstance(value, Decimal) else value
        for name, value in given.items()
    }


def shown(caller: Principal, row: PersonalAccount) -> AccountRead:
    """An account as a reply; amounts only for the city that keeps it."""
    amounts: dict[str, str | None] = {
        name: getattr(row, name) for name in (*EMPLOYEES, *RESIDENTS)
    } | {"balance": money_text(row.balance)}
    if caller.city != row.owner_city:
        amounts = dict.fromkeys(amounts)
    return resources.shown(AccountRead, row, person=row.masked(), **amounts)
