"""What both cities do with a delegated case. The answer is evidence; who asked decides.

What each of them does stands in `asking` and `answering`.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, outbox, timeline
from hrss_kit.auth import Principal
from hrss_kit.calendar_store import work_calendar
from hrss_kit.context import exchange
from hrss_kit.problems import (
    Conflict,
    NotYourCity,
    ScopeMissing,
)
from hrss_kit.resources import RevealReply, RevealRequest, load, match_version, reveal
from social_insurance.delegation import rules, views
from social_insurance.delegation import schemas as wire
from social_insurance.delegation.models import (
    DelegatedCase,
)
from social_insurance.figures import figure

BASIS = "两市社保经办异地委托约定"


class MainCaseClosed(Conflict):
    code = "MAIN_CASE_CLOSED"
    title_zh, title_en = "主案已办结或不属于本市", "The main case is closed, or is not yours"


class Recusal(Conflict):
    code = "RECUSAL"
    title_zh, title_en = "经办人员与本案有利害关系，应当回避", "Somebody named has an interest"


class DecisionNeeded(Conflict):
    code = "SUPERVISOR_DECISION_REQUIRED"
    title_zh, title_en = "认定结果不一致，须由负责人先行决定", "A head has to decide first"


class AlreadyReopened(Conflict):
    code = "ALREADY_REOPENED"
    title_zh, title_en = "委托事项只能退回重办一次", "A case is reopened once"


async def hold(
    session: AsyncSession, caller: Principal, case_id: UUID, action: str
) -> DelegatedCase:
    """The case, held until the transaction ends, for the city whose turn it is."""
    wanted = views.visible(caller).where(DelegatedCase.id == case_id)
    row = await load(session, wanted, lock=True)
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    if caller.city != views.turn_of(row, action):
        raise NotYourCity
    roles: Sequence[str] = (views.HEAD,) if action in rules.OF_HEAD else views.HANDLERS
    if not caller.holds(*roles):
        raise ScopeMissing
    match_version(row)
    return row


async def reveal_person(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: RevealRequest
) -> RevealReply:
    """Shows in full whom the case is about."""
    row = await load(session, views.visible(caller).where(DelegatedCase.id == case_id))
    exchange().note(subject=row.biz_no, person_refs=[row.person_ref])
    values = {"name": row.person_name, "doc_no": row.doc_no, "mobile": row.mobile}
    return reveal(caller, row.id, wish, values)


async def start_policy_clock(
    session: AsyncSession, row: DelegatedCase, code: str, key: str, on: date
) -> deadlines.Deadline:
    """Starts a working-day clock whose length is policy."""
    days = int(await figure(session, key, on=on, city=row.owner_city))
    return await start_clock(session, row, code, days, on)


async def start_clock(
    session: AsyncSession, row: DelegatedCase, code: str, days: int, on: date
) -> deadlines.Deadline:
    """Starts a working-day clock that both cities see."""
    return await deadlines.start(
        session,
        subject_id=row.id,
        subject_no=row.biz_no,
        owner_city=row.owner_city,
        audience=row.cities,
        code=code,
        started_on=on,
        unit="WD",
        length=days,
        basis=BASIS,
    )


async def resume(session: AsyncSession, row: DelegatedCase) -> None:
    """Lets the answer's clock go on; it never stood still longer than was agreed."""
    running = await deadlines.running(session, row.id, views.REPLY)
    if running is None or running.paused_on is None:
        return
    on = running.paused_on
    most = int(await figure(session, "si.delegated_supplement_wd", on=on, city=row.owner_city))
    until = (await work_calendar(session)).add_wd(on, most).on
    await deadlines.resume(session, running, min(clock.today(), until))


async def end_pauses(session: AsyncSession) -> int:
    """Timer: a clock that stood still as long as it may runs again, answered or not."""
    today, done = clock.today(), 0
    clocks = deadlines.Deadline
    wanted = select(DelegatedCase).join(clocks, clocks.subject_id == DelegatedCase.id)
    wanted = wanted.where(DelegatedCase.state == rules.SUPPLEMENT, clocks.code == views.SUPPLEMENT)
    wanted = wanted.where(clocks.met_on.is_(None), clocks.due_on < today)
    for row in (await session.scalars(wanted.order_by(DelegatedCase.id))).unique():
        running = await deadlines.running(session, row.id, views.REPLY)
        if running is not None and running.paused_on is not None:
            await resume(session, row)
            done += 1
    return done


async def tell_overdue(session: AsyncSession) -> int:
    """Timer: tells both cities' supervisors once of an answer that is late."""
    clocks = deadlines.Deadline
    late = select(DelegatedCase, clocks).join(clocks, clocks.subject_id == DelegatedCase.id)
    late = late.where(clocks.code == views.REPLY, clocks.met_on.is_(None))
    late = late.where(clocks.paused_on.is_(None), clocks.due_on < clock.today())
    late = late.where(DelegatedCase.state.in_(rules.AWAITED), DelegatedCase.overdue_on.is_(None))
    late = late.order_by(DelegatedCase.id).with_for_update(of=DelegatedCase, skip_locked=True)
    rows = (await session.execute(late)).all()
    for row, passed in rows:
        row.overdue_on = clock.today()
        tell(session, row, wire.DelegatedOverdue, passed.due_on)
    return len(rows)


def move(
    session: AsyncSession,
    row: DelegatedCase,
    action: str,
    target: str,
    *,
    caller: Principal | None,
    reason: str | None = None,
) -> None:
    """Takes the case to its next state, on record."""
    timeline.add(
        session,
        row.id,
        action,
        caller=caller,
        from_state=row.state,
        to_state=target,
        reason=reason,
    )
    row.state, row.updated_at = target, clock.now()


def tell(session: AsyncSession, row: DelegatedCase, event: type[Any], due_on: date | None) -> None:
    """Publishes a fact of the case to both cities."""
    outbox.publish(
        session,
        event(
            kind=row.kind,
            executing_city=row.executing_city,
            due_on=due_on,
            result_code=row.result_code,
        ),
        source="si",
        subject=row.biz_no,
        city=row.owner_city,
        audience=row.cities,
        person_ref=row.person_ref,
        journey_id=row.journey_id,
    )
