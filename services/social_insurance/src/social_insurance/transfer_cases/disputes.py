"""Disputed transfers: both supervisors agree in time, else the province decides."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, deadlines, policy
from hrss_kit.auth import Principal
from hrss_kit.problems import Conflict
from social_insurance.transfer_cases import rules, steps
from social_insurance.transfer_cases.schemas import EVENTS, ResolveDispute, TransferRead
from social_insurance.transfer_cases.views import FROM, TO, acting_city, show

DISPUTE = "DISPUTE"


class NotYetProvince(Conflict):
    code = "DISPUTE_TIME"
    title_zh, title_en = "两市协商期限未满", "The two cities still have time to agree"


async def dispute(
    session: AsyncSession, caller: Principal, case_id: UUID, reason: str
) -> TransferRead:
    """Stops the case and its clock until both supervisors, or the province, have decided."""
    case, _ = await steps.hold(session, caller, case_id, "dispute")
    case.disputed_from, case.dispute_votes = case.state, {}
    await steps.pause(session, case)
    days = await policy.get(session, "si.dispute_wd", on=clock.today())
    await steps.start(session, case, DISPUTE, case.owner_city, int(days), "两市协商处理争议")
    steps.move(session, caller, case, "dispute", rules.DISPUTED, reason=reason)
    await steps.tell(session, case, EVENTS["disputed"])
    return await show(session, caller, case)


async def resolve(
    session: AsyncSession, caller: Principal, case_id: UUID, wish: ResolveDispute
) -> TransferRead:
    """One city's supervisor says what it agrees to; alike in both it is done."""
    case, _ = await steps.hold(session, caller, case_id, "resolve-dispute")
    running = await deadlines.running(session, case.id, DISPUTE)
    if caller.holds("province"):
        if running is not None and clock.today() <= running.due_on:
            raise NotYetProvince(due_on=running.due_on.isoformat())
        agreed = True
    else:
        assert caller.city is not None  # a supervisor has a city
        case.dispute_votes = {**case.dispute_votes, caller.city: wish.outcome}
        cities = {acting_city(case, side) for side in (TO, FROM)}
        agreed = all(case.dispute_votes.get(city) == wish.outcome for city in cities)
    if not agreed:
        steps.move(session, caller, case, "resolve-dispute", case.state, reason=wish.reason)
        return await show(session, caller, case)
    assert case.disputed_from is not None  # what is disputed was something before
    await deadlines.meet(session, case.id, DISPUTE, clock.today())
    if wish.outcome == "REJECT":
        case.reject_code = "DISPUTE"
        await deadlines.cancel(session, case.id)
        steps.move(session, caller, case, "resolve-dispute", rules.REJECTED, reason=wish.reason)
        await steps.tell(session, case, EVENTS["rejected"])
    else:
        await steps.resume(session, case)
        target = case.disputed_from
        steps.move(session, caller, case, "resolve-dispute", target, reason=wish.reason)
    case.disputed_from = None
    return await show(session, caller, case)
