"""Talent (人才服务): the table of contents."""

from hrss_kit.service import Service
from hrss_kit.standard import standard_consumers, standard_timers
from talent.access import ACCESS
from talent.db import Base
from talent.settings import Settings

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
    routers=(),
    consumers=standard_consumers("talent"),
    timers=standard_timers("talent"),
)
