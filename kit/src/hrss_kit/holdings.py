"""Holdings: what a member has of a resource that travels, so that two sides can be compared 对账.

A holding is a query for key and content. Keys fall into 256 buckets by their SHA-256; sides that
agree exchange 256 digests at most, and sides that differ the rows of the differing buckets. The
side that has a copy throws bad rows away and hears the origin's events again, in one transaction.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from fastapi import Query, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import outbox
from hrss_kit.db import Session
from hrss_kit.inbox import Received
from hrss_kit.outbox import OutboxEvent
from hrss_kit.problems import NotFound
from hrss_kit.routing import Router
from hrss_kit.validation import RequestModel

Part = Literal["ORIGIN", "COPY", "PARTNER"]
ORIGIN: Final = "ORIGIN"
COPY: Final = "COPY"
PARTNER: Final = "PARTNER"
Keys = Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=1000)]
Events = Callable[[AsyncSession, Sequence[str]], Awaitable[list[dict[str, Any]]]]
ROWS: Final = """
SELECT key, encode(sha256(convert_to(key || chr(10) || content, 'UTF8')), 'hex') AS digest,
    get_byte(sha256(convert_to(key, 'UTF8')), 0) AS bucket FROM ({query}) AS held
"""
BUCKETS: Final = """
SELECT bucket, count(*) AS count,
    encode(sha256(convert_to(string_agg(digest, '' ORDER BY digest), 'UTF8')), 'hex') AS digest
FROM ({rows}) AS rows GROUP BY bucket ORDER BY bucket
"""


@dataclass(frozen=True, slots=True)
class Holding:
    """One side's rows of a resource: `query` gives `key` and `content`, both text.

    An origin can tell the `events` of keys again; a copy can `discard` rows by `:keys`. What a
    partner has of us is asked for by `:city`.
    """

    resource: str
    part: Part
    query: str
    events: Events | None = None
    discard: str | None = None


class Bucket(BaseModel):
    """How many rows fall into a bucket, and the digest of them all."""

    count: int
    digest: str


class Summary(BaseModel):
    """A side in short; the keys of `buckets` are 0 … 255."""

    count: int
    digest: str
    buckets: dict[str, Bucket]


class HeldRow(BaseModel):
    """A row: SHA-256 over its key, a line feed, and its content."""

    key: str
    digest: str


class HeldRows(BaseModel):
    """The rows of a bucket."""

    items: list[HeldRow]


class HoldingRead(BaseModel):
    """A side that can be compared."""

    resource: str
    part: Part


class HoldingList(BaseModel):
    """Every side that a member has."""

    items: list[HoldingRead]


class OfCity(BaseModel):
    """Whose rows, where a side is one city's."""

    model_config = ConfigDict(extra="forbid")

    city: Annotated[str, Field(pattern="^[0-9]{6}$")] = "000000"


class OfBucket(OfCity):
    """Which bucket."""

    bucket: Annotated[int, Field(ge=0, le=255)]


class WithKeys(RequestModel):
    """Which rows."""

    keys: Keys


class Told(BaseModel):
    """Events told again, in their order."""

    events: list[dict[str, Any]]


class Mend(RequestModel):
    """Rows that are wrong here, and what their origin says of them."""

    origin: Annotated[str, Field(max_length=40)]
    keys: Keys
    events: Annotated[list[dict[str, Any]], Field(max_length=5000)]


class Mended(BaseModel):
    """How many rows were thrown away, and how many events were heard again."""

    discarded: int
    heard: int


def bucket_of(key: str) -> int:
    """Which of 256 buckets a key falls into: the first byte of its SHA-256."""
    return hashlib.sha256(key.encode()).digest()[0]


def digest_of(buckets: dict[str, Bucket]) -> str:
    """The digest of a side: over `bucket:digest` of each bucket that has rows, a line each."""
    lines = [f"{name}:{buckets[name].digest}" for name in sorted(buckets, key=int)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


async def summary(session: AsyncSession, holding: Holding, city: str) -> Summary:
    """A side in short."""
    rows = await session.execute(
        text(BUCKETS.format(rows=ROWS.format(query=holding.query))), _bound(holding, city)
    )
    buckets = {str(row.bucket): Bucket(count=row.count, digest=row.digest) for row in rows}
    count = sum(one.count for one in buckets.values())
    return Summary(count=count, digest=digest_of(buckets), buckets=buckets)


def _bound(holding: Holding, city: str) -> dict[str, str]:
    return {"city": city} if ":city" in holding.query else {}


async def retell(
    session: AsyncSession, subjects: Sequence[str], types: Sequence[str]
) -> list[dict[str, Any]]:
    """The events of subjects as they stand in the feed, oldest first."""
    rows = await session.scalars(
        select(OutboxEvent)
        .where(OutboxEvent.subject.in_(subjects), OutboxEvent.type.in_(types))
        .order_by(OutboxEvent.sequence)
    )
    return [outbox.envelope(row) for row in rows]


def holdings_router(holdings: Sequence[Holding]) -> Router:
    """The routes of every service that declares holdings; for the suite's own services."""
    router = Router(prefix="/holdings", tags=["reconciliation"])
    known = {(one.resource, one.part): one for one in holdings}

    def named(resource: str, part: str) -> Holding:
        if (resource, part) not in known:
            raise NotFound
        return known[resource, part]  # type: ignore[index]

    @router.read("", permission="holding:compare", reply=HoldingList)
    async def list_holdings() -> HoldingList:
        """Which sides this service has."""
        return HoldingList(
            items=[HoldingRead(resource=one.resource, part=one.part) for one in holdings]
        )

    @router.read("/{resource}/{part}", permission="holding:compare", reply=Summary)
    async def read_holding(
        session: Session, resource: str, part: str, query: Annotated[OfCity, Query()]
    ) -> Summary:
        """Count, digest and buckets of a side."""
        return await summary(session, named(resource, part), query.city)

    @router.read("/{resource}/{part}/rows", permission="holding:compare", reply=HeldRows)
    async def read_held_rows(
        session: Session, resource: str, part: str, query: Annotated[OfBucket, Query()]
    ) -> HeldRows:
        """The rows of a bucket."""
        holding = named(resource, part)
        wanted = f"SELECT key, digest FROM ({ROWS.format(query=holding.query)}) AS rows"
        rows = await session.execute(
            text(f"{wanted} WHERE bucket = :bucket ORDER BY key, digest"),
            {**_bound(holding, query.city), "bucket": query.bucket},
        )
        return HeldRows(items=[HeldRow(key=row.key, digest=row.digest) for row in rows])

    @router.lookup("/{resource}/events", permission="holding:compare", reply=Told, personal=False)
    async def tell_again(session: Session, resource: str, wish: WithKeys) -> Told:
        """What the origin says of rows, as events."""
        holding = named(resource, ORIGIN)
        if holding.events is None:
            raise NotFound
        return Told(events=await holding.events(session, wish.keys))

    @router.create("/{resource}/mend", permission="holding:compare", reply=Mended, status=200)
    async def mend_copies(request: Request, session: Session, resource: str, wish: Mend) -> Mended:
        """Throw rows away and hear their origin again."""
        holding = named(resource, COPY)
        if holding.discard is None:
            raise NotFound
        gone: Any = await session.execute(text(holding.discard), {"keys": wish.keys})
        consumers = [one for one in request.app.state.service.consumers if one.peer == wish.origin]
        heard = 0
        for said in wish.events:
            event = Received.model_validate(said)
            for consumer in (one for one in consumers if one.type == event.type):
                await consumer.handle(session, event, consumer.model.model_validate(event.data))
                heard += 1
        return Mended(discarded=gone.rowcount, heard=heard)

    return router
