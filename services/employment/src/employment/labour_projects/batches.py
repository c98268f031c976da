"""Dispatch batches: planned, departed, arrived within the quota, followed up twice."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select, true, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.kinds import Kind, Step, columns_of, other_city
from employment.labour_projects import models
from employment.labour_projects.models import (
    BATCH_MACHINE,
    DispatchBatch,
    DispatchWorker,
    LabourProject,
)
from employment.labour_projects.rules import share
from employment.labour_projects.schemas import (
    Arrival,
    BatchCreate,
    BatchRead,
    FollowUp,
    OutflowQuery,
    OutflowRead,
    WorkerRead,
)
from employment.labour_projects.service import PROJECTS
from hrss_kit import clock, deadlines, policy, resources
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.problems import Conflict, FieldError, Invalid, NotYourCity, refuse
from hrss_kit.resources import Empty, RevealReply, RevealRequest
from hrss_kit.translation import constraint_of

FOLLOW_UPS: Final = {models.ARRIVED: "FOLLOWUP_30", models.FOLLOWUP_30: "FOLLOWUP_90"}


class QuotaExceeded(Conflict):
    code = "QUOTA_EXCEEDED"
    title_zh, title_en = "到岗人数超过项目名额", "More arrivals than the project has places"


class ReservedForPoverty(Conflict):
    code = "RESERVED_FOR_POVERTY"
    title_zh = "余下名额留给脱贫劳动力"
    title_en = "The places left are kept for people lifted out of poverty"


class ProjectNotActive(Conflict):
    code = "PROJECT_NOT_ACTIVE"
    title_zh, title_en = "该项目未在执行中", "The project is not under way"


class FollowUpEarly(Conflict):
    code = "FOLLOW_UP_EARLY"
    title_zh, title_en = "未到回访日期", "It is too early to follow up"


async def _workers(
    session: AsyncSession, _caller: Principal, rows: Sequence[DispatchBatch]
) -> Mapping[UUID, Any]:
    of: dict[UUID, list[DispatchWorker]] = {row.id: [] for row in rows}
    found = select(DispatchWorker).where(DispatchWorker.batch_id.in_(of))
    for worker in await session.scalars(found.order_by(DispatchWorker.id)):
        of[worker.batch_id].append(worker)
    exchange().note(person_refs=[one.person_ref for them in of.values() for one in them])
    return {
        batch_id: {
            # Who comes out of poverty is placed first.
            "workers": [_shown(one) for one in sorted(them, key=lambda one: not one.is_poverty)],
            "arrived": sum(one.arrived for one in them),
            "stability_rate_30": _stayed(them, "employed_30"),
            "stability_rate_90": _stayed(them, "employed_90"),
        }
        for batch_id, them in of.items()
    }


def _shown(worker: DispatchWorker) -> WorkerRead:
    return WorkerRead(
        id=worker.id,
        person=worker.masked(),
        groups=worker.groups,
        arrived=worker.arrived,
        employed_30=worker.employed_30,
        employed_90=worker.employed_90,
    )


def _stayed(workers: Sequence[DispatchWorker], column: str) -> Any:
    asked = [one for one in workers if one.arrived and getattr(one, column) is not None]
    return share(sum(bool(getattr(one, column)) for one in asked), len(asked))


def _concerned(caller: Principal) -> ColumnElement[bool]:
    if caller.city is None:
        return ~true()
    return or_(DispatchBatch.owner_city == caller.city, DispatchBatch.to_city == caller.city)


def _receives(row: Any, city: str | None) -> bool:
    return bool(row.to_city == city)


SEND: Final = Step("dispatch-batch:send")
RECEIVE: Final = Step("dispatch-batch:receive", _receives)
BATCHES: Final = Kind(
    DispatchBatch,
    BatchRead,
    BATCH_MACHINE,
    {
        "depart": SEND,
        "cancel": SEND,
        "confirm-arrival": RECEIVE,
        "follow-up": RECEIVE,
        "close": RECEIVE,
    },
    sorts=("departs_on",),
    more=_workers,
    parties=_concerned,
)


async def plan(session: AsyncSession, caller: Principal, new: BatchCreate) -> BatchRead:
    """Plans a batch of an active project, or records people who went by themselves."""
    to_city = new.to_city or other_city(caller.city)
    if new.project_id is not None:
        project = await PROJECTS.load(session, caller, new.project_id)
        if project.sending_city != caller.city:
            raise NotYourCity
        if project.state != models.ACTIVE:
            raise ProjectNotActive
        to_city = project.receiving_city
    if to_city != other_city(caller.city):
        raise refuse("to_city", "CITY_UNKNOWN", "不是另一合作城市", "is not the other partner city")
    row = DispatchBatch(
        **columns_of(new, "workers", "to_city"),
        owner_city=caller.city,
        to_city=to_city,
        state=models.PLANNED,
    )
    await BATCHES.add(session, caller, row, action="plan")
    await _add_workers(session, row, new)
    return await BATCHES.show(session, caller, row)


async def _add_workers(session: AsyncSession, row: DispatchBatch, new: BatchCreate) -> None:
    numbers = [one.person.doc_no for one in new.workers]
    twice = [index for index, number in enumerate(numbers) if number in numbers[:index]]
    if twice:
        raise Invalid(
            *(
                FieldError(
                    field=f"workers.{index}.person.doc_no",
                    code="DUPLICATE",
                    message_zh="同一人重复",
                    message_en="is in the batch already",
                )
                for index in twice
            )
        )
    for one in new.workers:
        worker = DispatchWorker(batch_id=row.id, groups=list(one.groups), arrived=False)
        worker.take_person(one.person)
        session.add(worker)
    await session.flush()  # the answer names them


async def depart(session: AsyncSession, caller: Principal, row_id: UUID, _wish: Empty) -> BatchRead:
    """They have left."""
    row, target = await BATCHES.hold(session, caller, row_id, "depart")
    row.departed_on = clock.today()
    await BATCHES.move(session, caller, row, "depart", target)
    return await BATCHES.show(session, caller, row)


async def confirm_arrival(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: Arrival
) -> BatchRead:
    """The receiving city counts who has come; more than the quota is the database's finding."""
    row, target = await BATCHES.hold(session, caller, row_id, "confirm-arrival")
    assert row.departed_on is not None, "who has left has left on a day"
    row.arrived_on = wish.arrived_on or clock.today()
    if not row.departed_on <= row.arrived_on <= clock.today():
        raise refuse("arrived_on", "DATE", "日期不在允许范围内", "lies too early or after today")
    workers = await _of(session, row)
    came = _named(workers, wish.worker_ids, "worker_ids")
    for worker in came:
        worker.arrived = True
    await _start_follow_up(session, row, models.ARRIVED, row.arrived_on)
    await BATCHES.move(session, caller, row, "confirm-arrival", target)
    shown = await BATCHES.show(session, caller, row)
    if row.project_id is not None and came:
        await _take_places(session, row.project_id, came)  # last: others wait for the project's row
    return shown


async def _take_places(
    session: AsyncSession, project_id: UUID, came: Collection[DispatchWorker]
) -> None:
    try:
        async with session.begin_nested():
            state = await session.scalar(
                update(LabourProject)
                .where(LabourProject.id == project_id)
                .values(
                    arrived=LabourProject.arrived + len(came),
                    arrived_poverty=LabourProject.arrived_poverty
                    + sum(one.is_poverty for one in came),
                    version=LabourProject.version + 1,
                )
                .returning(LabourProject.state)
                .execution_options(synchronize_session=False)
            )
    except IntegrityError as error:
        match constraint_of(error):
            case models.QUOTA:
                raise QuotaExceeded from error
            case models.RESERVED:
                raise ReservedForPoverty from error
        raise
    if state != models.ACTIVE:
        raise ProjectNotActive


async def follow_up(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: FollowUp
) -> BatchRead:
    """Records who is still at work: thirty days after the arrival, and again after ninety."""
    row, target = await BATCHES.hold(session, caller, row_id, "follow-up")
    assert row.arrived_on is not None, "who has arrived has arrived on a day"
    is_first = row.state == models.ARRIVED
    today = clock.today()
    if today < row.arrived_on + timedelta(days=await _days(session, row.state, row.arrived_on)):
        raise FollowUpEarly
    workers = [one for one in await _of(session, row) if one.arrived]
    stayed = {one.id for one in _named(workers, wish.employed_worker_ids, "employed_worker_ids")}
    for worker in workers:
        if is_first:
            worker.employed_30 = worker.id in stayed
        else:
            worker.employed_90 = worker.id in stayed
    await deadlines.meet(session, row.id, FOLLOW_UPS[row.state], today)
    if is_first:
        await _start_follow_up(session, row, models.FOLLOWUP_30, row.arrived_on)
    await BATCHES.move(session, caller, row, "follow-up", target)
    return await BATCHES.show(session, caller, row)


async def _days(session: AsyncSession, state: str, on: date) -> int:
    first, second = await policy.get(session, "emp.followup_days", on=on)
    return int(first if state == models.ARRIVED else second)


async def _start_follow_up(
    session: AsyncSession, row: DispatchBatch, state: str, arrived_on: date
) -> None:
    grace = await policy.get(session, "emp.followup_grace_days", on=arrived_on)
    await deadlines.start(
        session,
        subject_id=row.id,
        subject_no=row.biz_no,
        owner_city=row.to_city,
        audience=[row.to_city, row.owner_city],
        code=FOLLOW_UPS[state],
        started_on=arrived_on,
        unit="CD",
        # A follow-up on the day itself is the first that counts, so some days are left for it.
        length=await _days(session, state, arrived_on) + int(grace),
        basis="emp.followup_days",
    )


async def _of(session: AsyncSession, row: DispatchBatch) -> Sequence[DispatchWorker]:
    found = select(DispatchWorker).where(DispatchWorker.batch_id == row.id)
    return (await session.scalars(found.order_by(DispatchWorker.id))).all()


def _named(
    workers: Sequence[DispatchWorker], ids: Sequence[UUID] | None, field: str
) -> Sequence[DispatchWorker]:
    """The workers that were named; everybody when nobody was. Strangers are told all at once."""
    if ids is None:
        return workers
    known = {one.id: one for one in workers}
    errors = [
        FieldError(
            field=f"{field}.{index}",
            code="WORKER_UNKNOWN",
            message_zh="不在本批次到岗人员中",
            message_en="is not among those of the batch",
        )
        for index, one in enumerate(ids)
        if one not in known
    ]
    if errors:
        raise Invalid(*errors)
    return [known[one] for one in dict.fromkeys(ids)]


async def reveal(
    session: AsyncSession, caller: Principal, row_id: UUID, worker_id: UUID, wish: RevealRequest
) -> RevealReply:
    """One worker in full, on record, for whoever serves them in either city."""
    batch = await BATCHES.load(session, caller, row_id)
    found = select(DispatchWorker).where(
        DispatchWorker.batch_id == batch.id, DispatchWorker.id == worker_id
    )
    worker = await resources.load(session, found)
    exchange().note(subject=batch.biz_no, person_refs=[worker.person_ref])
    if caller.city not in (batch.owner_city, batch.to_city):
        raise NotYourCity
    values = {"name": worker.person_name, "doc_no": worker.doc_no, "mobile": worker.mobile}
    return resources.reveal(caller, worker.id, wish, values)


async def outflow(session: AsyncSession, query: OutflowQuery) -> OutflowRead:
    """X-2: how much of a city's outflow was organised."""
    counted = await session.execute(
        select(func.count(), func.count().filter(DispatchBatch.organised))
        .join(DispatchWorker, DispatchWorker.batch_id == DispatchBatch.id)
        .where(
            DispatchBatch.owner_city == query.city,
            DispatchBatch.arrived_on.between(query.arrived_on_from, query.arrived_on_to),
            DispatchWorker.arrived,
        )
    )
    everybody, organised = counted.one()
    return OutflowRead(
        city=query.city,
        organised=organised,
        all=everybody,
        organised_share=share(organised, everybody),
    )
