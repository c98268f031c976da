"""J-8: half a year before the retirement month both schemes are looked at and C-6 is proposed."""

from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, policy
from hrss_kit.identifiers import gender
from social_insurance.estimates.rules import OF_WOMEN, MinimumMonths, Schedule, propose, retirement
from social_insurance.participations.models import ContributionMonth, Participation
from social_insurance.participations.rules import birth_month, month_of, number
from social_insurance.tasks.service import open_task

KINDS: Final = ("M60", *OF_WOMEN)
FILLED_AT_ONCE: Final = 500
SPAN_YEARS: Final = 10  # delays are years at most: birth months are tried around the base age


async def propose_links(session: AsyncSession) -> int:
    """Timer: tasks for who retires in `si.retirement_notice_months`, by each possible kind.

    Which of her two ages a woman retires at is told, never guessed: each gets its task, named.
    """
    await _fill_births(session)
    today = clock.today()
    ahead = int(await policy.get(session, "si.retirement_notice_months", on=today))
    target = month_of(number(today.strftime("%Y-%m")) + ahead)
    table = await policy.get(session, "si.retirement_schedule", on=today)
    minimum = MinimumMonths(**await policy.get(session, "si.min_months", on=today))
    count = 0
    for kind in KINDS:
        schedule = Schedule.of(table, kind)
        latest = number(target) - schedule.base_years * 12
        born = [
            month_of(month)
            for month in range(latest - SPAN_YEARS * 12, latest + 1)
            if retirement(month_of(month), schedule).month == target
        ]
        count += await _of_month(session, kind, born, target, minimum)
    return count


async def _fill_births(session: AsyncSession) -> None:
    """Stretches of before the column: a stretch of them at a time, until there are none."""
    rows = await session.scalars(
        select(Participation)
        .where(Participation.birth_month.is_(None), Participation.doc_type == "01")
        .order_by(Participation.id)
        .limit(FILLED_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    for row in rows:
        row.birth_month = birth_month(row.doc_type, row.doc_no)
    await session.flush()  # they are looked for below


async def _of_month(
    session: AsyncSession, kind: str, born: list[str], target: str, minimum: MinimumMonths
) -> int:
    people: dict[bytes, Participation] = {}
    rows = await session.scalars(
        select(Participation)
        .where(Participation.birth_month.in_(born))
        .where(Participation.scheme.in_(("EMP", "RES")), Participation.status != "BENEFIT")
        .order_by(Participation.from_month)
    )
    for row in rows:
        if (gender(row.doc_no) == "2") == (kind in OF_WOMEN):
            people[row.id_hash] = row
    count = 0
    for id_hash, row in people.items():
        months = await _months(session, id_hash)
        link = propose(
            emp_months=months.get("EMP", 0),
            res_months=months.get("RES", 0),
            threshold=minimum.of_year(int(target[:4])),
        )
        count += await open_task(
            session,
            city=row.city,
            kind="RETIREMENT_LINK",
            cause=f"{id_hash.hex()}/{kind}/{target}",
            id_hash=id_hash,
            retire_month=target,
            retire_kind=kind,
            choices=list(link.choices),
            emp_months=months.get("EMP", 0),
            res_months=months.get("RES", 0),
            threshold=link.threshold,
        )
    return count


async def _months(session: AsyncSession, id_hash: bytes) -> dict[str, int]:
    found = await session.execute(
        select(ContributionMonth.scheme, func.count(ContributionMonth.month.distinct()))
        .where(ContributionMonth.id_hash == id_hash, ContributionMonth.paid)
        .group_by(ContributionMonth.scheme)
    )
    return {scheme: count for scheme, count in found}
