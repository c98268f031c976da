"""Code lists of talent and titles (domain §0.4); the title series are a data file."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

#: GB/T 4658-2006.
Education = Literal[
    "10", "11", "14", "20", "21", "30", "31", "40", "41", "44", "47",
    "60", "61", "70", "71", "80", "81", "90",
]  # fmt: skip
#: GB/T 6864-2003.
Degree = Literal["1", "2", "3", "4"]
#: 职业技能等级, the new eight grades.
SkillLevel = Literal["1", "2", "3", "4", "5", "6", "0T", "0C"]
Availability = Literal["FULL", "PART", "PROJECT", "NONE"]
#: 职称层级: 1 正高 … 5 员级.
TitleLevel = Literal["1", "2", "3", "4", "5"]
#: How a title was obtained.
TitlePath = Literal["REVIEW", "EXAM", "ASSESS_EXAM", "CONFIRM", "QUAL_MAP"]


@dataclass(frozen=True, slots=True)
class TitleSeries:
    """A series of professional titles (职称系列)."""

    code: str
    name_zh: str
    name_en: str
    #: The levels that exist in it, "1" to "5".
    levels: str
    #: The first two digits of its GB/T 8561-2001 codes; None where the table was not seen.
    title_prefix: str | None = None


def _rows(table: str) -> list[dict[str, Any]]:
    text = files("talent").joinpath("data", "codes.toml").read_text("utf-8")
    rows: list[dict[str, Any]] = tomllib.loads(text)[table]
    return rows


TITLE_SERIES: Final[Mapping[str, TitleSeries]] = MappingProxyType(
    {row["code"]: TitleSeries(**row) for row in _rows("title_series")}
)
FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {row["code"]: row["name_zh"] for row in _rows("field")}
)


def _listed(codes: Mapping[str, object]) -> AfterValidator:
    def check(code: str) -> str:
        if code not in codes:
            raise PydanticCustomError(
                "CODE",
                "{message_en}",
                {"message_zh": "不在代码表中", "message_en": "is not one of the allowed codes"},
            )
        return code

    return AfterValidator(check)


SeriesCode = Annotated[
    str, _listed(TITLE_SERIES), Field(description="职称系列", examples=["T05"], max_length=3)
]
FieldCode = Annotated[
    str, _listed(FIELDS), Field(description="产业链领域", examples=["AVLOG"], max_length=10)
]
