"""How every look-up of the card service is asked: found, judged, recorded, then answered.

Questions of one kind that arrive together are found by one statement and recorded by one,
straight through the driver. What is unknown and what does not match take the same statements,
open as many sealed values and compare as many names: neither answer, headers nor time tells
them apart.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from fastapi import FastAPI

from card import numbers
from card.batching import Batches
from card.lookups import generations, limits, statements
from card.verifications import rules
from hrss_kit import audit, clock, sealing
from hrss_kit.auth import Principal
from hrss_kit.context import Exchange, exchange
from hrss_kit.db import Database
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.ids import new_id
from hrss_kit.problems import Problem, Unavailable

SEALED_NAME = "holders.person_name"
TOLD_OF_DEATH = ("LIFE_CERT", "BENEFIT_PAY")
LOST = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
)
Key = tuple[bytes | None, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked about, by whom, when and why."""

    id: UUID
    at: datetime
    caller: Principal
    present: Exchange
    id_hash: bytes | None
    line: rules.ReaderLine | None
    names: tuple[str, ...]
    keys: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """Yes or no, whose row it was when there was one, and that row."""

    match: bool
    person_ref: str | None
    row: Any


@dataclass(slots=True)
class Verdict:
    """What is answered, and what is recorded of it."""

    match: bool
    person_ref: str | None
    reply: dict[str, Any]
    assurance: str | None = None
    event: str | None = None
    # The city of a first-generation card that does match, and whether the card itself was shown.
    g1_city: str | None = None
    is_shown: bool = True
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of look-up: its statement, and what is made of the rows."""

    name: str
    find: str
    judge: Callable[[Question, Found], Verdict]


def question(
    names: Sequence[str | None],
    *,
    id_hash: bytes | None,
    line: rules.ReaderLine | None,
    keys: Sequence[Key],
) -> Question:
    """A question of the caller of the exchange in progress."""
    present = exchange()
    assert present.principal is not None  # the route has let somebody in
    return Question(
        id=new_id(),
        at=clock.now(),
        caller=present.principal,
        present=present,
        id_hash=id_hash,
        line=line,
        names=tuple(name for name in names if name is not None),
        keys=tuple(keys),
    )


async def read_line(database: Database, text: str | None) -> rules.ReaderLine | None:
    """The reader's line, which the request model has found sound; 409 for a stopped card."""
    if text is None:
        return None
    line, _ = rules.read_line(text, today=clock.today())
    assert line is not None
    if line.generation == generations.FIRST:
        city = numbers.issuing_city(line.issuing_division)
        if await generations.is_stopped(database, city, clock.today()):
            raise generations.GenerationStopped(offer=generations.OFFER)
    return line


async def ask(app: FastAPI, kind: Kind, asked: Question) -> Verdict:
    """The verdict, once it is on record."""
    try:
        return await _batches(app, kind).ask(asked)
    except LOST as error:
        raise Unavailable from error


def _batches(app: FastAPI, kind: Kind) -> Batches[Question, Verdict]:
    lanes: dict[str, Batches[Question, Verdict]] | None = getattr(app.state, "lookups", None)
    if lanes is None:
        lanes = app.state.lookups = {}
    if kind.name not in lanes:
        database: Database = app.state.database
        nobody = sealing.ring().seal("查无此人".encode(), SEALED_NAME)

        async def answer(questions: Sequence[Question]) -> Sequence[Verdict]:
            return await _answer(database, kind, questions, nobody)

        lanes[kind.name] = Batches(answer, unanswerable=(asyncpg.DataError,))
    return lanes[kind.name]


async def _answer(
    database: Database, kind: Kind, questions: Sequence[Question], nobody: bytes
) -> Sequence[Verdict]:
    keys = [(place, *key) for place, one in enumerate(questions) for key in one.keys]
    rows: list[list[Any]] = [[] for _ in questions]
    pool = await database.driver()
    async with pool.acquire() as connection:
        for row in await connection.fetch(kind.find, *zip(*keys, strict=True)):
            rows[row["place"]].append(row)
        verdicts = [
            kind.judge(one, compare(one, its, nobody))
            for one, its in zip(questions, rows, strict=True)
        ]
        await _stop(database, verdicts, clock.date_of(questions[0].at))
        records = map(_record, questions, verdicts)
        over = await connection.fetch(statements.RECORD, *zip(*records, strict=True))
        if over:
            await _turn_away(connection, questions, verdicts, {row["id"] for row in over})
    return verdicts


async def _turn_away(
    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]",
    questions: Sequence[Question],
    verdicts: Sequence[Verdict],
    over: set[UUID],
) -> None:
    """Whoever is over today's limit is told so, and the auditor is told of them."""
    callers = []
    for one, verdict in zip(questions, verdicts, strict=True):
        if one.id in over:
            verdict.problem = limits.refusal(one.at)
            callers.append(limits.caller_of(one.caller.client_id, one.caller.sub))
    at, trace_id = questions[0].at, questions[0].present.trace_id
    await connection.execute(limits.ALERT, *limits.alert(at, callers, ACTIVE_CITIES, trace_id))


def compare(asked: Question, rows: Sequence[Any], nobody: bytes) -> Found:
    """Whether a row is of whom the caller says; what is unknown is compared with nobody."""
    known = [row for row in rows if row["person_name"] is not None]
    found = Found(False, None, None)
    for row in known or rows[:1]:
        sealed = nobody if row["person_name"] is None else row["person_name"]
        stored = sealing.ring().open(sealed, SEALED_NAME).decode()
        same = [rules.is_same_name(name, stored) for name in asked.names]
        match = row["person_name"] is not None and all(same)
        if asked.line is not None:
            match = match and _agrees(asked, asked.line, row)
        if match or found.row is None:
            person_ref = None if row["id_hash"] is None else sealing.person_ref(row["id_hash"])
            found = Found(match, person_ref, row)
    return found


def _agrees(asked: Question, line: rules.ReaderLine, row: Any) -> bool:
    """Whether everything the chip said is what its register row says."""
    number = line.card_no and numbers.card_no_hash(line.issuing_division, line.card_no)
    said = (
        (asked.id_hash, row["id_hash"]),
        (number, row["card_no_hash"]),
        (line.spec_version, row["spec_version"]),
        (line.issued_on, row["issued_on"]),
        (line.valid_to, row["valid_to"]),
    )
    return bool(row["is_presented"]) and all(
        given is None or given == stored for given, stored in said
    )


async def _stop(database: Database, verdicts: Sequence[Verdict], today: date) -> None:
    """Refuses the first-generation cards that their city takes no longer."""
    for verdict in verdicts:
        if verdict.g1_city is not None and await generations.is_stopped(
            database, verdict.g1_city, today
        ):
            if not verdict.is_shown:  # somebody is asked about, no card is to be used
                verdict.reply["offer"] = generations.OFFER
                continue
            verdict.problem = generations.GenerationStopped(offer=generations.OFFER)
            verdict.match, verdict.assurance, verdict.event = False, None, None


def _record(asked: Question, verdict: Verdict) -> tuple[Any, ...]:
    """One row of `statements.RECORD`."""
    present, caller = asked.present, asked.caller
    returned = [] if verdict.problem else [n for n, v in verdict.reply.items() if v is not None]
    if "verification_id" in returned:
        returned.remove("verification_id")
    asked_ref = sealing.person_ref(asked.id_hash) if asked.id_hash else verdict.person_ref
    present.note(subject=str(asked.id), fields=returned)
    entry = audit.values(present, verdict.problem.code if verdict.problem else "OK")
    return (
        asked.id,
        asked.at,
        caller.client_id,
        caller.sub,
        caller.actor,
        statements.SEPARATOR.join(entry["roles"]),
        entry["city"],
        entry["org_id"],
        entry["purpose"],
        entry["case_no"],
        entry["operation"],
        entry["trace_id"],
        asked_ref,
        verdict.person_ref if verdict.match else None,
        verdict.match,
        entry["result"],
        statements.SEPARATOR.join(entry["fields"]),
        new_id(),
        new_id(),
        verdict.assurance,
        verdict.event,
        limits.caller_of(caller.client_id, caller.sub),
        clock.date_of(asked.at),
    )
