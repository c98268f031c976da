"""Verifications/s at the card service ÷ the same select by the raw driver.

The service does all of its work: token, purpose, seals opened, audit row, look-up log, event,
one durable commit before an answer; over HTTP, one worker. The other side is a single-row select
by the driver alone, with a pool of the same size, as many at once, in one process on the same
core. PostgreSQL is durable on both sides.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import asyncpg

from hrss_cli.bench.load import drive, loader
from hrss_cli.bench.programs import Bench, a_port, bench, pin
from hrss_cli.bench.tokens import mint
from hrss_kit.embedded_pg import EmbeddedPostgres

ROUNDS = 5
SECONDS = 4.0
PEOPLE = 20_000
POOL = 10
CONNECTIONS = 64  # on both sides: more than the pool has, as two cities' counters are
BAR = 0.2
PATH = "/card/v1/verifications"
EVERY_WRONG = 10  # each tenth question names somebody wrong
TICKS = os.sysconf("SC_CLK_TCK")
SELECT = """
SELECT holders.id_hash, holders.person_name, holders.deceased_on, cards.social_state
FROM holders LEFT JOIN cards ON cards.id_hash = holders.id_hash
WHERE holders.id_hash = $1
"""
RECORDED = """
SELECT (SELECT count(*) FROM verifications) AS verifications,
       (SELECT count(*) FROM audit_entries WHERE operation LIKE 'POST %/verifications') AS audited
"""
# wrk calls init once and request for each request: nothing is built while it measures.
SCRIPT = """
local asked, count, turn = {{}}, 0, 0
function init(_)
  for body in io.lines("{bodies}") do
    count = count + 1
    asked[count] = wrk.format("POST", "{path}", wrk.headers, body)
  end
end
function request()
  turn = turn % count + 1
  return asked[turn]
end
"""
# What is measured is a look-up, not how soon a caller has had enough of them: the counters stay.
NO_LIMIT = """
UPDATE policy_parameters SET value = '{"system": 2000000000, "person": 2000000000}'
WHERE key = 'card.lookup_daily_limit'
"""


def run() -> dict[str, Any]:
    """Measures and returns the figures."""
    with bench() as place, place.postgres() as cluster:
        environment = place.member_environment(cluster, "card") | {"HRSS_POOL_SIZE": str(POOL)}
        place.run_member("card", "migrate", environment)
        bodies = _seed(place, environment)
        asyncio.run(_statement(cluster, NO_LIMIT))
        asyncio.run(_statement(cluster, "ANALYZE"))
        port = a_port()
        words = [sys.executable, "-m", "card", "serve"]
        service = place.start(words, port, environment | {"HRSS_PORT": str(port)})
        url = f"http://127.0.0.1:{port}{PATH}"
        headers = {
            "Authorization": f"Bearer {mint(place.secrets)}",
            "Content-Type": "application/json",
            "X-Purpose": "SI_TRANSFER",
        }
        rates: dict[str, list[float]] = {"service": [], "driver": []}
        spent, asked, failed = [0.0, 0.0], 0.0, 0
        selects: list[float] = []
        for number in range(ROUNDS + 1):
            seconds = SECONDS if number else 2.0
            before = _cpu(service.pid, cluster)
            rate, not_2xx = _ask(place, url, bodies, seconds, headers)
            after = _cpu(service.pid, cluster)
            failed += not_2xx
            other, select_cost = _drive(environment["HRSS_DATABASE_URL"], seconds)
            if number:  # the first round warms up
                selects.append(select_cost)
                rates["service"].append(rate)
                rates["driver"].append(other)
                spent = [
                    total + end - start
                    for total, start, end in zip(spent, before, after, strict=True)
                ]
                asked += rate * seconds
        (kept,) = asyncio.run(_statement(cluster, RECORDED))
    costs = [*(1e6 * part / asked for part in spent), statistics.median(selects)]
    return _figures(rates, costs, failed, dict(kept))


def _figures(
    rates: dict[str, list[float]], microseconds: Sequence[float], failed: int, kept: dict[str, int]
) -> dict[str, Any]:
    pairs = zip(rates["service"], rates["driver"], strict=True)
    service, server, select = (round(part) for part in microseconds)
    return {
        "service_per_s": round(statistics.median(rates["service"]), 1),
        "driver_per_s": round(statistics.median(rates["driver"]), 1),
        "ratio": round(statistics.median(a / b for a, b in pairs), 3),
        "ratio_bar": BAR,
        "rounds": ROUNDS,
        "service_rounds": [round(rate) for rate in rates["service"]],
        "driver_rounds": [round(rate) for rate in rates["driver"]],
        "not_2xx": failed,
        "recorded": kept,
        "connections": CONNECTIONS,
        "pool": POOL,
        "people": PEOPLE,
        "loader": loader(),
        "processors": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
        "notes": (
            f"CPU a verification: {service} µs in the service, {server} µs in PostgreSQL; "
            f"CPU a bare select: {select} µs in the driver's process. Three parts of four go to "
            "HTTP, token, purpose and validation, a quarter to seals and the two statements."
        ),
    }


def _seed(place: Bench, environment: dict[str, str]) -> Path:
    """Loads the holders and writes what is asked about them, one body a line."""
    told = subprocess.run(
        [sys.executable, "-m", "card.seed", str(PEOPLE)],
        env={**os.environ, **environment},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    lines = told.splitlines()
    for number in range(0, len(lines), EVERY_WRONG):
        lines[number] = json.dumps({**json.loads(lines[number]), "name": "查无此人"})
    bodies = place.home / "bodies.ndjson"
    bodies.write_text("\n".join(lines) + "\n", "utf-8")
    script = SCRIPT.format(bodies=bodies, path=PATH)
    bodies.with_suffix(".lua").write_text(script, "utf-8")
    return bodies


def _ask(
    place: Bench,
    url: str,
    bodies: Path,
    seconds: float,
    headers: dict[str, str],
    connections: int = CONNECTIONS,
) -> tuple[float, int]:
    if loader() == "wrk":
        script = bodies.with_suffix(".lua")
        reading = drive(url, script, seconds=seconds, headers=headers, connections=connections)
        return reading.per_second, reading.not_2xx
    given = json.dumps(
        {"url": url, "bodies": str(bodies), "headers": headers, "connections": connections}
    )
    found = _measured("load", seconds, given, core=1)
    return found["per_second"], found["not_2xx"]


def _drive(url: str, seconds: float) -> tuple[float, float]:
    found = _measured("driver", seconds, json.dumps({"url": url}), core=0)
    return found["per_second"], found["microseconds"]


def _measured(side: str, seconds: float, given: str, *, core: int) -> dict[str, Any]:
    """One side in a process of its own; what it is told goes in by stdin, not by arguments."""
    words = [*pin(core), sys.executable, "-m", "hrss_cli.bench.verification", side, str(seconds)]
    told = subprocess.run(words, input=given, capture_output=True, text=True, check=True).stdout
    found: dict[str, Any] = json.loads(told)
    return found


def _cpu(pid: int, cluster: EmbeddedPostgres) -> tuple[float, float]:
    """Seconds of processor time: the service's, and PostgreSQL's with all its backends."""
    server = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        if cluster.pid in (int(stat.parent.name), int(fields[1])):
            server += (int(fields[11]) + int(fields[12])) / TICKS
    mine = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(mine[11]) + int(mine[12])) / TICKS, server


async def _statement(cluster: EmbeddedPostgres, text: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(cluster.superuser_dsn("hrss_card"))
    try:
        return list(await connection.fetch(text))
    finally:
        await connection.close()


async def _driver_side(seconds: float, url: str) -> dict[str, Any]:
    async def keep(_connection: asyncpg.Connection) -> None:
        return None

    pool = await asyncpg.create_pool(url, min_size=POOL, max_size=POOL, reset=keep)
    hashes = [row[0] for row in await pool.fetch("SELECT id_hash FROM holders")]
    done, until = 0, time.monotonic() + seconds

    async def one(start: int) -> None:
        nonlocal done
        place = start
        while time.monotonic() < until:
            await pool.fetchrow(SELECT, hashes[place % len(hashes)])
            place += CONNECTIONS
            done += 1

    started, used = time.monotonic(), time.process_time()
    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    rate, used = done / (time.monotonic() - started), time.process_time() - used
    await pool.close()
    return {"per_second": rate, "microseconds": 1e6 * used / done}


async def _load_side(
    seconds: float, url: str, bodies: str, headers: dict[str, str], connections: int
) -> dict[str, Any]:
    """The load where there is no wrk."""
    from pyreqwest.client import ClientBuilder

    client = ClientBuilder().no_proxy().http1_only().build()
    asked = (await asyncio.to_thread(Path(bodies).read_bytes)).splitlines()
    done, failed, until = 0, 0, time.monotonic() + seconds

    async def one() -> None:
        nonlocal done, failed
        while time.monotonic() < until:
            post = client.post(url).headers(list(headers.items()))
            answer = await post.body_bytes(asked[done % len(asked)]).build().send()
            await answer.bytes()
            done += 1
            failed += answer.status >= 300

    started = time.monotonic()
    await asyncio.gather(*(one() for _ in range(connections)))
    return {"per_second": done / (time.monotonic() - started), "not_2xx": failed}


if __name__ == "__main__":
    import uvloop

    side, span = sys.argv[1], float(sys.argv[2])
    told = json.load(sys.stdin)
    measure = _driver_side if side == "driver" else _load_side
    print(json.dumps(uvloop.run(measure(span, **told))))
