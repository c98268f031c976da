"""Many look-ups in one: one statement finds everybody, one records that they were asked about.

It leaves one audit row, which names everybody, and a row in the log of look-ups for each pair.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import orjson
from fastapi import FastAPI

from card.lookups import limits
from card.lookups.factors import plain_pair
from card.lookups.questions import LOST, SEALED_NAME
from card.lookups.schemas import BatchRequest
from card.verifications.rules import is_same_name
from hrss_kit import audit, clock, policy, sealing
from hrss_kit.context import exchange
from hrss_kit.db import Database
from hrss_kit.divisions import ACTIVE_CITIES
from hrss_kit.ids import new_id
from hrss_kit.problems import TooLarge, Unavailable

TOLD_OF_DEATH = "LIFE_CERT"
FIND = "SELECT id_hash, person_name, deceased_on FROM holders WHERE id_hash = ANY ($1::bytea[])"
# All of them or none: a batch that is more than what is left of today is not answered in part.
RECORD = f"""
WITH callers AS (
    SELECT $17::text AS caller, $18::date AS counted_on, $4::text AS client_id, $3::text AS actor,
           $6::text AS city, $19::bool AS is_system, cardinality($14::uuid[]) AS asked
), counted AS (
    {limits.COUNT_ALL}
), audited AS (
    INSERT INTO audit_entries (
        id, at, actor, client_id, roles, city, org_id, purpose, case_no, operation, subject,
        person_refs, fields, reason, result, trace_id
    )
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULL, $11, $12, NULL, 'OK', $13
    FROM counted
), logged AS (
    INSERT INTO lookup_logs (
        id, at, client_id, actor, city, purpose, operation, person_ref, fields, hit
    )
    SELECT one.id, $2, $4, $3, $6, $8, $10, one.person_ref, $12, one.hit
    FROM counted, unnest($14::uuid[], $15::text[], $16::bool[]) AS one (id, person_ref, hit)
)
SELECT count(*) FROM counted
"""
Asked = tuple[str, bytes]
Result = dict[str, Any]


async def verify_all(app: FastAPI, body: bytes) -> bytes:
    """The reply's JSON, once it is on record: yes or no to each pair, in order."""
    database: Database = app.state.database
    asked = await _read(database, body)
    try:
        pool = await database.driver()
        async with pool.acquire() as connection:
            rows = await connection.fetch(FIND, [id_hash for _, id_hash in asked])
            results = _judge(asked, {row["id_hash"]: row for row in rows})
            at = clock.now()
            record = _record(asked, results, at)
            if not await connection.fetchval(RECORD, *record):
                await _turn_away(connection, record, at)
    except LOST as error:
        raise Unavailable from error
    checked_at = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return orjson.dumps({"checked_at": checked_at, "results": results})


async def _turn_away(
    connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]",
    record: tuple[Any, ...],
    at: datetime,
) -> None:
    """Too many for today: counted as turned away, told to the auditor, and refused on record."""
    entry, caller = audit.values(exchange()), record[16]
    counted = (caller, record[17], entry["client_id"], entry["actor"], entry["city"], record[18])
    await connection.execute(limits.TURN_AWAY, *counted, len(record[13]))
    told = limits.alert(at, [caller], ACTIVE_CITIES, entry["trace_id"])
    await connection.execute(limits.ALERT, *told)
    exchange().fields.clear()  # nothing was returned
    exchange().note(person_refs=record[10])
    raise limits.refusal(at)


async def _read(database: Database, body: bytes) -> list[Asked]:
    """Names and blind indexes; 413 when there are too many, 422 with everything that is wrong."""
    given = orjson.loads(body)
    today = clock.today()
    pairs = given.get("pairs") if isinstance(given, dict) else None
    if isinstance(pairs, list) and pairs:
        async with database.transaction() as session:
            most = int(await policy.get(session, "card.batch_max", on=today))
        if len(pairs) > most:
            raise TooLarge
        asked = [one for one in (plain_pair(pair, today) for pair in pairs) if one is not None]
        if len(given) == 1 and len(asked) == len(pairs):
            return [(one.name, sealing.blind(one.doc_no)) for one in asked]
    # What is not plain is read with care: a document of another kind, or something is wrong.
    model = BatchRequest.model_validate(given)
    return [(str(pair.name), sealing.blind(str(pair.doc_no))) for pair in model.pairs]


def _judge(asked: Sequence[Asked], known: dict[bytes, Any]) -> list[Result]:
    """As many seals opened and names compared for whom nobody knows as for everybody."""
    ring = sealing.ring()
    nobody = ring.seal("查无此人".encode(), SEALED_NAME)
    tells = exchange().purpose == TOLD_OF_DEATH
    results: list[Result] = []
    for name, id_hash in asked:
        row = known.get(id_hash)
        stored = ring.open(nobody if row is None else row["person_name"], SEALED_NAME).decode()
        match = is_same_name(name, stored) and row is not None
        result: Result = {"match": match}
        if tells:
            result["deceased"] = row["deceased_on"] is not None if match and row else None
        results.append(result)
    return results


def _record(asked: Sequence[Asked], results: Sequence[Result], at: datetime) -> tuple[Any, ...]:
    """What `RECORD` takes."""
    refs = [sealing.person_ref(id_hash) for _, id_hash in asked]
    exchange().note(fields=list(results[0]))
    entry = audit.values(exchange())
    ids: list[UUID] = [new_id() for _ in asked]
    principal = exchange().principal
    assert principal is not None  # the route has let somebody in
    return (
        new_id(),
        at,
        entry["actor"],
        entry["client_id"],
        entry["roles"],
        entry["city"],
        entry["org_id"],
        entry["purpose"],
        entry["case_no"],
        entry["operation"],
        list(dict.fromkeys(refs)),
        entry["fields"],
        entry["trace_id"],
        ids,
        refs,
        [result["match"] for result in results],
        limits.caller_of(principal.client_id, principal.sub),
        clock.date_of(at),
        principal.sub == principal.client_id,
    )
