"""Talent (人才服务): the table of contents."""

from hrss_kit.service import Service, Timer
from hrss_kit.standard import standard_consumers, standard_timers
from talent.access import ACCESS
from talent.awards import schemas as award_events
from talent.awards import service as awards_service
from talent.awards.consumers import CONSUMERS as AWARD_CONSUMERS
from talent.awards.router import router as awards
from talent.category_mappings import service as mappings_service
from talent.category_mappings.router import router as category_mappings
from talent.category_mappings.schemas import MappingActivated
from talent.db import Base
from talent.employers.consumers import CONSUMERS as EMPLOYER_CONSUMERS
from talent.programmes.router import categories
from talent.programmes.router import router as programmes
from talent.seed import seed
from talent.settings import Settings
from talent.talents.router import router as talents
from talent.title_certificates.router import router as title_certificates
from talent.title_certificates.schemas import TitleCertificateRevoked

SERVICE = Service(
    name="talent",
    path="talent",
    source="talent",
    biz_code="TA",
    title_zh="人才服务",
    title_en="Talent",
    settings=Settings,
    metadata=Base.metadata,
    access=ACCESS,
    routers=(
        talents,
        title_certificates,
        programmes,
        categories,
        category_mappings,
        awards,
    ),
    consumers=(*standard_consumers("talent"), *EMPLOYER_CONSUMERS, *AWARD_CONSUMERS),
    timers=(
        *standard_timers("talent"),
        Timer("mappings", mappings_service.let_end),
        Timer("awards", awards_service.expire),
    ),
    seed=seed,
    event_types=(
        TitleCertificateRevoked,
        MappingActivated,
        award_events.AwardSuspended,
        award_events.AwardReinstated,
        award_events.AwardRevoked,
        award_events.AwardExpired,
    ),
)
