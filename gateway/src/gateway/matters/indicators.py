"""I-CARD-4 一网通办事项: how many can be started on each net, and how many needed no visit."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.matters import catalogue, rules
from gateway.matters.models import Matter
from hrss_kit.indicators import Figures, Indicator, Period, percent

SCOPES: Final = ("CITY", "PROVINCE", "NATIONAL")


async def matters_on_one_net(session: AsyncSession, period: Period, city: str) -> Figures:
    """Matters on offer by scope on the period's last day; the completed ones of the period.

    Without a visit: started online, and nothing of it had to be done at a counter.
    """
    live = catalogue.live(period.as_of)
    inputs = {scope.lower(): sum(one.scope == scope for one in live) for scope in SCOPES}
    groups = {"ALL": await _done(session, period, city)}
    for scope in SCOPES:
        groups[scope] = await _done(session, period, city, Matter.scope == scope)
    return Figures(inputs, len(live), "matters", groups=groups, things=tuple(inputs))


async def _done(session: AsyncSession, period: Period, city: str, *more: Any) -> Figures:
    first: datetime = period.begins_at
    found = await session.execute(
        select(func.count(), func.count().filter(~Matter.has_visit))
        .where(Matter.owner_city == city, Matter.state == rules.COMPLETED)
        .where(Matter.closed_at >= first, Matter.closed_at < period.ends_at, *more)
    )
    completed, without = found.one()
    told = {"completed": completed, "without_visit": without}
    return Figures(told, percent(without, completed), "percent")


INDICATORS: Final = (Indicator("I-CARD-4", matters_on_one_net),)
