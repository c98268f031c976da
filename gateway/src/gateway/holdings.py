"""What the services copy from the gateway, told again where a copy is wrong 对账."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.calendar_days.schemas import CalendarOverlayChanged, OverlayDay
from gateway.policy_parameters.schemas import PolicyParameterActivated
from hrss_kit import clock
from hrss_kit.calendar_store import CalendarDay
from hrss_kit.holdings import ORIGIN, Holding
from hrss_kit.ids import new_id
from hrss_kit.outbox import Event
from hrss_kit.policy import PolicyParameter
from hrss_kit.standard import DAYS, PARAMETERS

ACTIVE = "ACTIVE"


async def _parameters(session: AsyncSession, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Rows in force, as the event that brought them says; those of the start had none."""
    first_day = cast(PolicyParameter.effective_from, String)
    key = func.concat_ws("|", PolicyParameter.key, PolicyParameter.city, first_day)
    rows = await session.scalars(
        select(PolicyParameter)
        .where(PolicyParameter.status == ACTIVE, key.in_(keys))
        .order_by(PolicyParameter.effective_from)
    )
    return [_said(PolicyParameterActivated.model_validate(row), row.key) for row in rows]


async def _days(session: AsyncSession, keys: Sequence[str]) -> list[dict[str, Any]]:
    """Days of the overlay."""
    rows = await session.scalars(
        select(CalendarDay).where(cast(CalendarDay.day, String).in_(keys)).order_by(CalendarDay.day)
    )
    days = [
        OverlayDay(day=row.day, is_workday=row.is_workday, reason=row.reason, source=row.source)
        for row in rows
    ]
    return [_said(CalendarOverlayChanged(days=days), "calendar")] if days else []


def _said(event: Event, subject: str) -> dict[str, Any]:
    return {
        "id": str(new_id()),
        "type": event.type,
        "source": "gateway",
        "subject": subject,
        "time": clock.now().isoformat(),
        "data": event.model_dump(mode="json"),
    }


HOLDINGS = (
    Holding("policy_parameter", ORIGIN, PARAMETERS, events=_parameters),
    Holding("calendar_day", ORIGIN, DAYS, events=_days),
)
