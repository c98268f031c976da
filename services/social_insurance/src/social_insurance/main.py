"""Social insurance (社会保险): the table of contents."""

from hrss_kit.holdings import holdings_router
from hrss_kit.import_router import jobs_router
from hrss_kit.indicators import indicators_router
from hrss_kit.service import Errand, Service, Timer
from hrss_kit.standard import standard_consumers, standard_timers
from social_insurance.access import ACCESS
from social_insurance.benefit_place_decisions.router import router as benefit_places
from social_insurance.convergence.router import (
    comparisons,
    items_router,
    plans_router,
    snapshots,
)
from social_insurance.db import Base
from social_insurance.delegation import schemas as delegation_schemas
from social_insurance.delegation import service as delegation_service
from social_insurance.delegation import visits
from social_insurance.delegation.router import catalogue_router
from social_insurance.delegation.router import router as delegated_cases
from social_insurance.estimates.router import benefits, retirement
from social_insurance.followups import consumers as followup_consumers
from social_insurance.followups import hires, moves
from social_insurance.followups.awaiting import router as awaited_moves
from social_insurance.followups.retirement import propose_links
from social_insurance.holdings import HOLDINGS
from social_insurance.indicators import POLICY_INDICATORS
from social_insurance.indicators_relations import RELATION_INDICATORS
from social_insurance.injuries.router import router as injuries
from social_insurance.life_certifications import consumers as life_consumers
from social_insurance.life_certifications import cycle
from social_insurance.life_certifications import schemas as life_schemas
from social_insurance.life_certifications.router import router as life_certifications
from social_insurance.overlap_resolutions.router import router as overlaps
from social_insurance.participation_certificates.router import router as certificates
from social_insurance.participations.router import lookups
from social_insurance.participations.router import router as participations
from social_insurance.personal_accounts.router import router as accounts
from social_insurance.province import exchanges
from social_insurance.resident_policy import schemas as resident_policy_schemas
from social_insurance.resident_policy.router import base_pensions, tiers
from social_insurance.risk_flags.router import router as risk_flags
from social_insurance.seed import seed
from social_insurance.settings import Settings
from social_insurance.tasks import schemas as task_schemas
from social_insurance.tasks.router import router as tasks
from social_insurance.transfer_cases import schemas as transfer_schemas
from social_insurance.transfer_cases.router import router as transfers
from social_insurance.transfer_cases.verification import recheck
from social_insurance.unemployment_benefits import schemas as unemployment_schemas
from social_insurance.unemployment_benefits.router import router as unemployment_benefits
from social_insurance.unemployment_benefits.service import timed_cross_check
from social_insurance.work import WORK

SERVICE = Service(
    name="social_insurance",
    path="social-insurance",
    source="si",
    biz_code="SI",
    title_zh="社会保险",
    title_en="Social insurance",
    settings=Settings,
    metadata=Base.metadata,
    access=ACCESS,
    work=WORK,
    routers=(
        participations,
        lookups,
        jobs_router("participation:create"),
        tiers,
        base_pensions,
        accounts,
        certificates,
        risk_flags,
        transfers,
        overlaps,
        benefit_places,
        unemployment_benefits,
        tasks,
        awaited_moves,
        items_router,
        comparisons,
        snapshots,
        plans_router,
        retirement,
        benefits,
        catalogue_router,
        delegated_cases,
        injuries,
        life_certifications,
        indicators_router((*RELATION_INDICATORS, *POLICY_INDICATORS)),
        holdings_router(HOLDINGS),
    ),
    consumers=(
        *standard_consumers("si"),
        *followup_consumers.CONSUMERS,
        *life_consumers.CONSUMERS,
    ),
    timers=(
        # A clock that may stand still no longer runs before lateness is looked for.
        Timer("supplements", delegation_service.end_pauses),
        *standard_timers("si"),
        Timer("late answers", delegation_service.tell_overdue),
        Timer("life certifications", cycle.advance),
        Timer("visits", visits.propose),
        Timer("missing participations", hires.tell_missing),
        Timer("re-employment", timed_cross_check),
        Timer("moves", moves.timed),
        Timer("retirement", propose_links),
    ),
    event_types=(
        *resident_policy_schemas.EVENT_TYPES,
        *delegation_schemas.EVENT_TYPES,
        *life_schemas.EVENT_TYPES,
        *transfer_schemas.EVENT_TYPES,
        *unemployment_schemas.EVENT_TYPES,
        *followup_consumers.EVENT_TYPES,
        *task_schemas.EVENT_TYPES,
    ),
    errands=(Errand("card checks", recheck), Errand("province", exchanges.run)),
    seed=seed,
)
