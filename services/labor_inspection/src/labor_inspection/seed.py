"""Demonstration data: the two stations; deterministic, and safe to run again."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock
from hrss_kit.business_number import format_number
from labor_inspection.stations.models import ServiceStation

WUHAN, EZHOU = "420100", "420700"
OPENED_ON: Final = date(2025, 12, 1)
#: Ezhou's station inside Wuhan, and Wuhan's inside Ezhou.
STATION_IN_WUHAN: Final = UUID("01970000-0000-7000-8000-000000420111")
STATION_IN_EZHOU: Final = UUID("01970000-0000-7000-8000-000000420704")

STATIONS: Final = (
    {
        "id": STATION_IN_WUHAN,
        "biz_no": format_number("LI", "WH", OPENED_ON, 1),
        "sponsor_city": EZHOU,
        "host_city": WUHAN,
        "division": "420111",
        "town": "关山街道",
        "name_zh": "鄂州驻武汉农民工权益保障服务站（演示）",
        "name_en": "Ezhou's station for migrant workers in Wuhan (demonstration)",
        "address": "武汉市洪山区测试路1号",
        "staff": [{"staff_no": "station-ez", "city": EZHOU}],
    },
    {
        "id": STATION_IN_EZHOU,
        "biz_no": format_number("LI", "EZ", OPENED_ON, 2),
        "sponsor_city": WUHAN,
        "host_city": EZHOU,
        "division": "420704",
        "town": "凤凰街道",
        "name_zh": "武汉驻鄂州农民工权益保障服务站（演示）",
        "name_en": "Wuhan's station for migrant workers in Ezhou (demonstration)",
        "address": "鄂州市鄂城区测试路2号",
        "staff": [{"staff_no": "station-wh", "city": WUHAN}],
    },
)


async def seed_stations(session: AsyncSession) -> None:
    """The OPEN station that each city keeps inside the other."""
    now = clock.now()
    for station in STATIONS:
        row = {
            **station,
            "owner_city": station["sponsor_city"],
            "hours": "周一至周五 09:00-17:00",
            "phones": ["12333"],
            "state": "OPEN",
            "version": 1,
            "created_at": now,
            "created_by": "system",
            "updated_at": now,
            "updated_by": "system",
        }
        await session.execute(insert(ServiceStation).values(row).on_conflict_do_nothing())


async def seed(session: AsyncSession) -> None:
    """Everything that a demonstration starts with."""
    await seed_stations(session)
