"""Divisions and partner cities over the wire."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.pagination import ListQuery, Page


class DivisionRead(BaseModel):
    """行政区划: a province, city, district or functional zone (GB/T 2260)."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name_zh: str
    name_en: str
    level: str
    parent: str | None
    city: str | None
    gb_parent: str | None
    is_reserved: bool
    effective_from: date | None
    effective_to: date | None


class Divisions(Page[DivisionRead]):
    """Divisions by code."""


class DivisionQuery(ListQuery):
    """Those of one city, or all of them; `q` is part of the code or a name."""

    city: Annotated[str | None, Field(max_length=6)] = None


class PartnerCityRead(BaseModel):
    """合作城市: a city of the joint hub."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    letters: str
    name_zh: str
    name_en: str
    is_active: bool


class PartnerCities(Page[PartnerCityRead]):
    """Partner cities by code."""
