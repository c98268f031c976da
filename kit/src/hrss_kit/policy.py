"""Policy, not constants: every figure of law or local rule is an effective-dated row (§0.11).

Values are read as of the business date of the case. The gateway owns the rows and their two-person
approval; each service keeps a copy, brought up to date from the gateway's events.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, String, func, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, ExcludeConstraint, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from hrss_kit import clock
from hrss_kit.db import KitBase
from hrss_kit.ids import new_id
from hrss_kit.policy_defaults import load_defaults
from hrss_kit.problems import Invalid

EVERY_CITY = ""


class MissingParameter(Invalid):
    """No ACTIVE row for that key, city and date: a rule must not guess, so it is told (422)."""

    code = "NO_FIGURE"
    title_zh, title_en = "该日期没有可用的政策参数", "No policy figure is known for that date"

    def __init__(self, key: str) -> None:
        super().__init__(parameter=key)


class PolicyParameter(KitBase):
    """政策参数: one value of one key, for one city or both, in one period."""

    __tablename__ = "policy_parameters"
    __table_args__ = (
        CheckConstraint("status IN ('DRAFT', 'ACTIVE', 'SUPERSEDED')", name="status"),
        CheckConstraint("effective_to IS NULL OR effective_to > effective_from", name="period"),
        ExcludeConstraint(
            ("key", "="),
            ("city", "="),
            (literal_column("daterange(effective_from, effective_to)"), "&&"),
            where="status = 'ACTIVE'",
            using="gist",
            name="ex_policy_parameters_period",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(80))
    city: Mapped[str] = mapped_column(String(6), default=EVERY_CITY)
    value: Mapped[Any] = mapped_column(JSONB)
    unit: Mapped[str] = mapped_column(String(20))
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    source_doc: Mapped[str] = mapped_column(String(200))
    source_article: Mapped[str] = mapped_column(String(100))
    confidence: Mapped[str] = mapped_column(String(1))
    status: Mapped[str] = mapped_column(String(10))
    approved_by: Mapped[list[str]] = mapped_column(ARRAY(String(80)))
    note: Mapped[str] = mapped_column(String(500))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    created_by: Mapped[str] = mapped_column(String(80))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


async def get(session: AsyncSession, key: str, *, on: date, city: str | None = None) -> Any:
    """The value of `key` in force on `on`; the city's own row goes before the common one."""
    cities = [EVERY_CITY, city] if city else [EVERY_CITY]
    value = await session.scalar(
        select(func.jsonb_build_array(PolicyParameter.value))
        .where(PolicyParameter.key == key, PolicyParameter.city.in_(cities))
        .where(PolicyParameter.status == "ACTIVE", PolicyParameter.effective_from <= on)
        .where(or_(PolicyParameter.effective_to.is_(None), PolicyParameter.effective_to > on))
        .order_by(PolicyParameter.city.desc())
        .limit(1)
    )
    if value is None:
        raise MissingParameter(key)
    return value[0]


def default_rows() -> list[dict[str, Any]]:
    """The rows that every database starts with."""
    return [
        {
            "id": new_id(),
            "key": one.key,
            "city": one.city or EVERY_CITY,
            "value": one.value,
            "unit": one.unit,
            "effective_from": one.effective_from,
            "effective_to": one.effective_to,
            "source_doc": one.source_doc,
            "source_article": one.source_article,
            "confidence": one.confidence,
            "status": "ACTIVE",
            "approved_by": [],
            "note": one.note,
            "version": 1,
            "created_at": clock.now(),
            "created_by": "system",
        }
        for one in load_defaults()
    ]


async def ensure_defaults(session: AsyncSession) -> None:
    """Loads the defaults of keys that the database does not know yet."""
    known = set(await session.scalars(select(PolicyParameter.key).distinct()))
    rows = [row for row in default_rows() if row["key"] not in known]
    if rows:
        await session.execute(insert(PolicyParameter).values(rows).on_conflict_do_nothing())


async def supersede(session: AsyncSession, row: dict[str, Any]) -> None:
    """Ends, on the new row's first day, the ACTIVE row of the same key and city before it."""
    await session.execute(
        update(PolicyParameter)
        .where(PolicyParameter.key == row["key"], PolicyParameter.city == row["city"])
        .where(PolicyParameter.status == "ACTIVE", PolicyParameter.id != row["id"])
        .where(PolicyParameter.effective_from < row["effective_from"])
        .where(
            or_(
                PolicyParameter.effective_to.is_(None),
                PolicyParameter.effective_to > row["effective_from"],
            )
        )
        .values(effective_to=row["effective_from"])
    )


async def copy(session: AsyncSession, row: dict[str, Any]) -> None:
    """Takes over an activated row from the gateway's event (all columns by name)."""
    await supersede(session, row)
    statement = insert(PolicyParameter).values(row)
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=[PolicyParameter.id],
            set_={name: statement.excluded[name] for name in row if name != "id"},
        )
    )
