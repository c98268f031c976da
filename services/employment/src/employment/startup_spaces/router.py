"""Start-up space over HTTP."""

from functools import partial
from uuid import UUID

from employment.booking.schemas import SlotsWish
from employment.booking.service import (
    NotOffered,
    QuotaReached,
    SlotNotBegun,
    SlotPast,
    SlotsOverlap,
    SlotTaken,
)
from employment.routes import Routes
from employment.startup_spaces import service
from employment.startup_spaces.schemas import (
    OfferCreate,
    OfferQuery,
    ResidentApply,
    ResidentQuery,
    SpaceBookingQuery,
    SpaceBookingWish,
    SpaceChange,
    SpaceCreate,
    SpaceQuery,
)
from hrss_kit.auth import Caller
from hrss_kit.db import Session
from hrss_kit.problems import Duplicate
from hrss_kit.resources import RevealReply, RevealRequest, WithReason

spaces = Routes("/startup-spaces", service.SPACES, "startup_space", "startup_spaces")
spaces.create(
    SpaceCreate,
    service.open_space,
    permission="startup-space:create",
    says="Register an incubator, a maker space or a firm's laboratory.",
    problems=(Duplicate,),
)
spaces.read(SpaceQuery, permission="startup-space:read", says="Spaces of both cities.")
spaces.change(
    SpaceChange,
    service.change_space,
    permission="startup-space:manage",
    says="Change its facts; desks that are taken stay.",
)
spaces.reasoned(close="It takes nobody any more.", reopen="It is open again.")

offers = Routes("/space-offers", service.OFFERS, "space_offer", "space_offers")
offers.create(
    OfferCreate,
    service.publish_offer,
    permission="startup-space:create",
    says="Offer free desks, equipment or mentor hours.",
    problems=(NotOffered, service.NoDesks, SlotsOverlap),
)
offers.read(OfferQuery, permission="startup-space:read", says="What spaces offer, with slots.")
offers.act(
    "add-slots",
    service.add_slots,
    wish=SlotsWish,
    says="Offer more times.",
    problems=(SlotsOverlap,),
)
offers.act("close", service.close_offer, says="Take it off.")

bookings = Routes("/space-bookings", service.BOOKINGS, "space_booking", "space_bookings")
bookings.create(
    SpaceBookingWish,
    service.DESK.request,
    permission="space-booking:create",
    says="Ask for places in a slot; they are kept until it is answered.",
    problems=(SlotTaken, QuotaReached, SlotPast, NotOffered),
)
bookings.read(SpaceBookingQuery, permission="space-booking:read", says="Bookings of your city's.")
bookings.act("confirm", service.DESK.confirm, says="Keep the places.", problems=(SlotPast,))
bookings.act("decline", service.DESK.decline, wish=WithReason, says="Say no, and why.")
bookings.act("cancel", service.DESK.cancel, says="Take it back.", problems=(SlotPast,))
for action, says in (("start", "They came."), ("no-show", "Nobody came.")):
    does = partial(service.DESK.begun, action)
    bookings.act(action, does, says=says, problems=(SlotNotBegun,))
bookings.steps(finish="It was used and is over.")

residents = Routes("/residents", service.RESIDENTS, "resident", "residents")
residents.create(
    ResidentApply,
    service.apply,
    permission="resident:create",
    says="Ask for desks, also in the other city.",
    problems=(Duplicate, NotOffered),
)
residents.read(ResidentQuery, permission="resident:read", says="Teams of your city or spaces.")
residents.act("admit", service.admit, says="Let the team in.", problems=(service.NoDesks,))
residents.act("refuse", service.refuse_team, wish=WithReason, says="Say no, and why.")
residents.act("leave", service.leave, says="The team has moved out.")
residents.reasoned(withdraw="Take the application back.")


@residents.router.reveal("/{id}/reveal", permission="resident:reveal", reply=RevealReply)
async def reveal_resident(
    session: Session, caller: Caller, id: UUID, wish: RevealRequest
) -> RevealReply:
    """Whom to call in the team."""
    return await service.reveal(session, caller, id, wish)


ROUTERS = (spaces.router, offers.router, bookings.router, residents.router)
