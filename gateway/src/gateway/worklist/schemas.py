"""What a worklist says over the wire."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.pagination import Cursor, Page
from hrss_kit.work_schemas import Bucket, WorkCounts, WorkItemRead

Domain = Literal["emp", "si", "talent", "li", "card", "gateway"]


class CountsQuery(BaseModel):
    """One domain, or all that the caller holds."""

    model_config = ConfigDict(extra="forbid")

    domain: Domain | None = None


class WorklistQuery(CountsQuery):
    """Which bucket, and what of it."""

    bucket: Bucket = "to_claim"
    kind: Annotated[str | None, Field(max_length=40)] = None
    q: Annotated[str | None, Field(max_length=100)] = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Cursor | None = None


class WorklistItem(WorkItemRead):
    """A work item, and the service that it is in."""

    domain: Domain
    service: str = Field(description="The first part of its address, such as labor-inspection")
    href: str = Field(description="Where the resource is read")


class Worklist(Page[WorklistItem]):
    """A page, oldest deadline first; a service that did not answer is named in `incomplete`."""

    incomplete: list[str]


class DomainCounts(WorkCounts):
    """The counts of one domain."""

    domain: Domain


class WorklistCounts(WorkCounts):
    """How many rows each bucket has, over all domains and of each."""

    domains: list[DomainCounts]
    incomplete: list[str]


class After(BaseModel):
    """Behind which item a page begins."""

    due_on: date
    id: UUID
