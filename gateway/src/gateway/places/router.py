"""/gateway/v1/divisions 行政区划 and /gateway/v1/partner-cities 合作城市: the kit's lists."""

from typing import Annotated

from fastapi import Query

from gateway.places.schemas import (
    DivisionQuery,
    DivisionRead,
    Divisions,
    PartnerCities,
    PartnerCityRead,
)
from hrss_kit.divisions import DIVISIONS, PARTNER_CITIES
from hrss_kit.pagination import ListQuery, page_of
from hrss_kit.problems import NotFound
from hrss_kit.routing import Router

router = Router(tags=["places"])


@router.list("/divisions", permission="place:read", reply=Divisions)
async def list_divisions(query: Annotated[DivisionQuery, Query()]) -> Divisions:
    """Every division, or those of one city."""
    rows = (one for one in DIVISIONS.values() if query.city in (None, one.city))
    page, cursor = page_of(rows, query, key="code", words=("code", "name_zh", "name_en"))
    return Divisions(items=[DivisionRead.model_validate(one) for one in page], next_cursor=cursor)


@router.read("/divisions/{code}", permission="place:read", reply=DivisionRead)
async def read_division(code: str) -> DivisionRead:
    """One division."""
    if code not in DIVISIONS:
        raise NotFound
    return DivisionRead.model_validate(DIVISIONS[code])


@router.list("/partner-cities", permission="place:read", reply=PartnerCities)
async def list_partner_cities(query: Annotated[ListQuery, Query()]) -> PartnerCities:
    """The cities of the hub."""
    rows = PARTNER_CITIES.values()
    page, cursor = page_of(rows, query, key="code", words=("code", "name_zh", "name_en"))
    return PartnerCities(
        items=[PartnerCityRead.model_validate(one) for one in page], next_cursor=cursor
    )
