"""Social insurance (社会保险): the table of contents."""

from hrss_kit.import_router import jobs_router
from hrss_kit.service import Errand, Service
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
from social_insurance.estimates.router import benefits, retirement
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
from social_insurance.transfer_cases import schemas as transfer_schemas
from social_insurance.transfer_cases.router import router as transfers
from social_insurance.transfer_cases.verification import recheck

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
        items_router,
        comparisons,
        snapshots,
        plans_router,
        retirement,
        benefits,
    ),
    consumers=standard_consumers("si"),
    timers=standard_timers("si"),
    errands=(Errand("card checks", recheck), Errand("province", exchanges.run)),
    event_types=(*resident_policy_schemas.EVENT_TYPES, *transfer_schemas.EVENT_TYPES),
    seed=seed,
)
