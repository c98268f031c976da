"""What can be done with shared training. Each function runs in the caller's transaction."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.booking import service as booking
from employment.booking.models import MACHINE as BOOKING_MACHINE
from employment.booking.schemas import SlotsWish
from employment.brand_programmes.models import BrandProgramme
from employment.kinds import Kind, Step, columns_of
from employment.training.models import (
    PROVIDER_MACHINE,
    RESOURCE_MACHINE,
    ResourceBooking,
    ResourceSlot,
    TrainingProvider,
    TrainingResource,
)
from employment.training.schemas import (
    ProviderChange,
    ProviderCreate,
    ProviderRead,
    ResourceBookingRead,
    ResourceChange,
    ResourceCreate,
    ResourceRead,
)
from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.divisions import city_of
from hrss_kit.problems import Conflict, Duplicate, NotYourCity, refuse


class ProviderClosed(Conflict):
    code = "PROVIDER_CLOSED"
    title_zh, title_en = "该培训机构已停办", "This provider is closed"


async def _slots(
    session: AsyncSession, _caller: Principal, rows: Sequence[TrainingResource]
) -> Mapping[UUID, Any]:
    """Slots and marks of several resources, a query each."""
    more: dict[UUID, Any] = {row.id: {"slots": [], "brand": None} for row in rows}
    found = select(ResourceSlot).where(ResourceSlot.resource_id.in_(more))
    for slot in await session.scalars(
        found.order_by(ResourceSlot.starts_at).execution_options(populate_existing=True)
    ):
        more[slot.resource_id]["slots"].append(slot)
    marks = {row.brand_programme_id for row in rows} - {None}
    if marks:
        shown = await session.execute(
            select(BrandProgramme.id, BrandProgramme.brand)
            # A mark that was withdrawn is shown nowhere, one that has expired on old courses only.
            .where(BrandProgramme.id.in_(marks), BrandProgramme.state.in_(("GRANTED", "EXPIRED")))
        )
        names = {one.id: one.brand for one in shown}
        for row in rows:
            if row.brand_programme_id is not None:
                more[row.id]["brand"] = names.get(row.brand_programme_id)
    return more


PROVIDERS: Final = Kind(
    TrainingProvider,
    ProviderRead,
    PROVIDER_MACHINE,
    {"close": Step("training:manage"), "reopen": Step("training:manage")},
    words=("name",),
    sorts=("name",),
)
RESOURCES: Final = Kind(
    TrainingResource,
    ResourceRead,
    RESOURCE_MACHINE,
    dict.fromkeys(("share", "add-slots", "withdraw"), Step("training:manage")),
    hidden=("REGISTERED",),
    words=("title", "description"),
    sorts=("title",),
    more=_slots,
)
BOOKINGS: Final = Kind(
    ResourceBooking,
    ResourceBookingRead,
    BOOKING_MACHINE,
    booking.steps("resource-booking"),
    sorts=("starts_at",),
    parties=booking.parties(ResourceBooking),
)
DESK: Final = booking.Desk(BOOKINGS, ResourceSlot, RESOURCES, "resource_id", "TRAINING")


async def register_provider(
    session: AsyncSession, caller: Principal, new: ProviderCreate
) -> ProviderRead:
    """Registers a provider of the caller's city."""
    if city_of(new.division) != caller.city:
        raise NotYourCity
    row = TrainingProvider(**columns_of(new), owner_city=caller.city, state="OPEN")
    try:
        async with session.begin_nested():
            await PROVIDERS.add(session, caller, row, action="register")
    except IntegrityError as error:
        same = (TrainingProvider.uscc == new.uscc) | (
            (TrainingProvider.owner_city == caller.city) & (TrainingProvider.name == new.name)
        )
        known = await session.scalar(select(TrainingProvider.id).where(same).limit(1))
        if known is None:
            raise
        raise Duplicate(existing_id=str(known)) from error
    return await PROVIDERS.show(session, caller, row)


async def change_provider(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: ProviderChange
) -> ProviderRead:
    """Changes a provider's facts."""
    row = await PROVIDERS.hold_own(session, caller, row_id, ("OPEN",))
    return await PROVIDERS.change(session, caller, row, wish)


async def register_resource(
    session: AsyncSession, caller: Principal, new: ResourceCreate
) -> ResourceRead:
    """Registers a resource of a provider of the caller's city; shared once it is said so."""
    provider = await session.get(TrainingProvider, new.provider_id)
    if provider is None:
        raise refuse("provider_id", "PROVIDER_UNKNOWN", "没有此培训机构", "is not a known provider")
    if provider.owner_city != caller.city:
        raise NotYourCity
    if provider.state != "OPEN":
        raise ProviderClosed
    if new.brand_programme_id is not None:
        await _refuse_unless_marked(session, new, provider)
    row = TrainingResource(
        **columns_of(new, "slots"),
        owner_city=caller.city,
        division=provider.division,
        state="REGISTERED",
    )
    await RESOURCES.add(session, caller, row, action="register")
    await _offer(session, row, SlotsWish.model_construct(slots=new.slots))
    return await RESOURCES.show(session, caller, row)


async def _refuse_unless_marked(
    session: AsyncSession, new: ResourceCreate, provider: TrainingProvider
) -> None:
    """A mark that has expired is not shown on new courses (EMP-3c)."""
    if new.kind != "COURSE":
        raise refuse(
            "brand_programme_id", "BRAND_COURSE", "只有课程可使用品牌", "only a course has a mark"
        )
    mark = await session.get(BrandProgramme, new.brand_programme_id)
    is_valid = mark is not None and mark.is_valid(clock.today())
    if mark is None or not is_valid or mark.provider_id != provider.id:
        raise refuse(
            "brand_programme_id",
            "BRAND_NOT_VALID",
            "该机构没有在有效期内的此品牌",
            "is no mark of this provider in force",
        )


async def change_resource(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: ResourceChange
) -> ResourceRead:
    """Changes what is said of a resource."""
    row = await RESOURCES.hold_own(session, caller, row_id, ("REGISTERED", "SHARED", "WITHDRAWN"))
    return await RESOURCES.change(session, caller, row, wish)


async def add_slots(
    session: AsyncSession, caller: Principal, row_id: UUID, wish: SlotsWish
) -> ResourceRead:
    """Offers more times."""
    row, target = await RESOURCES.hold(session, caller, row_id, "add-slots")
    await _offer(session, row, wish)
    await RESOURCES.move(session, caller, row, "add-slots", target)
    return await RESOURCES.show(session, caller, row)


async def _offer(session: AsyncSession, row: TrainingResource, wish: SlotsWish) -> None:
    async with booking.offered(session):
        for values in booking.slot_values(wish.slots):
            session.add(ResourceSlot(**values, resource_id=row.id))
