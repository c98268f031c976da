"""How a fair opens and closes by the clock, and what came of it."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.job_fairs import models
from employment.job_fairs.attending import send_blocked_home
from employment.job_fairs.models import MACHINE, RESULT_MACHINE, FairResult, JobFair
from employment.job_fairs.rules import total
from employment.job_fairs.schemas import (
    FairRead,
    FairReported,
    FiguresWish,
    ResultChange,
    ResultCreate,
    ResultRead,
)
from employment.job_fairs.service import FAIRS, facts
from employment.kinds import Kind, columns_of, tell
from hrss_kit import clock, deadlines, policy
from hrss_kit.auth import Principal
from hrss_kit.problems import Duplicate, NotFound
from hrss_kit.translation import constraint_of

REPORT: Final = "FAIR_REPORT"
RESULTS: Final = Kind(FairResult, ResultRead, RESULT_MACHINE, {})


async def file_result(session: AsyncSession, caller: Principal, new: ResultCreate) -> ResultRead:
    """Files the figures of the caller's city; the second filing reports the fair."""
    fair = await FAIRS.load(session, caller, new.fair_id, lock=True)
    if caller.city not in (fair.owner_city, fair.co_city):
        raise NotFound
    MACHINE.take(fair.state, "report")
    return await RESULTS.show(session, caller, await _file(session, caller, fair, new))


async def report(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: FiguresWish
) -> FairRead:
    """The same, as a step of the fair."""
    row, _ = await FAIRS.hold(session, caller, row_id, "report")
    await _file(session, caller, row, wish)
    return await FAIRS.show(session, caller, row)


async def _file(
    session: AsyncSession, caller: Principal, fair: JobFair, wish: FiguresWish
) -> FairResult:
    row = FairResult(
        **columns_of(wish, "fair_id"), fair_id=fair.id, owner_city=caller.city, state="FILED"
    )
    try:
        async with session.begin_nested():
            await RESULTS.add(session, caller, row, action="file")
    except IntegrityError as error:
        if constraint_of(error) != models.ONE_RESULT:
            raise
        known = await session.scalar(
            select(FairResult.id).where(
                FairResult.fair_id == fair.id, FairResult.owner_city == caller.city
            )
        )
        raise Duplicate(existing_id=str(known)) from error
    filed = await _results(session, fair)
    is_whole = {one.owner_city for one in filed} >= {fair.owner_city, fair.co_city}
    action = "complete" if is_whole else "report"
    await FAIRS.move(session, caller, fair, action, MACHINE.take(fair.state, action))
    if is_whole:
        await deadlines.meet(session, fair.id, REPORT, clock.today())
        tell(session, fair, FairReported(**facts(fair), figures=total(filed)))
    return row


async def amend(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: ResultChange
) -> ResultRead:
    """Corrects figures, such as who was hired within thirty days; told again if it was told."""
    row = await RESULTS.hold_own(session, caller, row_id, ("FILED",))
    shown = await RESULTS.change(session, caller, row, wish)
    await retold(session, await session.get_one(JobFair, row.fair_id))
    return shown


async def retold(session: AsyncSession, fair: JobFair) -> None:
    """Tells the figures of a reported fair again, as they are now."""
    if fair.state == models.REPORTED:
        figures = total(await _results(session, fair))
        tell(session, fair, FairReported(**facts(fair), figures=figures))


async def _results(session: AsyncSession, fair: JobFair) -> Sequence[FairResult]:
    return (await session.scalars(select(FairResult).where(FairResult.fair_id == fair.id))).all()


async def keep_time(session: AsyncSession) -> int:
    """Timer: opens and closes fairs. Employers blocked meanwhile do not come."""
    now = clock.now()
    opening = await FAIRS.due(session, JobFair.state == models.ANNOUNCED, JobFair.starts_at <= now)
    for row in opening:
        await FAIRS.move(session, None, row, "open", models.OPEN)
        await send_blocked_home(session, row)
    closing = await FAIRS.due(session, JobFair.state == models.OPEN, JobFair.ends_at <= now)
    for row in closing:
        await _close(session, row)
    return len(opening) + len(closing)


async def _close(session: AsyncSession, row: JobFair) -> None:
    row.closed_on = clock.date_of(row.ends_at)
    await FAIRS.move(session, None, row, "close", models.CLOSED)
    days = await policy.get(session, "emp.fair_report_wd", on=row.closed_on, city=row.owner_city)
    await deadlines.start(
        session,
        subject_id=row.id,
        subject_no=row.biz_no,
        owner_city=row.owner_city,
        audience=[row.owner_city, row.co_city],
        code=REPORT,
        started_on=row.closed_on,
        unit="WD",
        length=int(days),
        basis="emp.fair_report_wd",
    )
