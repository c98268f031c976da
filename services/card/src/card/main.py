"""Social-security card (社会保障卡): the table of contents."""

from card.access import ACCESS
from card.applications.router import router as applications
from card.cards import life
from card.cards.actions import router as card_actions
from card.cards.router import router as cards
from card.cards.schemas import EVENTS
from card.catalogue.router import router as catalogue
from card.choices.router import router as choices
from card.choices.schemas import ChoiceMade
from card.choices.service import CONSUMERS as CHOICE_CONSUMERS
from card.db import Base
from card.ecards import tokens
from card.ecards.router import router as ecards
from card.holders.router import router as holders
from card.holders.schemas import HolderDeceased
from card.holdings import HOLDINGS
from card.indicators import INDICATORS
from card.lookups.limits import LookupsExceeded
from card.lookups.router import router as lookups
from card.requests.router import router as requests
from card.seed import seed
from card.settings import Settings
from card.uses.router import router as uses
from card.uses.schemas import CardUsed
from card.verifications.router import router as verifications
from card.verifications.schemas import CardVerified
from card.work import WORK
from hrss_kit.holdings import holdings_router
from hrss_kit.import_router import jobs_router
from hrss_kit.indicators import indicators_router
from hrss_kit.service import Service, Timer
from hrss_kit.standard import standard_consumers, standard_timers

SERVICE = Service(
    name="card",
    path="card",
    source="card",
    biz_code="CA",
    title_zh="社会保障卡",
    title_en="Social-security card",
    settings=Settings,
    metadata=Base.metadata,
    access=ACCESS,
    work=WORK,
    # The first is found first: verifications are what is asked most.
    routers=(
        verifications,
        lookups,
        holders,
        cards,
        card_actions,
        ecards,
        requests,
        applications,
        uses,
        catalogue,
        choices,
        jobs_router("card:register"),
        indicators_router(INDICATORS),
        holdings_router(HOLDINGS),
    ),
    consumers=(*standard_consumers("card"), *CHOICE_CONSUMERS),
    timers=(
        *standard_timers("card"),
        Timer("temporary-losses", life.end_temporary_losses),
        Timer("expiries", life.expire),
        Timer("ecard-tokens", tokens.forget),
    ),
    seed=seed,
    event_types=(
        CardVerified,
        HolderDeceased,
        LookupsExceeded,
        CardUsed,
        ChoiceMade,
        *EVENTS.values(),
    ),
)
