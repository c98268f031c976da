"""Figures of policy on any day: before the first row that is known, that row."""

from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import policy
from hrss_kit.policy import EVERY_CITY, PolicyParameter


async def figure(session: AsyncSession, key: str, *, on: date, city: str | None = None) -> Any:
    """The value of `key` in force on a day.

    Accidents, births and certifications lie further back than the rows that anybody loaded; such
    a day is judged by the earliest row there is, never refused for want of an older one.
    """
    try:
        return await policy.get(session, key, on=on, city=city)
    except policy.MissingParameter:
        first = await session.scalar(
            select(func.jsonb_build_array(PolicyParameter.value))
            .where(PolicyParameter.key == key, PolicyParameter.status == "ACTIVE")
            .where(PolicyParameter.city.in_([EVERY_CITY, city] if city else [EVERY_CITY]))
            .where(PolicyParameter.effective_from > on)
            .order_by(PolicyParameter.effective_from, PolicyParameter.city.desc())
            .limit(1)
        )
        if first is None:
            raise
        return first[0]
