"""The card service in one run: verifications here and through the gateway, growth, a file's rows.

Each figure is a ratio of two things that took turns on the same core.
"""

import asyncio
import json
import os
import shutil
import statistics
import subprocess
import sys
from typing import Any

import asyncpg

from hrss_cli.bench import card_batch, card_growth, card_import, verification
from hrss_cli.bench.load import CONNECTIONS, loader
from hrss_cli.bench.programs import Bench, a_port, bench, pin
from hrss_cli.bench.tokens import mint
from hrss_kit.embedded_pg import EmbeddedPostgres

ROUNDS = 3
SECONDS = 3.0
BARS = {
    "service_to_driver": 0.25,
    "service_to_pgbench": None,  # measured, not judged
    "gateway_to_service": 0.5,
    "batch_to_any": 0.4,
    "growth_of_p50": 1.3,
    "import_to_copy": 0.2,
}
KEYS = "CREATE TABLE bench_keys AS SELECT row_number() OVER () AS n, id_hash FROM holders"
PGBENCH = """
\\set n random(1, {people})
SELECT holders.id_hash, holders.person_name, holders.deceased_on, cards.social_state
FROM holders LEFT JOIN cards ON cards.id_hash = holders.id_hash
WHERE holders.id_hash = (SELECT id_hash FROM bench_keys WHERE n = :n);
"""


def run() -> dict[str, Any]:
    """Measures and returns the figures."""
    figures: dict[str, Any] = {}
    with bench() as place, place.postgres() as cluster:
        figures |= _verifications(place, cluster)
    figures |= card_growth.measure()
    with bench() as place, place.postgres() as cluster:
        figures |= card_import.measure(place, cluster)
    return figures | {
        "bars": BARS,
        "rounds": ROUNDS,
        "connections": CONNECTIONS,
        "loader": loader(),
        "processors": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 1),
    }


def _verifications(place: Bench, cluster: EmbeddedPostgres) -> dict[str, Any]:
    environment = place.member_environment(cluster, "card")
    environment |= {"HRSS_POOL_SIZE": str(verification.POOL)}
    place.run_member("card", "migrate", environment)
    bodies = verification._seed(place, environment)
    asyncio.run(_run(cluster, verification.NO_LIMIT))
    asyncio.run(_run(cluster, KEYS, "CREATE INDEX ON bench_keys (n)", "ANALYZE"))
    ports = {"service": a_port(), "gateway": a_port()}
    words = [sys.executable, "-m", "card", "serve"]
    place.start(words, ports["service"], environment | {"HRSS_PORT": str(ports["service"])})
    _start_gateway(place, cluster, ports)
    headers = {
        "Authorization": f"Bearer {mint(place.secrets)}",
        "Content-Type": "application/json",
        "X-Purpose": "SI_TRANSFER",
    }
    urls = {name: f"http://127.0.0.1:{port}{verification.PATH}" for name, port in ports.items()}
    rates: dict[str, list[float]] = {"service": [], "gateway": [], "driver": [], "pgbench": []}
    failed = 0
    for number in range(ROUNDS + 1):
        seconds = SECONDS if number else 1.0
        found = {}
        for name, url in urls.items():
            found[name], not_2xx = verification._ask(place, url, bodies, seconds, headers)
            failed += not_2xx
        found["driver"], _ = verification._drive(environment["HRSS_DATABASE_URL"], seconds)
        found["pgbench"] = _pgbench(place, environment["HRSS_DATABASE_URL"], seconds)
        for name, rate in found.items() if number else ():  # the first round warms up
            rates[name].append(rate)
    origin = f"http://127.0.0.1:{ports['service']}"
    batches = card_batch.measure(place, environment["HRSS_DATABASE_URL"], origin, bodies)
    has_pgbench = any(rates["pgbench"])
    return {
        **{f"{name}_per_s": round(statistics.median(found)) for name, found in rates.items()},
        "service_to_driver": _ratio(rates, "service", "driver"),
        "service_to_pgbench": _ratio(rates, "service", "pgbench")
        if has_pgbench
        else "skipped: pgbench is not installed (apt-get install postgresql-contrib)",
        "gateway_to_service": _ratio(rates, "gateway", "service"),
        "not_2xx": failed,
        **batches,
    }


def _ratio(rates: dict[str, list[float]], one: str, other: str) -> float:
    pairs = zip(rates[one], rates[other], strict=True)
    return round(statistics.median(a / b for a, b in pairs), 3)


def _start_gateway(place: Bench, cluster: EmbeddedPostgres, ports: dict[str, int]) -> None:
    environment = place.member_environment(cluster, "gateway") | {
        "HRSS_UPSTREAMS": json.dumps({"card": f"http://127.0.0.1:{ports['service']}"}),
        "HRSS_RATE_LIMIT_PER_MINUTE": "600000000",
        "HRSS_ACCESS_LOG": str(place.home / "access.log"),
        "HRSS_MAX_IN_FLIGHT": "1024",
        "HRSS_PORT": str(ports["gateway"]),
    }
    place.run_member("gateway", "migrate", environment)
    place.start([sys.executable, "-m", "gateway", "serve"], ports["gateway"], environment, core=1)


def _pgbench(place: Bench, url: str, seconds: float) -> float:
    """The same select by PostgreSQL's own client in C."""
    program = shutil.which("pgbench")
    if program is None:
        return 0.0
    script = place.home / "select.sql"
    script.write_text(PGBENCH.format(people=verification.PEOPLE), "utf-8")
    script.chmod(0o644)
    words = [*pin(0), program, "-n", "-M", "prepared", "-f", str(script), "-j", "1"]
    words += ["-c", str(verification.POOL), "-T", str(max(1, int(seconds))), url]
    told = subprocess.run(words, capture_output=True, text=True)
    rates = [line for line in told.stdout.splitlines() if line.startswith("tps = ")]
    return float(rates[0].split()[2]) if rates else 0.0


async def _run(cluster: EmbeddedPostgres, *statements: str) -> None:
    connection = await asyncpg.connect(cluster.superuser_dsn("hrss_card"))
    for statement in statements:
        await connection.execute(statement, timeout=1200)
    await connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO card_app")
    await connection.close()
