"""Verifying who somebody is: yes or no, and nothing else about anybody.

This is the service's main job, so it goes straight through the driver, a batch at a time. What
is unknown and what does not match take the same statements, open as many sealed values and
compare as many names: neither answer, headers nor time tells them apart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from fastapi import FastAPI
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from card import numbers
from card.batching import Batches
from card.cards.rules import ecard_state
from card.verifications import rules, statements
from card.verifications.models import Verification
from card.verifications.schemas import CardVerified, VerificationRead, VerificationRequest
from hrss_kit import audit, clock, policy, resources, sealing
from hrss_kit.auth import Principal
from hrss_kit.context import Exchange, exchange
from hrss_kit.db import Database
from hrss_kit.ids import new_id
from hrss_kit.problems import Conflict, Unavailable

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


class TokenExpired(Conflict):
    """The e-card token is too old; one that never was looks the same."""

    code = "TOKEN_EXPIRED"
    title_zh, title_en = "电子社保卡动态码已失效", "The e-card token has expired"


class GenerationStopped(Conflict):
    """Cards of the first generation are no longer taken in their city; `offer` says what is."""

    code = "GENERATION_STOPPED"
    title_zh = "该代社会保障卡已停用，请换领新卡"
    title_en = "Cards of this generation are no longer in use; a new one can be had"


class VerificationExpired(Conflict):
    """Longer ago than `card.verification_ttl_min`."""

    code = "VERIFICATION_EXPIRED"
    title_zh, title_en = "核验已过期，请重新核验", "The verification has expired, verify again"


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be verified, by whom, when and why."""

    verification_id: UUID
    at: datetime
    caller: Principal
    present: Exchange
    id_hash: bytes | None
    line: rules.ReaderLine | None
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes or no, and whose row it was when there was one."""

    match: bool
    person_ref: str | None
    reply: dict[str, Any]


def visible(caller: Principal) -> Select[Verification]:
    """The suite's own services may follow up any verification, others what they made."""
    mine = (Verification.client_id == caller.client_id) & (Verification.sub == caller.sub)
    return select(Verification) if caller.is_service else select(Verification).where(mine)


async def verify(app: FastAPI, caller: Principal, asked: VerificationRequest) -> bytes:
    """The answer's JSON, once it is on record."""
    if asked.ecard_token is not None:
        # No token has been given out: whatever is shown is not, or no longer, one of ours.
        raise TokenExpired
    line = None
    if asked.reader_line is not None:
        line, _ = rules.read_line(asked.reader_line, today=clock.today())
        assert line is not None  # the request model has read it
        await _check_generation(app.state.database, line)
    number = asked.doc_no if line is None else line.doc_no
    names = (asked.name, line.name if line else None)
    question = Question(
        verification_id=new_id(),
        at=clock.now(),
        caller=caller,
        present=exchange(),
        id_hash=None if number is None else sealing.blind(number),
        line=line,
        names=tuple(name for name in names if name is not None),
    )
    try:
        verdict = await _batches(app).ask(question)
    except LOST as error:
        raise Unavailable from error
    return orjson.dumps(verdict.reply)


async def read(session: AsyncSession, caller: Principal, verification_id: UUID) -> VerificationRead:
    """A verification that is still good; 409 once its time is over."""
    found = await resources.load(session, visible(caller).where(Verification.id == verification_id))
    minutes = await policy.get(
        session, "card.verification_ttl_min", on=clock.date_of(found.checked_at)
    )
    expires_at = found.checked_at + timedelta(minutes=int(minutes))
    if clock.now() > expires_at:
        raise VerificationExpired
    return VerificationRead(
        verification_id=found.id,
        match=found.match,
        checked_at=found.checked_at,
        expires_at=expires_at,
        expired=False,
        person_ref=found.person_ref,
    )


async def _check_generation(database: Database, line: rules.ReaderLine) -> None:
    if line.generation != "G1":
        return
    city, today = numbers.issuing_city(line.issuing_division), clock.today()
    async with database.transaction() as session:
        try:
            stopped_on = await policy.get(session, "card.g1_stop_on", on=today, city=city)
        except policy.MissingParameter:
            return
    if today.isoformat() >= str(stopped_on):
        raise GenerationStopped(offer="RENEW")


def _batches(app: FastAPI) -> Batches[Question, Verdict]:
    found: Batches[Question, Verdict] | None = getattr(app.state, "verifications", None)
    if found is None:
        database: Database = app.state.database
        nobody = sealing.ring().seal("查无此人".encode(), SEALED_NAME)

        async def answer(questions: Sequence[Question]) -> Sequence[Verdict]:
            return await _answer(database, questions, nobody)

        found = Batches(answer, unanswerable=(asyncpg.DataError,))
        app.state.verifications = found
    return found


async def _answer(
    database: Database, questions: Sequence[Question], nobody: bytes
) -> Sequence[Verdict]:
    pool = await database.driver()
    codes = [
        question.line and numbers.identification_hash(question.line.identification_code)
        for question in questions
    ]
    async with pool.acquire() as connection:
        rows = await connection.fetch(
            statements.FIND, [question.id_hash for question in questions], codes
        )
        verdicts = [
            judge(question, row, nobody) for question, row in zip(questions, rows, strict=True)
        ]
        records = map(_record, questions, verdicts)
        await connection.execute(statements.RECORD, *zip(*records, strict=True))
    return verdicts


def judge(question: Question, row: Any, nobody: bytes) -> Verdict:
    """Whether the row is of whom the caller says; what is unknown is compared with nobody."""
    is_known = row["person_name"] is not None
    stored = sealing.ring().open(row["person_name"] if is_known else nobody, SEALED_NAME).decode()
    same = [rules.is_same_name(name, stored) for name in question.names]
    match = is_known and all(same)
    if question.line is not None:
        match = match and _agrees(question, question.line, row)
    person_ref = sealing.person_ref(row["id_hash"]) if is_known else None
    state = row["social_state"] if match else None
    reply: dict[str, Any] = {
        "verification_id": str(question.verification_id),
        "match": match,
        "card_state": state,
        "ecard_state": ecard_state(
            state, has_active_successor=row["has_active_card"] and state != "ACTIVE"
        )
        if state
        else None,
        "checked_at": question.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
    }
    if question.present.purpose in TOLD_OF_DEATH:
        reply["deceased"] = row["deceased_on"] is not None if match else None
    return Verdict(match, person_ref, reply)


def _agrees(question: Question, line: rules.ReaderLine, row: Any) -> bool:
    """Whether everything the chip said is what its register row says."""
    number = line.card_no and numbers.card_no_hash(line.issuing_division, line.card_no)
    said = (
        (question.id_hash, row["id_hash"]),
        (number, row["card_no_hash"]),
        (line.spec_version, row["spec_version"]),
        (line.issued_on, row["issued_on"]),
        (line.valid_to, row["valid_to"]),
    )
    return bool(row["is_presented"]) and all(
        given is None or given == stored for given, stored in said
    )


def _record(question: Question, verdict: Verdict) -> tuple[Any, ...]:
    """One row of `statements.RECORD`."""
    present, caller = question.present, question.caller
    returned = [name for name, value in verdict.reply.items() if value is not None]
    returned.remove("verification_id")
    asked_ref = sealing.person_ref(question.id_hash) if question.id_hash else verdict.person_ref
    present.note(subject=str(question.verification_id), fields=returned)
    entry = audit.values(present)
    assurance = rules.KNOWN if question.line is None else rules.PRESENTED
    event = CardVerified(
        verification_id=question.verification_id, match=verdict.match, assurance=assurance
    )
    return (
        question.verification_id,
        question.at,
        caller.client_id,
        caller.sub,
        caller.actor,
        statements.SEPARATOR.join(entry["roles"]),
        entry["city"],
        entry["org_id"],
        entry["purpose"],
        entry["case_no"],
        entry["trace_id"],
        asked_ref,
        verdict.person_ref if verdict.match else None,
        verdict.match,
        assurance,
        statements.SEPARATOR.join(entry["fields"]),
        new_id(),
        new_id(),
        event.model_dump_json(),
    )
