"""Whether an employer may recruit. Runs in the caller's transaction."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.problems import Conflict
from talent.employers.models import BlockedEmployer


class EmployerBlocked(Conflict):
    code = "EMPLOYER_BLOCKED"
    title_zh, title_en = "该单位目前不得招用", "This employer may not recruit at present"


async def blocked_until(session: AsyncSession, uscc: str) -> date | None:
    """Until when the wage-arrears list blocks an employer; two cities may have listed it."""
    until: date | None = await session.scalar(
        select(func.max(BlockedEmployer.blocked_to)).where(
            BlockedEmployer.uscc == uscc, BlockedEmployer.removed_on.is_(None)
        )
    )
    return until


async def refuse_blocked(session: AsyncSession, uscc: str) -> None:
    """409 EMPLOYER_BLOCKED for an employer on the wage-arrears list."""
    until = await blocked_until(session, uscc)
    if until is not None:
        raise EmployerBlocked(blocked_until=until.isoformat())
