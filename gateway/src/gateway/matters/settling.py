"""How a matter moves when its parts do, and how it ends."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.external_handoffs import service as handoffs
from gateway.matters import rules
from gateway.matters.events import MatterClosed
from gateway.matters.models import Matter, MatterStep
from hrss_kit import clock, deadlines, outbox, timeline
from hrss_kit.auth import Principal

RESULTS = {
    rules.COMPLETED: "全部环节已办结",
    rules.PARTLY_DONE: "部分环节未予办理",
    rules.REJECTED: "未予办理",
    rules.WITHDRAWN: "已撤回",
}


async def steps_of(session: AsyncSession, matter_id: UUID) -> Sequence[MatterStep]:
    """The steps of a matter, in their order."""
    await session.flush()  # steps of this transaction are among them
    found = await session.scalars(
        select(MatterStep).where(MatterStep.matter_id == matter_id).order_by(MatterStep.position)
    )
    return found.all()


def move(
    session: AsyncSession,
    row: Matter,
    action: str,
    state: str,
    *,
    caller: Principal | None,
    reason: str | None = None,
) -> None:
    """Takes a matter to a state, and writes it down."""
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=row.state,
        to_state=state,
        reason=reason,
    )
    row.state = state


async def settle(session: AsyncSession, row: Matter) -> None:
    """What the matter is now that one of its parts has moved."""
    if row.state in (rules.DRAFT, *rules.ENDED):
        return
    parts = [step.state for step in await steps_of(session, row.id)]
    handed = await handoffs.part_of(session, row.id)
    state = rules.whole([*parts, *([] if handed is None else [handed])])
    if state == row.state:
        return
    if state in rules.ENDED:
        await close(session, row, state, "close", caller=None)
    else:
        move(session, row, "progress", state, caller=None)


async def close(
    session: AsyncSession,
    row: Matter,
    state: str,
    action: str,
    *,
    caller: Principal | None,
    reason: str | None = None,
) -> None:
    """Ends a matter: its clock stops, and both cities are told if both have a part in it."""
    result = reason or RESULTS[state]
    move(session, row, action, state, caller=caller, reason=reason)
    row.closed_at, row.result = clock.now(), result[:500]
    if state == rules.WITHDRAWN:
        await deadlines.cancel(session, row.id)
    else:
        await deadlines.meet(session, row.id, "MATTER", clock.today())
    outbox.publish(
        session,
        MatterClosed(
            code=row.code,
            scope=row.scope,
            state=state,
            without_visit=state == rules.COMPLETED and not row.has_visit,
        ),
        source="gateway",
        subject=row.biz_no,
        city=row.owner_city,
        audience=row.cities,
        person_ref=None if row.is_confidential else row.person_ref,
    )
