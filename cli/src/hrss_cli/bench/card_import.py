"""Rows/s of a file of cards ÷ COPY of the very rows that it left, sealed as they are.

The file goes the whole way: multipart, checks of each field, seals, constraints, timeline, events.
The other side copies the finished rows of both tables into tables with the same indexes.
"""

import asyncio
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

from hrss_cli.bench.programs import STOP_SECONDS, Bench, a_port, pin
from hrss_cli.bench.tokens import mint
from hrss_cli.failure import CommandFailed
from hrss_kit import identifiers
from hrss_kit.embedded_pg import EmbeddedPostgres

SMALL, LARGE = (
    int(number) for number in os.environ.get("HRSS_BENCH_IMPORT", "20000,200000").split(",")
)
ROUNDS = 3
A_DAY = 900
LONGEST_SECONDS = 1800.0
HEADING = (
    "identification_code,card_no,spec_version,issued_on,bank_code,bank_account,"
    "holder.name,holder.doc_no,holder.mobile\n"
)
TABLES = ("holders", "cards")


def measure(place: Bench, cluster: EmbeddedPostgres) -> dict[str, Any]:
    """Imports a small and a large file, each by a worker of its own, and copies the large one."""
    environment = place.member_environment(cluster, "card")
    place.run_member("card", "migrate", environment)
    port = a_port()
    words = [sys.executable, "-m", "card", "serve"]
    place.start(words, port, environment | {"HRSS_PORT": str(port)}, core=1)
    headers = {"Authorization": f"Bearer {mint(place.secrets)}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
        _, small = _import(place, client, environment, 0, SMALL)
        rate, large = _import(place, client, environment, SMALL, LARGE)
    copied = asyncio.run(_copy(cluster))
    return {
        "import_rows_per_s": round(rate),
        "copy_rows_per_s": round(copied),
        "import_to_copy": round(rate / copied, 3),
        "import_rows": LARGE,
        "worker_peak_mib": {str(SMALL): round(small, 1), str(LARGE): round(large, 1)},
    }


def _file(path: Path, first: int, count: int) -> None:
    """Synthetic cards of Wuhan (domain §6)."""
    with path.open("w", encoding="utf-8") as out:
        out.write(HEADING)
        for number in range(first, first + count):
            day, sequence = divmod(number, A_DAY)
            head = f"420199{date(1940, 1, 1) + timedelta(days=day):%Y%m%d}{sequence + 1:03d}"
            account = f"9999994201{number:08d}"
            out.write(
                f"420199D15600000500{number:014X},W{number:08d},3.00,"
                f"{date(2020, 1, 1) + timedelta(days=number % 2000)},999,"
                f"{account}{identifiers.luhn_digit(account)},王测甲,"
                f"{head}{identifiers.resident_id_check_digit(head)},144{number:08d}\n"
            )


def _import(
    place: Bench, client: httpx.Client, environment: dict[str, str], first: int, count: int
) -> tuple[float, float]:
    path = place.home / f"cards-{count}.csv"
    _file(path, first, count)
    subprocess.run(["gzip", "-f", str(path)], check=True)
    with path.with_suffix(".csv.gz").open("rb") as file:
        sent = client.post(
            "/card/v1/cards/imports",
            files={"file": (path.name, file)},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
    sent.raise_for_status()
    with (place.home / "worker.log").open("ab") as log:
        words = [*pin(0), sys.executable, "-m", "card", "work"]
        worker = subprocess.Popen(words, env={**os.environ, **environment}, stderr=log, stdout=log)
    try:
        job = _wait(client, sent.headers["location"])
        peak = _peak_mib(worker.pid)
    finally:
        worker.terminate()
        worker.wait(STOP_SECONDS)
    if (job["state"], job["done"]) != ("DONE", count):
        raise CommandFailed(f"the import ended {job['state']} with {job['done']} of {count} rows")
    took = datetime.fromisoformat(job["ended_at"]) - datetime.fromisoformat(job["started_at"])
    return count / took.total_seconds(), peak


def _wait(client: httpx.Client, location: str) -> dict[str, Any]:
    until = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < until:
        job: dict[str, Any] = client.get(location).json()
        if job["state"] in ("DONE", "FAILED"):
            return job
        time.sleep(0.5)
    raise CommandFailed("the import does not end")


def _peak_mib(pid: int) -> float:
    """The most memory the process ever held (VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


async def _copy(cluster: EmbeddedPostgres) -> float:
    """Cards a second by COPY, both tables with all their indexes, the median of some rounds."""
    connection = await asyncpg.connect(cluster.superuser_dsn("hrss_card"))
    held = {}
    for table in TABLES:
        rows = await connection.fetch(f"SELECT * FROM {table} LIMIT {LARGE}")
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
        rates.append(LARGE / (time.monotonic() - started))
    await connection.close()
    return statistics.median(rates)
