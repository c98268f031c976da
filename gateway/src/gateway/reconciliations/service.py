"""What is read of comparisons, and a partner's side of one. Runs in the caller's transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import Request
from pydantic import ValidationError
from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.reconciliations import rules
from gateway.reconciliations.models import Reconciliation, ReconciliationDifference
from gateway.reconciliations.schemas import (
    DifferenceQuery,
    DifferenceRead,
    ReconciliationCreate,
    ReconciliationQuery,
    ReconciliationRead,
    RowsIn,
)
from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.holdings import (
    PARTNER,
    Bucket,
    HeldRow,
    HeldRows,
    Summary,
    bucket_of,
    digest_of,
)
from hrss_kit.pagination import Page, select_page
from hrss_kit.peers import PeerDown, Peers, unavailable
from hrss_kit.problems import NotFound, StateConflict, refuse
from hrss_kit.resources import load

#: Where the rows of a resource are that partners send.
MEMBER_OF = {
    "posting": "employment",
    "participation": "social_insurance",
    "talent": "talent",
    "complaint": "labor_inspection",
    "card": "card",
}
OPEN, AGREED, DIFFERENT = "OPEN", "AGREED", "DIFFERENT"


def visible(caller: Principal) -> Select[Reconciliation]:
    """The suite's own comparisons, and a city's; a partner sees those it asked for."""
    wanted = select(Reconciliation)
    if caller.holds("auditor", "ops"):
        return wanted
    if caller.holds("partner"):
        return wanted.where(Reconciliation.client_id == caller.client_id)
    return wanted.where(or_(Reconciliation.city.is_(None), Reconciliation.city == caller.city))


def read(row: Reconciliation, buckets: list[int] | None = None) -> ReconciliationRead:
    """A comparison as it is shown."""
    columns = {
        name: getattr(row, name)
        for name in ReconciliationRead.model_fields
        if name not in ("copy_at", "differing_buckets")
    }
    return ReconciliationRead(**columns, copy_at=row.copy, differing_buckets=buckets)


async def page(
    session: AsyncSession, caller: Principal, query: ReconciliationQuery
) -> Page[ReconciliationRead]:
    """Comparisons, newest first."""
    wanted = visible(caller)
    for name in ("day", "resource", "result"):
        if getattr(query, name) is not None:
            wanted = wanted.where(getattr(Reconciliation, name) == getattr(query, name))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=Reconciliation.id,
        sorts={"created_at": Reconciliation.created_at},
        default="-created_at",
    )
    return Page(items=[read(row) for row in rows], next_cursor=cursor)


async def one(session: AsyncSession, caller: Principal, row_id: UUID) -> ReconciliationRead:
    """One comparison."""
    return read(await load(session, visible(caller).where(Reconciliation.id == row_id)))


async def differences(
    session: AsyncSession, caller: Principal, row_id: UUID, query: DifferenceQuery
) -> Page[DifferenceRead]:
    """What differed."""
    row = await load(session, visible(caller).where(Reconciliation.id == row_id))
    wanted = select(ReconciliationDifference).where(
        ReconciliationDifference.reconciliation_id == row.id
    )
    if query.kind is not None:
        wanted = wanted.where(ReconciliationDifference.kind == query.kind)
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=ReconciliationDifference.id,
        sorts={"key": ReconciliationDifference.key},
        default="key",
    )
    return Page(items=[DifferenceRead.model_validate(one) for one in rows], next_cursor=cursor)


# ── a partner's side ────────────────────────────────────────────────────────────────────────


async def hear_summary(request: Request) -> Summary | None:
    """What the hub has of the partner's rows; before the transaction."""
    try:
        wish = ReconciliationCreate.model_validate_json(await request.body())
    except ValidationError:
        return None  # the route itself says what is wrong with it
    summary: Summary = await _ask(request, wish.resource, "", Summary)
    return summary


async def tell(
    session: AsyncSession, caller: Principal, wish: ReconciliationCreate, ours: Summary
) -> ReconciliationRead:
    """Compares what a partner says it has; names the buckets whose rows are wanted."""
    theirs = {
        name: Bucket(count=one.count, digest=one.digest) for name, one in wish.buckets.items()
    }
    if digest_of(theirs) != wish.digest or sum(o.count for o in theirs.values()) != wish.count:
        raise refuse("digest", "DIGEST", "总数或摘要与分桶不一致", "does not fit the buckets")
    wanted = rules.differing(theirs, ours.buckets)
    row = Reconciliation(
        day=wish.day,
        resource=wish.resource,
        origin=caller.client_id,
        copy=MEMBER_OF[wish.resource],
        client_id=caller.client_id,
        city=caller.city,
        origin_count=wish.count,
        copy_count=ours.count,
        result=OPEN if wanted else AGREED,
        buckets=wanted,
    )
    session.add(row)
    await session.flush()
    return read(row, wanted)


async def hear_rows(request: Request) -> list[HeldRow]:
    """What the hub has in the buckets that a partner sends; before the transaction."""
    database = request.app.state.database
    caller = exchange().principal
    assert caller is not None  # the route has let somebody in
    async with database.sessions() as session:
        wanted = visible(caller).where(Reconciliation.id == _id_of(request))
        row = await session.scalar(wanted)
    if row is None:
        raise NotFound
    found: list[HeldRow] = []
    for bucket in row.buckets:
        asked = await _ask(request, row.resource, "/rows", HeldRows, bucket=str(bucket))
        found += asked.items
    return found


async def take_rows(
    session: AsyncSession,
    caller: Principal,
    row_id: UUID,
    wish: RowsIn,
    ours: Sequence[HeldRow],
) -> ReconciliationRead:
    """Lists exactly what differs in the buckets that were sent: the partner sends it again."""
    row = await load(session, visible(caller).where(Reconciliation.id == row_id), lock=True)
    if row.result != OPEN:
        raise StateConflict(row.result, [])
    wanted = set(row.buckets)
    theirs = [
        HeldRow(key=one.key, digest=one.digest) for one in wish.rows if bucket_of(one.key) in wanted
    ]
    found = rules.differences(theirs, ours)
    session.add_all(
        ReconciliationDifference(reconciliation_id=row.id, key=key, kind=kind)
        for key, kind in found.items()
    )
    row.differences = len(found)
    row.result = DIFFERENT if found else AGREED
    row.requested_at = clock.now() if found else None
    await session.flush()
    return read(row)


def _id_of(request: Request) -> UUID:
    try:
        return UUID(request.path_params["reconciliation_id"])
    except ValueError as error:
        raise NotFound from error


async def _ask(request: Request, resource: str, path: str, model: Any, **more: str) -> Any:
    caller = exchange().principal
    assert caller is not None  # the route has let somebody in
    member = MEMBER_OF[resource]
    peers: Peers = request.app.state.peers
    address = f"/{member.replace('_', '-')}/v1/holdings/{resource}/{PARTNER}{path}"
    asked = {"city": caller.city or "000000", **more}
    try:
        answer = await peers.ask(member, "GET", address, params=asked, read_seconds=30)
    except PeerDown as error:
        raise unavailable(member) from error
    if answer.status_code != 200:
        raise unavailable(member)
    return model.model_validate_json(answer.content)
