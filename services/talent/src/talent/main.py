"""Talent (人才服务): the table of contents."""

from hrss_kit.holdings import holdings_router
from hrss_kit.import_router import jobs_router
from hrss_kit.indicators import indicators_router
from hrss_kit.service import Service, Timer
from hrss_kit.standard import standard_consumers, standard_timers
from talent.access import ACCESS
from talent.awards import schemas as award_events
from talent.awards import service as awards_service
from talent.awards.consumers import CONSUMERS as AWARD_CONSUMERS
from talent.awards.router import router as awards
from talent.benefits.router import router as benefits
from talent.category_mappings import service as mappings_service
from talent.category_mappings.router import router as category_mappings
from talent.category_mappings.schemas import MappingActivated
from talent.competitions.router import results as competition_results
from talent.competitions.router import router as competitions
from talent.competitions.schemas import CompetitionResultPublished
from talent.cpd_credits.router import router as cpd_credits
from talent.db import Base
from talent.employers.consumers import CONSUMERS as EMPLOYER_CONSUMERS
from talent.employers.consumers import EmployerBlocked, EmployerGraded
from talent.employers.router import router as employer_grades
from talent.file_transfers.router import router as file_transfers
from talent.holdings import HOLDINGS
from talent.indicators import INDICATORS
from talent.joint_ventures.router import milestones as jv_milestones
from talent.joint_ventures.router import orders as jv_service_orders
from talent.joint_ventures.router import router as joint_ventures
from talent.moves import schemas as move_events
from talent.moves.consumers import CONSUMERS as MOVE_CONSUMERS
from talent.moves.router import router as moves
from talent.programmes.router import categories
from talent.programmes.router import router as programmes
from talent.recognition_certificates.router import credential_status, did
from talent.recognition_certificates.router import router as recognition_certificates
from talent.recognition_events import EVENTS as RECOGNITION_EVENTS
from talent.recognitions import following as recognitions_following
from talent.recognitions.router import router as recognitions
from talent.science_resources.router import projects as cooperation_projects
from talent.science_resources.router import router as science_resources
from talent.secondments.router import posts as secondment_posts
from talent.secondments.router import router as secondments
from talent.secondments.schemas import SecondmentEnded, SecondmentStarted
from talent.seed import seed
from talent.self_review_units.router import router as self_review_units
from talent.settings import Settings
from talent.sharing_engagements.router import router as sharing_engagements
from talent.talent_demands.router import demand_matches, matches
from talent.talent_demands.router import router as talent_demands
from talent.talent_demands.schemas import DemandPublished
from talent.talents.router import router as talents
from talent.title_certificates.router import router as title_certificates
from talent.title_certificates.schemas import TitleCertificateRevoked
from talent.title_recognitions import service as title_recognitions_service
from talent.title_recognitions.router import router as title_recognitions
from talent.work import WORK

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
    work=WORK,
    routers=(
        talents,
        title_certificates,
        programmes,
        categories,
        category_mappings,
        awards,
        self_review_units,
        title_recognitions,
        recognitions,
        recognition_certificates,
        credential_status,
        did,
        benefits,
        moves,
        file_transfers,
        talent_demands,
        employer_grades,
        matches,
        demand_matches,
        science_resources,
        cooperation_projects,
        sharing_engagements,
        secondment_posts,
        secondments,
        joint_ventures,
        jv_milestones,
        jv_service_orders,
        cpd_credits,
        competitions,
        competition_results,
        indicators_router(INDICATORS),
        holdings_router(HOLDINGS),
        jobs_router("title_certificate:create"),
    ),
    consumers=(
        *standard_consumers("talent"),
        *EMPLOYER_CONSUMERS,
        *AWARD_CONSUMERS,
        *MOVE_CONSUMERS,
    ),
    timers=(
        # Before the clocks are judged: what lapses is not late.
        Timer("mismatches", title_recognitions_service.let_lapse),
        *standard_timers("talent"),
        Timer("mappings", mappings_service.let_end),
        Timer("awards", awards_service.expire),
        Timer("recognitions", recognitions_following.let_expire),
    ),
    seed=seed,
    event_types=(
        EmployerBlocked,
        EmployerGraded,
        TitleCertificateRevoked,
        MappingActivated,
        award_events.AwardSuspended,
        award_events.AwardReinstated,
        award_events.AwardRevoked,
        award_events.AwardExpired,
        *RECOGNITION_EVENTS,
        move_events.MoveOpened,
        move_events.MoveItemDone,
        move_events.MoveDone,
        move_events.MoveCancelled,
        DemandPublished,
        SecondmentStarted,
        SecondmentEnded,
        CompetitionResultPublished,
    ),
)
