"""What can be done with risk flags. Each function runs in the caller's transaction."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, MakerIsChecker, NotYourCity, StateConflict
from hrss_kit.translation import constraint_of
from social_insurance.risk_flags.models import OPEN_ONCE, RiskFlag
from social_insurance.risk_flags.schemas import FlagQuery, FlagRaise, FlagRead


def visible(caller: Principal) -> Select[RiskFlag]:
    """A city's own flags; the auditor's are everybody's."""
    wanted = select(RiskFlag)
    return wanted if caller.holds("auditor") else wanted.where(RiskFlag.owner_city == caller.city)


async def raise_flag(session: AsyncSession, caller: Principal, new: FlagRaise) -> FlagRead:
    """Raises a flag in the caller's city; the same one is open once."""
    if caller.city is None:
        raise NotYourCity
    today = clock.today()
    row = RiskFlag(
        biz_no=await numbering.next_number(session, "SI", caller.city, today),
        owner_city=caller.city,
        state="OPEN",
        kind=new.kind,
        reason=new.reason,
        raised_on=today,
        raised_by=caller.actor,
    )
    row.take_person(new.person)
    exchange().note(person_refs=[row.person_ref])
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says whether there is one already
    except IntegrityError as error:
        if constraint_of(error) != OPEN_ONCE:
            raise
        known = await session.scalar(
            select(RiskFlag.id).where(
                RiskFlag.id_hash == row.id_hash, RiskFlag.kind == row.kind,
                RiskFlag.owner_city == row.owner_city, RiskFlag.state == "OPEN",
            )
        )  # fmt: skip
        raise Duplicate(existing_id=str(known)) from error
    timeline.add(session, row.id, "raise", caller=caller, to_state="OPEN")
    return shown(caller, row)


async def clear(session: AsyncSession, caller: Principal, flag_id: UUID, reason: str) -> FlagRead:
    """Clears a flag; whoever raised it does not."""
    row = await resources.load(session, visible(caller).where(RiskFlag.id == flag_id), lock=True)
    exchange().note(person_refs=[row.person_ref])
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    if row.state != "OPEN":
        raise StateConflict(row.state, [])
    if row.raised_by == caller.actor:
        raise MakerIsChecker
    row.state, row.cleared_on = "CLEARED", clock.today()
    timeline.add(
        session, row.id, "clear", caller=caller, from_state="OPEN", to_state="CLEARED",
        reason=reason,
    )  # fmt: skip
    await session.flush()  # the answer carries the new version
    return shown(caller, row)


async def find(session: AsyncSession, caller: Principal, flag_id: UUID) -> FlagRead:
    """One flag."""
    row = await resources.load(session, visible(caller).where(RiskFlag.id == flag_id))
    exchange().note(person_refs=[row.person_ref], fields=["person", "reason"])
    return shown(caller, row)


async def search(session: AsyncSession, caller: Principal, query: FlagQuery) -> Page[FlagRead]:
    """A page of a city's flags."""
    wanted = visible(caller)
    for name in ("state", "kind"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(RiskFlag, name) == value)
    rows, cursor = await select_page(
        session, wanted, query, key=RiskFlag.id,
        sorts={"created_at": RiskFlag.created_at}, default="-created_at",
    )  # fmt: skip
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person", "reason"])
    return Page(items=[shown(caller, row) for row in rows], next_cursor=cursor)


async def history(session: AsyncSession, caller: Principal, flag_id: UUID) -> timeline.Timeline:
    """What happened to a flag."""
    found = visible(caller).where(RiskFlag.id == flag_id)
    return await timeline.of(session, (await resources.load(session, found)).id)


async def is_flagged(session: AsyncSession, id_hash: bytes) -> bool:
    """True while a suspicion of fraud about somebody is open in any city."""
    found = await session.scalar(
        select(RiskFlag.id)
        .where(RiskFlag.id_hash == id_hash, RiskFlag.state == "OPEN", RiskFlag.kind == "FRAUD")
        .limit(1)
    )
    return found is not None


def shown(caller: Principal, row: RiskFlag) -> FlagRead:
    """A flag as a reply."""
    may_clear = caller.city == row.owner_city and caller.actor != row.raised_by
    is_open = row.state == "OPEN" and caller.holds("supervisor.si") and may_clear
    return resources.shown(
        FlagRead, row, person=row.masked(), allowed_actions=["clear"] if is_open else [],
        deadlines=[],
    )  # fmt: skip
