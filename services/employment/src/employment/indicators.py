"""I-EMP-5, 6, 7 and 9: what the two cities did together, from this service's rows (domain §5)."""

from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from employment.booking.models import DONE, IN_USE
from employment.brand_programmes.models import COMPLETED, Enrolment
from employment.job_fairs.models import CLOSED, REPORTED, FairResult, JobFair
from employment.public_services.models import ServiceVisit
from employment.startup_spaces.models import SpaceBooking, SpaceOffer, SpaceSlot
from employment.training.models import ResourceBooking, ResourceSlot, TrainingResource
from hrss_kit.indicators import Figures, Indicator, Period, share


async def visits(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-EMP-5: visits that the city served for people of elsewhere."""
    counted = await session.execute(
        select(func.count(), func.count().filter(ServiceVisit.home_city != city)).where(
            ServiceVisit.owner_city == city,
            ServiceVisit.state == "RECORDED",
            ServiceVisit.visited_at >= period.begins_at,
            ServiceVisit.visited_at < period.ends_at,
        )
    )
    everybody, others = counted.one()
    return Figures({"visits": everybody, "cross_city": others}, others, "visits")


async def fairs(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-EMP-6: joint fairs of the city; intents and people hired in thirty days, as it filed."""
    held = (
        JobFair.state.in_((CLOSED, REPORTED)),
        or_(JobFair.owner_city == city, JobFair.co_city == city),
        JobFair.ends_at >= period.begins_at,
        JobFair.ends_at < period.ends_at,
    )
    count = await session.scalar(select(func.count()).select_from(JobFair).where(*held))
    summed = await session.execute(
        select(
            func.coalesce(func.sum(FairResult.intents), 0),
            func.coalesce(func.sum(FairResult.hired_30d), 0),
        )
        .join(JobFair, JobFair.id == FairResult.fair_id)
        .where(*held, FairResult.owner_city == city)
    )
    intents, hired = summed.one()
    inputs = {"fairs": int(count or 0), "intents": int(intents or 0)}
    inputs["hired_30d"] = int(hired or 0)
    return Figures(inputs, inputs["fairs"], "fairs", things=("fairs",))


async def subsidised(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-EMP-7: subsidised training completed in the city's courses, in person-times."""
    done = (
        Enrolment.owner_city == city,
        Enrolment.subsidised,
        Enrolment.state.in_(COMPLETED),
        Enrolment.completed_on.between(period.first, period.last),
    )
    counted = await session.execute(
        select(func.count(), func.count().filter(Enrolment.groups.contains(["MIGRANT"]))).where(
            *done
        )
    )
    everybody, migrants = counted.one()
    unit = "person-times"
    groups = {
        "MIGRANT": Figures({"completed": migrants}, migrants, unit),
        "OTHER": Figures({"completed": everybody - migrants}, everybody - migrants, unit),
    }
    return Figures({"completed": everybody}, everybody, unit, groups=groups)


async def use(session: AsyncSession, period: Period, city: str) -> Figures:
    """I-EMP-9: slots of the city's shared resources that were used ÷ those it offered."""
    training = await _slots(
        session, period, city, ResourceSlot, ResourceBooking, TrainingResource, "resource_id"
    )
    space = await _slots(session, period, city, SpaceSlot, SpaceBooking, SpaceOffer, "offer_id")
    groups = {
        name: Figures(
            {"used": used, "offered": offered}, share(used, offered), "ratio",
            things=("used", "offered"),
        )
        for name, (offered, used) in (("TRAINING", training), ("SPACE", space))
    }  # fmt: skip
    offered, used = (sum(pair) for pair in zip(training, space, strict=True))
    inputs = {"used": used, "offered": offered}
    return Figures(inputs, share(used, offered), "ratio", groups=groups, things=("used", "offered"))


async def _slots(
    session: AsyncSession, period: Period, city: str, slot: Any, booking: Any, thing: Any, of: str
) -> tuple[int, int]:
    used = (
        select(booking.id)
        .where(booking.slot_id == slot.id, booking.state.in_((IN_USE, DONE)))
        .exists()
    )
    counted = await session.execute(
        select(func.count(), func.count().filter(used))
        .select_from(slot)
        .join(thing, thing.id == getattr(slot, of))
        .where(
            thing.owner_city == city,
            thing.state != "REGISTERED",
            slot.starts_at >= period.begins_at,
            slot.starts_at < period.ends_at,
        )
    )
    offered, taken = counted.one()
    return offered, taken


COOPERATION = (
    Indicator("I-EMP-5", visits),
    Indicator("I-EMP-6", fairs),
    Indicator("I-EMP-7", subsidised),
    Indicator("I-EMP-9", use),
)
