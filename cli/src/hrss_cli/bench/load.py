"""Load on a loopback address: wrk where Debian has it, else a client of our own process."""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hrss_cli.bench.programs import pin

CONNECTIONS = 32


@dataclass(frozen=True, slots=True)
class Reading:
    """What one round showed."""

    per_second: float
    not_2xx: int


def loader() -> str:
    """Which client drives the load."""
    return "wrk" if shutil.which("wrk") else "pyreqwest"


def drive(
    url: str,
    script: Path,
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    connections: int = CONNECTIONS,
    core: int = 1,
) -> Reading:
    """Asks `url` as fast as it answers; `script` is a wrk script (may be empty)."""
    if loader() == "wrk":
        words = [*pin(core), "wrk", "-t1", f"-c{connections}", f"-d{seconds:g}s"]
        if script.stat().st_size:
            words += ["-s", str(script)]
        for name, value in (headers or {}).items():
            words += ["-H", f"{name}: {value}"]
        told = subprocess.run([*words, url], capture_output=True, text=True, check=True).stdout
        rate = re.search(r"Requests/sec:\s+([\d.]+)", told)
        failed = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
        return Reading(float(rate[1]) if rate else 0.0, int(failed[1]) if failed else 0)
    words = [*pin(core), sys.executable, "-m", "hrss_cli.bench.load", url, str(seconds)]
    words += [str(connections), json.dumps(dict(headers or {}))]
    told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    found = json.loads(told)
    return Reading(found["per_second"], found["not_2xx"])


async def _ask(url: str, seconds: float, connections: int, headers: dict[str, str]) -> Reading:
    from pyreqwest.client import ClientBuilder

    client = ClientBuilder().no_proxy().http1_only().build()
    until, done, failed = time.monotonic() + seconds, 0, 0

    async def one() -> None:
        nonlocal done, failed
        while time.monotonic() < until:
            answer = await client.get(url).headers(list(headers.items())).build().send()
            await answer.bytes()
            done += 1
            failed += answer.status >= 300

    started = time.monotonic()
    await asyncio.gather(*(one() for _ in range(connections)))
    return Reading(done / (time.monotonic() - started), failed)


if __name__ == "__main__":
    address, span, many, given = sys.argv[1:5]
    reading = asyncio.run(_ask(address, float(span), int(many), json.loads(given)))
    print(json.dumps({"per_second": reading.per_second, "not_2xx": reading.not_2xx}))
