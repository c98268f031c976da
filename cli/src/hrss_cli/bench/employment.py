"""Search, matching and feeds of the employment service, each against what bounds it.

Search at a million postings against ten thousand, and against the same SQL by the raw driver;
words of two characters by pairs and by trigrams; the best of a million job seekers against a scan
of all of them; rows of a feed against COPY of the rows that it left.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import asyncpg
import httpx
from sqlalchemy import event

from hrss_cli.bench import employment_rows as rows
from hrss_cli.bench.programs import STOP_SECONDS, Bench, a_port, bench, pin
from hrss_cli.bench.tokens import mint
from hrss_cli.failure import CommandFailed
from hrss_kit import policy_defaults, sealing
from hrss_kit.db import Database
from hrss_kit.embedded_pg import EmbeddedPostgres

SMALL, LARGE = (
    int(number) for number in os.environ.get("HRSS_BENCH_POSTINGS", "10000,1000000").split(",")
)
SEEKERS = int(os.environ.get("HRSS_BENCH_SEEKERS", "1000000"))
FEED = int(os.environ.get("HRSS_BENCH_FEED", "20000"))
SEEKER_FILE = int(os.environ.get("HRSS_BENCH_SEEKER_FILE", "20000"))
ASKS = int(os.environ.get("HRSS_BENCH_ASKS", "400"))
ROUNDS = 3
TOP = 20
TRIGRAMS = "((title || ' ' || duties) gin_trgm_ops)"
LONGEST_SECONDS = 1800.0
QUESTIONS: tuple[dict[str, str], ...] = (
    {"q": "焊工", "state": "PUBLISHED"},
    {"q": "仓储", "state": "PUBLISHED", "sort": "-published_at"},
    {"q": "电焊工", "state": "PUBLISHED", "sort": "-pay"},
    {"q": "夜班 司机", "state": "PUBLISHED"},
    {"q": "java", "state": "PUBLISHED", "work_division": "420111"},
    {"q": "稀有", "state": "PUBLISHED"},
    {"occupation": "4-02", "state": "PUBLISHED", "salary_from": "8000.00"},
    {"work_division": "420704", "state": "PUBLISHED", "sort": "-pay"},
)


def run() -> dict[str, Any]:
    """Every figure."""
    with bench() as place, place.postgres() as cluster:
        environment = place.member_environment(cluster, "employment")
        place.run_member("employment", "migrate", environment)
        port = a_port()
        words = [sys.executable, "-m", "employment", "serve"]
        place.start(words, port, environment | {"HRSS_PORT": str(port)}, core=1)
        headers = {"Authorization": f"Bearer {mint(place.secrets)}"}
        address = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, headers=headers, timeout=120) as client:
            figures = _feed(place, client, environment, cluster)
            dsn = cluster.superuser_dsn("hrss_employment")
            asyncio.run(rows.postings(dsn, 0, SMALL))
            small = _search(client)
            asyncio.run(rows.postings(dsn, SMALL, LARGE - SMALL))
            large = _search(client)
        figures |= {
            "search_p50_ms": {str(SMALL): small[0], str(LARGE): large[0]},
            "search_p99_ms": {str(SMALL): small[1], str(LARGE): large[1]},
            "search_p50_ratio": round(large[0] / small[0], 2),
            "search_p99_ratio": round(large[1] / small[1], 2),
        }
        url = environment["HRSS_DATABASE_URL"]
        sealing.use(sealing.KeyRing.load(Path(environment["HRSS_KEY_RING_FILE"])))
        figures |= asyncio.run(_beside_the_driver(url, large[2]))
        figures |= asyncio.run(_words(dsn))
        asyncio.run(rows.seekers(dsn, SEEKERS))
        figures |= asyncio.run(_matching(url))
        figures["load_average"] = round(os.getloadavg()[0], 1)
        return figures


def _search(client: httpx.Client) -> tuple[float, float, float]:
    """p50, p99 and mean of a person's questions, in milliseconds."""
    took = []
    for number in range(ASKS + len(QUESTIONS)):
        begun = time.perf_counter()
        answer = client.get("/employment/v1/postings", params=QUESTIONS[number % len(QUESTIONS)])
        if number >= len(QUESTIONS):  # the first of each opens connections and plans
            took.append((time.perf_counter() - begun) * 1000)
        if answer.status_code != 200:
            raise CommandFailed(f"a search was answered {answer.status_code}")
    cuts = statistics.quantiles(took, n=100)
    return round(statistics.median(took), 2), round(cuts[98], 2), statistics.fmean(took)


async def _beside_the_driver(url: str, mean: float) -> dict[str, Any]:
    """The statements of the same questions, sent by the driver as they are."""
    finding = import_module("employment.postings.finding")
    query_model = import_module("employment.postings.schemas").PostingQuery
    database, sent = Database(url), list[tuple[str, Any]]()
    event.listen(
        database.engine.sync_engine,
        "before_cursor_execute",
        lambda _c, _k, statement, parameters, _x, _m: sent.append((statement, parameters)),
    )
    async with database.sessions() as session:
        for question in QUESTIONS:
            query = query_model.model_validate(question)
            await finding.found(session, rows.WUHAN, query)
    await database.close()
    lists = [one for one in sent if "FROM postings" in one[0] and "EXPLAIN" not in one[0]]
    connection = await asyncpg.connect(url)
    took = []
    for _ in range(max(2, ASKS // len(lists))):
        for statement, parameters in lists:
            begun = time.perf_counter()
            await connection.fetch(statement, *parameters)
            took.append((time.perf_counter() - begun) * 1000)
    await connection.close()
    driver = statistics.fmean(took[len(lists) :])
    return {
        "search_mean_ms": round(mean, 2),
        "driver_mean_ms": round(driver, 2),
        "search_to_driver": round(driver / mean, 3),
    }


async def _words(dsn: str) -> dict[str, Any]:
    """Words of two characters: found by pairs, by trigrams, by reading everything."""
    connection = await asyncpg.connect(dsn)
    text = "(title || ' ' || duties)"
    pairs = f"bigrams{text} @@ bigram_query($1) AND {text} ILIKE '%' || $1 || '%'"
    ways = {
        "bigrams": (pairs, "SET enable_seqscan = off"),
        "trigrams": (f"{text} ILIKE '%' || $1 || '%'", "SET enable_seqscan = off"),
        "scan": (f"{text} ILIKE '%' || $1 || '%'", "SET enable_bitmapscan = off"),
    }
    found: dict[str, Any] = {}
    counts: dict[str, list[int]] = {}
    for name, (condition, setting) in ways.items():
        if name == "trigrams":  # not before, or the planner would use it for the pairs too
            await connection.execute(
                f"CREATE INDEX bench_trigrams ON postings USING gin {TRIGRAMS}"
            )
            await connection.execute("VACUUM ANALYZE postings")
        await connection.execute(f"RESET ALL; {setting}")
        took, counts[name] = [], []
        for word in ("焊工", "稀有", "司机"):
            begun = time.perf_counter()
            query = f"SELECT count(*) FROM postings WHERE {condition}"
            counts[name].append(await connection.fetchval(query, word))
            took.append((time.perf_counter() - begun) * 1000)
        found[f"two_characters_{name}_ms"] = round(statistics.fmean(took), 1)
    for name in ("bigrams", "trigrams"):
        found[f"recall_{name}"] = round(sum(counts[name]) / max(1, sum(counts["scan"])), 4)
    for index in ("ix_postings_words", "bench_trigrams"):
        size = await connection.fetchval("SELECT pg_relation_size($1::regclass)", index)
        found[f"{index.rpartition('_')[2]}_index_mib"] = round(size / 1024**2, 1)
    await connection.execute("DROP INDEX bench_trigrams")
    await connection.close()
    return found


async def _matching(url: str) -> dict[str, Any]:
    """The best of all job seekers for a posting: by the index, and by looking at every one."""
    retrieval = import_module("employment.matching.retrieval")
    rules = import_module("employment.matching.rules")
    weights: Any = policy_defaults.default_value("emp.match_weights")
    ranks: Any = policy_defaults.default_value("common.edu_rank")
    figures = rules.Figures({name: Decimal(str(one)) for name, one in weights.items()}, ranks)
    job = rules.Job(
        occupation="4-02-06-01", district="420704", city="420700",
        skills=rules.skill_keys(["叉车", "WMS", "盘点"]), licences=frozenset(), edu_req="60",
        edu_mandatory=False, exp_years_req=2, monthly_max=Decimal(7000), is_hazardous=False,
        starts_on=date(2026, 10, 12),
    )  # fmt: skip
    side, cells, values = retrieval.seekers_for(job, figures)
    values["caller_city"] = "420700"
    everything = [rows.whole_market(job, figures)]
    database = Database(url)

    async def best(ordered: list[Any]) -> tuple[float, list[Any]]:
        async with database.sessions() as session:
            begun = time.perf_counter()
            found = await retrieval.best(session, side, ordered, figures, values, TOP)
            return (time.perf_counter() - begun) * 1000, found

    await best(cells)
    quick = [await best(cells) for _ in range(5 * ROUNDS)]
    slow = [await best(everything) for _ in range(ROUNDS)]
    await database.close()
    if [one.hundredths for one in quick[0][1]] != [one.hundredths for one in slow[0][1]]:
        raise CommandFailed("the index and the full scan do not find the same")
    by_index = statistics.median(took for took, _ in quick)
    by_scan = statistics.median(took for took, _ in slow)
    return {
        "match_seekers": SEEKERS,
        "match_ms": round(by_index, 1),
        "match_full_scan_ms": round(by_scan, 1),
        "match_scan_to_index": round(by_scan / by_index, 1),
    }


def _feed(
    place: Bench, client: httpx.Client, environment: dict[str, str], cluster: EmbeddedPostgres
) -> dict[str, Any]:
    """Rows a second of files with all their checks, against COPY of the rows that they left."""
    today = datetime.now(UTC).date()
    dsn = cluster.superuser_dsn("hrss_employment")
    asyncio.run(rows.employers(dsn))
    last = today + timedelta(days=30)
    postings = (rows.feed_row(number, today, last) for number in range(FEED))
    rate = _file(place, client, environment, "postings", postings, FEED)
    copied = asyncio.run(rows.copy_rate(dsn, ROUNDS))
    people = (rows.seeker_row(number) for number in range(SEEKER_FILE))
    seeker_rate = _file(place, client, environment, "job-seekers", people, SEEKER_FILE)
    seekers_copied = asyncio.run(rows.copy_rate(dsn, ROUNDS, "job_seekers"))
    # The market that matching is measured on has its own people.
    asyncio.run(rows.forget_seekers(dsn))
    return {
        "import_rows": FEED,
        "import_rows_per_s": round(rate),
        "copy_rows_per_s": round(copied),
        "import_to_copy": round(rate / copied, 3),
        "seeker_import_rows": SEEKER_FILE,
        "seeker_import_rows_per_s": round(seeker_rate),
        "seeker_copy_rows_per_s": round(seekers_copied),
        "seeker_import_to_copy": round(seeker_rate / seekers_copied, 3),
    }


def _file(
    place: Bench,
    client: httpx.Client,
    environment: dict[str, str],
    collection: str,
    lines: Iterable[dict[str, Any]],
    count: int,
) -> float:
    """Rows a second that the worker takes over."""
    file = place.home / f"{collection}.ndjson"
    with file.open("w", encoding="utf-8") as out:
        for row in lines:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    with file.open("rb") as content:
        sent = client.post(
            f"/employment/v1/{collection}/imports",
            files={"file": (file.name, content)},
            headers={"Idempotency-Key": str(uuid.uuid4())},
        )
    sent.raise_for_status()
    job = _worked_off(place.home, client, environment, sent.headers["location"])
    if (job["state"], job["done"]) != ("DONE", count):
        raise CommandFailed(f"the file ended {job['state']} with {job['done']} of {count} rows")
    took = datetime.fromisoformat(job["ended_at"]) - datetime.fromisoformat(job["started_at"])
    return count / took.total_seconds()


def _worked_off(
    home: Path, client: httpx.Client, environment: dict[str, str], location: str
) -> dict[str, Any]:
    with (home / "worker.log").open("ab") as log:
        words = [*pin(0), sys.executable, "-m", "employment", "work"]
        worker = subprocess.Popen(words, env={**os.environ, **environment}, stderr=log, stdout=log)
    try:
        until = time.monotonic() + LONGEST_SECONDS
        while time.monotonic() < until:
            job: dict[str, Any] = client.get(location).json()
            if job["state"] in ("DONE", "FAILED"):
                return job
            time.sleep(0.3)
        raise CommandFailed("the feed does not end")
    finally:
        worker.terminate()
        try:
            worker.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            worker.kill()
