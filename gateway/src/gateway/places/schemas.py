"""Divisions and partner cities over the wire."""

from datetime import date

from pydantic import BaseModel, ConfigDict


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


class Divisions(BaseModel):
    """Divisions by code."""

    items: list[DivisionRead]
    next_cursor: str | None = None


class PartnerCityRead(BaseModel):
    """合作城市: a city of the joint hub."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    letters: str
    name_zh: str
    name_en: str
    is_active: bool


class PartnerCities(BaseModel):
    """Partner cities by code."""

    items: list[PartnerCityRead]
    next_cursor: str | None = None
