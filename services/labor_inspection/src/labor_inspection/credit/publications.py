"""Publishing the red list and the C list, once a calendar year each (seed 专栏9)."""

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, numbering, outbox
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import Duplicate, NotYourCity, refuse
from labor_inspection.credit import rules
from labor_inspection.credit.models import CreditGrade, GradePublication
from labor_inspection.credit.schemas import PublicationQuery, PublicationRead, Publish
from labor_inspection.credit.service import filtered

RED_LIST, C_LIST = "RED_LIST", "C_LIST"
WARNED, OVERDUE, PUBLISHED = "WARNED", "OVERDUE", "PUBLISHED"
DECEMBER: Final = 12


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
    wanted = filtered(select(GradePublication), GradePublication, query, "kind", "year")
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=GradePublication.id,
        sorts={"created_at": GradePublication.created_at},
        default="-created_at",
    )
    return Page(items=[PublicationRead.model_validate(row) for row in rows], next_cursor=cursor)
