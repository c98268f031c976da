"""What can be done with joint fairs before they open. Each runs in the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from employment.job_fairs import models
from employment.job_fairs.models import MACHINE, Booth, FairPosting, FairResult, JobFair
from employment.job_fairs.rules import total
from employment.job_fairs.schemas import (
    Announce,
    FairAnnounced,
    FairChange,
    FairCreate,
    FairEvent,
    FairRead,
)
from employment.kinds import Kind, Step, columns_of, counterpart, either, other_city, tell
from hrss_kit import clock, policy
from hrss_kit.auth import Principal
from hrss_kit.problems import FieldError, Invalid, NotYourCity, StateConflict, refuse
from hrss_kit.resources import Empty, WithReason


async def _more(
    session: AsyncSession, _caller: Principal, rows: Sequence[JobFair]
) -> Mapping[UUID, Any]:
    ids = [row.id for row in rows]
    booths = await _count(session, Booth, "REGISTERED", ids)
    links = await _count(session, FairPosting, "LINKED", ids)
    found = select(FairResult).where(FairResult.fair_id.in_(ids)).order_by(FairResult.owner_city)
    results: dict[UUID, list[FairResult]] = {one: [] for one in ids}
    for result in await session.scalars(found):
        results[result.fair_id].append(result)
    return {
        one: {
            "booths": booths.get(one, 0),
            "linked_postings": links.get(one, 0),
            "results": total(results[one]) if results[one] else None,
            "results_from": [result.owner_city for result in results[one]],
        }
        for one in ids
    }


async def _count(
    session: AsyncSession, model: type[Booth] | type[FairPosting], state: str, ids: Sequence[UUID]
) -> dict[UUID, int]:
    counted = await session.execute(
        select(model.fair_id, func.count())
        .where(model.fair_id.in_(ids), model.state == state)
        .group_by(model.fair_id)
    )
    return {one: count for one, count in counted}


MANAGE: Final = Step("job-fair:manage")
FAIRS: Final = Kind(
    JobFair,
    FairRead,
    MACHINE,
    {
        "propose": MANAGE,
        "announce": MANAGE,
        "cancel": MANAGE,
        "cosign": Step("job-fair:cosign", counterpart),
        "decline": Step("job-fair:cosign", counterpart),
        "report": Step("job-fair:report", either),
    },
    hidden=(models.DRAFT,),
    words=("title",),
    sorts=("starts_at", "title"),
    more=_more,
)


async def draft(session: AsyncSession, caller: Principal, new: FairCreate) -> FairRead:
    """Drafts a fair that the caller's city will host with the other one."""
    partner = other_city(caller.city)
    if new.host_city not in (None, caller.city):
        raise NotYourCity
    if new.co_city not in (None, partner):
        raise refuse("co_city", "CITY_UNKNOWN", "不是另一合作城市", "is not the other partner city")
    if new.starts_at <= clock.now():
        raise refuse("starts_at", "DATE", "须在今后举行", "must lie ahead")
    row = JobFair(
        **columns_of(new, "host_city", "co_city"),
        owner_city=caller.city,
        co_city=partner,
        state=models.DRAFT,
    )
    await FAIRS.add(session, caller, row, action="draft")
    return await FAIRS.show(session, caller, row)


async def change(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: FairChange
) -> FairRead:
    """Changes a fair that the other city has not signed; afterwards only its plans."""
    row = await FAIRS.hold_own(
        session, caller, row_id, (models.DRAFT, models.PROPOSED, models.COSIGNED)
    )
    plans = {"safety_plan_ref", "emergency_plan_ref"}
    if row.state == models.COSIGNED and wish.model_fields_set - plans:
        raise StateConflict(row.state, MACHINE.allowed(row.state))
    if (wish.ends_at or row.ends_at) <= (wish.starts_at or row.starts_at):
        raise refuse("ends_at", "RANGE", "须晚于开始时间", "must be after its start")
    division = wish.venue_division if "venue_division" in wish.model_fields_set else (
        row.venue_division
    )  # fmt: skip
    if (wish.mode or row.mode) != "ONLINE" and division is None:
        raise refuse("venue_division", "REQUIRED", "线下须有场地", "a hall has a place")
    return await FAIRS.change(session, caller, row, wish)


async def cosign(session: AsyncSession, caller: Principal, row_id: UUID, _wish: Empty) -> FairRead:
    """The other city signs what it has read."""
    row, target = await FAIRS.hold(session, caller, row_id, "cosign")
    row.cosigned_on, row.cosigned_by = clock.today(), caller.actor
    await FAIRS.move(session, caller, row, "cosign", target)
    return await FAIRS.show(session, caller, row)


async def announce(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: Announce
) -> FairRead:
    """Announces it, in time, and for a hall with both plans (S17 art. 28)."""
    row, target = await FAIRS.hold(session, caller, row_id, "announce")
    row.safety_plan_ref = wish.safety_plan_ref or row.safety_plan_ref
    row.emergency_plan_ref = wish.emergency_plan_ref or row.emergency_plan_ref
    today = clock.today()
    days = int(await policy.get(session, "emp.fair_notice_days", on=today, city=row.owner_city))
    errors = []
    if row.mode != "ONLINE":
        errors = [
            FieldError(
                field=name,
                code="REQUIRED",
                message_zh="线下招聘会须有安全保卫方案和应急预案",
                message_en="A fair in a hall needs its safety plan and its emergency plan",
            )
            for name in ("safety_plan_ref", "emergency_plan_ref")
            if getattr(row, name) is None
        ]
    if (clock.date_of(row.starts_at) - today).days < days:
        errors.append(
            FieldError(
                field="starts_at",
                code="NOTICE_DAYS",
                message_zh=f"须至少提前{days}天公布",
                message_en=f"It is announced at least {days} days ahead",
            )
        )
    if errors:
        raise Invalid(*errors)
    row.announced_on = today
    await FAIRS.move(session, caller, row, "announce", target)
    tell(session, row, FairAnnounced(**facts(row)))
    return await FAIRS.show(session, caller, row)


async def cancel(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: WithReason
) -> FairRead:
    """Calls it off, before it opens."""
    row, target = await FAIRS.hold(session, caller, row_id, "cancel")
    row.reason = wish.reason
    await FAIRS.move(session, caller, row, "cancel", target, wish.reason)
    return await FAIRS.show(session, caller, row)


def facts(row: JobFair) -> dict[str, Any]:
    """What every event of a fair says."""
    return {
        name: row.id if name == "fair_id" else getattr(row, name) for name in FairEvent.model_fields
    }
