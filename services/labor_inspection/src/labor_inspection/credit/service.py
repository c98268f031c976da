"""What can be done with employers' credit. Each function runs in the caller's transaction."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering, outbox, policy, resources
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotYourCity, refuse
from labor_inspection.bulletins import notices
from labor_inspection.cases.models import Case
from labor_inspection.credit import rules
from labor_inspection.credit.models import CreditEvent, CreditGrade
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
)

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
            await _keep(session, row)


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
    await _keep(session, row)
    await session.flush()  # its id and version are part of the answer
    return row


async def _keep(session: AsyncSession, row: CreditEvent) -> None:
    session.add(row)
    _tell(
        session,
        row,
        CreditRecorded(
            uscc=row.employer_uscc, year=row.year, kind=row.kind, occurred_on=row.occurred_on
        ),
    )
    await notices.tell_of_credit(session, row)


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
    wanted = filtered(select(CreditEvent), CreditEvent, query, "employer_uscc", "year", "kind")
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=CreditEvent.id,
        sorts={"created_at": CreditEvent.created_at},
        default="-created_at",
    )
    return Page(items=[CreditRead.model_validate(row) for row in rows], next_cursor=cursor)


def filtered(wanted: Select[Any], model: Any, query: Any, *names: str) -> Select[Any]:
    """The statement with the query's filters of these names."""
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
    today = clock.today()
    acts = int(await policy.get(session, "li.acts_for_c", on=date(year, 12, 31), city=city))
    found, reasons = rules.grade(kinds, acts)
    earlier = await _grades(session, [uscc])
    own = {one.year: one for one in earlier[uscc] if one.owner_city == city}
    row = own.get(year)
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
    wanted = filtered(
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
