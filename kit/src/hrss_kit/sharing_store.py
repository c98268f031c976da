"""The copy of agreements and sharing rules that each member keeps (domain P-0b).

The gateway owns them and tells by event; a process holds what is in force in memory.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, Index, String, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit.db import KitBase
from hrss_kit.sharing_defaults import FRAMEWORK, load_defaults

#: A rule for rows that hold nothing personal: whoever reads them gives no purpose.
NO_PURPOSE = ""
#: How long a process may answer by rules that another process has changed meanwhile.
FRESH_SECONDS = 1.0


class SharingAgreement(KitBase):
    """An approved agreement, as every member keeps it; `effective_to` is the first day without."""

    __tablename__ = "agreement_terms"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    version: Mapped[int]


class SharingGrant(KitBase):
    """An approved rule, as every member keeps it; `effective_to` is the first day without."""

    __tablename__ = "sharing_grants"
    __table_args__ = (Index("ix_sharing_grants_agreement_id", "agreement_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    agreement_id: Mapped[UUID]
    service: Mapped[str] = mapped_column(String(40))
    resource: Mapped[str] = mapped_column(String(60))
    from_city: Mapped[str] = mapped_column(String(6))
    to_city: Mapped[str] = mapped_column(String(6))
    purpose: Mapped[str] = mapped_column(String(30))
    fields: Mapped[list[str]] = mapped_column(ARRAY(String(80)))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    version: Mapped[int]


@dataclass(frozen=True, slots=True)
class Term:
    """One rule in one period, its agreement's period taken into account."""

    purpose: str
    fields: frozenset[str]
    first: date
    end: date

    def holds(self, on: date) -> bool:
        """True on the days between."""
        return self.first <= on < self.end


@dataclass(slots=True)
class Known:
    """The rules in memory, and when it was last asked whether they still are right."""

    stamp: tuple[int, ...] = ()
    looked_at: float = float("-inf")
    terms: Mapping[tuple[str, str, str, str], Sequence[Term]] = field(default_factory=dict)


_known: "WeakKeyDictionary[Engine, Known]" = WeakKeyDictionary()


async def known_rules(session: AsyncSession) -> Known:
    """The copy in memory. Once a second at most it is asked whether it is still right.

    Rows are only added and versions only grow, so counts and sums say whether anything changed.
    """
    engine = session.get_bind()
    assert isinstance(engine, Engine)
    known = _known.setdefault(engine, Known())
    if time.monotonic() - known.looked_at < FRESH_SECONDS:
        return known
    row = (await session.execute(_STAMP)).one()
    stamp = tuple(int(one) for one in row)
    if stamp != known.stamp:
        known.terms = _terms(
            [(grant, treaty) for grant, treaty in await session.execute(_APPROVED)]
        )
        known.stamp = stamp
    known.looked_at = time.monotonic()
    return known


_STAMP = select(
    *(
        select(figure).scalar_subquery()
        for model in (SharingGrant, SharingAgreement)
        for figure in (func.count(model.id), func.coalesce(func.sum(model.version), 0))
    )
)
_APPROVED = select(SharingGrant, SharingAgreement).join(
    SharingAgreement, SharingAgreement.id == SharingGrant.agreement_id
)


def _terms(
    rows: Iterable[tuple[SharingGrant, SharingAgreement]],
) -> dict[tuple[str, str, str, str], list[Term]]:
    found: dict[tuple[str, str, str, str], list[Term]] = {}
    for grant, treaty in rows:
        ends = (grant.effective_to or date.max, treaty.effective_to or date.max)
        first = max(grant.effective_from, treaty.effective_from)
        term = Term(grant.purpose, frozenset(grant.fields), first, min(ends))
        key = (grant.service, grant.resource, grant.from_city, grant.to_city)
        found.setdefault(key, []).append(term)
    return found


async def copy(
    session: AsyncSession,
    model: type[SharingAgreement | SharingGrant],
    values: Sequence[dict[str, Any]],
) -> None:
    """Takes over rows as they stand now; an older version never replaces a newer one."""
    statement = insert(model).values(list(values))
    taken = {name: statement.excluded[name] for name in values[0] if name != "id"}
    newer = model.version < statement.excluded.version
    await session.execute(
        statement.on_conflict_do_update(index_elements=[model.id], set_=taken, where=newer)
    )
    forget(session)


def forget(session: AsyncSession) -> None:
    """The next read of this process looks again, once this transaction is committed or not."""
    engine = session.get_bind()
    if isinstance(engine, Engine):
        _known.pop(engine, None)


async def ensure_defaults(session: AsyncSession) -> None:
    """Loads the agreement and the rules that every database starts with, where they are missing.

    They say what the cities' systems read of each other before anybody has agreed on less.
    """
    await session.execute(
        insert(SharingAgreement)
        .values(
            id=FRAMEWORK.id, effective_from=FRAMEWORK.effective_from, effective_to=None, version=1
        )
        .on_conflict_do_nothing()
    )
    rows = [
        {
            "id": one.id,
            "agreement_id": FRAMEWORK.id,
            "service": one.service,
            "resource": one.resource,
            "from_city": one.from_city,
            "to_city": one.to_city,
            "purpose": one.purpose,
            "fields": list(one.fields),
            "effective_from": FRAMEWORK.effective_from,
            "effective_to": None,
            "version": 1,
        }
        for one in load_defaults()
    ]
    await session.execute(insert(SharingGrant).values(rows).on_conflict_do_nothing())
    forget(session)
