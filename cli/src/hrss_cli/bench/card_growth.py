"""How a verification's time grows with the number of cards: two services that take turns.

One has as many cards as the other benchmarks, the other HRSS_BENCH_CARDS (2 000 000; for a quick
look 200 000), each in a PostgreSQL of its own. What loading left to be written is written first.
"""

import asyncio
import http.client
import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from hrss_cli.bench import verification
from hrss_cli.bench.programs import Bench, a_port, bench
from hrss_cli.bench.tokens import mint
from hrss_kit.embedded_pg import EmbeddedPostgres

CARDS = int(os.environ.get("HRSS_BENCH_CARDS", "2000000"))
FILL_AT_ONCE = 100_000
ASKED_ALONE = 500
ROUNDS = 7
# What the sealed columns hold is never opened: only how many rows there are matters here.
FILL_HOLDERS = """
INSERT INTO holders (id, biz_no, owner_city, version, created_at, created_by, updated_at,
                     updated_by, doc_type, id_hash, person_name, doc_no)
SELECT md5('h' || n)::uuid, 'FILL-H-' || n, '420100', 1, now(), 'bench', now(), 'bench', '01',
       sha256(('h' || n)::bytea), sha256(('p' || n)::bytea), sha256(('d' || n)::bytea)
FROM generate_series($1::int, $2::int) AS n
"""
FILL_CARDS = """
INSERT INTO cards (id, biz_no, owner_city, version, created_at, created_by, updated_at, updated_by,
                   holder_id, id_hash, issuing_division, card_no, card_no_hash,
                   identification_code, identification_hash, spec_version, generation, issued_on,
                   valid_to, social_state, financial_state, pin_failures)
SELECT md5('c' || n)::uuid, 'FILL-C-' || n, '420100', 1, now(), 'bench', now(), 'bench',
       md5('h' || n)::uuid, sha256(('h' || n)::bytea), '420199', sha256(('a' || n)::bytea),
       sha256(('b' || n)::bytea), sha256(('e' || n)::bytea), sha256(('f' || n)::bytea), '3.00',
       'G3', '2021-12-03', '2031-12-02', 'ACTIVE', 'NONE', 0
FROM generate_series($1::int, $2::int) AS n
"""


@dataclass(frozen=True, slots=True)
class Side:
    """A card service that is asked."""

    port: int
    bodies: Path
    headers: dict[str, str]


def measure() -> dict[str, Any]:
    """The median of one verification after the other with many cards ÷ with few."""
    with bench() as one, one.postgres() as few, bench() as other, other.postgres() as many:
        small, large = _served(one, few), _served(other, many)
        asyncio.run(_fill(many))
        os.sync()
        # The first round warms up.
        pairs = [(_p50(small), _p50(large)) for _ in range(ROUNDS + 1)][1:]
    return {
        "p50_ms_with_20k_cards": round(statistics.median(few for few, _ in pairs), 3),
        "p50_ms_with_all_cards": round(statistics.median(many for _, many in pairs), 3),
        "cards": CARDS,
        "growth_of_p50": round(statistics.median(many / few for few, many in pairs), 3),
    }


def _served(place: Bench, cluster: EmbeddedPostgres) -> Side:
    environment = place.member_environment(cluster, "card")
    place.run_member("card", "migrate", environment)
    bodies = verification._seed(place, environment)
    asyncio.run(verification._statement(cluster, verification.NO_LIMIT))
    asyncio.run(verification._statement(cluster, "VACUUM (FREEZE, ANALYZE)"))
    port = a_port()
    words = [sys.executable, "-m", "card", "serve"]
    place.start(words, port, environment | {"HRSS_PORT": str(port)})
    headers = {
        "Authorization": f"Bearer {mint(place.secrets)}",
        "Content-Type": "application/json",
        "X-Purpose": "SI_TRANSFER",
    }
    return Side(port, bodies, headers)


def _p50(side: Side) -> float:
    """The median time of one verification after the other, in milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", side.port)
    lines = side.bodies.read_bytes().splitlines()
    step, took = max(1, len(lines) // ASKED_ALONE), []
    for body in lines[::step]:
        started = time.perf_counter()
        connection.request("POST", verification.PATH, body, side.headers)
        connection.getresponse().read()
        took.append(1000 * (time.perf_counter() - started))
    connection.close()
    return statistics.median(took)


async def _fill(cluster: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(cluster.superuser_dsn("hrss_card"))
    for first in range(verification.PEOPLE, CARDS, FILL_AT_ONCE):
        last = min(first + FILL_AT_ONCE, CARDS) - 1
        await connection.execute(FILL_HOLDERS, first, last, timeout=1200)
        await connection.execute(FILL_CARDS, first, last, timeout=1200)
    await connection.execute("VACUUM (FREEZE, ANALYZE) holders", timeout=1200)
    await connection.execute("VACUUM (FREEZE, ANALYZE) cards", timeout=1200)
    await connection.execute("CHECKPOINT")
    await connection.close()
