"""What the other city's answer to a LIFE case does (J-4): alive renews, a death is a report."""

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock
from hrss_kit.auth import Principal
from social_insurance.life_certifications import rules, service
from social_insurance.life_certifications.models import LifeCertification

RESULTS = (rules.ALIVE, rules.DECEASED, rules.UNREACHABLE, rules.INELIGIBLE)


async def take_over(
    session: AsyncSession, caller: Principal, ref: str, reply: dict[str, Any], case_no: str
) -> None:
    """Records the answer with the certification that it was about, if this service keeps it."""
    result = reply.get("result_code")
    if result not in RESULTS:
        return
    row = await session.scalar(
        select(LifeCertification).where(LifeCertification.biz_no == ref).with_for_update()
    )
    if row is None or row.state not in rules.DRAWING:
        return
    told = (reply.get("result") or {}).get("visited_on")
    try:
        visited = date.fromisoformat(told) if isinstance(told, str) else clock.today()
    except ValueError:
        visited = clock.today()
    await service.take(
        session,
        row,
        method="ASSIST",
        result=result,
        confidence="HIGH",
        on=min(visited, clock.today()),
        source="ASSIST",
        evidence_ref=case_no,
        caller=caller,
    )
