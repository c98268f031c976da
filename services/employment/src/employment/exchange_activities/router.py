"""Exchange activities over HTTP."""

from employment.exchange_activities import service
from employment.exchange_activities.schemas import (
    ActivityChange,
    ActivityCreate,
    ActivityQuery,
    Held,
    Minutes,
    Summary,
)
from employment.routes import Routes
from hrss_kit.resources import WithReason

activities = Routes(
    "/exchange-activities", service.ACTIVITIES, "exchange_activity", "exchange_activities"
)
activities.create(
    ActivityCreate,
    service.plan,
    permission="exchange-activity:manage",
    says="Plan an activity of both cities.",
)
activities.read(
    ActivityQuery, permission="exchange-activity:read", says="Activities of both cities."
)
activities.change(
    ActivityChange,
    service.change,
    permission="exchange-activity:manage",
    says="Change what is planned.",
)
activities.act("hold", service.hold, wish=Held, says="It was held; who came.")
activities.act("file-minutes", service.file_minutes, wish=Minutes, says="File the minutes.")
activities.act(
    "publish-summary",
    service.publish_summary,
    wish=Summary,
    says="Publish what came of it; both cities must have taken part.",
    problems=(service.BothCitiesNeeded,),
)
activities.act("cancel", service.cancel, wish=WithReason, says="Call it off.")

ROUTERS = (activities.router,)
