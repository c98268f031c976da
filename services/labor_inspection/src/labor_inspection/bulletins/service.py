"""What can be done with bulletins. Each function runs in the caller's transaction."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, outbox, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Conflict, Duplicate, NotYourCity, refuse
from hrss_kit.resources import load, match_version, shown
from labor_inspection.access import ACCESS
from labor_inspection.arrears_list.models import ArrearsListEntry
from labor_inspection.arrears_list.rules import LISTED
from labor_inspection.bulletins import notices, rules
from labor_inspection.bulletins.models import ViolationBulletin
from labor_inspection.bulletins.rules import MACHINE
from labor_inspection.bulletins.schemas import (
    BulletinCounts,
    BulletinCreate,
    BulletinEmployer,
    BulletinIssued,
    BulletinQuery,
    BulletinRead,
)
from labor_inspection.cases.models import WAGE, Case, CaseOrder, CasePayment
from labor_inspection.cases.views import orders_of, present
from labor_inspection.cases.views import visible as visible_cases
from labor_inspection.complaints.models import Complaint
from labor_inspection.credit import rules as credit_rules
from labor_inspection.credit.models import CreditEvent, CreditGrade

BULLETIN: Final = "BULLETIN"
BASIS: Final = "两市劳动保障监察信息通报"


class NothingDecided(Conflict):
    code = "NOTHING_DECIDED"
    title_zh, title_en = "案件尚未作出决定", "Nothing has been decided in this case yet"


def visible(caller: Principal) -> Select[ViolationBulletin]:
    """Those that the caller's city has sent or is sent; overseers see all of them."""
    wanted = select(ViolationBulletin)
    if caller.holds("auditor", "province", "service"):
        return wanted
    return wanted.where(
        or_(ViolationBulletin.owner_city == caller.city, ViolationBulletin.to_city == caller.city)
    )


def _shown(
    caller: Principal, row: ViolationBulletin, clocks: list[deadlines.DeadlineRead]
) -> BulletinRead:
    def may(action: str) -> bool:
        turn = {"issue": row.owner_city, "receive": row.to_city}[action]
        return caller.city == turn and ACCESS.allows(caller, f"bulletin:{action}")

    allowed = MACHINE.allowed(row.state, may)
    return shown(BulletinRead, row, allowed_actions=allowed, deadlines=clocks)


async def show(session: AsyncSession, caller: Principal, row: ViolationBulletin) -> BulletinRead:
    """One bulletin as the caller reads it."""
    await session.flush()  # the answer carries its id and version
    return _shown(caller, row, (await deadlines.of(session, [row.id]))[row.id])


async def read(session: AsyncSession, caller: Principal, bulletin_id: UUID) -> BulletinRead:
    """One bulletin."""
    row = await load(session, visible(caller).where(ViolationBulletin.id == bulletin_id))
    return await show(session, caller, row)


async def history(session: AsyncSession, caller: Principal, bulletin_id: UUID) -> timeline.Timeline:
    """What happened to a bulletin."""
    row = await load(session, visible(caller).where(ViolationBulletin.id == bulletin_id))
    return await timeline.of(session, row.id)


async def page(
    session: AsyncSession, caller: Principal, query: BulletinQuery
) -> Page[BulletinRead]:
    """A page of bulletins and notices."""
    wanted = visible(caller)
    for name in BulletinQuery.model_fields.keys() - {"limit", "cursor", "sort", "q"}:
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(ViolationBulletin, name) == value)
    if query.q:
        wanted = wanted.where(ViolationBulletin.employer_name.contains(query.q, autoescape=True))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=ViolationBulletin.id,
        sorts={"created_at": ViolationBulletin.created_at},
        default="-created_at",
    )
    clocks = await deadlines.of(session, [row.id for row in rows])
    return Page(items=[_shown(caller, row, clocks[row.id]) for row in rows], next_cursor=cursor)


# ── issuing ─────────────────────────────────────────────────────────────────────────────────


async def create(session: AsyncSession, caller: Principal, new: BulletinCreate) -> BulletinRead:
    """Issues a quarter's bulletin, or sends a notice that a person finds due."""
    if caller.city is None:
        raise NotYourCity
    if new.kind == rules.MAJOR_CASE:
        return await _notice(session, caller, new)
    to_city = _addressee(caller.city, new.to_city)
    period = await ended_period(session, caller.city, new.quarter or "")
    row = await _of_period(session, caller.city, to_city, period)
    if row.state != rules.DUE:
        raise Duplicate(existing_id=str(row.id))
    row.note = new.note
    await _issue(session, caller, row, period)
    return await show(session, caller, row)


async def _notice(session: AsyncSession, caller: Principal, new: BulletinCreate) -> BulletinRead:
    case = await load(session, visible_cases(caller).where(Case.id == new.case_id), lock=True)
    if case.owner_city != caller.city:
        raise NotYourCity
    orders = present(case, (await orders_of(session, case.id))[case.id])
    if not orders:
        raise NothingDecided
    stage = rules.AT_CLOSING if case.closed_on else rules.AT_DECISION
    sent = select(ViolationBulletin).where(
        ViolationBulletin.order_id == orders[-1].id, ViolationBulletin.stage == stage
    )
    known = await session.scalar(sent.limit(1))
    if known is not None:
        raise Duplicate(existing_id=str(known.id))
    await notices.send(
        session, caller, case, orders[-1], stage, sorted(set(new.major_kinds)), note=new.note
    )
    return await show(session, caller, await load(session, sent.limit(1)))


async def issue(session: AsyncSession, caller: Principal, bulletin_id: UUID) -> BulletinRead:
    """Issues a bulletin that is due."""
    row = await load(session, visible(caller).where(ViolationBulletin.id == bulletin_id), lock=True)
    if row.owner_city != caller.city:
        raise NotYourCity
    match_version(row)
    MACHINE.take(row.state, "issue")
    period = await ended_period(session, row.owner_city, row.quarter or "")
    await _issue(session, caller, row, period)
    return await show(session, caller, row)


async def receive(session: AsyncSession, caller: Principal, bulletin_id: UUID) -> BulletinRead:
    """Acknowledges what the other city has told."""
    row = await load(session, visible(caller).where(ViolationBulletin.id == bulletin_id), lock=True)
    if row.to_city != caller.city:
        raise NotYourCity
    match_version(row)
    before, row.state = row.state, MACHINE.take(row.state, "receive")
    row.received_on, row.received_by = clock.today(), caller.actor
    timeline.add(session, row.id, "receive", caller=caller, from_state=before, to_state=row.state)
    return await show(session, caller, row)


def _addressee(city: str, named: str | None) -> str:
    others = [one for one in ACTIVE_CITIES if one != city]
    if named is None and len(others) == 1:
        return others[0]
    if named not in others:
        raise refuse("to_city", "CITY", "须为另一参与城市", "must be another city of the hub")
    return named


async def ended_period(session: AsyncSession, city: str, code: str) -> rules.Period:
    """The period of bulletins that a code names, if it is over."""
    unit = await policy.get(session, "li.bulletin_period", on=clock.today(), city=city)
    period = rules.period(code, unit)
    if period is None:
        raise refuse("quarter", "QUARTER", "不是有效的通报期间", "is no period of bulletins")
    if period.last >= clock.today():
        raise refuse("quarter", "QUARTER", "通报期间尚未结束", "is not over yet")
    return period


async def _of_period(
    session: AsyncSession, city: str, to_city: str, period: rules.Period
) -> ViolationBulletin:
    """The bulletin of a period, due or issued; a new one is due."""
    row = await session.scalar(
        select(ViolationBulletin)
        .where(ViolationBulletin.owner_city == city, ViolationBulletin.to_city == to_city)
        .where(ViolationBulletin.quarter == period.code)
        .with_for_update()
    )
    if row is None:
        row = ViolationBulletin(
            biz_no=await numbering.next_number(session, "LI", city, clock.today()),
            owner_city=city,
            to_city=to_city,
            kind=rules.QUARTERLY,
            state=rules.DUE,
            quarter=period.code,
            period_from=period.first,
            period_to=period.last,
            employers=[],
            major_kinds=[],
            matter=[],
        )
        session.add(row)
        await session.flush()  # its id is the subject of its clock
    return row


async def _issue(
    session: AsyncSession, caller: Principal, row: ViolationBulletin, period: rules.Period
) -> None:
    employers = await _employers(session, row.owner_city, row.to_city, period)
    counts = await _counts(session, row.owner_city, row.to_city, period, len(employers))
    row.employers = [one.model_dump(mode="json") for one in employers]
    row.counts = counts.model_dump(mode="json")
    before, row.state = row.state, rules.ISSUED
    row.issued_on, row.issued_by = clock.today(), caller.actor
    await deadlines.meet(session, row.id, BULLETIN, clock.today())
    timeline.add(session, row.id, "issue", caller=caller, from_state=before, to_state=row.state)
    outbox.publish(
        session,
        BulletinIssued(quarter=period.code, to_city=row.to_city, counts=counts),
        source="li",
        subject=row.biz_no,
        city=row.owner_city,
        audience=[row.owner_city, row.to_city],
    )


async def _counts(
    session: AsyncSession, city: str, to_city: str, period: rules.Period, employers: int
) -> BulletinCounts:
    async def number(statement: Select[Any]) -> int:
        return int(
            await session.scalar(select(func.count()).select_from(statement.subquery())) or 0
        )

    def inside(column: Any) -> Any:
        return column.between(period.first, period.last)

    received = select(Complaint.id).where(
        Complaint.competent_city == city, inside(Complaint.received_on)
    )
    cases = select(Case.id).where(Case.owner_city == city)
    decided = select(CaseOrder.case_id).join(Case, Case.id == CaseOrder.case_id).distinct()
    recovered = await session.scalar(
        select(func.sum(CasePayment.amount))
        .join(Case, Case.id == CasePayment.case_id)
        .where(Case.owner_city == city, CasePayment.kind == WAGE, inside(CasePayment.paid_on))
    )
    listed = select(ArrearsListEntry.id).where(
        ArrearsListEntry.owner_city == city, inside(ArrearsListEntry.listed_on)
    )
    return BulletinCounts(
        complaints_received=await number(received),
        complaints_from_other_city=await number(
            received.where(Complaint.receiving_city == to_city)
        ),
        cases_filed=await number(cases.where(inside(Case.filed_on))),
        cases_decided=await number(
            decided.where(Case.owner_city == city, inside(CaseOrder.decided_on))
        ),
        cases_closed=await number(cases.where(inside(Case.closed_on))),
        arrears_listed=await number(listed),
        employers_of_other_city=employers,
        wages_recovered=recovered or Decimal("0.00"),
    )


async def _employers(
    session: AsyncSession, city: str, to_city: str, period: rules.Period
) -> list[BulletinEmployer]:
    """Employers registered in the other city of whom something was noted in the period."""
    events = await session.scalars(
        select(CreditEvent)
        .where(CreditEvent.owner_city == city, CreditEvent.annulled_on.is_(None))
        .where(CreditEvent.occurred_on.between(period.first, period.last))
        .order_by(CreditEvent.employer_uscc, CreditEvent.id)
    )
    noted: dict[str, list[CreditEvent]] = defaultdict(list)
    for event in events:
        if notices.registration_city(event.employer_uscc) == to_city:
            noted[event.employer_uscc].append(event)
    grades = await _grades(session, list(noted), period.last)
    listed = set(
        await session.scalars(
            select(ArrearsListEntry.employer_uscc).where(
                ArrearsListEntry.employer_uscc.in_(noted), ArrearsListEntry.state == LISTED
            )
        )
    )
    return [
        BulletinEmployer(
            uscc=uscc,
            name=rows[-1].employer_name,
            kinds=list(dict.fromkeys(row.kind for row in rows)),
            case_nos=list(dict.fromkeys(row.case_no for row in rows if row.case_no)),
            joint_grade=grades.get(uscc),
            is_arrears_listed=uscc in listed,
        )
        for uscc, rows in noted.items()
    ]


async def _grades(session: AsyncSession, usccs: Sequence[str], on: date) -> dict[str, Any]:
    """What both cities display of each employer for the period's year."""
    found: dict[str, list[str]] = defaultdict(list)
    rows = await session.execute(
        select(CreditGrade.employer_uscc, CreditGrade.grade).where(
            CreditGrade.employer_uscc.in_(usccs), CreditGrade.year == on.year
        )
    )
    for uscc, grade in rows:
        found[uscc].append(grade)
    view = await policy.get(session, "li.joint_grade", on=clock.today())
    return {uscc: credit_rules.joint(grades[0], grades, view) for uscc, grades in found.items()}


# ── the one that is missing ─────────────────────────────────────────────────────────────────


async def announce_due(session: AsyncSession) -> int:
    """Timer: a period is over, so its bulletin is due; the clock warns, and says when it is late.

    Not for a period before the first complaint or case: nobody worked with the suite then.
    """
    today, announced = clock.today(), 0
    first = await session.scalar(select(func.min(Complaint.received_on)))
    for city in ACTIVE_CITIES:
        unit = await policy.get(session, "li.bulletin_period", on=today, city=city)
        period = rules.period_before(today, unit)
        if first is None or first > period.last:
            continue
        days = int(await policy.get(session, "li.bulletin_wd", on=period.last, city=city))
        for to_city in (one for one in ACTIVE_CITIES if one != city):
            row = await _of_period(session, city, to_city, period)
            if row.state != rules.DUE or await _has_clock(session, row.id):
                continue
            await deadlines.start(
                session,
                subject_id=row.id,
                subject_no=row.biz_no,
                owner_city=city,
                audience=[city, to_city],
                code=BULLETIN,
                started_on=period.last,
                unit="WD",
                length=days,
                basis=BASIS,
            )
            timeline.add(session, row.id, "announce", caller=None, to_state=rules.DUE)
            announced += 1
    return announced


async def _has_clock(session: AsyncSession, bulletin_id: UUID) -> bool:
    found = select(deadlines.Deadline.id).where(deadlines.Deadline.subject_id == bulletin_id)
    return await session.scalar(found.limit(1)) is not None
