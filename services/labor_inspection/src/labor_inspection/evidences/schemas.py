"""What evidence says over the wire."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.files import FileForm
from hrss_kit.pagination import ListQuery
from hrss_kit.validation import RequestModel


class EvidenceForm(FileForm):
    """What stands beside the file: without collectors whoever sends it, without a day today."""

    name: Annotated[str | None, Field(min_length=1, max_length=200)] = None
    collected_on: date | None = None
    # Staff numbers, with commas between them: a form has no lists.
    collected_by: Annotated[
        str | None, Field(pattern=r"^[A-Za-z0-9_.-]{1,40}(,[A-Za-z0-9_.-]{1,40}){0,9}$")
    ] = None

    @property
    def collectors(self) -> list[str]:
        """Who collected it."""
        return list(dict.fromkeys(self.collected_by.split(","))) if self.collected_by else []


class CaseCustodyRead(BaseModel):
    """One step of the way of a piece of evidence."""

    model_config = ConfigDict(from_attributes=True)

    action: Literal["RECEIVED", "OPENED", "PASSED_ON"]
    at: datetime
    actor: str
    city: str | None
    recipient: str | None
    reason: str | None
    sha256: str


class CaseEvidenceRead(BaseModel):
    """A file of the case with its chain of custody."""

    id: UUID
    case_id: UUID
    file_id: UUID
    name: str
    sha256: str
    media_type: str
    size: int
    collected_on: date
    collected_by: list[str]
    created_at: datetime
    custody: list[CaseCustodyRead]


class EvidenceQuery(ListQuery):
    """Filters of a case's evidence."""

    media_type: Annotated[str | None, Field(max_length=100)] = None


class PassOn(RequestModel):
    """Who is given the original or a copy outside the suite, such as a court, and why."""

    recipient: Annotated[str, Field(min_length=1, max_length=200)]
    reason: Annotated[str, Field(min_length=1, max_length=500)]
