"""Employment (就业服务): the table of contents."""

from employment.access import ACCESS
from employment.booking.schemas import BookingConfirmed
from employment.brand_programmes import service as brand_service
from employment.brand_programmes.router import ROUTERS as BRAND_ROUTERS
from employment.db import Base
from employment.demo_bases import service as base_service
from employment.demo_bases.router import ROUTERS as BASE_ROUTERS
from employment.employers.consumers import CONSUMERS as EMPLOYER_CONSUMERS
from employment.employers.consumers import EmployerBlocked, EmployerGraded
from employment.employers.router import router as employers
from employment.exchange_activities.router import ROUTERS as EXCHANGE_ROUTERS
from employment.holdings import HOLDINGS
from employment.indicators import COOPERATION
from employment.institutions.router import ROUTERS as INSTITUTION_ROUTERS
from employment.job_fairs import closing as fair_closing
from employment.job_fairs.router import ROUTERS as FAIR_ROUTERS
from employment.job_fairs.schemas import FairAnnounced, FairReported
from employment.job_seekers import consents as seeker_consents
from employment.job_seekers import tags as seeker_tags
from employment.job_seekers.consumers import CONSUMERS as SEEKER_CONSUMERS
from employment.job_seekers.router import claim_router, copy_router, tag_router
from employment.job_seekers.router import router as job_seekers
from employment.job_seekers.schemas import (
    ConsentWithdrawn,
    SeekerClaimed,
    SeekerLeft,
    SeekerShared,
)
from employment.labour_projects.router import ROUTERS as LABOUR_ROUTERS
from employment.market_indicators import MARKET
from employment.matching.router import router as matches
from employment.mirrors.consumers import CONSUMERS as MIRROR_CONSUMERS
from employment.mirrors.router import reports
from employment.mirrors.router import router as mirrors
from employment.mirrors.schemas import PostingReportAnswered, PostingReported
from employment.occupations.router import router as occupations
from employment.postings import service as postings_service
from employment.postings.events import (
    PostingExpired,
    PostingFilled,
    PostingPublished,
    PostingRejected,
    PostingSuspended,
    PostingUpdated,
    PostingWithdrawn,
)
from employment.postings.router import router as postings
from employment.public_services.router import ROUTERS as PUBLIC_ROUTERS
from employment.referrals import service as referrals_service
from employment.referrals.router import router as referrals
from employment.referrals.schemas import ReferralHired
from employment.seed import seed
from employment.settings import Settings
from employment.startup_spaces import service as space_service
from employment.startup_spaces.router import ROUTERS as SPACE_ROUTERS
from employment.training import service as training_service
from employment.training.router import ROUTERS as TRAINING_ROUTERS
from employment.work import WORK
from hrss_kit.holdings import holdings_router
from hrss_kit.import_router import jobs_router
from hrss_kit.indicators import indicators_router
from hrss_kit.service import Service, Timer
from hrss_kit.standard import standard_consumers, standard_timers

SERVICE = Service(
    name="employment",
    path="employment",
    source="employment",
    biz_code="EM",
    title_zh="就业服务",
    title_en="Employment",
    settings=Settings,
    metadata=Base.metadata,
    access=ACCESS,
    work=WORK,
    routers=(
        employers,
        postings,
        mirrors,
        reports,
        occupations,
        job_seekers,
        tag_router,
        claim_router,
        copy_router,
        matches,
        referrals,
        *TRAINING_ROUTERS,
        *BRAND_ROUTERS,
        *SPACE_ROUTERS,
        *FAIR_ROUTERS,
        *LABOUR_ROUTERS,
        *INSTITUTION_ROUTERS,
        *BASE_ROUTERS,
        *PUBLIC_ROUTERS,
        *EXCHANGE_ROUTERS,
        jobs_router("job:read"),
        indicators_router((*MARKET, *COOPERATION)),
        holdings_router(HOLDINGS),
    ),
    consumers=(
        *standard_consumers("employment"),
        *EMPLOYER_CONSUMERS,
        *MIRROR_CONSUMERS,
        *SEEKER_CONSUMERS,
    ),
    timers=(
        *standard_timers("employment"),
        Timer("postings", postings_service.expire),
        Timer("referrals", referrals_service.lapse),
        Timer("group tags", seeker_tags.expire),
        Timer("seeker mirrors", seeker_consents.delete_stale_copies),
        Timer("training bookings", training_service.DESK.start_due),
        Timer("space bookings", space_service.DESK.start_due),
        Timer("brand marks", brand_service.expire),
        Timer("job fairs", fair_closing.keep_time),
        Timer("demonstration bases", base_service.expire),
    ),
    seed=seed,
    event_types=(
        PostingPublished,
        PostingUpdated,
        PostingWithdrawn,
        PostingExpired,
        PostingFilled,
        PostingSuspended,
        PostingRejected,
        BookingConfirmed,
        PostingReported,
        PostingReportAnswered,
        SeekerShared,
        ConsentWithdrawn,
        SeekerClaimed,
        SeekerLeft,
        EmployerBlocked,
        EmployerGraded,
        ReferralHired,
        FairAnnounced,
        FairReported,
    ),
)
