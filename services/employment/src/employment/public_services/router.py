"""Public employment service over HTTP."""

from employment.public_services import service
from employment.public_services.schemas import (
    ItemChange,
    ItemCreate,
    ItemQuery,
    MarketChange,
    MarketCreate,
    MarketQuery,
    VisitCreate,
    VisitQuery,
)
from employment.routes import Routes
from hrss_kit.problems import Duplicate

markets = Routes("/gig-markets", service.MARKETS, "gig_market", "gig_markets")
markets.create(
    MarketCreate,
    service.open_market,
    permission="gig-market:manage",
    says="Enter a gig market in the directory.",
    problems=(Duplicate,),
)
markets.read(MarketQuery, permission="gig-market:read", says="Gig markets of both cities.")
markets.change(
    MarketChange,
    service.change_market,
    permission="gig-market:manage",
    says="Change where and when it is open.",
)
markets.reasoned(close="It is closed.", reopen="It is open again.")

items = Routes("/service-items", service.ITEMS, "service_item", "service_items")
items.create(
    ItemCreate,
    service.draft_item,
    permission="service-item:manage",
    says="Draft an item that a non-local may use like a local.",
    problems=(Duplicate,),
)
items.read(ItemQuery, permission="service-item:read", says="Items of both cities.")
items.change(
    ItemChange,
    service.change_item,
    permission="service-item:manage",
    says="Change what is said of it.",
)
items.steps(publish="Let everybody see it.")
items.reasoned(withdraw="It is offered no more.")

visits = Routes("/service-visits", service.VISITS, "service_visit", "service_visits")
visits.create(
    VisitCreate,
    service.record_visit,
    permission="service-visit:create",
    says="Record a use of an item; nobody's name is kept.",
    problems=(Duplicate, service.ItemNotPublished),
)
visits.read(VisitQuery, permission="service-visit:read", says="Uses of items.")
visits.reasoned(void="It was recorded by mistake.")

ROUTERS = (markets.router, items.router, visits.router)
