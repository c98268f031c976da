"""Social insurance (社会保险): the table of contents."""

from hrss_kit.import_router import jobs_router
from hrss_kit.service import Service
from hrss_kit.standard import standard_consumers, standard_timers
from social_insurance.access import ACCESS
from social_insurance.convergence.router import (
    comparisons,
    items_router,
    plans_router,
    snapshots,
)
from social_insurance.db import Base
from social_insurance.estimates.router import benefits, retirement
from social_insurance.participations.router import lookups
from social_insurance.participations.router import router as participations
from social_insurance.resident_policy import schemas as resident_policy_schemas
from social_insurance.resident_policy.router import base_pensions, tiers
from social_insurance.seed import seed
from social_insurance.settings import Settings

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
        items_router,
        comparisons,
        snapshots,
        plans_router,
        retirement,
        benefits,
    ),
    consumers=standard_consumers("si"),
    timers=standard_timers("si"),
    event_types=resident_policy_schemas.EVENT_TYPES,
    seed=seed,
)
