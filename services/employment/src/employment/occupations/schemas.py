"""Occupations over the wire."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from employment.codes import Occupation as OccupationCode
from hrss_kit.pagination import ListQuery
from hrss_kit.validation import RequestModel

Edition = Literal["2015", "2022"]


class OccupationRead(BaseModel):
    """An occupation 职业."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    name: str
    edition: int


class OccupationQuery(ListQuery):
    """How occupations are looked for; `q` is part of the code or the name."""

    edition: Edition | None = None
    code: Annotated[str | None, Field(max_length=10, description="A code or its beginning")] = None


class OccupationRow(RequestModel):
    """A row of the national list, as a city loads it."""

    code: OccupationCode
    name: Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
    edition: Edition = "2022"
