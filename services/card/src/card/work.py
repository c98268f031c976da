"""What is somebody's work in social-security card 待办."""

from card.applications.models import CardApplication
from card.requests.models import CardServiceRequest
from hrss_kit.work import WorkSource

DESKS = ("cw.card", "supervisor.card")

WORK = (
    WorkSource(
        "card_service_request",
        "card-service-requests",
        CardServiceRequest,
        "跨城办卡",
        (*DESKS, "window"),
        {
            "serving_city": ("CREATED", "ID_CHECKED", "DELIVERING"),
            "issuing_city": ("SENT_TO_ISSUER", "EXECUTED"),
        },
        cities=("serving_city", "issuing_city"),
        title=("kind",),
    ),
    WorkSource(
        "card_application",
        "applications",
        CardApplication,
        "首次申领",
        (*DESKS, "window"),
        {"owner_city": ("APPLIED", "PREOPENED", "MADE")},
    ),
)
