"""Persons/s of `batch-verifications` ÷ the raw driver's `= ANY` select of the same keys.

Both sides ask for as many people at a time, with a pool of the same size, on the same core; the
service opens their names, compares them, and has an audit row and a row for each person in the
log of look-ups committed before it answers.
"""

import asyncio
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import asyncpg

from hrss_cli.bench import verification
from hrss_cli.bench.programs import Bench, pin
from hrss_cli.bench.tokens import mint

ROUNDS = 3
SECONDS = 3.0
AT_ONCE = 500
BATCHES = 40
#: Each caller of a batch asks for hundreds: a few of them keep a core busy.
CALLERS = 4
PATH = "/card/v1/batch-verifications"
PURPOSE = "LIFE_CERT"
SELECT = "SELECT id_hash, person_name, deceased_on FROM holders WHERE id_hash = ANY ($1::bytea[])"
KEYS = "SELECT id_hash FROM holders ORDER BY id LIMIT $1"


def measure(place: Bench, url: str, origin: str, bodies: Path) -> dict[str, Any]:
    """Batches of the people in `bodies` at the service `origin`; `url` is the database."""
    batches = _bodies(place, bodies)
    headers = {
        "Authorization": f"Bearer {mint(place.secrets)}",
        "Content-Type": "application/json",
        "X-Purpose": PURPOSE,
    }
    rates: tuple[list[float], list[float]] = ([], [])
    failed = 0
    for number in range(ROUNDS + 1):
        seconds = SECONDS if number else 1.0
        rate, not_2xx = verification._ask(place, origin + PATH, batches, seconds, headers, CALLERS)
        failed += not_2xx
        other = _drive(url, seconds)
        if number:  # the first round warms up
            rates[0].append(rate * AT_ONCE)
            rates[1].append(other)
    return {
        "batch_persons_per_s": round(statistics.median(rates[0])),
        "any_persons_per_s": round(statistics.median(rates[1])),
        "batch_to_any": round(statistics.median(a / b for a, b in zip(*rates, strict=True)), 3),
        "batch_not_2xx": failed,
    }


def _bodies(place: Bench, people: Path) -> Path:
    pairs = [json.loads(line) for line in people.read_text("utf-8").splitlines()]
    path = place.home / "batches.ndjson"
    with path.open("w", encoding="utf-8") as out:
        for first in range(0, min(len(pairs), AT_ONCE * BATCHES), AT_ONCE):
            given = [
                {"name": one["name"], "doc_no": one["doc_no"]}
                for one in pairs[first : first + AT_ONCE]
            ]
            out.write(json.dumps({"pairs": given}, ensure_ascii=False) + "\n")
    script = verification.SCRIPT.format(bodies=path, path=PATH)
    path.with_suffix(".lua").write_text(script, "utf-8")
    return path


def _drive(url: str, seconds: float) -> float:
    """The driver's side in a process of its own; what it is told goes in by stdin."""
    words = [*pin(0), sys.executable, "-m", "hrss_cli.bench.card_batch", str(seconds)]
    told = subprocess.run(words, input=url, capture_output=True, text=True, check=True).stdout
    return float(told)


async def _driver_side(url: str, seconds: float) -> float:
    async def keep(_connection: asyncpg.Connection) -> None:
        return None

    pool = await asyncpg.create_pool(
        url, min_size=verification.POOL, max_size=verification.POOL, reset=keep
    )
    keys = [row[0] for row in await pool.fetch(KEYS, AT_ONCE * BATCHES)]
    asked = [keys[first : first + AT_ONCE] for first in range(0, len(keys), AT_ONCE)]
    done, until = 0, time.monotonic() + seconds

    async def one(start: int) -> None:
        nonlocal done
        turn = start
        while time.monotonic() < until:
            mine = asked[turn % len(asked)]
            await pool.fetch(SELECT, mine)
            turn += CALLERS
            done += len(mine)

    started = time.monotonic()
    await asyncio.gather(*(one(number) for number in range(CALLERS)))
    rate = done / (time.monotonic() - started)
    await pool.close()
    return rate


if __name__ == "__main__":
    import uvloop

    print(uvloop.run(_driver_side(sys.stdin.read().strip(), float(sys.argv[1]))))
