"""J-2: a talent's move opens EMP_INTRA once the first month is paid in the new city."""

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, timeline
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.ids import new_id
from hrss_kit.inbox import Received
from hrss_kit.persons import PersonIn
from hrss_kit.problems import Duplicate, Problem
from social_insurance.followups.models import WAITING, AwaitedMove
from social_insurance.followups.persons import is_ref, of_ref
from social_insurance.participations.models import ContributionMonth, Participation
from social_insurance.tasks.service import open_task
from social_insurance.transfer_cases import service, steps
from social_insurance.transfer_cases.schemas import EVENTS, TransferCreate


class MoveOpened(BaseModel):
    """Of `talent.move.opened.v1`: from which city to which."""

    model_config = ConfigDict(extra="ignore")

    from_: str = Field(alias="from")
    to: str


async def await_month(session: AsyncSession, event: Received, data: MoveOpened) -> None:
    """Writes down that a transfer is to be opened; between our cities, for who is named."""
    if not is_ref(event.personref) or not {data.from_, data.to} <= set(ACTIVE_CITIES):
        return
    await session.execute(
        insert(AwaitedMove)
        .values(
            id=new_id(),
            state=WAITING,
            person_ref=event.personref,
            from_city=data.from_,
            to_city=data.to,
            move_no=event.subject,
            journey_id=event.journeyid,
            opened_month=clock.date_of(event.time).strftime("%Y-%m"),
            announced_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
    await open_due(session, [event.personref or ""])


async def timed(session: AsyncSession) -> int:
    """Timer: moves whose first month came in some other way."""
    return await open_due(session, None)


async def open_due(session: AsyncSession, refs: Sequence[str] | None) -> int:
    """Opens the transfers whose first month is paid; how many."""
    wanted = select(AwaitedMove).where(AwaitedMove.state == WAITING)
    if refs is not None:
        wanted = wanted.where(AwaitedMove.person_ref.in_(refs))
    rows = await session.scalars(wanted.order_by(AwaitedMove.id).with_for_update(skip_locked=True))
    return sum([await _open(session, row) for row in rows.all()])


async def _open(session: AsyncSession, move: AwaitedMove) -> bool:
    arrived: Participation | None = await session.scalar(
        select(Participation)
        .join(ContributionMonth, ContributionMonth.participation_id == Participation.id)
        .where(of_ref(Participation.id_hash, move.person_ref))
        .where(Participation.city == move.to_city, Participation.scheme == "EMP")
        .where(ContributionMonth.paid, ContributionMonth.month >= move.opened_month)
        .limit(1)
    )
    if arrived is None:
        return False
    new = TransferCreate(
        kind="EMP_INTRA",
        person=PersonIn(
            name=arrived.person_name,
            doc_type=arrived.doc_type,
            doc_no=arrived.doc_no,
            mobile=arrived.mobile,
        ),
        from_city=move.from_city,
        to_city=move.to_city,
        journey_id=move.journey_id,
    )
    case = await service.opened(session, new, "JOURNEY", move.to_city)
    try:
        async with session.begin_nested():
            await service.admit(session, case)
    except Duplicate as known:
        move.state = "OPENED"  # somebody has applied already
        timeline.add(session, move.id, "known", caller=None, reason=str(known.extra))
        return False
    except Problem as problem:
        move.state = "CLOSED"
        await open_task(
            session,
            city=move.to_city,
            kind="MOVE_TRANSFER",
            cause=str(move.id),
            person_ref=move.person_ref,
            subject=move.move_no[:40],
            why=problem.code,
        )
        return False
    move.state, move.transfer_case_id = "OPENED", case.id
    timeline.add(session, case.id, "apply", caller=None, to_state=case.state)
    await steps.tell(session, case, EVENTS["applied"])
    return True
