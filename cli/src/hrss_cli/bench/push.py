"""Events/s pushed to a subscriber ÷ the same POSTs by a bare httpx loop, as many in flight.

Push does all of its work: reads the feed, writes a delivery for each event, claims, signs, looks
the address up, sends in order per subject, and settles the ledger durably. The other side posts
the finished bodies to the same receiver and keeps nothing. Both senders take turns on one core.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from typing import Any

import asyncpg
import httpx

from hrss_cli.bench.programs import Bench, a_port, bench, pin
from hrss_cli.bench.tokens import mint

EVENTS = int(os.environ.get("HRSS_BENCH_EVENTS", "4000"))
SUBJECTS = 1000
ROUNDS = 3
IN_FLIGHT = 16
BAR = 0.3
LIMIT_SECONDS = 300.0
OUTBOX = """
INSERT INTO outbox_events (id, type, source, time, subject, city, audience, schema_version,
                           trace_id, data)
SELECT gen_random_uuid(), 'card.activated.v1', 'card', now(), 'CA-' || n % $2, '420700',
       ARRAY['420100', '420700'], 1, repeat('0', 32),
       jsonb_build_object('state', 'ACTIVE', 'issuing_city', '420700', 'number', n)
FROM generate_series(1, $1) AS n
"""
DONE = "SELECT count(*) FROM deliveries WHERE state = 'DELIVERED'"
SPAN = """
SELECT extract(epoch FROM max(settled_at) - min(created_at))::float8 FROM deliveries
WHERE sequence > $1
"""


def run() -> dict[str, Any]:
    """Measures and returns the figures."""
    with bench() as place, place.postgres() as cluster:
        ports = {"gateway": a_port(), "card": a_port(), "receiver": a_port()}
        environments = {}
        for member in ("gateway", "card"):
            environments[member] = place.member_environment(cluster, member) | {
                "HRSS_PORT": str(ports[member]),
                "HRSS_ISSUER": f"http://127.0.0.1:{ports['gateway']}",
                "HRSS_GATEWAY_URL": f"http://127.0.0.1:{ports['gateway']}",
                "HRSS_CLIENT_ID": f"svc.{member}",
                "HRSS_CLIENT_SECRET": secret_of(place, member),
                "HRSS_SERVICE_CLIENTS": str(place.secrets / "service_clients.json"),
                "HRSS_PEERS": json.dumps({"card": f"http://127.0.0.1:{ports['card']}"}),
                "HRSS_ACCESS_LOG": str(place.home / "access.log"),
            }
            place.run_member(member, "migrate", environments[member])
        place.run_member("gateway", "seed", environments["gateway"])
        words = [sys.executable, "-m", "uvicorn", "hrss_cli.bench.plain_upstream:app"]
        words += ["--port", str(ports["receiver"]), "--no-access-log", "--loop", "uvloop"]
        place.start(words, ports["receiver"], core=1)
        for member in ("gateway", "card"):
            place.start(
                [sys.executable, "-m", member, "serve"],
                ports[member],
                environments[member],
                core=1,
            )
        url = f"http://127.0.0.1:{ports['receiver']}/hook"
        issuer = environments["gateway"]["HRSS_ISSUER"]
        _subscribe(issuer, mint(place.secrets, issuer=issuer), url)
        rates = asyncio.run(_measure(place, environments, url))
    pairs = zip(rates["push"], rates["loop"], strict=True)
    return {
        "push_per_s": round(statistics.median(rates["push"]), 1),
        "loop_per_s": round(statistics.median(rates["loop"]), 1),
        "push_to_loop": round(statistics.median(a / b for a, b in pairs), 3),
        "push_to_loop_bar": BAR,
        "events": EVENTS,
        "subjects": SUBJECTS,
        "in_flight": IN_FLIGHT,
        "rounds": ROUNDS,
        "load_average": round(os.getloadavg()[0], 1),
    }


def secret_of(place: Bench, member: str) -> str:
    """What a member shows to the token issuer here."""
    clients = json.loads((place.secrets / "service_clients.json").read_text("utf-8"))
    return str(clients[f"svc.{member}"])


def _subscribe(issuer: str, token: str, url: str) -> None:
    answer = httpx.post(
        f"{issuer}/gateway/v1/subscriptions",
        json={"url": url, "types": ["card.*"]},
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())},
    )
    answer.raise_for_status()


async def _measure(
    place: Bench, environments: Mapping[str, Mapping[str, str]], url: str
) -> dict[str, list[float]]:
    card = await asyncpg.connect(environments["card"]["HRSS_OWNER_DATABASE_URL"])
    gateway = await asyncpg.connect(environments["gateway"]["HRSS_OWNER_DATABASE_URL"])
    rates: dict[str, list[float]] = {"push": [], "loop": []}
    for number in range(ROUNDS + 1):
        events = EVENTS if number else EVENTS // 10  # the first round warms up
        before = int(await gateway.fetchval("SELECT coalesce(max(sequence), 0) FROM deliveries"))
        done = int(await gateway.fetchval(DONE))
        await card.execute(OUTBOX, events, SUBJECTS)
        worker = await asyncio.create_subprocess_exec(
            *(*pin(0), sys.executable, "-m", "gateway", "work"),
            env={**os.environ, **environments["gateway"]},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            await _until(gateway, done + events)
        finally:
            worker.terminate()
            await worker.wait()
        pushed = events / float(await gateway.fetchval(SPAN, before))
        bodies = [
            str(row["body"])
            for row in await gateway.fetch(
                "SELECT body FROM deliveries WHERE sequence > $1 ORDER BY sequence", before
            )
        ]
        looped = await asyncio.to_thread(_loop, place, url, bodies)
        if number:
            rates["push"].append(pushed)
            rates["loop"].append(looped)
    await card.close()
    await gateway.close()
    return rates


async def _until(gateway: "asyncpg.Connection", wanted: int) -> None:
    limit = time.monotonic() + LIMIT_SECONDS
    while int(await gateway.fetchval(DONE)) < wanted:
        if time.monotonic() > limit:
            raise TimeoutError(f"not all of {wanted} events were delivered")
        await asyncio.sleep(0.1)


LOOP = """
import asyncio, json, sys, time, httpx
url, bodies = sys.argv[1], json.load(open(sys.argv[2]))
async def main():
    waiting = iter(bodies)
    async with httpx.AsyncClient() as client:
        async def lane():
            for body in waiting:
                (await client.post(url, content=body)).raise_for_status()
        started = time.perf_counter()
        await asyncio.gather(*(lane() for _ in range(int(sys.argv[3]))))
        print(len(bodies) / (time.perf_counter() - started))
asyncio.run(main())
"""


def _loop(place: Bench, url: str, bodies: list[str]) -> float:
    file = place.home / "bodies.json"
    file.write_text(json.dumps(bodies), "utf-8")
    words = [*pin(0), sys.executable, "-c", LOOP, url, str(file), str(IN_FLIGHT)]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    return float(done.stdout)
