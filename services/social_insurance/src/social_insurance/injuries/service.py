"""What can be done with a determination. Each function runs in the caller's transaction."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.calendar_store import work_calendar
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, Duplicate, MakerIsChecker, NotYourCity, refuse
from hrss_kit.resources import RevealReply, RevealRequest, load, match_version
from hrss_kit.translation import constraint_of
from social_insurance.figures import figure
from social_insurance.injuries import rules
from social_insurance.injuries.models import ONCE, InjuryDetermination, InjurySuspension
from social_insurance.injuries.rules import MACHINE
from social_insurance.injuries.schemas import (
    Decide,
    InjuryCreate,
    InjuryQuery,
    InjuryRead,
    Serve,
    Suspend,
    SuspensionRead,
)
from social_insurance.participations.models import Participation

ACCEPT, DECIDE, SERVE = "INJURY_ACCEPT", "INJURY_DECIDE", "INJURY_SERVE"
BASIS: Final = "工伤保险条例第十七条、第二十条；工伤认定办法"
CLERK, HEAD = "cw.si", "supervisor.si"
REVEALED: Final = ("doc_no", "mobile", "facts", "accident_place", "decision_reason")


class OtherPoolingArea(Conflict):
    code = "JURISDICTION"
    title_zh, title_en = "用人单位在另一统筹地区参保", "The employer is insured in the other city"


class TooLate(Conflict):
    code = "LIMITATION"
    title_zh, title_en = "已超过工伤认定申请时限", "The time to apply has passed"


class Incomplete(Conflict):
    code = "PAPERS_MISSING"
    title_zh, title_en = "材料尚未补齐", "Papers are still missing"


async def apply(session: AsyncSession, caller: Principal, new: InjuryCreate) -> InjuryDetermination:
    """Takes an application where the employer is insured against injuries (S04 art. 17)."""
    if caller.city is None:
        raise NotYourCity
    today = clock.today()
    applied = new.applied_on or today
    if new.worker_kind == "NEWFORM":
        is_pilot = await figure(
            session, "si.occupational_injury_pilot", on=applied, city=caller.city
        )
        if not is_pilot:
            raise refuse(
                "worker_kind", "PILOT", "本市未开展职业伤害保障试点", "is not offered here"
            )
    areas, is_insured = await _pooling_areas(session, new)
    if areas and caller.city not in areas:
        raise OtherPoolingArea(competent_city=min(areas))
    until = await _apply_until(session, new)
    is_late = applied > until
    if is_late and new.applicant != "EMPLOYER":
        raise TooLate(apply_until=until.isoformat())
    row = InjuryDetermination(
        biz_no=await numbering.next_number(session, "SI", caller.city, today),
        owner_city=caller.city,
        state=rules.APPLIED,
        apply_until=until,
        is_late_application=is_late,
        is_employer_insured=is_insured,
        **{**new.model_dump(exclude={"person"}), "applied_on": applied},
    )
    row.take_person(new.person)
    exchange().note(person_refs=[row.person_ref])
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError as error:
        if constraint_of(error) != ONCE:
            raise
        existing = await session.scalar(
            select(InjuryDetermination.id).where(
                InjuryDetermination.id_hash == row.id_hash,
                InjuryDetermination.employer_uscc == row.employer_uscc,
                InjuryDetermination.accident_on == row.accident_on,
            )
        )
        raise Duplicate(existing_id=str(existing)) from error
    timeline.add(session, row.id, "apply", caller=caller, to_state=row.state)
    if row.is_complete:
        await _start(session, row, ACCEPT, "si.injury.accept_days", applied)
    return row


async def _pooling_areas(session: AsyncSession, new: InjuryCreate) -> tuple[set[str], bool]:
    """Cities where the employer takes part in injury insurance, and whether it did that month.

    Who has no insurance in the month of the accident is judged by where it last had one.
    """
    month = new.accident_on.strftime("%Y-%m")
    of_employer = select(Participation.city, func.max(func.coalesce(Participation.to_month, month)))
    found = await session.execute(
        of_employer.where(
            Participation.scheme == "INJ",
            Participation.employer_uscc == new.employer_uscc,
            Participation.from_month <= month,
        ).group_by(Participation.city)
    )
    until = {city: last for city, last in found}
    covering = {city for city, last in until.items() if last >= month}
    latest = max(until.values(), default="")
    return covering or {city for city, last in until.items() if last == latest}, bool(covering)


async def _apply_until(session: AsyncSession, new: InjuryCreate) -> date:
    """The last day to apply: 30 days for the employer, a year for worker, relatives, union."""
    if new.applicant == "EMPLOYER":
        days = int(await figure(session, "si.injury.employer_days", on=new.accident_on))
        return (await work_calendar(session)).add_cd(new.accident_on, days).on
    years = int(await figure(session, "si.injury.worker_years", on=new.accident_on))
    return rules.years_after(new.accident_on, years)


async def request_supplement(
    session: AsyncSession, caller: Principal, row_id: UUID, missing: list[str]
) -> InjuryDetermination:
    """Tells every missing paper at once; the time for acceptance begins when all are there."""
    row, target = await _hold(session, caller, row_id, "request-supplement")
    row.is_complete, row.missing_papers = False, missing
    await deadlines.cancel(session, row.id, ACCEPT)
    return _move(session, caller, row, "request-supplement", target)


async def supplement(session: AsyncSession, caller: Principal, row_id: UUID) -> InjuryDetermination:
    """Everything is there."""
    row, target = await _hold(session, caller, row_id, "supplement")
    if row.is_complete:
        return _move(session, caller, row, "supplement", target)
    row.is_complete, row.missing_papers = True, []
    await _start(session, row, ACCEPT, "si.injury.accept_days", clock.today())
    return _move(session, caller, row, "supplement", target)


async def accept(
    session: AsyncSession, caller: Principal, row_id: UUID, is_simple: bool | None
) -> InjuryDetermination:
    """Accepts; from here the decision has sixty days, or fifteen when the facts are clear."""
    row, target = await _hold(session, caller, row_id, "accept")
    if not row.is_complete:
        raise Incomplete
    today = clock.today()
    row.accepted_on, row.accepted_by = today, caller.actor
    row.is_simple = row.is_simple if is_simple is None else is_simple
    await deadlines.meet(session, row.id, ACCEPT, today)
    key = "si.injury.simple_days" if row.is_simple else "si.injury.decide_days"
    await _start(session, row, DECIDE, key, today)
    return _move(session, caller, row, "accept", target)


async def not_accept(
    session: AsyncSession, caller: Principal, row_id: UUID, reason: str
) -> InjuryDetermination:
    """Does not accept, in writing and with a reason."""
    row, target = await _hold(session, caller, row_id, "not-accept")
    await deadlines.meet(session, row.id, ACCEPT, clock.today())
    return _move(session, caller, row, "not-accept", target, reason=reason)


async def suspend(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: Suspend
) -> InjuryDetermination:
    """Waits for a conclusion of a court or an authority; the clock stands still (art. 20)."""
    row, target = await _hold(session, caller, row_id, "suspend")
    assert row.accepted_on is not None, "only what was accepted is suspended"
    since = _day(wish.since, row.accepted_on, "since")
    running = await deadlines.running(session, row.id, DECIDE)
    if running is not None:
        await deadlines.pause(running, since)
    session.add(
        InjurySuspension(
            determination_id=row.id, since=since, reason=wish.reason, authority=wish.authority
        )
    )
    return _move(session, caller, row, "suspend", target, reason=wish.reason)


async def resume(
    session: AsyncSession, caller: Principal, row_id: UUID, until: date | None
) -> InjuryDetermination:
    """Goes on: the end moves by the days the clock stood still."""
    row, target = await _hold(session, caller, row_id, "resume")
    standing = await load(
        session,
        select(InjurySuspension).where(
            InjurySuspension.determination_id == row.id, InjurySuspension.until.is_(None)
        ),
    )
    standing.until = _day(until, standing.since, "until")
    running = await deadlines.running(session, row.id, DECIDE)
    if running is not None:
        await deadlines.resume(session, running, standing.until)
    return _move(session, caller, row, "resume", target)


async def decide(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: Decide
) -> InjuryDetermination:
    """Decides; whoever accepted the application does not."""
    row, target = await _hold(session, caller, row_id, "decide")
    if caller.actor == row.accepted_by:
        raise MakerIsChecker
    today = clock.today()
    await deadlines.meet(session, row.id, DECIDE, today)
    await _start(session, row, SERVE, "si.injury.serve_days", today)
    # State and decision go together, in one flush.
    row.decision, row.decision_reason = wish.decision, wish.reason
    row.decided_on, row.decided_by = today, caller.actor
    return _move(session, caller, row, "decide", target)


async def serve(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: Serve
) -> InjuryDetermination:
    """Records that the decision has reached the parties."""
    row, target = await _hold(session, caller, row_id, "serve")
    assert row.decided_on is not None, "only a decision is served"
    row.served_on = _day(wish.served_on, row.decided_on, "served_on")
    row.receipt_no = wish.receipt_no
    await deadlines.meet(session, row.id, SERVE, row.served_on)
    return _move(session, caller, row, "serve", target)


def _day(given: date | None, earliest: date, field: str) -> date:
    on = given or clock.today()
    if not earliest <= on <= clock.today():
        raise refuse(field, "DATE", "日期不在允许范围内", "lies too early or after today")
    return on


async def _hold(
    session: AsyncSession, caller: Principal, row_id: UUID, action: str
) -> tuple[InjuryDetermination, str]:
    wanted = visible(caller).where(InjuryDetermination.id == row_id)
    row = await load(session, wanted, lock=True)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    if row.owner_city != caller.city:
        raise NotYourCity
    match_version(row)
    return row, MACHINE.take(row.state, action)


def _move(
    session: AsyncSession,
    caller: Principal,
    row: InjuryDetermination,
    action: str,
    target: str,
    *,
    reason: str | None = None,
) -> InjuryDetermination:
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=row.state,
        to_state=target,
        reason=reason,
    )
    row.state, row.updated_at = target, clock.now()
    return row


async def _start(
    session: AsyncSession, row: InjuryDetermination, code: str, key: str, on: date
) -> None:
    await deadlines.start(
        session,
        subject_id=row.id,
        subject_no=row.biz_no,
        owner_city=row.owner_city,
        audience=[row.owner_city],
        code=code,
        started_on=on,
        unit="CD",
        length=int(await figure(session, key, on=on, city=row.owner_city)),
        basis=BASIS,
    )


# ── reading ─────────────────────────────────────────────────────────────────────────────────


def visible(caller: Principal) -> Select[InjuryDetermination]:
    """A city's own; the auditor's are everybody's. The other city is asked by delegated case."""
    if caller.holds("auditor"):
        return select(InjuryDetermination)
    return select(InjuryDetermination).where(InjuryDetermination.owner_city == caller.city)


def _may(caller: Principal, row: InjuryDetermination, action: str) -> bool:
    if action == "decide" and caller.actor == row.accepted_by:
        return False
    if action == "accept" and not row.is_complete:
        return False
    return caller.city == row.owner_city and caller.holds(CLERK, HEAD, "partner")


async def show(
    session: AsyncSession, caller: Principal, rows: Sequence[InjuryDetermination]
) -> list[InjuryRead]:
    """Determinations as the caller reads them."""
    await session.flush()  # the answer carries the new version
    exchange().note(person_refs=[row.person_ref for row in rows], fields=["person"])
    ids = [row.id for row in rows]
    clocks = await deadlines.of(session, ids)
    standing: dict[UUID, list[SuspensionRead]] = {one: [] for one in ids}
    for one in await session.scalars(
        select(InjurySuspension)
        .where(InjurySuspension.determination_id.in_(ids))
        .order_by(InjurySuspension.since)
    ):
        standing[one.determination_id].append(SuspensionRead.model_validate(one))

    return [
        resources.shown(
            InjuryRead,
            row,
            person=row.masked(),
            suspensions=standing[row.id],
            allowed_actions=MACHINE.allowed(row.state, partial(_may, caller, row)),
            deadlines=clocks[row.id],
        )
        for row in rows
    ]


async def read(session: AsyncSession, caller: Principal, row_id: UUID) -> InjuryRead:
    """One determination."""
    row = await load(session, visible(caller).where(InjuryDetermination.id == row_id))
    return (await show(session, caller, [row]))[0]


async def history(session: AsyncSession, caller: Principal, row_id: UUID) -> timeline.Timeline:
    """What happened to a determination."""
    row = await load(session, visible(caller).where(InjuryDetermination.id == row_id))
    return await timeline.of(session, row.id)


async def reveal(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Person and injury in full."""
    row = await load(session, visible(caller).where(InjuryDetermination.id == row_id))
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values = {"name": row.person_name, **{name: getattr(row, name) for name in REVEALED}}
    return resources.reveal(caller, row.id, wish, values)


async def page(session: AsyncSession, caller: Principal, query: InjuryQuery) -> Page[InjuryRead]:
    """A page of determinations."""
    wanted = visible(caller)
    for name in ("state", "kind", "employer_uscc", "owner_city"):
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(InjuryDetermination, name) == value)
    if query.accident_on_from:
        wanted = wanted.where(InjuryDetermination.accident_on >= query.accident_on_from)
    if query.accident_on_to:
        wanted = wanted.where(InjuryDetermination.accident_on <= query.accident_on_to)
    if query.q:
        wanted = wanted.where(InjuryDetermination.biz_no.startswith(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=InjuryDetermination.id,
        sorts={"accident_on": InjuryDetermination.accident_on},
        default="-created_at",
    )
    return Page(items=await show(session, caller, rows), next_cursor=cursor)
