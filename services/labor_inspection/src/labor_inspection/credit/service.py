"""What can be done with employers' credit. Each function runs in the caller's transaction."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, outbox, policy, resources
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, NotYourCity, refuse
from labor_inspection.cases.models import Case
from labor_inspection.credit import rules
from labor_inspection.credit.models import CreditEvent, CreditGrade, GradePublication
from labor_inspection.credit.schemas import (
    CreditQuery,
    CreditRead,
    CreditRecord,
    CreditRecorded,
    Graded,
    GradePublished,
    GradeQuery,
    GradeRead,
    GradeWish,
    PublicationQuery,
    PublicationRead,
    Publish,
)

RED_LIST, C_LIST = "RED_LIST", "C_LIST"
WARNED, OVERDUE, PUBLISHED = "WARNED", "OVERDUE", "PUBLISHED"
DECEMBER: Final = 12


# ── what an employer did ────────────────────────────────────────────────────────────────────


async def note(session: AsyncSession, case: Case, *kinds: str) -> None:
    """Writes what an act of a case shows of the employer, once a kind and round of the case."""
    if case.employer_uscc is None:
        return
    await session.flush()  # what this transaction has noted counts as known
    known = set(
        await session.scalars(
            select(CreditEvent.kind).where(
                CreditEvent.case_id == case.id,
                CreditEvent.case_round == case.round,
                CreditEvent.annulled_on.is_(None),
            )
        )
    )
    today = clock.today()
    for kind in kinds:
        if kind not in known:
            row = CreditEvent(
                biz_no=await numbering.next_number(session, "LI", case.owner_city, today),
                owner_city=case.owner_city,
                employer_uscc=case.employer_uscc,
                employer_name=case.employer_name or case.employer_uscc,
                kind=kind,
                occurred_on=today,
                year=today.year,
                case_id=case.id,
                case_no=case.case_no,
                case_round=case.round,
            )
            _keep(session, row)


async def annul(session: AsyncSession, case: Case, *kinds: str) -> None:
    """What rested on an annulled listing no longer counts."""
    rows = await session.scalars(
        select(CreditEvent).where(
            CreditEvent.case_id == case.id,
            CreditEvent.kind.in_(kinds),
            CreditEvent.annulled_on.is_(None),
        )
    )
    for row in rows:
        row.annulled_on = clock.today()


async def record(session: AsyncSession, caller: Principal, new: CreditRecord) -> CreditEvent:
    """Records what a document shows: a conviction, resistance, an incident, forced labour."""
    today = clock.today()
    if caller.city is None:
        raise NotYourCity
    if new.occurred_on > today:
        raise refuse("occurred_on", "DATE", "不得晚于今日", "lies after today")
    row = CreditEvent(
        biz_no=await numbering.next_number(session, "LI", caller.city, today),
        owner_city=caller.city,
        year=new.occurred_on.year,
        **new.model_dump(),
    )
    _keep(session, row)
    await session.flush()  # its id and version are part of the answer
    return row


def _keep(session: AsyncSession, row: CreditEvent) -> None:
    session.add(row)
    _tell(
        session,
        row,
        CreditRecorded(
            uscc=row.employer_uscc, year=row.year, kind=row.kind, occurred_on=row.occurred_on
        ),
    )


def _tell(session: AsyncSession, row: CreditEvent | CreditGrade, event: outbox.Event) -> None:
    outbox.publish(
        session,
        event,
        source="li",
        subject=row.biz_no,
        city=row.owner_city,
        audience=ACTIVE_CITIES,
    )


async def events_page(session: AsyncSession, query: CreditQuery) -> Page[CreditRead]:
    """A page of events of both cities."""
    wanted = _filtered(select(CreditEvent), CreditEvent, query, "employer_uscc", "year", "kind")
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=CreditEvent.id,
        sorts={"created_at": CreditEvent.created_at},
        default="-created_at",
    )
    return Page(items=[CreditRead.model_validate(row) for row in rows], next_cursor=cursor)


def _filtered(wanted: Select[Any], model: Any, query: Any, *names: str) -> Select[Any]:
    for name in names:
        value = getattr(query, name)
        if value is not None:
            wanted = wanted.where(getattr(model, name) == value)
    return wanted


# ── grading ─────────────────────────────────────────────────────────────────────────────────


async def grade(session: AsyncSession, caller: Principal, wish: GradeWish) -> Graded:
    """Grades a year that is over or ending; again when something came to light."""
    if caller.city is None:
        raise NotYourCity
    today, city = clock.today(), caller.city
    if wish.year > today.year:
        raise refuse("year", "YEAR", "不得评价未来年度", "has not begun")
    employers = await _employers(session, city, wish.year)
    if wish.employer_usccs is not None:
        employers = {uscc: name for uscc, name in employers.items() if uscc in wish.employer_usccs}
    kinds = await _kinds(session, city, wish.year)
    counts: Counter[str] = Counter()
    for uscc, name in sorted(employers.items()):
        row = await _grade_one(session, city, wish.year, uscc, name, kinds[uscc])
        counts[row.grade] += 1
    return Graded.model_validate(
        {"year": wish.year, "city": city, "employers": len(employers), "grades": dict(counts)}
    )


async def _employers(session: AsyncSession, city: str, year: int) -> dict[str, str]:
    """Everyone under the city's inspection by the end of the year: had a case or an event."""
    cases = select(Case.employer_uscc, Case.employer_name).where(
        Case.owner_city == city,
        Case.employer_uscc.is_not(None),
        Case.filed_on <= date(year, 12, 31),
    )
    events = select(CreditEvent.employer_uscc, CreditEvent.employer_name).where(
        CreditEvent.owner_city == city, CreditEvent.year <= year
    )
    found: dict[str, str] = {}
    for statement in (events, cases):
        for uscc, name in await session.execute(statement):
            if uscc is not None:
                found[uscc] = name or found.get(uscc, uscc)
    return found


async def _kinds(session: AsyncSession, city: str, year: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    rows = await session.execute(
        select(CreditEvent.employer_uscc, CreditEvent.kind).where(
            CreditEvent.owner_city == city,
            CreditEvent.year == year,
            CreditEvent.annulled_on.is_(None),
        )
    )
    for uscc, kind in rows:
        found[uscc].append(kind)
    return found


async def _grade_one(
    session: AsyncSession, city: str, year: int, uscc: str, name: str, kinds: Sequence[str]
) -> CreditGrade:
    found, reasons = rules.grade(kinds)
    earlier = await _grades(session, [uscc])
    own = {one.year: one for one in earlier[uscc] if one.owner_city == city}
    row = own.get(year)
    today = clock.today()
    years = int(await policy.get(session, "li.redlist_years", on=today, city=city))
    past = [own[one].grade if one in own else None for one in range(year - 1, year - years, -1)]
    facts = {
        "grade": found,
        "reasons": reasons,
        "punished_acts": kinds.count(rules.PUNISHED),
        "is_red_listed": rules.is_red_listed([found, *past], years),
    }
    if row is None:
        row = CreditGrade(
            biz_no=await numbering.next_number(session, "LI", city, today),
            owner_city=city,
            employer_uscc=uscc,
            employer_name=name,
            year=year,
            graded_on=today,
            **facts,
        )
        session.add(row)
    elif all(getattr(row, name) == value for name, value in facts.items()):
        return row
    else:
        for name, value in facts.items():
            setattr(row, name, value)
        row.graded_on = today
    others = [one.grade for one in earlier[uscc] if one.owner_city != city and one.year == year]
    view = await policy.get(session, "li.joint_grade", on=today, city=city)
    _tell(
        session,
        row,
        GradePublished.model_validate(
            {
                "uscc": uscc,
                "year": year,
                "grade": found,
                "joint_grade": rules.joint(found, others, view),
                "reasons": reasons,
                "is_red_listed": facts["is_red_listed"],
            }
        ),
    )
    return row


async def _grades(session: AsyncSession, usccs: Sequence[str]) -> dict[str, list[CreditGrade]]:
    found: dict[str, list[CreditGrade]] = defaultdict(list)
    wanted = select(CreditGrade).where(CreditGrade.employer_uscc.in_(usccs))
    for row in await session.scalars(wanted):
        found[row.employer_uscc].append(row)
    return found


async def grades_page(session: AsyncSession, query: GradeQuery) -> Page[GradeRead]:
    """A page of grades of both cities, each with what both display."""
    wanted = _filtered(
        select(CreditGrade),
        CreditGrade,
        query,
        *("employer_uscc", "year", "grade", "owner_city", "is_red_listed"),
    )
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=CreditGrade.id,
        sorts={"created_at": CreditGrade.created_at, "year": CreditGrade.year},
        default="-created_at",
    )
    return Page(items=await _shown(session, rows), next_cursor=cursor)


async def read_grade(session: AsyncSession, grade_id: UUID) -> GradeRead:
    """One grade."""
    row = await resources.load(session, select(CreditGrade).where(CreditGrade.id == grade_id))
    return (await _shown(session, [row]))[0]


async def _shown(session: AsyncSession, rows: Sequence[CreditGrade]) -> list[GradeRead]:
    known = await _grades(session, [row.employer_uscc for row in rows])
    view = await policy.get(session, "li.joint_grade", on=clock.today())
    return [
        resources.shown(
            GradeRead,
            row,
            joint_grade=rules.joint(
                row.grade,
                [one.grade for one in known[row.employer_uscc] if one.year == row.year],
                view,
            ),
        )
        for row in rows
    ]


# ── publishing ──────────────────────────────────────────────────────────────────────────────


async def publish(session: AsyncSession, caller: Principal, wish: Publish) -> GradePublication:
    """Publishes the red list or the C list, once a calendar year, from last year's grades."""
    if caller.city is None:
        raise NotYourCity
    today = clock.today()
    if wish.year > today.year:
        raise refuse("year", "YEAR", "年度尚未开始", "has not begun")
    row = await _publication(session, caller.city, wish.kind, wish.year)
    if row.state == PUBLISHED:
        raise Duplicate(existing_id=str(row.id))
    graded = select(CreditGrade).where(
        CreditGrade.owner_city == caller.city, CreditGrade.year == wish.year - 1
    )
    listed = CreditGrade.is_red_listed if wish.kind == RED_LIST else CreditGrade.grade == rules.C
    found = await session.scalars(graded.where(listed).order_by(CreditGrade.employer_uscc))
    row.state, row.published_on = PUBLISHED, today
    session.add(row)
    row.employers = [{"uscc": one.employer_uscc, "name": one.employer_name} for one in found]
    await session.flush()  # its id and version are part of the answer
    return row


async def _publication(session: AsyncSession, city: str, kind: str, year: int) -> GradePublication:
    """The publication of a year, warned of or not; a new one is yet without a day."""
    row = await session.scalar(
        select(GradePublication)
        .where(
            GradePublication.owner_city == city,
            GradePublication.kind == kind,
            GradePublication.year == year,
        )
        .with_for_update()
    )
    if row is None:
        row = GradePublication(
            biz_no=await numbering.next_number(session, "LI", city, clock.today()),
            owner_city=city,
            kind=kind,
            year=year,
            employers=[],
        )
    return row


async def alert_missing(session: AsyncSession) -> int:
    """Timer: warns in December of a list not yet published this year; in January it is late."""
    today = clock.today()
    is_last_month = today.month == DECEMBER
    if not is_last_month and today.month != 1:
        return 0
    year = today.year if is_last_month else today.year - 1
    state = WARNED if is_last_month else OVERDUE
    alerts = 0
    for city in ACTIVE_CITIES:
        for kind in (RED_LIST, C_LIST):
            row = await _publication(session, city, kind, year)
            if row.state in (PUBLISHED, state):
                continue
            row.state = state
            session.add(row)
            facts = {"code": f"{kind}_PUBLICATION", "due_on": date(year, 12, 31)}
            event = deadlines.DeadlineWarned if is_last_month else deadlines.overdue_event("li")
            outbox.publish(
                session,
                event.model_validate(facts),
                source="li",
                subject=row.biz_no,
                city=city,
                audience=[city],
            )
            alerts += 1
    return alerts


async def publications_page(
    session: AsyncSession, query: PublicationQuery
) -> Page[PublicationRead]:
    """A page of what was published, and of what is missing."""
    wanted = _filtered(select(GradePublication), GradePublication, query, "kind", "year")
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=GradePublication.id,
        sorts={"created_at": GradePublication.created_at},
        default="-created_at",
    )
    return Page(items=[PublicationRead.model_validate(row) for row in rows], next_cursor=cursor)
