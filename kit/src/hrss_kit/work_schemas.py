"""What work items say over the wire."""

from datetime import date, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from hrss_kit.pagination import ListQuery
from hrss_kit.validation import RequestModel

Bucket = Literal["mine", "to_claim", "waiting", "due_soon", "overdue", "done"]
BUCKETS: Final = ("mine", "to_claim", "waiting", "due_soon", "overdue", "done")


class WorkQuery(ListQuery):
    """Which bucket; `after_on` and `after_id` name the item that a page comes after."""

    bucket: Bucket = "to_claim"
    kind: Annotated[str | None, Field(max_length=40)] = None
    after_on: date | None = None
    after_id: UUID | None = None


class WorkItemRead(BaseModel):
    """A work item: what it is about, whose turn it is, when it is due, who holds it."""

    id: UUID = Field(description="Of the resource itself")
    kind: str
    collection: str = Field(description="Where the resource is read: /{service}/v1/{collection}")
    biz_no: str | None
    title: str
    state: str
    owner_city: str | None
    waiting_for_city: str | None = Field(
        description="The city whose turn it is, where another one waits for it"
    )
    due_on: date | None
    deadline_code: str | None
    provisional: bool
    claimed_by: str | None
    claimed_at: datetime | None
    claimed_org_id: str | None
    created_at: datetime
    allowed_actions: list[str]


class WorkCounts(BaseModel):
    """How many rows each bucket has."""

    mine: int
    to_claim: int
    waiting: int
    due_soon: int
    overdue: int
    done: int


class BulkClaim(RequestModel):
    """Which items to claim."""

    ids: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class ClaimResult(BaseModel):
    """What became of one of several: OK, or the code of what stood against it."""

    id: UUID
    result: str
    claimed_by: str | None = None
    claimed_at: datetime | None = None


class BulkClaimed(BaseModel):
    """A result per row."""

    results: list[ClaimResult]
