"""What reconciliations say over the wire."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from hrss_kit.pagination import ListQuery
from hrss_kit.validation import RequestModel

Resource = Literal["posting", "participation", "talent", "complaint", "card"]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Count = Annotated[int, Field(ge=0, le=100_000_000)]
BucketName = Annotated[str, Field(pattern="^(0|[1-9][0-9]?|1[0-9]{2}|2[0-4][0-9]|25[0-5])$")]


class BucketIn(RequestModel):
    """How many rows fall into a bucket, and SHA-256 over their sorted digests, joined."""

    count: Count
    digest: Digest


class ReconciliationCreate(RequestModel):
    """What a partner's system has of its own city's rows.

    Key of a row: our id; its digest: SHA-256 over the id, a line feed and the version last read;
    its bucket: the first byte of SHA-256 over the id. `digest` is over `bucket:digest` of each
    bucket that has rows, a line each, in the order of the buckets.
    """

    day: date
    resource: Resource
    count: Count
    digest: Digest
    buckets: Annotated[dict[BucketName, BucketIn], Field(max_length=256)]


class RowIn(RequestModel):
    """A row of a differing bucket."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    digest: Digest


class RowsIn(RequestModel):
    """The partner's rows of every differing bucket."""

    rows: Annotated[list[RowIn], Field(max_length=20_000)]


class ReconciliationRead(BaseModel):
    """A comparison. OPEN waits for a partner's rows of the differing buckets."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    day: date
    resource: str
    origin: str
    copy_at: str
    city: str | None
    origin_count: int
    copy_count: int
    result: Literal["AGREED", "DIFFERENT", "OPEN"]
    differences: int
    requested_at: datetime | None
    created_at: datetime
    differing_buckets: list[int] | None = Field(
        default=None, description="In the answer to a partner: which rows are to be sent"
    )


class DifferenceRead(BaseModel):
    """A row that is not the same on both sides.

    LOST: missing in the copy. SURPLUS: there alone. DUPLICATED: there more than once. CORRUPTED:
    it says something else. Of a partner's: the copy is what the hub has, to be sent again.
    """

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    key: str
    kind: Literal["LOST", "DUPLICATED", "CORRUPTED", "SURPLUS"]


class ReconciliationQuery(ListQuery):
    """Filters of comparisons."""

    day: date | None = None
    resource: Annotated[str | None, Field(max_length=40)] = None
    result: Literal["AGREED", "DIFFERENT", "OPEN"] | None = None


class DifferenceQuery(ListQuery):
    """Filters of differences."""

    kind: Literal["LOST", "DUPLICATED", "CORRUPTED", "SURPLUS"] | None = None


class Ran(BaseModel):
    """What a run has compared."""

    compared: int
    different: int
    incomplete: list[str]
