"""Job seekers by the file: a few statements a stretch, with every check of a single registration.

What is new is sealed in a thread, checked in memory and written at once; the constraint of one
active registration has the say. Who is registered already goes the way of a single registration,
so that a second city gets its claim; a row that comes again under its source changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

import orjson
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from employment.job_seekers import models, rules, service
from employment.job_seekers.models import GroupTag, JobSeeker, SeekerConsent
from employment.job_seekers.schemas import (
    ConsentIn,
    Experience,
    SeekerCreate,
    SeekerRow,
    SeekerShared,
    TagIn,
)
from employment.matching.models import SeekerProfile
from employment.matching.profiles import values_of
from employment.titles import CODE_TITLES, TITLES
from hrss_kit import bulk, clock, policy, sealing
from hrss_kit.auth import Principal
from hrss_kit.business_number import format_number
from hrss_kit.context import exchange
from hrss_kit.divisions import letters
from hrss_kit.ids import new_id
from hrss_kit.import_worker import refusals
from hrss_kit.imports import Importer, Refused
from hrss_kit.outbox import OutboxEvent
from hrss_kit.problems import NotYourCity, Problem
from hrss_kit.timeline import TimelineEntry

Row = dict[str, Any]
NUMBERS: Final = "SELECT nextval('business_numbers') FROM generate_series(1, :count)"
FACTS: Final = tuple(name for name in service.FACTS if name != "journey_id")


@dataclass(slots=True)
class Given:
    """A row of the file: the registration, and what of it is sealed already."""

    new: SeekerCreate
    sealed: Row
    values: Row = field(default_factory=dict)


def prepare(_caller: Principal, row: SeekerRow) -> Given:
    """The row as a single registration says it, its person sealed."""
    new = SeekerCreate.model_construct(
        **{name: getattr(row, name) for name in SeekerCreate.model_fields}
    )
    if row.experience_occupation and row.experience_months is not None:
        one = Experience(occupation=row.experience_occupation, months=row.experience_months)
        new.experience = [*new.experience, one]
    if row.group:
        tag = TagIn(
            group=row.group,
            evidence_type=row.evidence_type or "STATEMENT",
            evidence_no=row.evidence_no,
        )
        new.groups = [*new.groups, tag]
    if row.match_consent_cities:
        given = ConsentIn(purpose="EMP_MATCH", cities=row.match_consent_cities)
        new.consents = [*new.consents, given]
    person = new.person
    return Given(new, {
        "doc_type": person.doc_type,
        "id_hash": sealing.blind(person.doc_no),
        "person_name": _seal(person.name, "job_seekers.person_name"),
        "doc_no": _seal(person.doc_no, "job_seekers.doc_no"),
        "doc_original": _seal(person.doc_original, "job_seekers.doc_original"),
        "mobile": _seal(person.mobile, "job_seekers.mobile"),
    })  # fmt: skip


def _seal(value: str | None, context: str) -> bytes | None:
    return None if value is None else sealing.ring().seal(value.encode(), context)


async def write(
    session: AsyncSession, caller: Principal, rows: Sequence[tuple[int, Given]]
) -> list[Refused]:
    """Takes a stretch over; answers with those it refused."""
    if caller.city is None:
        return [one for number, _ in rows for one in refusals(number, NotYourCity())]
    refused: list[Refused] = []
    sound: list[tuple[int, Given]] = []
    today = clock.today()
    ages = await service.ages(session, today)
    for number, row in rows:
        try:
            adult_from = service.check_person(row.new, today, *ages)
        except Problem as problem:
            refused += refusals(number, problem)
        else:
            row.values = _values(caller, row, adult_from)
            sound.append((number, row))
    stretch = _Stretch(session, caller, today)
    done = await stretch.insert([row for _, row in sound])
    for number, row in sound:
        if row.values["id"] not in done and not await stretch.is_known(row):
            refused += await _register(session, caller, number, row)
    return refused


async def _register(
    session: AsyncSession, caller: Principal, number: int, row: Given
) -> list[Refused]:
    """A single registration; of a refused one only the claim of a second city stays."""
    told: Problem | None = None
    try:
        async with session.begin_nested():
            try:
                await service.register(session, caller, row.new)
            except Problem as problem:
                if not problem.keeps_effects:
                    raise
                told = problem
    except Problem as problem:
        told = problem
    return refusals(number, told) if told is not None else []


def _values(caller: Principal, row: Given, adult_from: date | None) -> Row:
    new = row.new
    experience = [one.model_dump() for one in new.experience]
    opened = {
        purpose: sorted({city for one in new.consents if one.purpose == purpose
                         for city in one.cities})
        for purpose in (models.MATCH, models.HELP)
    }  # fmt: skip
    values = {name: getattr(new, name) for name in FACTS}
    if values["source_ref"] and not values["source_system"]:
        values["source_system"] = caller.client_id
    return values | row.sealed | {
        "id": new_id(),
        "experience": orjson.dumps(experience).decode(),
        "experience_months": rules.experience_months(experience),
        "adult_from": adult_from,
        "match_cities": opened[models.MATCH],
        "help_cities": opened[models.HELP],
    }  # fmt: skip


class _Stretch:
    """The rows of one transaction."""

    def __init__(self, session: AsyncSession, caller: Principal, today: date) -> None:
        assert caller.city is not None  # asked before
        self.session, self.caller, self.today, self.city = session, caller, today, caller.city
        self.now = clock.now()
        self.shared = {
            "version": 1, "created_at": self.now, "created_by": caller.actor,
            "updated_at": self.now, "updated_by": caller.actor,
            "owner_city": caller.city,
        }  # fmt: skip

    async def insert(self, rows: Sequence[Given]) -> set[Any]:
        """New registrations by one statement; answers with the ids that were written."""
        for row, number in zip(rows, await self._numbers(len(rows)), strict=True):
            row.values["biz_no"] = number
        written = [row.values for row in rows]
        done = await bulk.insert_rows(
            self.session, JobSeeker, written, shared={**self.shared, "state": models.SEEKING},
            ignore_conflicts=True,
        )  # fmt: skip
        fresh = [row for row in rows if row.values["id"] in done]
        await self._tags(fresh)
        await self._consents(fresh)
        await self._profiles(fresh)
        await self._say([{"subject_id": row.values["id"], "action": "register",
                          "to_state": models.SEEKING} for row in fresh])  # fmt: skip
        refs = [sealing.person_ref(row.values["id_hash"]) for row in fresh]
        exchange().note(person_refs=refs, fields=["person"])
        return done

    async def is_known(self, row: Given) -> bool:
        """Whether this very row was taken over before."""
        system, ref = row.values["source_system"], row.values["source_ref"]
        if not ref:
            return False
        same = select(JobSeeker.id).where(
            JobSeeker.source_system == system,
            JobSeeker.source_ref == ref,
            JobSeeker.id_hash == row.values["id_hash"],
            JobSeeker.owner_city == self.city,
        )
        return await self.session.scalar(same) is not None

    async def _numbers(self, count: int) -> list[str]:
        drawn = await self.session.scalars(text(NUMBERS), {"count": count})
        return [format_number("EM", letters(self.city), self.today, one) for one in drawn]

    async def _tags(self, rows: Sequence[Given]) -> None:
        years = int(await policy.get(self.session, "emp.grad_window_years", on=self.today))
        made = [
            {
                "id": new_id(),
                "seeker_id": row.values["id"],
                "group_code": tag.group,
                "evidence_type": tag.evidence_type,
                "evidence_no": _seal(tag.evidence_no, "group_tags.evidence_no"),
                "graduated_on": tag.graduated_on,
                "status": (tag.status or "LEFT_UNEMPLOYED") if tag.group == "GRAD" else None,
                "valid_to": rules.tag_ends_on(tag.group, tag.valid_to, tag.graduated_on, years),
            }
            for row in rows
            for tag in {one.group: one for one in row.new.groups}.values()
        ]
        for tag, number in zip(made, await self._numbers(len(made)), strict=True):
            tag["biz_no"] = number
        await bulk.insert_rows(
            self.session, GroupTag, made, shared={**self.shared, "state": "CLAIMED"}
        )
        await self._say([{"subject_id": tag["id"], "action": "claim", "to_state": "CLAIMED"}
                         for tag in made])  # fmt: skip

    async def _consents(self, rows: Sequence[Given]) -> None:
        given = [(row, one) for row in rows for one in row.new.consents]
        kept = {
            (row.values["id"], one.purpose, city): {
                "id": new_id(), "seeker_id": row.values["id"], "purpose": one.purpose,
                "city": city, "notice_id": one.notice_id,
            }
            for row, one in given
            for city in one.cities
        }  # fmt: skip
        by = {"given_at": self.now, "given_by": self.caller.actor}
        await bulk.insert_rows(self.session, SeekerConsent, list(kept.values()), shared=by)
        await self._say(
            [{"subject_id": row.values["id"], "action": "give-consent", "reason": one.purpose}
             for row, one in given]
        )  # fmt: skip
        shared = {
            "type": SeekerShared.type, "source": "employment", "city": self.city,
            "schema_version": 1, "trace_id": exchange().trace_id, "time": self.now,
        }  # fmt: skip
        events = [
            {
                "id": new_id(),
                "subject": row.values["biz_no"],
                "audience": sorted({self.city, *one.cities}),
                "person_ref": sealing.person_ref(row.values["id_hash"]),
                "data": SeekerShared(
                    seeker_id=row.values["id"], cities=sorted(set(one.cities)), purpose=one.purpose
                ).model_dump_json(),
            }
            for row, one in given
        ]
        await bulk.insert_rows(self.session, OutboxEvent, events, shared=shared)

    async def _profiles(self, rows: Sequence[Given]) -> None:
        made = []
        for row in rows:
            facts = {name: row.values[name] for name in _PROFILED}
            seen = JobSeeker(**facts, owner_city=self.city, created_at=self.now)
            made.append(values_of(seen, []))
        await bulk.insert_rows(self.session, SeekerProfile, made, returning="seeker_id")

    async def _say(self, entries: list[Row]) -> None:
        by = {"at": self.now, "actor": self.caller.actor, "org_id": self.caller.org_id,
              "city": self.caller.city}  # fmt: skip
        named = [{"id": new_id(), **entry} for entry in entries]
        await bulk.insert_rows(self.session, TimelineEntry, named, shared=by)


_PROFILED: Final = (
    "id", "match_cities", "edu", "skills", "licences", "experience_months",
    "expected_occupations", "expected_salary_min", "accept_cities", "residence_division",
    "accept_districts", "adult_from",
)  # fmt: skip

IMPORTER = Importer(
    name="job-seekers",
    model=SeekerRow,
    prepare=prepare,
    write=write,
    titles=TITLES,
    code_titles=CODE_TITLES,
)
