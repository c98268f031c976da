"""The gateway: its own resources as a service of the suite, and the edge in front of everything."""

from collections.abc import Sequence

from gateway.access import ACCESS
from gateway.access_history.router import router as access_history
from gateway.agreements import models as agreement_models
from gateway.agreements import service as agreements
from gateway.agreements.router import router as agreement_routes
from gateway.agreements.schemas import AgreementChanged, AgreementProposed
from gateway.audit_log.router import router as audit_log
from gateway.calendar_days.router import router as calendar_days
from gateway.calendar_days.schemas import CalendarOverlayChanged
from gateway.console import models as console_models
from gateway.console.drafts import forget_drafts
from gateway.console.sessions import forget_sessions
from gateway.db import Base
from gateway.deliveries import models as delivery_models
from gateway.deliveries import push
from gateway.deliveries import service as deliveries
from gateway.deliveries.router import router as dead_letters
from gateway.external_handoffs import models as handoff_models
from gateway.external_handoffs import sending
from gateway.external_handoffs.events import HandoffClosed, HandoffSent
from gateway.external_handoffs.router import router as external_handoffs
from gateway.holdings import HOLDINGS
from gateway.indicators import models as indicator_models
from gateway.indicators.router import router as indicators
from gateway.joint_meetings import models as meeting_models
from gateway.joint_meetings.router import items as action_items
from gateway.joint_meetings.router import router as joint_meetings
from gateway.joint_meetings.schemas import ActionItemClosed, JointMeetingHeld
from gateway.journeys import engine as journey_engine
from gateway.journeys import hearing as journey_hearing
from gateway.journeys import models as journey_models
from gateway.journeys.router import router as journeys
from gateway.journeys.schemas import EVENT_TYPES as JOURNEY_EVENTS
from gateway.limits import forget_windows
from gateway.matters import carrying, hearing
from gateway.matters import models as matter_models
from gateway.matters import service as matters
from gateway.matters.events import MatterClosed, MatterStarted
from gateway.matters.router import catalogue_router, tracking_router
from gateway.matters.router import router as matters_router
from gateway.oauth import models as oauth_models
from gateway.oauth.issuer import forget_spent
from gateway.places.router import router as places
from gateway.policy_parameters import models as policy_models
from gateway.policy_parameters.router import router as policy_parameters
from gateway.policy_parameters.schemas import PolicyParameterActivated
from gateway.reconciliations import comparing as reconciliation_comparing
from gateway.reconciliations.router import router as reconciliations
from gateway.settings import GatewaySettings
from gateway.sharing_rules import models as sharing_models
from gateway.sharing_rules import service as sharing_rules
from gateway.sharing_rules.router import router as sharing_rule_routes
from gateway.sharing_rules.schemas import SharingRuleChanged
from gateway.subscriptions import models as subscription_models
from gateway.subscriptions.router import router as subscriptions
from gateway.work import WORK
from gateway.worklist.router import router as worklist
from hrss_kit.holdings import holdings_router
from hrss_kit.service import Errand, Loop, Service, Timer
from hrss_kit.settings import ServiceSettings
from hrss_kit.standard import standard_timers


def loops(settings: ServiceSettings) -> Sequence[Loop]:
    """What the worker does all the time: pushing, and the steps of journeys."""
    return (
        *push.loops(settings),
        Loop("journeys", journey_engine.loop),
        reconciliation_comparing.loop(settings),
    )


SERVICE = Service(
    name="gateway",
    path="gateway",
    source="gateway",
    biz_code="GW",
    title_zh="网关",
    title_en="Gateway",
    metadata=Base.metadata,
    access=ACCESS,
    work=WORK,
    routers=[
        policy_parameters,
        calendar_days,
        places,
        access_history,
        worklist,
        audit_log,
        reconciliations,
        holdings_router(HOLDINGS),
        subscriptions,
        dead_letters,
        indicators,
        catalogue_router,
        matters_router,
        tracking_router,
        external_handoffs,
        journeys,
        agreement_routes,
        joint_meetings,
        action_items,
        sharing_rule_routes,
    ],
    settings=GatewaySettings,
    timers=[
        *standard_timers("gateway"),
        Timer("codes", forget_spent),
        Timer("rate_windows", forget_windows),
        Timer("deliveries", deliveries.forget),
        Timer("console_sessions", forget_sessions),
        Timer("console_drafts", forget_drafts),
        Timer("drafts", matters.expire_drafts),
        Timer("journeys", journey_hearing.forget),
        Timer("agreements", agreements.expire),
        Timer("sharing_rules", sharing_rules.expire),
    ],
    errands=[Errand("matters", carrying.carry), Errand("hand-offs", sending.carry)],
    consumers=(*hearing.consumers(), *journey_hearing.consumers()),
    loops=loops,
    event_types=[
        PolicyParameterActivated,
        CalendarOverlayChanged,
        MatterStarted,
        MatterClosed,
        HandoffSent,
        HandoffClosed,
        *JOURNEY_EVENTS,
        AgreementProposed,
        AgreementChanged,
        SharingRuleChanged,
        JointMeetingHeld,
        ActionItemClosed,
    ],
    is_joint=True,
    defaults=sharing_rules.ensure_defaults,
)
TABLES = (
    oauth_models,
    policy_models,
    subscription_models,
    delivery_models,
    indicator_models,
    matter_models,
    handoff_models,
    console_models,
    journey_models,
    agreement_models,
    meeting_models,
    sharing_models,
)
