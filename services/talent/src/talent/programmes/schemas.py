"""Everything programmes and categories say over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from hrss_kit.pagination import ListQuery
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import CrossError, RequestModel

LadderLevel = Annotated[
    Literal["A", "B", "C", "D", "E", "F"], Field(description="人才层级，A 最高", examples=["B"])
]
City = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$"), Field(examples=["420100"])]
Code = Annotated[
    str, StringConstraints(pattern=r"^[A-Z0-9][A-Z0-9-]{1,19}$"), Field(examples=["WH-IND"])
]
#: A code, or the id of what bears it.
Reference = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9-]{2,36}$"), Field(examples=["WH-IND"])
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Day = Annotated[date, Field(ge=date(1950, 1, 1), le=date(2100, 12, 31))]
Years = Annotated[int, Field(ge=1, le=50)]
Evidence = Annotated[list[Name], Field(max_length=30)]


def ends_after(given: Mapping[str, Any], first: str, last: str) -> Iterable[CrossError]:
    """A period does not end before it begins; both are dates as they were sent."""
    start, end = given.get(first), given.get(last)
    if isinstance(start, str) and isinstance(end, str) and end < start:
        yield CrossError((last,), "PERIOD", "结束日期早于开始日期", "ends before it begins")


class ProgrammeCreate(RequestModel):
    """A programme of one's own city."""

    city: City | None = None
    code: Code
    name: Name
    valid_from: Day
    valid_to: Day | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from ends_after(given, "valid_from", "valid_to")


class ProgrammeChange(RequestModel):
    """What may change: its name and its last day."""

    name: Name | None = None
    valid_to: Day | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if "name" in given and given["name"] is None:
            yield CrossError(("name",), "REQUIRED", "不得为空", "may not be empty")


class ProgrammeRead(ResourceRead):
    """A programme."""

    city: str
    code: str
    name: str
    valid_from: date
    valid_to: date | None


class ProgrammeQuery(ListQuery):
    """How programmes of both cities are looked through; `q` is part of the name."""

    owner_city: City | None = None
    code: Annotated[str | None, Field(max_length=20)] = None


class CategoryCreate(RequestModel):
    """A category of a programme of one's own city."""

    programme: Reference
    code: Code
    name_zh: Name
    ladder_level: LadderLevel
    evidence_list: Evidence = Field(default_factory=list)
    term_years: Years | None = None


class CategoryChange(RequestModel):
    """What may change; its place on the ladder is what mappings rest on and stays."""

    name_zh: Name | None = None
    evidence_list: Evidence | None = None
    term_years: Years | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        for name in ("name_zh", "evidence_list"):
            if name in given and given[name] is None:
                yield CrossError((name,), "REQUIRED", "不得为空", "may not be empty")


class CategoryRead(ResourceRead):
    """A category."""

    programme: str
    programme_id: UUID
    code: str
    name_zh: str
    ladder_level: str
    evidence_list: list[str]
    term_years: int | None


class CategoryQuery(ListQuery):
    """How categories of both cities are looked through; `q` is part of the name."""

    owner_city: City | None = None
    code: Annotated[str | None, Field(max_length=20)] = None
    ladder_level: LadderLevel | None = None
    programme_id: UUID | None = None
