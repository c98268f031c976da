"""Everything a self-review unit says over the wire."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Annotated, Any

from pydantic import Field

from hrss_kit.pagination import ListQuery
from hrss_kit.resources import ResourceRead
from hrss_kit.validation import CrossError, RequestModel
from talent.codes import SeriesCode
from talent.programmes.schemas import City, Day, ends_after
from talent.title_certificates.schemas import Organisation


class SelfReviewUnitCreate(RequestModel):
    """A unit of one's own city, and the series it reviews."""

    name: Organisation
    series: Annotated[list[SeriesCode], Field(min_length=1, max_length=27)]
    listed_from: Day
    listed_to: Day | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        yield from ends_after(given, "listed_from", "listed_to")


class SelfReviewUnitChange(RequestModel):
    """What may change."""

    series: Annotated[list[SeriesCode], Field(min_length=1, max_length=27)] | None = None
    listed_to: Day | None = None

    @classmethod
    def cross_check(cls, given: Mapping[str, Any]) -> Iterable[CrossError]:
        if "series" in given and given["series"] is None:
            yield CrossError(("series",), "REQUIRED", "不得为空", "may not be empty")


class SelfReviewUnitRead(ResourceRead):
    """A unit."""

    name: str
    series: list[str]
    listed_from: date
    listed_to: date | None


class SelfReviewUnitQuery(ListQuery):
    """How the lists of both cities are looked through; `q` is part of the name."""

    owner_city: City | None = None
