"""Talent (人才服务): the table of contents."""

from hrss_kit.service import Service
from hrss_kit.standard import standard_consumers, standard_timers
from talent.access import ACCESS
from talent.db import Base
from talent.employers.consumers import CONSUMERS as EMPLOYER_CONSUMERS
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
    routers=(talents, title_certificates),
    consumers=(*standard_consumers("talent"), *EMPLOYER_CONSUMERS),
    timers=standard_timers("talent"),
    seed=seed,
    event_types=(TitleCertificateRevoked,),
)
