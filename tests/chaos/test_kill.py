"""The promise under faults: whatever is killed, an answered write is there, once, with its event.

The whole suite runs as ops would run it; processes and the database server are killed without
warning while clients file complaints and repeat, with the same key, what was not answered.
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from hrss_kit import provision
from hrss_kit.free_ports import free_port

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 25.0
CLIENTS = 6
KILL_EVERY_SECONDS = 2.5
PATIENCE_SECONDS = 90.0


class RunningSuite:
    """A suite of its own, started with the command line."""

    def __init__(self, directory: Path) -> None:
        self.data = directory / "data"
        self.port = free_port()

    def hrss(self, *words: str) -> str:
        command = [sys.executable, "-m", "hrss_cli", *words, "--data", str(self.data)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def processes(self) -> list[dict[str, Any]]:
        state = json.loads((self.data / "run.json").read_text("utf-8"))
        return [one for one in state["processes"] if one["pid"]]

    def kill(self, kind: str, names: tuple[str, ...]) -> str:
        found = [one for one in self.processes() if one["kind"] == kind and one["name"] in names]
        if not found:
            return ""
        victim = random.choice(found)
        with suppress(ProcessLookupError):
            os.kill(victim["pid"], signal.SIGKILL)
        return f"{victim['kind']} {victim['name']}"


@pytest.fixture
def running() -> Iterator[RunningSuite]:
    with tempfile.TemporaryDirectory(prefix="hrss-chaos-") as home:
        os.chmod(home, 0o711)  # noqa: S103  the server runs as another user under root
        suite = RunningSuite(Path(home))
        suite.hrss("up", "--detach", "--port", str(suite.port))
        try:
            yield suite
        finally:
            suite.hrss("down")


def complaint(number: int) -> dict[str, Any]:
    return {
        "kind": "REPORT", "channel": "WEB", "employer_name": f"武汉测试科技{number}",
        "work_place": {"division": "420704", "address": f"测试路{number}号"},
        "matter": ["WAGE.ARREARS"], "facts": "工资没有支付。", "period_from": "2026-08",
    }  # fmt: skip


@pytest.mark.slow
async def test_an_answered_write_is_there_once_with_its_event_whatever_was_killed(
    running: RunningSuite,
) -> None:
    credentials = json.loads(running.hrss("credentials", "--json"))
    clerk = next(user for user in credentials["users"] if user["username"] == "cw-li-wh")
    acknowledged: dict[str, str] = {}
    numbers = iter(range(1, 1_000_000))
    until = time.monotonic() + SECONDS

    async def one_client(http: httpx.AsyncClient) -> None:
        token, granted = "", 0.0
        while time.monotonic() < until:
            key, body = str(uuid4()), complaint(next(numbers))
            patience = time.monotonic() + PATIENCE_SECONDS
            while time.monotonic() < patience:
                with suppress(httpx.HTTPError):
                    if time.monotonic() > granted + 120:
                        account = {n: clerk[n] for n in ("username", "password")}
                        answer = await http.post("/gateway/v1/demo-token", json=account)
                        if answer.status_code != 200:
                            await asyncio.sleep(0.2)
                            continue
                        token, granted = answer.json()["access_token"], time.monotonic()
                    answer = await http.post(
                        "/labor-inspection/v1/complaints",
                        json=body,
                        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": key},
                    )
                    if answer.status_code == 201:
                        assert key not in acknowledged
                        acknowledged[key] = answer.json()["id"]
                        break
                    assert answer.status_code >= 500 or answer.status_code == 429, answer.text
                await asyncio.sleep(0.2)
            else:
                raise AssertionError("a request was not answered in all the time it had")

    async def killer() -> list[str]:
        killed = []
        victims = (
            ("serve", ("labor_inspection",)), ("serve", ("gateway",)), ("server", ("postgres",)),
            ("work", ("labor_inspection",)),
        )  # fmt: skip
        while time.monotonic() < until - 2:
            await asyncio.sleep(KILL_EVERY_SECONDS)
            killed.append(running.kill(*victims[len(killed) % len(victims)]))
        return killed

    async with httpx.AsyncClient(
        base_url=credentials["base_url"], timeout=10, trust_env=False
    ) as http:
        *_, killed = await asyncio.gather(*(one_client(http) for _ in range(CLIENTS)), killer())
    assert len([one for one in killed if one]) >= 4, killed

    found = {row["id"] async for row in rows(running, "SELECT id::text FROM complaints")}
    assert acknowledged, "nothing was acknowledged"
    assert set(acknowledged.values()) <= found
    assert len(set(acknowledged.values())) == len(acknowledged)
    received = "type = 'li.complaint.received.v1'"
    doubled = (
        f"SELECT subject FROM outbox_events WHERE {received} GROUP BY subject HAVING count(*) > 1"
    )
    assert [row async for row in rows(running, doubled)] == []
    unannounced = (
        "SELECT biz_no FROM complaints WHERE created_by <> 'system' AND biz_no NOT IN "
        f"(SELECT subject FROM outbox_events WHERE {received})"
    )
    assert [row async for row in rows(running, unannounced)] == []
    half_written = "SELECT 1 FROM idempotency_keys WHERE status IS NULL"
    assert [row async for row in rows(running, half_written)] == []


async def rows(running: RunningSuite, query: str) -> AsyncIterator[asyncpg.Record]:
    """What the database of labour inspection says, read as its owner."""
    server = next(one for one in running.processes() if one["kind"] == "server")
    url = provision.database_url(
        running.data / "secrets", "labor_inspection", "owner", f"127.0.0.1:{server['port']}"
    )
    connection = await asyncpg.connect(url)
    try:
        for row in await connection.fetch(query):
            yield row
    finally:
        await connection.close()
