"""A worklist of 10 000 open items against one of 100: list and counts, of a service and over all.

The card service and the gateway run as they do in the suite. The items are copied into the table
that lists and counts read; a hundred first, then the rest. Both sizes answer the same requests,
one after the other, so that the figure is time in the server and no queue.
"""

import asyncio
import http.client
import json
import os
import statistics
import sys
import time
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from hrss_cli.bench.programs import Bench, a_port, bench
from hrss_cli.bench.push import secret_of
from hrss_cli.bench.tokens import mint

FEW, MANY = 100, int(os.environ.get("HRSS_BENCH_ITEMS", "10000"))
ASKED = 60
BAR = 3.0
CITY, OTHER = "420700", "420100"
COLUMNS = (
    "id", "kind", "collection", "biz_no", "title", "state", "owner_city", "turn_cities", "cities",
    "is_open", "due_on", "due_key", "provisional", "created_at", "closed_cities", "closed_holders",
)  # fmt: skip
WORK, WORKLIST = "/card/v1/work-items", "/gateway/v1/worklist"
PATHS = {
    "list": ("card", f"{WORK}?bucket=to_claim&limit=50"),
    "waiting": ("card", f"{WORK}?bucket=waiting&limit=50"),
    "counts": ("card", f"{WORK}/counts"),
    "worklist": ("gateway", f"{WORKLIST}?bucket=to_claim&limit=50"),
    "worklist_counts": ("gateway", f"{WORKLIST}/counts"),
}


def run() -> dict[str, Any]:
    """Measures and returns the figures."""
    with bench() as place, place.postgres() as cluster:
        ports = {"gateway": a_port(), "card": a_port()}
        for member, port in ports.items():
            environment = _environment(place, place.member_environment(cluster, member), ports)
            environment |= {
                "HRSS_PORT": str(port),
                "HRSS_CLIENT_ID": f"svc.{member}",
                "HRSS_CLIENT_SECRET": secret_of(place, member),
            }
            place.run_member(member, "migrate", environment)
            place.start([sys.executable, "-m", member, "serve"], port, environment)
        token = mint(
            place.secrets, "cw.card.ez", CITY, issuer=f"http://127.0.0.1:{ports['gateway']}"
        )
        dsn = cluster.superuser_dsn("hrss_card")
        asyncio.run(_copy(dsn, 0, FEW))
        few = _times(ports, token)
        asyncio.run(_copy(dsn, FEW, MANY))
        many = _times(ports, token)
    growth = {name: round(many[name] / few[name], 2) for name in PATHS}
    return {
        "items": MANY,
        **{f"{name}_ms_of_{FEW}": round(few[name], 2) for name in PATHS},
        **{f"{name}_ms_of_{MANY}": round(many[name], 2) for name in PATHS},
        **{f"{name}_growth": figure for name, figure in growth.items()},
        "bar": BAR,
        "is_met": max(growth.values()) <= BAR,
    }


def _environment(
    place: Bench, environment: dict[str, str], ports: Mapping[str, int]
) -> dict[str, str]:
    gateway = f"http://127.0.0.1:{ports['gateway']}"
    return environment | {
        "HRSS_ISSUER": gateway,
        "HRSS_GATEWAY_URL": gateway,
        "HRSS_SERVICE_CLIENTS": str(place.secrets / "service_clients.json"),
        "HRSS_PEERS": json.dumps({"card": f"http://127.0.0.1:{ports['card']}"}),
        "HRSS_ACCESS_LOG": str(place.home / "access.log"),
    }


async def _copy(dsn: str, first: int, last: int) -> None:
    """Items of both cities, half of them waiting for the other one, due over three years."""
    today, now = datetime.now(UTC).date(), datetime.now(UTC)
    rows: list[tuple[Any, ...]] = []
    for number in range(first, last):
        turn = CITY if number % 2 else OTHER
        due: date = today + timedelta(days=number % 1000 - 300)
        rows.append(
            (
                UUID(int=(0x7 << 76) | (0x8 << 60) | number), "card_application", "applications",
                f"CA-{number}", f"首次申领 · {number}", "APPLIED", CITY, [turn], [CITY, OTHER],
                True, due, due, False, now, [], [],
            )
        )  # fmt: skip
    connection = await asyncpg.connect(dsn)
    await connection.copy_records_to_table("work_items", records=rows, columns=COLUMNS)
    await connection.execute("VACUUM ANALYZE work_items")
    await connection.close()


def _times(ports: Mapping[str, int], token: str) -> dict[str, float]:
    return {name: _median(ports[member], path, token) for name, (member, path) in PATHS.items()}


def _median(port: int, path: str, token: str) -> float:
    """The median time of one request after the other, in milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    took = []
    for _ in range(ASKED):
        started = time.perf_counter()
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        body = answer.read()
        took.append(1000 * (time.perf_counter() - started))
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:200]!r}")
    connection.close()
    return statistics.median(took[ASKED // 6 :])
