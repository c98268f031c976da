"""What can be done with unemployment benefits. Each function runs in the caller's transaction."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, outbox, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.money import money_text
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import (
    Conflict,
    Duplicate,
    MakerIsChecker,
    NotYourCity,
    StateConflict,
    refuse,
)
from hrss_kit.translation import constraint_of
from social_insurance.participations.models import ContributionMonth, Participation
from social_insurance.participations.rules import number
from social_insurance.problems import IdentityConflict
from social_insurance.tasks.service import open_task
from social_insurance.unemployment_benefits import rules
from social_insurance.unemployment_benefits.models import ONE_OPEN, UnemploymentBenefit
from social_insurance.unemployment_benefits.schemas import (
    BenefitGrant,
    BenefitQuery,
    BenefitRead,
    BenefitStop,
    Reemployed,
)

PAYING, STOP_PROPOSED, STOPPED = "PAYING", "STOP_PROPOSED", "STOPPED"
EMPLOYED = ("EMP", "INST")


class MonthsTooFew(Conflict):
    code = "MONTHS_TOO_FEW"
    title_zh, title_en = "失业保险缴费不足规定月数", "Too few months of unemployment insurance"


def visible(caller: Principal) -> Select[UnemploymentBenefit]:
    """A city's own benefits; the auditor's are everybody's."""
    wanted = select(UnemploymentBenefit)
    if caller.holds("auditor"):
        return wanted
    return wanted.where(UnemploymentBenefit.owner_city == caller.city)


async def grant(session: AsyncSession, caller: Principal, new: BenefitGrant) -> BenefitRead:
    """Grants a benefit for as long as the paid months of both cities carry it."""
    if caller.city is None:
        raise NotYourCity
    today = clock.today()
    row = UnemploymentBenefit(
        biz_no=await numbering.next_number(session, "SI", caller.city, today),
        owner_city=caller.city,
        state=PAYING,
        from_month=new.from_month,
        monthly_amount=money_text(new.monthly_amount),
        used_before=new.used_before,
    )
    row.take_person(new.person)
    exchange().note(person_refs=[row.person_ref])
    names = await session.scalars(
        select(Participation.person_name).where(Participation.id_hash == row.id_hash)
    )
    if any(name != row.person_name for name in names):
        raise IdentityConflict
    row.paid_months = await _paid_months(session, row.id_hash, new.from_month)
    bands = await policy.get(session, "si.unemp_benefit_months", on=today, city=caller.city)
    row.months_granted = rules.benefit_months(row.paid_months, bands)
    if not row.months_granted:
        raise MonthsTooFew(paid_months=row.paid_months)
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()  # the database says whether one runs already
    except IntegrityError as error:
        if constraint_of(error) != ONE_OPEN:
            raise
        known = await session.scalar(
            select(UnemploymentBenefit.id)
            .where(UnemploymentBenefit.id_hash == row.id_hash)
            .where(UnemploymentBenefit.state != STOPPED)
        )
        raise Duplicate(existing_id=str(known)) from error
    timeline.add(session, row.id, "grant", caller=caller, to_state=PAYING)
    await cross_check(session, [row.id_hash])
    return await _show(session, caller, row)


async def _paid_months(session: AsyncSession, id_hash: bytes, before: str) -> int:
    found = await session.scalar(
        select(func.count(ContributionMonth.month.distinct()))
        .where(ContributionMonth.id_hash == id_hash, ContributionMonth.scheme == "UNEMP")
        .where(ContributionMonth.paid, ContributionMonth.month < before)
    )
    return int(found or 0)


async def cross_check(session: AsyncSession, hashes: Sequence[bytes] | None = None) -> int:
    """X-8, J-6: who draws a benefit and is insured as employed again; how many were found.

    The benefit is not stopped by itself: a task asks a caseworker to look.
    """
    wanted = select(UnemploymentBenefit).where(UnemploymentBenefit.state == PAYING)
    if hashes is not None:
        wanted = wanted.where(UnemploymentBenefit.id_hash.in_(hashes))
    rows = (await session.scalars(wanted.with_for_update(skip_locked=True))).all()
    count = 0
    for row in rows:
        since = max(row.from_month, row.cleared_through or "")
        months = await session.scalars(
            select(ContributionMonth.month)
            .where(ContributionMonth.id_hash == row.id_hash, ContributionMonth.paid)
            .where(ContributionMonth.scheme.in_(EMPLOYED), ContributionMonth.month >= since)
        )
        month = rules.reemployed_in(
            [one for one in months if one != row.cleared_through], row.from_month
        )
        if month is None:
            continue
        count += 1
        row.reemployed_month = month
        _move(session, None, row, "reemployed", STOP_PROPOSED)
        outbox.publish(
            session,
            Reemployed(month=month),
            source="si",
            subject=row.biz_no,
            city=row.owner_city,
            audience=ACTIVE_CITIES,
            person_ref=row.person_ref,
        )
        await propose_stop(session, row, month, "REEMPLOYED")
    return count


async def propose_stop(
    session: AsyncSession, row: UnemploymentBenefit, month: str, why: str
) -> None:
    """A task to look whether the benefit ends; nothing stops by itself."""
    await open_task(
        session,
        city=row.owner_city,
        kind="STOP_UNEMPLOYMENT_BENEFIT",
        cause=f"{row.id}/{why}/{month}",
        id_hash=row.id_hash,
        subject=row.biz_no,
        month=month,
        why=why,
    )


async def timed_cross_check(session: AsyncSession) -> int:
    """Timer: what came in before the benefit was granted, or past the notice of new months."""
    return await cross_check(session)


def _move(
    session: AsyncSession,
    caller: Principal | None,
    row: UnemploymentBenefit,
    action: str,
    target: str,
    reason: str | None = None,
) -> None:
    timeline.add(
        session, row.id, action, caller=caller, from_state=row.state, to_state=target,
        reason=reason,
    )  # fmt: skip
    row.state = target


async def _held(session: AsyncSession, caller: Principal, benefit_id: UUID) -> UnemploymentBenefit:
    found = visible(caller).where(UnemploymentBenefit.id == benefit_id)
    row = await resources.load(session, found, lock=True)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    if row.owner_city != caller.city:
        raise NotYourCity
    resources.match_version(row)
    return row


async def stop(
    session: AsyncSession, caller: Principal, benefit_id: UUID, wish: BenefitStop
) -> BenefitRead:
    """Stops a benefit from a month on; another one than who granted it."""
    row = await _held(session, caller, benefit_id)
    if row.state == STOPPED:
        raise StateConflict(row.state, [])
    if row.created_by == caller.actor:
        raise MakerIsChecker
    if wish.from_month < row.from_month:
        raise refuse("from_month", "MONTH_RANGE", "早于待遇起始月", "is before the benefit began")
    row.stopped_from, row.stopped_on = wish.from_month, clock.today()
    _move(session, caller, row, "stop", STOPPED, wish.reason)
    return await _show(session, caller, row)


async def go_on(
    session: AsyncSession, caller: Principal, benefit_id: UUID, reason: str
) -> BenefitRead:
    """The month found was no employment: the benefit goes on, the month is looked at no more."""
    row = await _held(session, caller, benefit_id)
    if row.state != STOP_PROPOSED:
        raise StateConflict(row.state, _allowed(row))
    row.cleared_through, row.reemployed_month = row.reemployed_month, None
    _move(session, caller, row, "continue", PAYING, reason)
    return await _show(session, caller, row)


async def find(session: AsyncSession, caller: Principal, benefit_id: UUID) -> BenefitRead:
    """One benefit."""
    found = visible(caller).where(UnemploymentBenefit.id == benefit_id)
    row = await resources.load(session, found)
    exchange().note(person_refs=[row.person_ref], fields=["person", "monthly_amount"])
    return await _show(session, caller, row)


async def search(
    session: AsyncSession, caller: Principal, query: BenefitQuery
) -> Page[BenefitRead]:
    """A page of a city's benefits."""
    wanted = visible(caller)
    if query.state is not None:
        wanted = wanted.where(UnemploymentBenefit.state == query.state)
    rows, cursor = await select_page(
        session, wanted, query, key=UnemploymentBenefit.id,
        sorts={"created_at": UnemploymentBenefit.created_at}, default="-created_at",
    )  # fmt: skip
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    return Page(items=[_shown(caller, row) for row in rows], next_cursor=cursor)


async def history(session: AsyncSession, caller: Principal, benefit_id: UUID) -> timeline.Timeline:
    """What happened to a benefit."""
    found = visible(caller).where(UnemploymentBenefit.id == benefit_id)
    return await timeline.of(session, (await resources.load(session, found)).id)


async def running_of(
    session: AsyncSession, id_hash: bytes, city: str
) -> UnemploymentBenefit | None:
    """The benefit a city pays somebody."""
    found: UnemploymentBenefit | None = await session.scalar(
        select(UnemploymentBenefit)
        .where(UnemploymentBenefit.id_hash == id_hash, UnemploymentBenefit.state != STOPPED)
        .where(UnemploymentBenefit.owner_city == city)
    )
    return found


def left(row: UnemploymentBenefit) -> tuple[int, int]:
    """Months drawn, and months still to be paid."""
    until = row.stopped_from or clock.today().strftime("%Y-%m")
    used = rules.months_used(
        number(row.from_month), number(until), row.used_before, row.months_granted
    )
    return used, rules.months_left(row.months_granted, used)


def _allowed(row: UnemploymentBenefit) -> list[str]:
    return {PAYING: ["stop"], STOP_PROPOSED: ["stop", "continue"]}.get(row.state, [])


async def _show(session: AsyncSession, caller: Principal, row: UnemploymentBenefit) -> BenefitRead:
    await session.flush()  # the answer carries the new version
    return _shown(caller, row)


def _shown(caller: Principal, row: UnemploymentBenefit) -> BenefitRead:
    is_own = caller.city == row.owner_city
    used, rest = left(row)
    may = {"stop": ("supervisor.si",), "continue": ("cw.si", "supervisor.si")}
    return resources.shown(
        BenefitRead,
        row,
        person=row.masked(),
        monthly_amount=row.monthly_amount if is_own else None,
        months_used=used,
        months_left=rest,
        allowed_actions=[one for one in _allowed(row) if is_own and caller.holds(*may[one])],
        deadlines=[],
    )
