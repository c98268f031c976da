"""Work items 待办: what waits for somebody, kept beside what it is about by the database itself.

A service declares its sources (`Service.work`): a table, in which states a row is open and whose
turn it is then. Triggers (`work_triggers`) keep one work item a row in the same transaction,
whoever writes the row. A claim 签收 makes one person of a city its holder: others read it, see
who and since when, and may not act; the act that takes the item out of the city's hands ends it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.db import KitBase
from hrss_kit.problems import Conflict

#: What has no deadline comes last.
NEVER: Final = date(9999, 12, 31)
#: Whose turn a row says by its owner.
OWNER: Final = "owner_city"
#: The common superior of both cities (省人社厅).
PROVINCE: Final = "420000"


@dataclass(frozen=True, slots=True)
class WorkSource:
    """Where work items of a kind come from.

    `turns` says in which states a row is open, by whose turn it is: a column of the row that
    holds a city or several, or the code of an authority. A state under two columns is both
    cities' turn. `cities` are the columns of those who only wait for it.
    """

    kind: str
    collection: str
    model: type[Any]
    label: str
    roles: tuple[str, ...]
    turns: Mapping[str, Sequence[str]]
    cities: tuple[str, ...] = (OWNER,)
    #: Columns behind the label in a title; nothing of a person.
    title: tuple[str, ...] = ()
    #: Codes of the clocks that press; without any, every clock of the row and its `parts`.
    clocks: tuple[str, ...] = ()
    #: A column with the last day, for what has no clock.
    due: str | None = None
    state: str = "state"
    #: Acts that a claim of a colleague does not forbid: another person's check, a head's word.
    beside: frozenset[str] = frozenset()
    #: Tables whose clocks belong to the row: the column there that names it.
    parts: Mapping[str, str] = field(default_factory=dict)
    #: SQL for the cities whose turn it is, of the row `$1`; asked where `turns` says "?".
    turn_query: str | None = None
    #: A table whose changes change the turn: the column there that names the row.
    follows: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """Where its rows are."""
        return str(self.model.__tablename__)

    @property
    def open_states(self) -> tuple[str, ...]:
        """The states in which somebody has something to do."""
        return tuple(sorted({state for states in self.turns.values() for state in states}))

    @property
    def statement(self) -> dict[str, Any]:
        """What the triggers go by."""
        turns = {
            state: [column for column, states in self.turns.items() if state in states]
            for state in self.open_states
        }
        return {
            "kind": self.kind,
            "collection": self.collection,
            "label": self.label,
            "title": list(self.title),
            "state": self.state,
            "turns": turns,
            "cities": list(self.cities),
            "clocks": list(self.clocks),
            "due": self.due,
            "turn_query": self.turn_query,
            "table": self.table,
            "follows": dict(self.follows),
            "parts": dict(self.parts),
        }


class WorkKind(KitBase):
    """A declared source as the triggers read it."""

    __tablename__ = "work_kinds"

    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    source: Mapped[dict[str, Any]] = mapped_column(JSONB)


class WorkItem(KitBase):
    """待办事项: one row of a source, and whose turn it is. Its id is the row's."""

    __tablename__ = "work_items"
    __table_args__ = (
        Index("ix_work_items_open", "due_key", "id", postgresql_where=text("is_open")),
        Index("ix_work_items_closed", "closed_at", postgresql_where=text("NOT is_open")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    collection: Mapped[str] = mapped_column(String(80))
    biz_no: Mapped[str | None] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(400))
    state: Mapped[str] = mapped_column(String(40))
    owner_city: Mapped[str | None] = mapped_column(String(6))
    # Whose turn it is, and everybody whom it concerns.
    turn_cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    is_open: Mapped[bool]
    due_on: Mapped[date | None]
    due_key: Mapped[date]
    deadline_code: Mapped[str | None] = mapped_column(String(40))
    provisional: Mapped[bool]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # Whose turn it was when it was closed, and who held it.
    closed_cities: Mapped[list[str]] = mapped_column(ARRAY(String(6)))
    closed_holders: Mapped[list[str]] = mapped_column(ARRAY(String(80)))


class WorkClaim(KitBase):
    """签收: who of a city holds a work item. The key lets in one."""

    __tablename__ = "work_claims"
    __table_args__ = (Index("ix_work_claims_claimed_by", "claimed_by"),)

    item_id: Mapped[UUID] = mapped_column(
        ForeignKey(WorkItem.id, ondelete="CASCADE"), primary_key=True
    )
    city: Mapped[str] = mapped_column(String(6), primary_key=True)
    claimed_by: Mapped[str] = mapped_column(String(80))
    org_id: Mapped[str | None] = mapped_column(String(60))
    claimed_at: Mapped[datetime] = mapped_column(default=clock.now)


class Claimed(Conflict):
    """Somebody else holds it; says who, of which office, and since when."""

    code = "CLAIMED"
    title_zh, title_en = "该事项已由他人签收办理", "Somebody else holds this"

    def __init__(self, claim: WorkClaim) -> None:
        super().__init__(
            f"该事项已由 {claim.claimed_by} 签收",
            f"{claim.claimed_by} holds this",
            claimed_by=claim.claimed_by,
            org_id=claim.org_id,
            claimed_at=claim.claimed_at.isoformat(),
        )


def place_of(caller: Principal) -> str:
    """Where somebody works: a city, or the common superior of both."""
    return PROVINCE if caller.holds("province") else caller.city or ""


async def held_by_another(
    session: AsyncSession, sources: Sequence[WorkSource], caller: Principal, path: Sequence[str]
) -> Claimed | None:
    """What forbids a person to act on what a colleague holds; `path` ends with the act.

    Read before the act, which may end the claim, and raised after it has passed every other rule,
    so that it tells nobody of what they may not see. Systems act for a whole city, and the other
    city's part is nobody's claim here.
    """
    ids = [found for part in path if (found := _uuid(part)) is not None]
    if caller.staff_no is None or caller.city is None or not ids:
        return None
    rows = await session.execute(
        select(WorkClaim, WorkItem.kind)
        .join(WorkItem, WorkItem.id == WorkClaim.item_id)
        .where(WorkClaim.item_id.in_(ids), WorkClaim.city == caller.city)
        .where(WorkClaim.claimed_by != caller.actor)
    )
    beside = {one.kind: one.beside for one in sources}
    return next(
        (Claimed(claim) for claim, kind in rows if path[-1] not in beside.get(kind, ())), None
    )


def _uuid(part: str) -> UUID | None:
    try:
        return UUID(part)
    except ValueError:
        return None
