"""Participations by the file: a row is a stretch, its months a range the database counts out.

What is plain, a stretch of months that nobody has and of a person nobody contradicts, is written
by a few statements for all rows. Whatever is not, a stretch that goes on, one that overlaps, a
resident's years, goes the way of a single request and gets its answer. A stretch that is known as
it is given is left alone: a file may be sent twice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import bulk, clock, sealing
from hrss_kit.auth import Principal
from hrss_kit.business_number import format_number
from hrss_kit.divisions import letters
from hrss_kit.ids import new_id
from hrss_kit.import_worker import refusals
from hrss_kit.imports import Importer, Refused
from hrss_kit.money import money_text
from hrss_kit.problems import Duplicate, NotYourCity, Problem
from hrss_kit.timeline import TimelineEntry
from social_insurance import arrivals
from social_insurance.participations import rules, service
from social_insurance.participations.models import ContributionMonth, Participation
from social_insurance.participations.schemas import MonthRange, ParticipationCreate
from social_insurance.problems import IdentityConflict

Row = dict[str, Any]
Held = tuple[bytes, str, str]

# The first half of a stretch's own UUIDv7, the last digits counted: ids that lie side by side.
EXPAND: Final = """
WITH given AS (
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::int[], $7::int[],
        $8::bytea[], $9::bytea[], $10::bytea[], $11::bool[], $12::date[], $13::bool[], $14::text[]
    ) AS given (
        participation_id, prefix, id_hash, scheme, city, first, last, base, personal, employer,
        paid, paid_on, late, lump_sum_batch
    )
), made AS (
    INSERT INTO contribution_months (
        id, participation_id, id_hash, scheme, city, month, base, personal, employer, paid,
        paid_on, late, lump_sum_batch, overlap
    )
    SELECT (prefix || lpad(to_hex(count), 8, '0'))::uuid, participation_id, id_hash, scheme, city,
           lpad((count / 12)::text, 4, '0') || '-' || lpad((count % 12 + 1)::text, 2, '0'),
           base, personal, employer, paid, paid_on, late, lump_sum_batch, false
    FROM given, generate_series(first, last) AS count
    ON CONFLICT DO NOTHING
    RETURNING participation_id
)
SELECT participation_id, count(*) FROM made GROUP BY participation_id
"""


@dataclass(slots=True)
class StretchRow:
    """A row of the file, sealed already where it is to be sealed."""

    record: ParticipationCreate
    columns: Row
    months: list[Row]
    first: int
    last: int
    expected: int = field(init=False)

    def __post_init__(self) -> None:
        self.expected = sum(one["last"] - one["first"] + 1 for one in self.months)

    @property
    def id_hash(self) -> bytes:
        """Whose stretch it is."""
        found: bytes = self.columns["id_hash"]
        return found

    @property
    def held(self) -> Held:
        """Where its months are counted once."""
        return self.id_hash, self.record.scheme, self.record.city


def prepare(caller: Principal, record: ParticipationCreate) -> StretchRow:
    """Seals a row; refuses the stretch of another city."""
    if record.city != caller.city:
        raise NotYourCity
    person = record.person
    participation_id = new_id()
    columns: Row = {
        "id": participation_id,
        "scheme": record.scheme,
        "city": record.city,
        "employer_uscc": record.employer_uscc,
        "person_kind": record.person_kind,
        "from_month": record.from_month,
        "to_month": record.to_month,
        "status": record.status,
        "relation_kind": record.relation_kind,
        "deemed_months": record.deemed_months,
        "birth_month": rules.birth_month(person.doc_type, person.doc_no),
        "source_system": record.source_system or (caller.client_id if record.source_ref else None),
        "source_ref": record.source_ref,
        "doc_type": person.doc_type,
        "id_hash": sealing.blind(person.doc_no),
        "person_name": _seal(person.name, "participations.person_name"),
        "doc_no": _seal(person.doc_no, "participations.doc_no"),
        "doc_original": _seal(person.doc_original, "participations.doc_original"),
        "mobile": _seal(person.mobile, "participations.mobile"),
    }
    months = [_range(participation_id, one) for one in _ranges(record)]
    first = rules.number(record.from_month)
    last = max((one["last"] for one in months), default=first)
    return StretchRow(record, columns, months, first, last)


def _ranges(record: ParticipationCreate) -> Iterable[MonthRange]:
    for one in record.months or ():
        shared = one.model_dump(exclude={"month"})
        yield MonthRange.model_construct(from_month=one.month, to_month=one.month, **shared)
    yield from record.ranges or ()
    if record.months is None and record.ranges is None:
        yield MonthRange.model_construct(
            from_month=record.from_month,
            to_month=record.to_month or clock.today().strftime("%Y-%m"),
            base=record.monthly_base,
        )


def _range(participation_id: UUID, one: MonthRange) -> Row:
    return {
        "participation_id": participation_id,
        "prefix": new_id().hex[:24],
        "first": rules.number(one.from_month),
        "last": rules.number(one.to_month),
        "base": _amount(one.base, "base"),
        "personal": _amount(one.personal, "personal"),
        "employer": _amount(one.employer, "employer"),
        "paid": one.paid,
        "paid_on": one.paid_on,
        "late": one.late,
        "lump_sum_batch": one.lump_sum_batch,
    }


def _amount(amount: Decimal | None, column: str) -> bytes | None:
    return None if amount is None else _seal(money_text(amount), f"contribution_months.{column}")


def _seal(value: str | None, context: str) -> bytes | None:
    return None if value is None else sealing.ring().seal(value.encode(), context)


async def write(
    session: AsyncSession, caller: Principal, given: Sequence[tuple[int, StretchRow]]
) -> list[Refused]:
    """Takes a stretch of rows over; answers with the rows that were refused."""
    part = _Part(session, caller)
    await part.sort(given)
    await part.write_plain()
    await part.take_others()
    await arrivals.notice(session, list(dict.fromkeys(row.id_hash for _, row in given)))
    return part.refused


class _Part:
    """The rows of one transaction, and what becomes of them."""

    def __init__(self, session: AsyncSession, caller: Principal) -> None:
        self.session, self.caller = session, caller
        self.plain: list[tuple[int, StretchRow]] = []
        self.others: list[tuple[int, StretchRow]] = []
        self.refused: list[Refused] = []

    async def sort(self, given: Sequence[tuple[int, StretchRow]]) -> None:
        """Which rows are plain, which are known already, which need a closer look."""
        hashes = list({row.id_hash for _, row in given})
        names: dict[bytes, str] = {}
        known: dict[Held, list[tuple[Participation, int]]] = {}
        counts = (
            select(func.count())
            .where(ContributionMonth.participation_id == Participation.id)
            .scalar_subquery()
        )
        found = await self.session.execute(
            select(Participation, counts).where(Participation.id_hash == bulk.one_of(hashes))
        )
        for participation, count in found:
            names[participation.id_hash] = participation.person_name
            held = (participation.id_hash, participation.scheme, participation.city)
            known.setdefault(held, []).append((participation, count))
        bounds = await self._bounds()
        taken: dict[Held, list[tuple[int, int]]] = {}
        for number, row in given:
            if names.setdefault(row.id_hash, row.record.person.name) != row.record.person.name:
                self.refused += refusals(number, IdentityConflict())
                continue
            mine = known.get(row.held, [])
            if any(_is_same(row, one, count) for one, count in mine):
                continue
            spans = taken.setdefault(row.held, [])
            is_free = not mine and all(row.last < a or row.first > b for a, b in spans)
            spans.append((row.first, row.last))
            is_plain = is_free and not row.record.annual_payments and row.expected
            if is_plain and not _leaves(row, bounds):
                self.plain.append((number, row))
            else:
                self.others.append((number, row))

    async def _bounds(self) -> tuple[Decimal, Decimal, Decimal] | None:
        assert self.caller.city is not None  # who has no city records nothing
        return await service.base_range(self.session, clock.today().year, self.caller.city)

    async def write_plain(self) -> None:
        """One statement for all stretches, one for all months; constraints have the say."""
        rows = self.plain
        if not rows:
            return
        drawn = await bulk.draw(self.session, len(rows))
        for (_, row), sequence in zip(rows, drawn, strict=True):
            began = date(row.first // 12, row.first % 12 + 1, 1)
            # A day has a million numbers, a register more: each is numbered by its first month.
            row.columns["biz_no"] = format_number("SI", letters(row.record.city), began, sequence)
        now, actor = clock.now(), self.caller.actor
        shared = {
            "owner_city": self.caller.city, "version": 1, "created_at": now, "created_by": actor,
            "updated_at": now, "updated_by": actor,
        }  # fmt: skip
        written = await bulk.insert_rows(
            self.session,
            Participation,
            [row.columns for _, row in rows],
            shared=shared,
            ignore_conflicts=True,
        )
        mine = [one for one in rows if one[1].columns["id"] in written]
        counted = await self._expand([row for _, row in mine])
        short = {
            row.columns["id"]
            for _, row in mine
            if counted.get(row.columns["id"], 0) != row.expected
        }
        if short:  # somebody else was first with a month: the single request says who
            months = ContributionMonth.participation_id.in_(short)
            await self.session.execute(delete(ContributionMonth).where(months))
            await self.session.execute(delete(Participation).where(Participation.id.in_(short)))
        done = [row for _, row in mine if row.columns["id"] not in short]
        ids = {row.columns["id"] for row in done}
        self.others += [one for one in rows if one[1].columns["id"] not in ids]
        self.others.sort(key=lambda one: one[0])
        await self._tell(done)

    async def _expand(self, rows: Sequence[StretchRow]) -> dict[UUID, int]:
        # In the order of the constraint, so that two writers never wait for each other crosswise.
        ranges = sorted(
            ((row, one) for row in rows for one in row.months),
            key=lambda pair: (pair[0].held, pair[1]["first"]),
        )
        columns: list[list[Any]] = [
            [one["participation_id"] for _, one in ranges],
            [one["prefix"] for _, one in ranges],
            [row.id_hash for row, _ in ranges],
            [row.record.scheme for row, _ in ranges],
            [row.record.city for row, _ in ranges],
        ]
        for name in (
            "first", "last", "base", "personal", "employer", "paid", "paid_on", "late",
            "lump_sum_batch",
        ):  # fmt: skip
            columns.append([one[name] for _, one in ranges])
        connection = await (await self.session.connection()).get_raw_connection()
        driver = connection.driver_connection
        assert driver is not None
        return {row[0]: row[1] for row in await driver.fetch(EXPAND, *columns)}

    async def _tell(self, rows: Sequence[StretchRow]) -> None:
        entries = [
            {"id": new_id(), "subject_id": row.columns["id"], "to_state": row.record.status}
            for row in rows
        ]
        shared = {
            "at": clock.now(),
            "actor": self.caller.actor,
            "org_id": self.caller.org_id,
            "city": self.caller.city,
            "action": "record",
        }
        await bulk.insert_rows(self.session, TimelineEntry, entries, shared=shared)

    async def take_others(self) -> None:
        """Row by row, each in a savepoint of its own: what is refused leaves nothing."""
        for number, row in self.others:
            try:
                async with self.session.begin_nested():
                    await take_over(self.session, self.caller, row.record)
            except Problem as problem:
                self.refused += refusals(number, problem)


def _is_same(row: StretchRow, known: Participation, count: int) -> bool:
    names = ("employer_uscc", "person_kind", "from_month", "to_month", "status", "relation_kind",
             "deemed_months", "source_system", "source_ref")  # fmt: skip
    return (
        count == row.expected
        and not row.record.annual_payments
        and all(getattr(known, name) == row.columns[name] for name in names)
    )


def _leaves(row: StretchRow, bounds: tuple[Decimal, Decimal, Decimal] | None) -> bool:
    """True when a base may leave the range of this year: the single request says which."""
    if bounds is None or row.record.scheme == "RES":
        return False
    if row.last // 12 < clock.today().year:
        return False
    bases = [one.base for one in _ranges(row.record) if one.base is not None]
    return any(rules.outside_range(base, *bounds) for base in bases)


async def take_over(session: AsyncSession, caller: Principal, record: ParticipationCreate) -> None:
    """Records a stretch, or lets the one of the same reference go on by its new months."""
    system = record.source_system or caller.client_id
    known: Participation | None = None
    if record.source_ref is not None:
        known = await session.scalar(
            select(Participation)
            .where(Participation.source_system == system)
            .where(Participation.source_ref == record.source_ref)
            .with_for_update()
        )
    if known is None:
        await service.record(session, caller, record)
        return
    same = (known.id_hash, known.scheme, known.city, known.from_month)
    given = (sealing.blind(record.person.doc_no), record.scheme, record.city, record.from_month)
    if same != given:
        raise Duplicate(existing_id=str(known.id))
    await service.go_on(session, caller, known, record)


IMPORTER = Importer(name="participations", model=ParticipationCreate, prepare=prepare, write=write)
