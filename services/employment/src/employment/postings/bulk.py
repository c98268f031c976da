"""Postings by the file: a city's feed of ten thousand is taken over by a few statements a stretch.

What is new is checked in memory and written at once; constraints have the say about what is a
duplicate. What is known under its source is changed the way of a single push, or left alone when
it says what it said before.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import and_, select, text, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from employment.employers.models import VERIFIED, Employer
from employment.employers.service import EmployerBlocked
from employment.postings import checks, models, queries, rules, service
from employment.postings.events import PostingPublished
from employment.postings.models import Posting
from employment.postings.schemas import PostingRow
from employment.titles import CODE_TITLES, TITLES
from hrss_kit import bulk, clock, deadlines, policy
from hrss_kit.auth import Principal
from hrss_kit.business_number import format_number
from hrss_kit.calendar_store import work_calendar
from hrss_kit.context import exchange
from hrss_kit.deadlines import Deadline
from hrss_kit.divisions import city_of, letters
from hrss_kit.ids import new_id
from hrss_kit.import_worker import refusals
from hrss_kit.imports import Importer, Refused
from hrss_kit.outbox import OutboxEvent
from hrss_kit.problems import Duplicate, FieldError, Problem
from hrss_kit.timeline import TimelineEntry

FEEDS = ("FEED", "ALL")
TURN = "SELECT pg_advisory_xact_lock(hashtext('postings in bulk'))"

Row = dict[str, Any]


@dataclass(slots=True)
class Given:
    """A row of the file: what it says, and what could be worked out without the database."""

    record: PostingRow
    city: str
    values: Row
    lawful: list[Row]


def prepare(caller: Principal, record: PostingRow) -> Given:
    """What follows from the row alone."""
    city = city_of(record.work_division) or ""
    lawful = checks.marked(caller, record.lawful_terms)
    values = record.values() | {
        "id": new_id(),
        "owner_city": city,
        "title_key": rules.title_key(record.title),
        "share_with": checks.shared(record.share_with, city),
        "lawful_terms": lawful,
        "origin_channel": checks.channel(caller, record.origin_channel),
        "match_keys": checks.match_keys(record.occupation, record.work_division, record.skills_req),
    }
    if record.source_ref and not record.source_system:
        values["source_system"] = caller.client_id
    return Given(record, city, values, lawful)


async def write(
    session: AsyncSession, caller: Principal, rows: Sequence[tuple[int, Given]]
) -> list[Refused]:
    """Takes a stretch of rows over; answers with those it refused."""
    await session.execute(text(TURN))  # two feeds at once would wait for each other's rows
    stretch = _Stretch(session, caller)
    await stretch.learn([row for _, row in rows])
    fresh: list[tuple[int, Given]] = []
    known: list[tuple[int, Given]] = []
    met: set[tuple[str, str]] = set()
    for number, row in rows:
        source = _source(row)
        if source is not None and (source in stretch.present or source in met):
            known.append((number, row))
        elif await stretch.is_sound(number, row):
            fresh.append((number, row))
            if source is not None:
                met.add(source)
    await stretch.insert(fresh)
    for number, row in known:
        await stretch.change(number, row)
    return stretch.refused


def _source(row: Given) -> tuple[str, str] | None:
    ref = row.values["source_ref"]
    return (row.values["source_system"], ref) if ref else None


class _Stretch:
    """The rows of one transaction, and what is known for them."""

    def __init__(self, session: AsyncSession, caller: Principal) -> None:
        self.session, self.caller, self.today = session, caller, clock.today()
        self.refused: list[Refused] = []
        self.employers: dict[UUID | str, Employer] = {}
        self.reposts: set[UUID] = set()
        self.present: set[tuple[str, str]] = set()
        self._figures: dict[str, rules.Figures] = {}

    async def learn(self, rows: Sequence[Given]) -> None:
        """Employers and postings that the rows name."""
        codes = {row.record.employer_uscc for row in rows if row.record.employer_uscc}
        ids = {row.record.employer_id for row in rows if row.record.employer_id}
        named = select(Employer).where(Employer.uscc.in_(codes) | Employer.id.in_(ids))
        for one in await self.session.scalars(named):
            self.employers[one.id] = self.employers[one.uscc] = one
        reposts = {row.record.repost_of for row in rows if row.record.repost_of}
        seen = queries.visible(self.caller).where(Posting.id.in_(reposts))
        self.reposts = set(await self.session.scalars(seen.with_only_columns(Posting.id)))
        sources = {source for row in rows if (source := _source(row))}
        if sources:
            held = select(Posting.source_system, Posting.source_ref).where(
                tuple_(Posting.source_system, Posting.source_ref).in_(sources)
            )
            found = await self.session.execute(held)
            self.present = {(str(one[0]), str(one[1])) for one in found}

    def employer_of(self, row: Given) -> Employer | None:
        """Whom a row recruits for."""
        named = row.record.employer_id or row.record.employer_uscc
        return self.employers.get(named) if named else None

    async def figures(self, row: Given) -> rules.Figures:
        """The figures in force at the row's work place."""
        division = row.record.work_division
        if division not in self._figures:
            self._figures[division] = await queries.figures(
                self.session, row.city, division, self.today
            )
        return self._figures[division]

    async def is_sound(self, number: int, row: Given) -> bool:
        """Every check of a single posting; what is wrong is told all at once."""
        employer, errors = self.employer_of(row), list[FieldError]()
        if employer is None:
            errors.append(_unknown(row))
        if row.record.repost_of is not None and row.record.repost_of not in self.reposts:
            errors.append(checks.POSTING_UNKNOWN)
        if employer is not None and employer.is_blocked(self.today):
            self.refused += refusals(number, EmployerBlocked())
            return False
        known = await self.figures(row)
        offer = Posting(**{name: row.values[name] for name in _OFFER}, filled=0)
        lawful = [str(one["term"]) for one in row.lawful]
        found, _ = rules.findings(row.record, offer, known, self.today, lawful)
        errors += found
        self.refused += [Refused(number, error) for error in errors]
        if errors or employer is None:
            return False
        row.values |= {
            "employer_id": employer.id,
            "monthly_min": rules.monthly(
                row.record.salary_min, row.record.salary_unit, known.month_days
            ),
            "monthly_max": rules.monthly(
                row.record.salary_max, row.record.salary_unit, known.month_days
            ),
        }
        return True

    async def insert(self, rows: Sequence[tuple[int, Given]]) -> None:
        """New postings by one statement; what a constraint refuses is a duplicate."""
        if not rows:
            return
        drawn = await self.session.scalars(
            text("SELECT nextval('business_numbers') FROM generate_series(1, :count)"),
            {"count": len(rows)},
        )
        modes = {
            city: await policy.get(
                self.session, "emp.partner_auto_publish", on=self.today, city=city
            )
            for city in {row.city for _, row in rows}
        }
        now = clock.now()
        for (_, row), sequence in zip(rows, drawn.all(), strict=True):
            employer = self.employer_of(row)
            state = models.DRAFT
            if self.caller.holds("partner") and employer and employer.state == VERIFIED:
                is_auto = modes[row.city] in FEEDS
                state = models.PUBLISHED if is_auto else models.SUBMITTED
            row.values |= {
                "biz_no": format_number("EM", letters(row.city), self.today, sequence),
                "state": state,
                "published_at": now if state == models.PUBLISHED else None,
                "public_version": int(state == models.PUBLISHED),
                "submitted_by": None if state == models.DRAFT else self.caller.actor,
            }
        given = [
            {**row.values, "lawful_terms": orjson.dumps(row.lawful).decode()} for _, row in rows
        ]
        shared = {
            "version": 1, "created_at": now, "created_by": self.caller.actor, "updated_at": now,
            "updated_by": self.caller.actor, "made_in": self.caller.city, "filled": 0,
        }  # fmt: skip
        done = await bulk.insert_rows(
            self.session, Posting, given, shared=shared, ignore_conflicts=True
        )
        for number, row in rows:
            if row.values["id"] not in done:
                self.refused += refusals(number, Duplicate())
        await self._tell([row for _, row in rows if row.values["id"] in done])

    async def _tell(self, rows: Sequence[Given]) -> None:
        """Timeline, clocks and events of the new postings, as a single push leaves them."""
        now = clock.now()
        steps = {
            models.DRAFT: (("create", models.DRAFT),),
            models.SUBMITTED: (("create", models.DRAFT), ("submit", models.SUBMITTED)),
            models.PUBLISHED: (
                ("create", models.DRAFT),
                ("submit", models.SUBMITTED),
                ("publish", models.PUBLISHED),
            ),
        }
        entries = [
            {"id": new_id(), "subject_id": row.values["id"], "action": action, "to_state": state}
            for row in rows
            for action, state in steps[row.values["state"]]
        ]
        by = {
            "at": now, "actor": self.caller.actor, "org_id": self.caller.org_id,
            "city": self.caller.city,
        }  # fmt: skip
        await bulk.insert_rows(self.session, TimelineEntry, entries, shared=by)
        await self._start_reviews([row for row in rows if row.values["state"] == models.SUBMITTED])
        events = [_event(row) for row in rows if row.values["state"] == models.PUBLISHED]
        shared = {
            "source": "employment", "schema_version": 1, "trace_id": exchange().trace_id,
            "time": now,
        }  # fmt: skip
        await bulk.insert_rows(self.session, OutboxEvent, events, shared=shared)

    async def _start_reviews(self, rows: Sequence[Given]) -> None:
        for city in sorted({row.city for row in rows}):
            length = int(await policy.get(self.session, "emp.review_wd", on=self.today, city=city))
            calendar = await work_calendar(self.session)
            due = deadlines.compute(calendar, self.today, "WD", length)
            shared = {
                "owner_city": city, "audience": city, "code": service.REVIEW,
                "started_on": self.today, "unit": "WD", "length": length, "due_on": due.on,
                "provisional": due.provisional, "basis": "emp.review_wd", "status": deadlines.OPEN,
                "paused_days": 0, "extended_by": 0,
            }  # fmt: skip
            clocks = [
                {
                    "id": new_id(),
                    "subject_id": row.values["id"],
                    "subject_no": row.values["biz_no"],
                }
                for row in rows
                if row.city == city
            ]
            await bulk.insert_rows(self.session, Deadline, clocks, shared=shared)

    async def change(self, number: int, row: Given) -> None:
        """A posting that is known under its source: changed, or left alone when nothing is new."""
        source = _source(row)
        assert source is not None
        found = queries.visible(self.caller).where(
            and_(Posting.source_system == source[0], Posting.source_ref == source[1])
        )
        try:
            async with self.session.begin_nested():
                held = await self.session.scalar(found.with_for_update())
                if held is None:
                    raise Duplicate
                await service.push_again(self.session, self.caller, held, row.record)
        except Problem as problem:
            self.refused += refusals(number, problem)
        except IntegrityError:
            self.refused += refusals(number, Duplicate())


_OFFER = (
    "emp_type", "salary_min", "salary_max", "salary_unit", "target_groups", "headcount",
    "valid_from", "valid_to",
)  # fmt: skip


def _unknown(row: Given) -> FieldError:
    return FieldError(
        field="employer_id" if row.record.employer_id else "employer_uscc",
        code="EMPLOYER_UNKNOWN",
        message_zh="没有登记此用人单位",
        message_en="is not a registered employer",
    )


def _event(row: Given) -> Row:
    values = row.values
    event = PostingPublished(
        posting_id=values["id"],
        version=1,
        occupation=values["occupation"],
        work_division=values["work_division"],
        valid_to=values["valid_to"],
    )
    return {
        "id": new_id(),
        "type": event.type,
        "subject": values["biz_no"],
        "city": row.city,
        "audience": sorted({row.city, *values["share_with"]}),
        "data": event.model_dump_json(),
    }


IMPORTER = Importer(
    name="postings",
    model=PostingRow,
    prepare=prepare,
    write=write,
    titles=TITLES,
    code_titles=CODE_TITLES,
)
