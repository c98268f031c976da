"""Employment (就业服务): the table of contents."""

from employment.access import ACCESS
from employment.db import Base
from employment.settings import Settings
from hrss_kit.service import Service
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
    routers=(),
    consumers=standard_consumers("employment"),
    timers=standard_timers("employment"),
)
