"""Labour inspection (劳动保障监察): the table of contents."""

from hrss_kit.holdings import holdings_router
from hrss_kit.indicators import indicators_router
from hrss_kit.service import Errand, Service, Timer
from hrss_kit.standard import standard_consumers, standard_timers
from labor_inspection.access import ACCESS
from labor_inspection.arrears_list import leaving as arrears_leaving
from labor_inspection.arrears_list import schemas as arrears_schemas
from labor_inspection.arrears_list import service as arrears_service
from labor_inspection.arrears_list.router import router as arrears_router
from labor_inspection.assist_requests import schemas as assist_schemas
from labor_inspection.assist_requests import service as assist_service
from labor_inspection.assist_requests.router import router as assist_router
from labor_inspection.bulletins import schemas as bulletin_schemas
from labor_inspection.bulletins import service as bulletin_service
from labor_inspection.bulletins.router import publications_router as major_router
from labor_inspection.bulletins.router import router as bulletin_router
from labor_inspection.cases import compliance
from labor_inspection.cases import events as case_events
from labor_inspection.cases.router import interest_router
from labor_inspection.cases.router import router as case_router
from labor_inspection.complaints import events as complaint_events
from labor_inspection.complaints import retention
from labor_inspection.complaints.journey import let_disputes_lapse
from labor_inspection.complaints.router import linkage_router, tracking_router
from labor_inspection.complaints.router import router as complaint_router
from labor_inspection.complaints.verification import recheck
from labor_inspection.credit import publications as grade_publications
from labor_inspection.credit import schemas as credit_schemas
from labor_inspection.credit.router import events_router, grades_router, publications_router
from labor_inspection.db import Base
from labor_inspection.evidence_packages.router import router as package_router
from labor_inspection.evidences.router import router as evidence_router
from labor_inspection.guidance_cases import schemas as guidance_schemas
from labor_inspection.guidance_cases.router import router as guidance_router
from labor_inspection.holdings import HOLDINGS
from labor_inspection.identity_openings import service as identity_service
from labor_inspection.identity_openings.router import router as identity_router
from labor_inspection.indicators import INDICATORS
from labor_inspection.insurance_checks import service as insurance_service
from labor_inspection.insurance_checks.router import hint_router
from labor_inspection.insurance_checks.router import router as insurance_router
from labor_inspection.joint_operations import schemas as joint_operation_schemas
from labor_inspection.joint_operations.router import router as joint_operation_router
from labor_inspection.mass_events import schemas as mass_event_schemas
from labor_inspection.mass_events.router import router as joint_case_router
from labor_inspection.money_rules.router import fine_router
from labor_inspection.money_rules.router import router as money_router
from labor_inspection.seed import seed
from labor_inspection.settings import Settings
from labor_inspection.stations.router import router as station_router
from labor_inspection.work import WORK
from labor_inspection.workshops import schemas as workshop_schemas
from labor_inspection.workshops.router import router as workshop_router

SERVICE = Service(
    name="labor_inspection",
    path="labor-inspection",
    source="li",
    biz_code="LI",
    title_zh="劳动保障监察",
    title_en="Labour inspection",
    settings=Settings,
    metadata=Base.metadata,
    access=ACCESS,
    work=WORK,
    routers=(
        complaint_router,
        identity_router,
        linkage_router,
        tracking_router,
        station_router,
        case_router,
        interest_router,
        assist_router,
        money_router,
        fine_router,
        insurance_router,
        hint_router,
        evidence_router,
        package_router,
        arrears_router,
        events_router,
        grades_router,
        publications_router,
        bulletin_router,
        major_router,
        joint_case_router,
        joint_operation_router,
        workshop_router,
        guidance_router,
        indicators_router(INDICATORS),
        holdings_router(HOLDINGS),
    ),
    consumers=(*standard_consumers("li"), insurance_service.CONSUMER),
    # A right to dispute that lapses is nobody's lateness: it ends before lateness is looked for.
    timers=(
        Timer("disputes", let_disputes_lapse),
        Timer("objections", arrears_service.let_objections_lapse),
        Timer("bulletins", bulletin_service.announce_due),
        *standard_timers("li"),
        Timer("retention", retention.erase),
        Timer("identity openings", identity_service.expire),
        Timer("compliance", compliance.check_due),
        Timer("late cases", compliance.tell_overdue),
        Timer("late answers", assist_service.tell_overdue),
        Timer("arrears list", arrears_leaving.expire),
        Timer("publications", grade_publications.alert_missing),
    ),
    errands=(
        Errand("card checks", recheck),
        Errand("insurance checks", insurance_service.ask_waiting),
    ),
    event_types=(
        *complaint_events.EVENTS,
        *case_events.EVENT_TYPES,
        *assist_schemas.EVENT_TYPES,
        *arrears_schemas.EVENT_TYPES,
        *credit_schemas.EVENT_TYPES,
        *bulletin_schemas.EVENT_TYPES,
        *mass_event_schemas.EVENT_TYPES,
        *joint_operation_schemas.EVENT_TYPES,
        *workshop_schemas.EVENT_TYPES,
        *guidance_schemas.EVENT_TYPES,
    ),
    seed=seed,
)
