"""What can be done with exchange activities. Each runs in the caller's transaction."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from employment.exchange_activities.models import MACHINE, ExchangeActivity
from employment.exchange_activities.schemas import (
    ActivityChange,
    ActivityCreate,
    ActivityRead,
    Held,
    Minutes,
    Participant,
    Summary,
)
from employment.kinds import Kind, Step, columns_of, other_city
from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.problems import Conflict, refuse
from hrss_kit.resources import WithReason


class BothCitiesNeeded(Conflict):
    code = "BOTH_CITIES_NEEDED"
    title_zh, title_en = "须有两市参加方可办结", "It takes participants of both cities"


ACTIVITIES: Final = Kind(
    ExchangeActivity,
    ActivityRead,
    MACHINE,
    dict.fromkeys(
        ("hold", "file-minutes", "publish-summary", "cancel"), Step("exchange-activity:manage")
    ),
    words=("title", "topic"),
    sorts=("planned_on", "title"),
)


def _take(row: ExchangeActivity, participants: Sequence[Participant]) -> None:
    row.participants = [one.model_dump() for one in participants]
    row.cities_present = len({one.city for one in participants} & set(ACTIVE_CITIES))


async def plan(session: AsyncSession, caller: Principal, new: ActivityCreate) -> ActivityRead:
    """Plans an activity that the caller's city organises."""
    other_city(caller.city)
    row = ExchangeActivity(
        **columns_of(new, "participants"), owner_city=caller.city, state="PLANNED"
    )
    _take(row, new.participants)
    await ACTIVITIES.add(session, caller, row, action="plan")
    return await ACTIVITIES.show(session, caller, row)


async def change(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: ActivityChange
) -> ActivityRead:
    """Changes what is planned."""
    row = await ACTIVITIES.hold_own(session, caller, row_id, ("PLANNED",))
    return await ACTIVITIES.change(session, caller, row, wish)


async def hold(session: AsyncSession, caller: Principal, row_id: UUID, wish: Held) -> ActivityRead:
    """Records that it was held, and who came."""
    row, target = await ACTIVITIES.hold(session, caller, row_id, "hold")
    row.held_on = wish.held_on or clock.today()
    if row.held_on > clock.today():
        raise refuse("held_on", "DATE", "不得晚于今日", "may not lie ahead")
    _take(row, wish.participants)
    await ACTIVITIES.move(session, caller, row, "hold", target)
    return await ACTIVITIES.show(session, caller, row)


async def file_minutes(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: Minutes
) -> ActivityRead:
    """Files the minutes."""
    row, target = await ACTIVITIES.hold(session, caller, row_id, "file-minutes")
    row.minutes, row.minutes_ref = wish.minutes, wish.minutes_ref
    if wish.participants is not None:
        _take(row, wish.participants)
    await ACTIVITIES.move(session, caller, row, "file-minutes", target)
    return await ACTIVITIES.show(session, caller, row)


async def publish_summary(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: Summary
) -> ActivityRead:
    """Completes it; both cities must have taken part (EMP-1b)."""
    row, target = await ACTIVITIES.hold(session, caller, row_id, "publish-summary")
    if row.cities_present < len(ACTIVE_CITIES):
        raise BothCitiesNeeded
    row.summary, row.completed_on = wish.summary, clock.today()
    await ACTIVITIES.move(session, caller, row, "publish-summary", target)
    return await ACTIVITIES.show(session, caller, row)


async def cancel(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: WithReason
) -> ActivityRead:
    """Calls it off."""
    row, target = await ACTIVITIES.hold(session, caller, row_id, "cancel")
    row.reason = wish.reason
    await ACTIVITIES.move(session, caller, row, "cancel", target, wish.reason)
    return await ACTIVITIES.show(session, caller, row)
