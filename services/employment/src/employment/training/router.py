"""Shared training over HTTP."""

from functools import partial

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
from employment.training import service
from employment.training.schemas import (
    ProviderChange,
    ProviderCreate,
    ProviderQuery,
    ResourceBookingQuery,
    ResourceBookingWish,
    ResourceChange,
    ResourceCreate,
    ResourceQuery,
)
from hrss_kit.problems import Duplicate
from hrss_kit.resources import WithReason

providers = Routes(
    "/training-providers", service.PROVIDERS, "training_provider", "training_providers"
)
providers.create(
    ProviderCreate,
    service.register_provider,
    permission="training:create",
    says="Register a provider of training.",
    problems=(Duplicate,),
)
providers.read(ProviderQuery, permission="training:read", says="Providers of both cities.")
providers.change(
    ProviderChange,
    service.change_provider,
    permission="training:manage",
    says="Change its facts.",
)
providers.reasoned(close="It trains no more.", reopen="It trains again.")

resources = Routes(
    "/training-resources", service.RESOURCES, "training_resource", "training_resources"
)
resources.create(
    ResourceCreate,
    service.register_resource,
    permission="training:create",
    says="Register a course, teacher, workshop or piece of equipment.",
    problems=(service.ProviderClosed, SlotsOverlap),
)
resources.read(ResourceQuery, permission="training:read", says="What can be shared, with slots.")
resources.change(
    ResourceChange,
    service.change_resource,
    permission="training:manage",
    says="Change what is said of it.",
)
resources.act(
    "add-slots",
    service.add_slots,
    wish=SlotsWish,
    says="Offer more times, with the other city's quota.",
    problems=(SlotsOverlap,),
)
resources.steps(share="Let both cities book it.")
resources.reasoned(withdraw="Let nobody book it for now.")

bookings = Routes("/resource-bookings", service.BOOKINGS, "resource_booking", "resource_bookings")
bookings.create(
    ResourceBookingWish,
    service.DESK.request,
    permission="resource-booking:create",
    says="Ask for places in a slot; they are kept until it is answered.",
    problems=(SlotTaken, QuotaReached, SlotPast, NotOffered),
)
bookings.read(
    ResourceBookingQuery, permission="resource-booking:read", says="Bookings of your city's."
)
bookings.act("confirm", service.DESK.confirm, says="Keep the places.", problems=(SlotPast,))
bookings.act("decline", service.DESK.decline, wish=WithReason, says="Say no, and why.")
bookings.act("cancel", service.DESK.cancel, says="Take it back.", problems=(SlotPast,))
for action, says in (("start", "They came."), ("no-show", "Nobody came.")):
    does = partial(service.DESK.begun, action)
    bookings.act(action, does, says=says, problems=(SlotNotBegun,))
bookings.steps(finish="It was used and is over.")

ROUTERS = (providers.router, resources.router, bookings.router)
