"""Kinds of resources that two cities share: found, held, moved and shown in one way (domain §2).

A feature names its table, its machine and who takes each step; what a step does besides stays in
the feature's service, between `hold` and `move`.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy import CheckConstraint, ColumnElement, Select, String, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import flag_modified

from employment.access import ACCESS
from hrss_kit import clock, deadlines, numbering, outbox, policy, resources, timeline
from hrss_kit.auth import Principal
from hrss_kit.context import exchange
from hrss_kit.db import Resource
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.exports import Exporter
from hrss_kit.pagination import ListQuery, Page, select_page
from hrss_kit.problems import Conflict, NotYourCity, ScopeMissing, StateConflict, refuse
from hrss_kit.resources import LivingRead
from hrss_kit.states import Machine
from hrss_kit.validation import RequestModel


class Lived(Resource):
    """A resource with a state."""

    state: Mapped[str] = mapped_column(String(16))


class FeatureOff(Conflict):
    code = "FEATURE_OFF"
    title_zh, title_en = "该项试点功能目前未启用", "This pilot is switched off at present"


Row = TypeVar("Row", bound=Lived)
Reply = TypeVar("Reply", bound=LivingRead)
Side = Callable[[Any, str | None], bool]
More = Callable[[AsyncSession, Principal, Sequence[Row]], Awaitable[Mapping[UUID, Any]]]


def own(row: Lived, city: str | None) -> bool:
    """The city that owns the row."""
    return row.owner_city == city


def counterpart(row: Lived, city: str | None) -> bool:
    """A partner city that does not own the row."""
    return city in ACTIVE_CITIES and row.owner_city != city


def either(_row: Lived, city: str | None) -> bool:
    """Any partner city."""
    return city in ACTIVE_CITIES


@dataclass(frozen=True, slots=True)
class Step:
    """Who takes a step: on which side of the row, with which permission."""

    permission: str
    side: Side = own


def one_of(column: str, codes: Iterable[str]) -> str:
    """The SQL condition that a column holds one of these codes."""
    return f"{column} IN ({', '.join(repr(code) for code in codes)})"


def states_of(machine: Machine) -> CheckConstraint:
    """The constraint that a state is one of the machine's."""
    return CheckConstraint(one_of("state", sorted(machine.states)), name="state")


def other_city(city: str | None) -> str:
    """The partner of a city; callers without a city take no part."""
    if city not in ACTIVE_CITIES:
        raise NotYourCity
    return next(one for one in ACTIVE_CITIES if one != city)


class Kind(Generic[Row, Reply]):
    """One kind of resource."""

    def __init__(
        self,
        model: type[Row],
        reply: type[Reply],
        machine: Machine,
        steps: Mapping[str, Step],
        *,
        hidden: Collection[str] = (),
        words: Sequence[str] = (),
        sorts: Sequence[str] = (),
        more: More[Row] | None = None,
        parties: Callable[[Principal], ColumnElement[bool]] | None = None,
        feature: str | None = None,
    ) -> None:
        """`hidden` states are seen by the owner only; `parties` narrows who sees a row at all.

        `feature` is the row of the plan that says 探索: the switch of that name stops new ones.
        """
        named = {row.action for row in machine.transitions}
        assert named >= set(steps), f"{model.__name__}: {set(steps) - named}"
        self.model, self.reply, self.machine, self.steps = model, reply, machine, steps
        self._hidden, self._words, self._sorts = tuple(hidden), tuple(words), tuple(sorts)
        self._more, self._parties, self._feature = more, parties, feature

    # ── finding ─────────────────────────────────────────────────────────────────────────────

    def visible(self, caller: Principal) -> Select[Row]:
        """The rows that this caller may know of."""
        found = select(self.model)
        if caller.holds("service", "auditor"):
            return found
        if self._parties is not None:
            found = found.where(self._parties(caller))
        shared = self.model.state.not_in(self._hidden) if self._hidden else true()
        return found.where(or_(self.model.owner_city == caller.city, shared))

    async def load(
        self, session: AsyncSession, caller: Principal, row_id: UUID, *, lock: bool = False
    ) -> Row:
        """One row; 404 when this caller may not know of it."""
        wanted = self.visible(caller).where(self.model.id == row_id)
        return await resources.load(session, wanted, lock=lock)

    async def find(self, session: AsyncSession, caller: Principal, row_id: UUID) -> Reply:
        """One row as it is shown."""
        return await self.show(session, caller, await self.load(session, caller, row_id))

    async def history(
        self, session: AsyncSession, caller: Principal, row_id: UUID
    ) -> timeline.Timeline:
        """What happened to a row."""
        return await timeline.of(session, (await self.load(session, caller, row_id)).id)

    async def page(
        self,
        session: AsyncSession,
        caller: Principal,
        query: ListQuery,
        *where: ColumnElement[bool],
    ) -> Page[Reply]:
        """A page of what is wanted."""
        wanted = self.wanted(caller, query).where(*where)
        rows, cursor = await select_page(
            session,
            wanted,
            query,
            key=cast(Any, self.model.id),
            sorts=self.sorts,
            default="-created_at",
        )
        return Page(items=await self.shown(session, caller, rows), next_cursor=cursor)

    @property
    def sorts(self) -> Mapping[str, Any]:
        """The columns that a list may be sorted by, besides when a row was made or changed."""
        return {name: getattr(self.model, name) for name in self._sorts}

    def exporter(self, name: str, query: type[ListQuery], persons: Any = None) -> Exporter:
        """How the list leaves as a file: the same filters, the same view."""

        async def rows(_session: AsyncSession, caller: Principal, wish: Any) -> Select[Any]:
            return self.wanted(caller, wish)

        return Exporter(
            name=name,
            query=query,
            reply=self.reply,
            rows=rows,
            shown=self.shown,
            key=self.model.id,
            sorts=self.sorts,
            persons=persons,
        )

    def wanted(self, caller: Principal, query: ListQuery) -> Select[Row]:
        """What is asked for: filters are named after columns, `*_from` and `*_to` bound them."""
        wanted = self.visible(caller)
        for name in type(query).model_fields.keys() - ListQuery.model_fields.keys():
            value = getattr(query, name)
            if value is not None:
                wanted = wanted.where(self._condition(name, value))
        if query.q and self._words:
            like = [getattr(self.model, word).icontains(query.q, autoescape=True)
                    for word in self._words]  # fmt: skip
            wanted = wanted.where(or_(*like))
        return wanted

    def _condition(self, name: str, value: Any) -> ColumnElement[bool]:
        column = getattr(self.model, name, None)
        if column is None:
            base, _, end = name.rpartition("_")
            bound = getattr(self.model, base)
            made: ColumnElement[bool] = bound >= value if end == "from" else bound <= value
            return made
        is_list = hasattr(column.type, "item_type")
        same: ColumnElement[bool] = column.contains([value]) if is_list else column == value
        return same

    # ── changing ────────────────────────────────────────────────────────────────────────────

    async def add(
        self, session: AsyncSession, caller: Principal, row: Row, *, action: str = "create"
    ) -> Row:
        """Gives a new row its number and its history; it belongs to the caller's city or as set."""
        row.owner_city = row.owner_city or other_city(other_city(caller.city))
        if self._feature is not None:
            switch = f"feature.{self._feature}"
            if not await policy.get(session, switch, on=clock.today(), city=row.owner_city):
                raise FeatureOff
        row.biz_no = await numbering.next_number(session, "EM", row.owner_city, clock.today())
        if row.source_ref and not row.source_system:
            row.source_system = caller.client_id
        session.add(row)
        await session.flush()  # the database says whether it may be; the answer carries its id
        timeline.add(session, row.id, action, caller=caller, to_state=row.state)
        return row

    async def hold(
        self, session: AsyncSession, caller: Principal, row_id: UUID, action: str
    ) -> tuple[Row, str]:
        """The row, held for somebody who may take this step, and the state it leads to."""
        row = await self.load(session, caller, row_id, lock=True)
        step = self.steps[action]
        exchange().note(subject=row.biz_no)
        if not step.side(row, caller.city):
            raise NotYourCity
        if not ACCESS.allows(caller, step.permission):
            raise ScopeMissing
        resources.match_version(row)
        return row, self.machine.take(row.state, action)

    async def move(
        self,
        session: AsyncSession,
        caller: Principal | None,
        row: Row,
        action: str,
        target: str,
        reason: str | None = None,
    ) -> None:
        """Takes the row to its next state, on record; without a caller the suite itself acts."""
        before, row.state = row.state, target
        timeline.add(
            session,
            row.id,
            action,
            caller=caller,
            from_state=before,
            to_state=target,
            reason=reason,
        )
        flag_modified(row, "state")  # a step that stays where it is counts as a change too
        await session.flush()  # the answer carries the new version

    async def act(
        self,
        session: AsyncSession,
        caller: Principal,
        row_id: UUID,
        action: str,
        reason: str | None = None,
    ) -> Reply:
        """A step that changes nothing but the state."""
        row, target = await self.hold(session, caller, row_id, action)
        await self.move(session, caller, row, action, target, reason)
        return await self.show(session, caller, row)

    async def hold_own(
        self, session: AsyncSession, caller: Principal, row_id: UUID, states: Collection[str]
    ) -> Row:
        """The row, held for its own city to change it while in one of `states`."""
        row = await self.load(session, caller, row_id, lock=True)
        if row.owner_city != caller.city:
            raise NotYourCity
        resources.match_version(row)
        if row.state not in states:
            raise StateConflict(row.state, self.machine.allowed(row.state))
        return row

    async def change(
        self, session: AsyncSession, caller: Principal, row: Row, wish: RequestModel
    ) -> Reply:
        """Sets the fields that were given, on record."""
        given = wish.model_dump(exclude_unset=True)
        columns = self.model.__mapper__.columns  # type: ignore[attr-defined]
        for name, value in given.items():
            if value is None and not columns[name].nullable:
                raise refuse(name, "REQUIRED", "不得为空", "may not be empty")
            setattr(row, name, value)
        exchange().note(fields=sorted(given))
        timeline.add(
            session, row.id, "change", caller=caller, from_state=row.state, to_state=row.state
        )
        await session.flush()  # the answer carries the new version
        return await self.show(session, caller, row)

    async def due(
        self, session: AsyncSession, *where: ColumnElement[bool], limit: int = 500
    ) -> Sequence[Row]:
        """Rows that a timer moves now, held; those that somebody else holds wait for next time."""
        found = select(self.model).where(*where).order_by(self.model.id).limit(limit)
        return (await session.scalars(found.with_for_update(skip_locked=True))).all()

    # ── showing ─────────────────────────────────────────────────────────────────────────────

    def allowed(self, caller: Principal, row: Row) -> list[str]:
        """The steps that this caller may take now."""

        def may(action: str) -> bool:
            step = self.steps.get(action)
            if step is None or not step.side(row, caller.city):
                return False
            return ACCESS.allows(caller, step.permission)

        return self.machine.allowed(row.state, may)

    async def show(self, session: AsyncSession, caller: Principal, row: Row) -> Reply:
        """The row as this caller sees it now."""
        return (await self.shown(session, caller, [row]))[0]

    async def shown(
        self, session: AsyncSession, caller: Principal, rows: Sequence[Row]
    ) -> list[Reply]:
        """Rows as this caller sees them now, in the same order."""
        clocks = await deadlines.of(session, [row.id for row in rows])
        more = await self._more(session, caller, rows) if self._more and rows else {}
        return [
            resources.shown(
                self.reply,
                row,
                allowed_actions=self.allowed(caller, row),
                deadlines=clocks[row.id],
                **cast(dict[str, Any], more.get(row.id, {})),
            )
            for row in rows
        ]


def tell(
    session: AsyncSession, row: Lived, event: outbox.Event, *, audience: Sequence[str] = ()
) -> None:
    """Publishes a fact of a row, to both cities unless said otherwise."""
    outbox.publish(
        session,
        event,
        source="employment",
        subject=row.biz_no,
        city=row.owner_city,
        audience=audience or ACTIVE_CITIES,
    )


def columns_of(wish: BaseModel, *without: str) -> dict[str, Any]:
    """What a request gives for columns of the same name."""
    return wish.model_dump(exclude=set(without))
