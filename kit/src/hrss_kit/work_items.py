"""/work-items of every service: six buckets, their counts, and claims (`hrss_kit.work`).

A count and its list go by the same condition, so a tile opens exactly the rows it counts.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock, timeline
from hrss_kit.auth import Principal
from hrss_kit.calendar_store import work_calendar
from hrss_kit.context import exchange
from hrss_kit.pagination import Page, select_page
from hrss_kit.problems import NotYourCity, Problem, ScopeMissing, StateConflict
from hrss_kit.resources import load
from hrss_kit.work import Claimed, WorkClaim, WorkItem, WorkSource, place_of
from hrss_kit.work_schemas import (
    BUCKETS,
    BulkClaim,
    BulkClaimed,
    ClaimResult,
    WorkCounts,
    WorkItemRead,
    WorkQuery,
)

DONE_DAYS: Final = 30


class Desk:
    """Somebody at work: which kinds are theirs, in which city, on which day."""

    def __init__(
        self, caller: Principal, sources: Sequence[WorkSource], soon: date | None = None
    ) -> None:
        self.caller, self.place = caller, place_of(caller)
        self.today = clock.today()
        self.soon = soon or self.today
        self.kinds = [one.kind for one in sources if caller.holds(*one.roles)]

    @classmethod
    async def with_days(
        cls, session: AsyncSession, caller: Principal, sources: Sequence[WorkSource]
    ) -> "Desk":
        """A desk that knows the next working day."""
        soon = (await work_calendar(session)).add_wd(clock.today(), 1).on
        return cls(caller, sources, soon)

    @property
    def seen(self) -> Select[WorkItem]:
        """What concerns the caller's city, of the kinds that the caller's roles work on."""
        if not self.kinds:
            return select(WorkItem).where(false())
        return select(WorkItem).where(WorkItem.kind.in_(self.kinds), self._concerned)

    @property
    def _concerned(self) -> ColumnElement[bool]:
        mine = WorkItem.cities.any_() == self.place
        return or_(mine, WorkItem.closed_cities.any_() == self.place)

    def bucket(self, name: str) -> ColumnElement[bool]:
        """The one condition of a bucket."""
        turn = WorkItem.turn_cities.any_() == self.place
        held = exists().where(WorkClaim.item_id == WorkItem.id, WorkClaim.city == self.place)
        own = held.where(WorkClaim.claimed_by == self.caller.actor)
        conditions: Mapping[str, ColumnElement[bool]] = {
            "mine": and_(WorkItem.is_open, turn, own),
            "to_claim": and_(WorkItem.is_open, turn, ~held),
            "waiting": and_(WorkItem.is_open, ~turn),
            "due_soon": and_(WorkItem.is_open, WorkItem.due_key.between(self.today, self.soon)),
            "overdue": and_(WorkItem.is_open, WorkItem.due_key < self.today),
            "done": and_(
                ~WorkItem.is_open,
                WorkItem.closed_at >= clock.start_of(self.today - timedelta(days=DONE_DAYS)),
                or_(
                    WorkItem.closed_cities.any_() == self.place,
                    WorkItem.closed_holders.any_() == self.caller.actor,
                ),
            ),
        }
        return conditions[name]

    def actions(self, item: WorkItem, claim: WorkClaim | None) -> list[str]:
        """What the caller may do with the claim of an item."""
        if not item.is_open or self.place not in item.turn_cities or not _is_person(self.caller):
            return []
        if claim is None:
            return ["claim"]
        if claim.claimed_by == self.caller.actor:
            return ["release"]
        return ["take-over"] if is_head(self.caller) else []


def is_head(caller: Principal) -> bool:
    """True for a supervisor."""
    return any(role.startswith("supervisor.") for role in caller.held)


def _is_person(caller: Principal) -> bool:
    return caller.staff_no is not None and caller.city is not None


async def page(
    session: AsyncSession, caller: Principal, sources: Sequence[WorkSource], query: WorkQuery
) -> Page[WorkItemRead]:
    """A page of a bucket, oldest deadline first."""
    desk = await Desk.with_days(session, caller, sources)
    wanted = desk.seen.where(desk.bucket(query.bucket))
    if query.kind is not None:
        wanted = wanted.where(WorkItem.kind == query.kind)
    if query.q:
        wanted = wanted.where(
            or_(
                WorkItem.title.icontains(query.q, autoescape=True),
                WorkItem.biz_no.icontains(query.q, autoescape=True),
            )
        )
    if query.after_on is not None and query.after_id is not None:
        place = tuple_(WorkItem.due_key, WorkItem.id)
        wanted = wanted.where(place > tuple_(query.after_on, query.after_id))
    rows, cursor = await select_page(
        session,
        wanted,
        query,
        key=WorkItem.id,
        sorts={"due_on": WorkItem.due_key},
        default="due_on",
    )
    claims = await _claims(session, desk, [row.id for row in rows])
    return Page(items=[_shown(desk, row, claims.get(row.id)) for row in rows], next_cursor=cursor)


async def counts(
    session: AsyncSession, caller: Principal, sources: Sequence[WorkSource]
) -> WorkCounts:
    """How many rows each bucket has, in one look."""
    desk = await Desk.with_days(session, caller, sources)
    if not desk.kinds:
        return WorkCounts(**dict.fromkeys(BUCKETS, 0))
    recent = WorkItem.closed_at >= clock.start_of(desk.today - timedelta(days=DONE_DAYS))
    seen = desk.seen.where(or_(WorkItem.is_open, recent)).with_only_columns(
        *(func.count().filter(desk.bucket(name)).label(name) for name in BUCKETS)
    )
    return WorkCounts(**(await session.execute(seen)).one()._asdict())


async def _claims(session: AsyncSession, desk: Desk, ids: Sequence[UUID]) -> dict[UUID, WorkClaim]:
    rows = await session.scalars(
        select(WorkClaim).where(WorkClaim.item_id.in_(ids), WorkClaim.city == desk.place)
    )
    return {row.item_id: row for row in rows}


def _shown(desk: Desk, item: WorkItem, claim: WorkClaim | None) -> WorkItemRead:
    waits = set(item.cities) - set(item.turn_cities)
    return WorkItemRead(
        **{
            name: getattr(item, name)
            for name in WorkItemRead.model_fields
            if hasattr(WorkItem, name)
        },
        # Somebody waits only where it concerns another city than the one whose turn it is.
        waiting_for_city=item.turn_cities[0] if waits and len(item.turn_cities) == 1 else None,
        claimed_by=claim.claimed_by if claim else None,
        claimed_at=claim.claimed_at if claim else None,
        claimed_org_id=claim.org_id if claim else None,
        allowed_actions=desk.actions(item, claim),
    )


async def claim(
    session: AsyncSession, caller: Principal, sources: Sequence[WorkSource], item_id: UUID
) -> WorkItemRead:
    """Makes the caller the holder; of many at once one is, the others are told who."""
    desk, item = await _held(session, caller, sources, item_id)
    await session.execute(
        insert(WorkClaim)
        .values(
            item_id=item.id,
            city=desk.place,
            claimed_by=caller.actor,
            org_id=caller.org_id,
            claimed_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )
    found = (await _claims(session, desk, [item.id]))[item.id]
    if found.claimed_by != caller.actor:
        raise Claimed(found)
    return _shown(desk, item, found)


async def bulk_claim(
    session: AsyncSession, caller: Principal, sources: Sequence[WorkSource], wish: BulkClaim
) -> BulkClaimed:
    """Claims each of several; a result per row."""
    results: list[ClaimResult] = []
    for item_id in dict.fromkeys(wish.ids):
        try:
            shown = await claim(session, caller, sources, item_id)
        except Problem as problem:
            results.append(
                ClaimResult(
                    id=item_id,
                    result=problem.code,
                    claimed_by=problem.extra.get("claimed_by"),
                    claimed_at=problem.extra.get("claimed_at"),
                )
            )
        else:
            results.append(
                ClaimResult(
                    id=item_id,
                    result="OK",
                    claimed_by=shown.claimed_by,
                    claimed_at=shown.claimed_at,
                )
            )
    return BulkClaimed(results=results)


async def release(
    session: AsyncSession, caller: Principal, sources: Sequence[WorkSource], item_id: UUID
) -> WorkItemRead:
    """Gives an item back; only its holder can."""
    desk, item = await _held(session, caller, sources, item_id)
    found = (await _claims(session, desk, [item.id])).get(item.id)
    if found is None:
        raise StateConflict("UNCLAIMED", ["claim"])
    if found.claimed_by != caller.actor:
        raise Claimed(found)
    await session.delete(found)
    return _shown(desk, item, None)


async def take_over(
    session: AsyncSession,
    caller: Principal,
    sources: Sequence[WorkSource],
    item_id: UUID,
    reason: str,
) -> WorkItemRead:
    """A supervisor takes a colleague's item; both cities read it in the row's history."""
    desk, item = await _held(session, caller, sources, item_id)
    if not is_head(caller):
        raise ScopeMissing
    found = (await _claims(session, desk, [item.id])).get(item.id)
    if found is None:
        raise StateConflict("UNCLAIMED", ["claim"])
    if found.claimed_by != caller.actor:
        timeline.add(session, item.id, "take-over", caller=caller, reason=reason)
        found.claimed_by, found.org_id = caller.actor, caller.org_id
        found.claimed_at = clock.now()
    return _shown(desk, item, found)


async def _held(
    session: AsyncSession, caller: Principal, sources: Sequence[WorkSource], item_id: UUID
) -> tuple[Desk, WorkItem]:
    """The item, which nobody closes meanwhile: seen, open, and in the hands of a person here."""
    desk = Desk(caller, sources)
    wanted = desk.seen.where(WorkItem.id == item_id).with_for_update(read=True)
    item: WorkItem = await load(session, wanted)
    exchange().note(subject=item.biz_no)
    if not _is_person(caller):
        raise ScopeMissing
    if not item.is_open:
        raise StateConflict(item.state, [])
    if desk.place not in item.turn_cities:
        raise NotYourCity
    return desk, item


def sources_of(app: Any) -> Sequence[WorkSource]:
    """What the service of an application declares."""
    sources: Sequence[WorkSource] = app.state.service.work
    return sources
