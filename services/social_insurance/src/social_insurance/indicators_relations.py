"""Indicators I-SI-1, I-SI-2 and I-SI-9, from transfers and participations (domain §5)."""

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit.calendar_store import work_calendar
from hrss_kit.indicators import Figures, Indicator, Period, percent

# A step is of the city whose clock it is; a clock that was cancelled was no step.
STEPS: Final = """
SELECT deadline.code, count(*) AS closed,
       count(*) FILTER (WHERE deadline.status = 'MET') AS met
FROM deadlines AS deadline
JOIN transfer_cases AS transfer ON transfer.id = deadline.subject_id
WHERE deadline.owner_city = :city AND deadline.code LIKE 'STEP%'
  AND deadline.met_on BETWEEN :first AND :last AND deadline.status <> 'CANCELLED'
GROUP BY deadline.code ORDER BY deadline.code
"""
DURATIONS: Final = """
SELECT applied_on, completed_on FROM transfer_cases
WHERE to_city = :city AND state = 'COMPLETED' AND completed_on BETWEEN :first AND :last
"""
# In the period's last month: an open stretch that is active, or one that ended then or later.
INSURED: Final = """
SELECT count(DISTINCT id_hash) FILTER (WHERE scheme = 'UNEMP') AS unemp,
       count(DISTINCT id_hash) FILTER (WHERE scheme = 'INJ') AS inj,
       count(DISTINCT id_hash) AS either
FROM participations
WHERE city = :city AND scheme IN ('UNEMP', 'INJ') AND from_month <= :month
  AND CASE WHEN to_month IS NULL THEN status = 'ACTIVE' ELSE to_month >= :month END
"""


async def on_time(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-SI-1 转移按时率: steps kept in time of the steps closed, each step beside the whole."""
    found = await session.execute(text(STEPS), _span(period, city))
    steps = {row.code: (row.met, row.closed) for row in found}
    met, closed = (sum(pair[place] for pair in steps.values()) for place in (0, 1))
    return Figures(
        {"met": met, "closed": closed},
        percent(met, closed),
        "percent",
        groups={
            code: Figures({"met": kept, "closed": count}, percent(kept, count), "percent")
            for code, (kept, count) in steps.items()
        },
    )


async def duration(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-SI-2 转移办理时长: the median working days from application to completion."""
    calendar = await work_calendar(session)
    found = await session.execute(text(DURATIONS), _span(period, city))
    days = sorted(calendar.wd_between(first, last) for first, last in found)
    middle = len(days) // 2
    median: int | None = None
    if days:
        median = days[middle] if len(days) % 2 else (days[middle - 1] + days[middle] + 1) // 2
    return Figures({"completed": len(days)}, median, "working days")


async def insured(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-SI-9 失业、工伤参保人数: different persons insured at the period's end."""
    values = {"city": city, "month": period.as_of.strftime("%Y-%m")}
    row = (await session.execute(text(INSURED), values)).one()
    groups = {
        name: Figures({"insured": count}, count, "persons")
        for name, count in (("UNEMP", row.unemp), ("INJ", row.inj))
    }
    return Figures({"insured": row.either}, row.either, "persons", groups=groups)


def _span(period: Period, city: str) -> dict[str, Any]:
    return {"city": city, "first": period.first, "last": period.last}


RELATION_INDICATORS: Final = (
    Indicator("I-SI-1", on_time),
    Indicator("I-SI-2", duration),
    Indicator("I-SI-9", insured),
)
