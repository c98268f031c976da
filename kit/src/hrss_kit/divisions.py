"""Administrative divisions 行政区划 (GB/T 2260) and functional zones 功能区 of the two cities."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, Literal

Level = Literal["PROVINCE", "CITY", "DISTRICT", "ZONE", "TOWN"]


@dataclass(frozen=True, slots=True)
class Division:
    """A province, city, district or zone."""

    code: str
    name_zh: str
    name_en: str
    level: Level
    parent: str | None = None
    #: The city it belongs to; None above the cities.
    city: str | None = None
    #: The district of GB/T 2260 a zone lies in.
    gb_parent: str | None = None
    #: Unassigned by GB/T 2260 and used for synthetic people and firms only.
    is_reserved: bool = False
    effective_from: date | None = None
    effective_to: date | None = None


@dataclass(frozen=True, slots=True)
class PartnerCity:
    """A city that takes part in the joint hub, or is listed to take part."""

    code: str
    letters: str
    name_zh: str
    name_en: str
    is_active: bool


def _rows(file: str, table: str) -> list[dict[str, Any]]:
    text = files("hrss_kit").joinpath("data", file).read_text(encoding="utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)[table]
    return rows


DIVISIONS: Final[Mapping[str, Division]] = MappingProxyType(
    {row["code"]: Division(**row) for row in _rows("divisions.toml", "division")}
)
PARTNER_CITIES: Final[Mapping[str, PartnerCity]] = MappingProxyType(
    {row["code"]: PartnerCity(**row) for row in _rows("partner_cities.toml", "partner_city")}
)
ACTIVE_CITIES: Final = tuple(city.code for city in PARTNER_CITIES.values() if city.is_active)


def city_of(code: str) -> str | None:
    """The code of the city a division or zone lies in; None when unknown or above a city."""
    division = DIVISIONS.get(code)
    return division.city if division else None


def letters(city: str) -> str:
    """The two letters of a partner city in business numbers: 420100 -> WH."""
    return PARTNER_CITIES[city].letters
