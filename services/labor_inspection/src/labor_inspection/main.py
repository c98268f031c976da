"""Labour inspection (劳动保障监察): the table of contents."""

from hrss_kit.service import Service
from hrss_kit.standard import standard_consumers, standard_timers
from labor_inspection.access import ACCESS
from labor_inspection.complaints import models as complaint_models
from labor_inspection.settings import Settings

SERVICE = Service(
    name="labor_inspection",
    path="labor-inspection",
    source="li",
    biz_code="LI",
    title_zh="劳动保障监察",
    title_en="Labour inspection",
    settings=Settings,
    metadata=complaint_models.Base.metadata,
    access=ACCESS,
    routers=(),
    consumers=standard_consumers("li"),
    timers=standard_timers("li"),
)
