"""Social insurance in one run: merged two-city look-ups, a file of months, a plan to parity.

Look-ups/s at the service, audit row committed before each answer, over HTTP, one worker ÷ the
raw driver reading the same rows of months by itself. Months/s of a file, by the worker, sealed and
constrained ÷ COPY of the very rows it left, into tables with the same indexes. Both sides take
turns on the same core; PostgreSQL is durable. HRSS_BENCH_MONTHS is how many months the file has.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx

from hrss_cli.bench import insurance_plans, verification
from hrss_cli.bench.card_import import _peak_mib, _wait
from hrss_cli.bench.load import CONNECTIONS, loader
from hrss_cli.bench.programs import STOP_SECONDS, Bench, a_port, bench, pin
from hrss_cli.bench.tokens import mint
from hrss_cli.failure import CommandFailed
from hrss_kit import identifiers
from hrss_kit.embedded_pg import EmbeddedPostgres

ROUNDS = 3
SECONDS = 3.0
MONTHS = int(os.environ.get("HRSS_BENCH_MONTHS", "300000"))
#: A stretch in each city, five years, half a year of them twice.
STRETCHES = {"420100": ("2016-01", "2020-12"), "420700": ("2020-07", "2025-06")}
STRETCH_MONTHS = 60
PARTNERS = {"420100": "partner.wuhan", "420700": "partner.ezhou"}
PEOPLE = MONTHS // (STRETCH_MONTHS * len(STRETCHES))
A_DAY = 900
PATH = "/social-insurance/v1/participation-lookups"
IMPORTS = "/social-insurance/v1/participations/imports"
DATABASE = "hrss_social_insurance"
TABLES = ("participations", "contribution_months")
HEADING = (
    "person.name,person.doc_no,scheme,city,employer_uscc,person_kind,from_month,to_month,"
    "status,monthly_base,source_ref\n"
)
BARS = {"lookup_to_driver": 0.2, "import_to_copy": 0.2}
SELECT = """
SELECT p.person_name, p.doc_type, p.mobile, p.city, p.scheme, p.employer_uscc, m.month, m.paid
FROM participations AS p JOIN contribution_months AS m ON m.participation_id = p.id
WHERE p.id_hash = $1 ORDER BY m.month
"""


def run() -> dict[str, Any]:
    """Measures and returns the figures."""
    figures: dict[str, Any] = {}
    with bench() as place, place.postgres() as cluster:
        environment = place.member_environment(cluster, "social_insurance")
        environment |= {"HRSS_POOL_SIZE": str(verification.POOL)}
        place.run_member("social_insurance", "migrate", environment)
        port = a_port()
        words = [sys.executable, "-m", "social_insurance", "serve"]
        place.start(words, port, environment | {"HRSS_PORT": str(port)})
        figures |= _imports(place, cluster, environment, port)
        figures |= _lookups(place, cluster, environment, port)
    figures["plans"] = insurance_plans.measure()
    return figures | {
        "bars": BARS,
        "rounds": ROUNDS,
        "connections": CONNECTIONS,
        "loader": loader(),
        "processors": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
    }


def _person(number: int) -> str:
    day, sequence = divmod(number, A_DAY)
    head = f"420199{date(1960, 1, 1) + timedelta(days=day):%Y%m%d}{sequence + 1:03d}"
    return head + identifiers.resident_id_check_digit(head)


def _imports(
    place: Bench, cluster: EmbeddedPostgres, environment: dict[str, str], port: int
) -> dict[str, Any]:
    rates, peak = [], 0.0
    for city, (first, last) in STRETCHES.items():
        path = place.home / f"months-{city}.csv"
        with path.open("w", encoding="utf-8") as out:
            out.write(HEADING)
            for number in range(PEOPLE):
                out.write(
                    f"王测甲,{_person(number)},EMP,{city},91420199MAWH00019J,STAFF,{first},{last},"
                    f"STOPPED,{4000 + number % 3000}.00,{city}-{number}\n"
                )
        rate, held = _import(place, environment, port, city, path)
        rates.append(rate)
        peak = max(peak, held)
    copied = asyncio.run(_copy(cluster))
    imported = statistics.median(rates)
    return {
        "import_months_per_s": round(imported),
        "copy_months_per_s": round(copied),
        "import_to_copy": round(imported / copied, 3),
        "import_months": PEOPLE * STRETCH_MONTHS * len(STRETCHES),
        "worker_peak_mib": round(peak, 1),
    }


def _import(
    place: Bench, environment: dict[str, str], port: int, city: str, path: Path
) -> tuple[float, float]:
    token = mint(place.secrets, PARTNERS[city], city)
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
        with path.open("rb") as file:
            sent = client.post(
                IMPORTS,
                files={"file": (path.name, file)},
                headers={"Idempotency-Key": str(uuid.uuid4())},
            )
        sent.raise_for_status()
        with (place.home / "worker.log").open("ab") as log:
            words = [*pin(0), sys.executable, "-m", "social_insurance", "work"]
            worker = subprocess.Popen(
                words, env={**os.environ, **environment}, stderr=log, stdout=log
            )
        try:
            job = _wait(client, sent.headers["location"])
            peak = _peak_mib(worker.pid)
        finally:
            worker.terminate()
            worker.wait(STOP_SECONDS)
    if (job["state"], job["done"]) != ("DONE", PEOPLE):
        raise CommandFailed(f"the import ended {job['state']} with {job['done']} of {PEOPLE} rows")
    took = datetime.fromisoformat(job["ended_at"]) - datetime.fromisoformat(job["started_at"])
    return PEOPLE * STRETCH_MONTHS / took.total_seconds(), peak


async def _copy(cluster: EmbeddedPostgres) -> float:
    """Months a second by COPY, with their stretches and all indexes, the median of some rounds."""
    connection = await asyncpg.connect(cluster.superuser_dsn(DATABASE))
    held = {}
    for table in TABLES:
        rows = await connection.fetch(f"SELECT * FROM {table}")
        held[table] = (list(rows[0].keys()), [tuple(row) for row in rows])
    rates = []
    for _ in range(ROUNDS):
        for table in TABLES:
            await connection.execute(f"DROP TABLE IF EXISTS copied_{table}")
            await connection.execute(f"CREATE TABLE copied_{table} (LIKE {table} INCLUDING ALL)")
        started = time.monotonic()
        for table, (columns, rows) in held.items():
            await connection.copy_records_to_table(
                f"copied_{table}", records=rows, columns=columns, timeout=1200
            )
        rates.append(len(held["contribution_months"][1]) / (time.monotonic() - started))
    for table in TABLES:
        await connection.execute(f"DROP TABLE copied_{table}")
    await connection.execute("VACUUM ANALYZE")
    await connection.close()
    return statistics.median(rates)


def _lookups(
    place: Bench, cluster: EmbeddedPostgres, environment: dict[str, str], port: int
) -> dict[str, Any]:
    bodies = place.home / "bodies.ndjson"
    lines = [
        json.dumps({"name": "王测甲", "doc_no": _person(number)}, ensure_ascii=False)
        for number in range(PEOPLE)
    ]
    bodies.write_text("\n".join(lines) + "\n", "utf-8")
    script = verification.SCRIPT.format(bodies=bodies, path=PATH)
    bodies.with_suffix(".lua").write_text(script, "utf-8")
    headers = {
        "Authorization": f"Bearer {mint(place.secrets)}",
        "Content-Type": "application/json",
        "X-Purpose": "SI_TRANSFER",
    }
    url, rates, failed = f"http://127.0.0.1:{port}{PATH}", ([], []), 0  # type: ignore[var-annotated]
    for number in range(ROUNDS + 1):
        seconds = SECONDS if number else 1.0
        rate, not_2xx = verification._ask(place, url, bodies, seconds, headers)
        failed += not_2xx
        other = _drive(environment["HRSS_DATABASE_URL"], seconds)
        if number:  # the first round warms up
            rates[0].append(rate)
            rates[1].append(other)
    return {
        "lookup_per_s": round(statistics.median(rates[0])),
        "driver_per_s": round(statistics.median(rates[1])),
        "lookup_to_driver": round(statistics.median(a / b for a, b in zip(*rates, strict=True)), 3),
        "months_a_lookup": STRETCH_MONTHS * len(STRETCHES),
        "not_2xx": failed,
    }


def _drive(url: str, seconds: float) -> float:
    """The driver's side in a process of its own; what it is told goes in by stdin."""
    words = [*pin(0), sys.executable, "-m", "hrss_cli.bench.insurance", str(seconds)]
    told = subprocess.run(words, input=url, capture_output=True, text=True, check=True).stdout
    return float(told)


async def _driver_side(url: str, seconds: float) -> float:
    async def keep(_connection: asyncpg.Connection) -> None:
        return None

    pool = await asyncpg.create_pool(
        url, min_size=verification.POOL, max_size=verification.POOL, reset=keep
    )
    hashes = [row[0] for row in await pool.fetch("SELECT DISTINCT id_hash FROM participations")]
    done, until = 0, time.monotonic() + seconds

    async def one(start: int) -> None:
        nonlocal done
        place = start
        while time.monotonic() < until:
            await pool.fetch(SELECT, hashes[place % len(hashes)])
            place += CONNECTIONS
            done += 1

    started = time.monotonic()
    await asyncio.gather(*(one(number) for number in range(CONNECTIONS)))
    rate = done / (time.monotonic() - started)
    await pool.close()
    return rate


if __name__ == "__main__":
    import uvloop

    print(uvloop.run(_driver_side(sys.stdin.read().strip(), float(sys.argv[1]))))
