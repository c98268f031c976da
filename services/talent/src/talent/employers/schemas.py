"""What an employer's credit says over the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.pagination import ListQuery


class EmployerGradeRead(BaseModel):
    """An employer's grade of the newest year that was published."""

    model_config = ConfigDict(from_attributes=True)

    uscc: str
    grade: Literal["A", "B", "C"]
    year: int
    published_at: datetime


class EmployerGradeQuery(ListQuery):
    """Filters of the list."""

    uscc: Annotated[str | None, Field(max_length=18)] = None
    grade: Literal["A", "B", "C"] | None = None
