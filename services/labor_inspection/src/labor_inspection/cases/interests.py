"""Interests of inspectors on record, so that nobody investigates a relative (S01 art. 16)."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, numbering
from hrss_kit.auth import Principal
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import ScopeMissing
from labor_inspection.cases.models import InspectorInterest
from labor_inspection.cases.schemas import InterestCreate, InterestQuery, InterestRead


async def record(
    session: AsyncSession, caller: Principal, new: InterestCreate
) -> InspectorInterest:
    """Puts an interest of one of the caller's city's inspectors on record."""
    if caller.city is None:
        raise ScopeMissing
    row = InspectorInterest(
        biz_no=await numbering.next_number(session, "LI", caller.city, clock.today()),
        owner_city=caller.city,
        staff_no=new.staff_no,
        employer_uscc=new.employer_uscc,
        person_ref=new.person_ref,
        relation=new.relation,
    )
    session.add(row)
    await session.flush()  # the reply carries its version and dates
    return row


async def page(
    session: AsyncSession, caller: Principal, query: InterestQuery
) -> Page[InterestRead]:
    """The interests on record in the caller's city."""
    statement = select(InspectorInterest).where(InspectorInterest.owner_city == caller.city)
    if query.staff_no is not None:
        statement = statement.where(InspectorInterest.staff_no == query.staff_no)
    rows, cursor = await select_page(
        session,
        statement,
        query,
        key=InspectorInterest.id,
        sorts={"created_at": InspectorInterest.created_at},
        default="-created_at",
    )
    return Page[InterestRead](
        items=[InterestRead.model_validate(row) for row in rows], next_cursor=cursor
    )
