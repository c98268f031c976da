"""What every act on a transfer does: hold the case, run its clocks, tell both cities."""

from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, outbox, policy, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.money import money_text
from hrss_kit.problems import NotYourCity, ScopeMissing, StateConflict
from hrss_kit.resources import load, match_version
from social_insurance.transfer_cases import rules
from social_insurance.transfer_cases.models import TransferCase
from social_insurance.transfer_cases.schemas import TransferEvent
from social_insurance.transfer_cases.views import (
    ACTORS,
    FROM,
    TO,
    acting_city,
    allowed,
    is_of_side,
    visible,
)

STEP: Final = "STEP_{}"
SIDES: Final = {1: TO, 2: FROM, 3: TO}
BASIS: Final = "国办发〔2009〕66号 第八条"


async def hold(
    session: AsyncSession, caller: Principal, case_id: UUID, action: str
) -> tuple[TransferCase, str]:
    """The case, held for somebody who may act on it, and the state that the act leads to."""
    case = await load(session, visible(caller).where(TransferCase.id == case_id), lock=True)
    exchange().note(subject=case.biz_no, person_refs=[case.person_ref])
    side, roles = ACTORS[action]
    if not is_of_side(caller, case, side):
        raise NotYourCity
    if not caller.holds(*roles):
        raise ScopeMissing
    match_version(case)
    if action not in allowed(case):
        raise StateConflict(case.state, allowed(case))
    if action == "complete":
        return case, rules.COMPLETED
    return case, rules.MACHINE.take(case.state, action)


def move(
    session: AsyncSession,
    caller: Principal | None,
    case: TransferCase,
    action: str,
    target: str,
    *,
    reason: str | None = None,
) -> None:
    """Takes the case to its next state, on record."""
    timeline.add(
        session, case.id, action, caller=caller, from_state=case.state, to_state=target,
        reason=reason,
    )  # fmt: skip
    case.state = target


async def begin(session: AsyncSession, case: TransferCase, step: int) -> None:
    """Starts the clock of a step; its length is policy, or what the two cities have pledged."""
    today = clock.today()
    pledge = await policy.get(session, "si.agreed_step_wd", on=today)
    between = case.from_city in ACTIVE_CITIES and case.to_city in ACTIVE_CITIES
    days = rules.step_days(
        case.kind,
        step,
        standard=await policy.get(session, "si.step_wd", on=today),
        agreed=pledge["steps"] if pledge["is_enabled"] and between else None,
        unemp_out=int(await policy.get(session, "si.unemp_out_wd", on=today)),
    )
    await start(session, case, STEP.format(step), acting_city(case, SIDES[step]), days, BASIS)


async def start(
    session: AsyncSession, case: TransferCase, code: str, city: str, days: int, basis: str
) -> None:
    """Starts a clock of working days that both cities see."""
    await deadlines.start(
        session,
        subject_id=case.id,
        subject_no=case.biz_no,
        owner_city=city,
        audience=audience(case),
        code=code,
        started_on=clock.today(),
        unit="WD",
        length=days,
        basis=basis,
    )


async def end(session: AsyncSession, case: TransferCase) -> None:
    """The running step is done."""
    for step in SIDES:
        await deadlines.meet(session, case.id, STEP.format(step), clock.today())


async def pause(session: AsyncSession, case: TransferCase) -> None:
    """Stops the clock of the running step."""
    for step in SIDES:
        row = await deadlines.running(session, case.id, STEP.format(step))
        if row is not None:
            await deadlines.pause(row, clock.today())


async def resume(session: AsyncSession, case: TransferCase) -> None:
    """Lets the clock of the running step go on."""
    for step in SIDES:
        row = await deadlines.running(session, case.id, STEP.format(step))
        if row is not None:
            await deadlines.resume(session, row, clock.today())


def audience(case: TransferCase) -> list[str]:
    """Both cities of a transfer, as far as they are ours."""
    return [city for city in ACTIVE_CITIES if city in (case.from_city, case.to_city)]


async def tell(session: AsyncSession, case: TransferCase, event: type[TransferEvent]) -> None:
    """Publishes a fact of the case to both cities."""
    await session.flush()  # clocks started in this transaction are part of it
    running = [
        row.due_on
        for row in (await deadlines.of(session, [case.id]))[case.id]
        if row.status in deadlines.RUNNING and row.met_on is None
    ]
    moved = case.amount("moved")
    publish(
        session,
        case,
        event(
            kind=case.kind,
            from_=case.from_city,
            to=case.to_city,
            due_on=min(running, default=None),
            months_total=case.months_total,
            moved_amount=None if moved is None else money_text(moved),
        ),
    )


def publish(session: AsyncSession, case: TransferCase, event: outbox.Event) -> None:
    """Any event about the case, to both cities."""
    outbox.publish(
        session,
        event,
        source="si",
        subject=case.biz_no,
        city=case.owner_city,
        audience=audience(case),
        person_ref=case.person_ref,
        journey_id=case.journey_id,
    )
