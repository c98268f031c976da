"""Test support: a composed gateway on a database of its own, and stand-ins for services.

Also one whole suite a run, for all workers: `RunningSuite`, started by the first test that asks.
"""

import asyncio
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway import seed
from gateway.composition import Gateway, create_gateway
from gateway.settings import GatewaySettings
from hrss_kit import context, provision, sealing
from hrss_kit.free_ports import free_port
from hrss_kit.testing import ISSUER, TestDatabase, Tokens

RUNNING = "HRSS_TEST_RUNNING"
HOME = pytest.StashKey[str]()
ROOT = Path(__file__).resolve().parents[3]
Answer = Callable[["Received"], Awaitable[bytes]]


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process says where the suite of the run lives; xdist's workers are told."""
    # Given by hand it is a suite that runs already, and goes on running afterwards.
    if RUNNING not in os.environ and not config.option.collectonly:
        home = tempfile.mkdtemp(prefix="hrss-running-")
        os.chmod(home, 0o711)  # noqa: S103  the server runs as another user when we are root
        os.environ[RUNNING] = home
        config.stash[HOME] = home


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops it, if any test started it."""
    home = config.stash.get(HOME, None)
    if home is None:
        return
    running = RunningSuite(Path(home))
    if running.data.exists():
        running.hrss("down")
    shutil.rmtree(home, ignore_errors=True)
    del os.environ[RUNNING]


class RunningSuite:
    """All members as `./hrss up` runs them, with the demonstration's data and the test clock."""

    def __init__(self, home: Path | None = None) -> None:
        self.home = home or Path(os.environ[RUNNING])
        self.data = self.home / "data"

    def hrss(self, *words: str) -> str:
        """What a command of the command line prints."""
        command = [sys.executable, "-m", "hrss_cli", *words, "--data", str(self.data)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def credentials(self) -> dict[str, Any]:
        """Address and accounts of the suite, which is started by whoever asks first."""
        told = self.home / "credentials.json"
        with (self.home / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not told.exists():
                self.hrss("up", "--detach", "--test-clock", "--port", str(free_port()))
                told.write_text(self.hrss("credentials", "--json"), "utf-8")
        found: dict[str, Any] = json.loads(told.read_text("utf-8"))
        return found


class Received:
    """A request as a service saw it."""

    def __init__(self, method: str, target: str, headers: dict[str, str], body: bytes) -> None:
        self.method, self.target, self.headers, self.body = method, target, headers, body


def response(
    body: bytes = b"{}", status: str = "200 OK", headers: tuple[str, ...] = (), length: bool = True
) -> bytes:
    """An HTTP/1.1 answer."""
    lines = [f"HTTP/1.1 {status}", "content-type: application/json", *headers]
    if length:
        lines.append(f"content-length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


class FakeService:
    """A tiny HTTP/1.1 service on a free loopback port; what it answers is set by the test."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.answer: Answer = self.ok
        self.close_after_answer = False
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self.port = 0

    async def ok(self, _request: Received) -> bytes:
        """200 {}."""
        return response()

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Listens."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stops listening and drops every connection."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.strip().split("\r\n")
                method, target, _ = first.split(" ")
                headers: dict[str, str] = {}
                for line in lines:
                    name, _, value = line.partition(": ")
                    headers[name] = f"{headers[name]}, {value}" if name in headers else value
                sizes = {name.lower(): value for name, value in headers.items()}
                body = await reader.readexactly(int(sizes.get("content-length", 0)))
                request = Received(method, target, headers, body)
                self.received.append(request)
                writer.write(await self.answer(request))
                await writer.drain()
                if self.close_after_answer:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self._tasks.discard(task)
            writer.close()


class Stage:
    """A gateway with its database; more replicas of it can be started on the same one."""

    def __init__(self, directory: Path, tokens: Tokens) -> None:
        self.directory, self.tokens = directory, tokens
        self.database = TestDatabase("gateway")
        self._stack = AsyncExitStack()
        self.credentials: dict[str, Any] = {}
        self.services: dict[str, FakeService] = {}

    async def start(self) -> None:
        """Makes the database and loads the demonstration's clients and users."""
        await self.database.create()
        self._stack.push_async_callback(self.database.drop)
        secrets = Path(os.environ["HRSS_TEST_SECRETS"])
        credentials = self.directory / "credentials.json"
        credentials.write_text((secrets / "demo_credentials.json").read_text("utf-8"), "utf-8")
        signing = self.directory / "signing.json"
        signing.write_text(json.dumps({"keys": [self.tokens.key.as_dict(private=True)]}), "utf-8")
        sealing.use(sealing.KeyRing.load(secrets / "key_ring.json"))

    async def service(self, name: str) -> FakeService:
        """A stand-in for a service."""
        made = self.services[name] = FakeService()
        await made.start()
        self._stack.push_async_callback(made.stop)
        return made

    def settings(self, **given: Any) -> GatewaySettings:
        """Settings on this stage's database."""
        secrets = Path(os.environ["HRSS_TEST_SECRETS"])
        values: dict[str, Any] = {
            "database_url": self.database.app_url,
            "key_ring_file": secrets / "key_ring.json",
            "signing_key_file": self.directory / "signing.json",
            "signature_keys_file": provision.signature_keys(secrets, "gateway"),
            "demo_credentials_file": self.directory / "credentials.json",
            "service_clients": str(secrets / "service_clients.json"),
            "issuer": ISSUER,
            "demo": True,
            "access_log": self.directory / "access.log",
            "pool_size": 4,
            "upstreams": {
                **{
                    name: "http://127.0.0.1:1"
                    for name in ("employment", "social-insurance", "talent", "card")
                },
                "labor-inspection": "http://127.0.0.1:1",
                **{name: service.address for name, service in self.services.items()},
            },
            **given,
        }
        return GatewaySettings(**values)

    async def gateway(self, **given: Any) -> "Front":
        """A running replica."""
        replica = create_gateway(self.settings(**given))
        await self._stack.enter_async_context(replica.running())
        await replica.read_quotas()
        front = Front(replica, self.tokens)
        self._stack.push_async_callback(front.http.aclose)
        return front

    async def gateway_without_database(self, **given: Any) -> "Front":
        """A running replica whose database is out of reach."""
        replica = create_gateway(self.settings(**given))
        await self._stack.enter_async_context(replica.running())
        front = Front(replica, self.tokens)
        self._stack.push_async_callback(front.http.aclose)
        return front

    async def seed(self, *usernames: str) -> dict[str, Any]:
        """Loads clients and the named users (hashing all of them takes its time)."""
        settings = self.settings()
        assert settings.demo_credentials_file is not None
        document = seed.read_credentials(settings.demo_credentials_file)
        document["users"] = [one for one in document["users"] if one["username"] in usernames]
        settings.demo_credentials_file.write_text(json.dumps(document), "utf-8")
        replica = create_gateway(settings)
        context.begin()
        async with replica.database.transaction() as session:
            await seed.load(session, settings)
        await replica.database.close()
        self.credentials = {
            **{one["client_id"]: one for one in document["clients"]},
            **{one["username"]: one for one in document["users"]},
        }
        return self.credentials

    async def close(self) -> None:
        """Stops everything."""
        await self._stack.aclose()


class Front:
    """A replica and a client that speaks to it."""

    def __init__(self, replica: Gateway, tokens: Tokens) -> None:
        self.replica, self.tokens = replica, tokens
        transport = httpx.ASGITransport(replica, raise_app_exceptions=False)
        self.http = httpx.AsyncClient(transport=transport, base_url=ISSUER)

    def bearer(self, user: str) -> dict[str, str]:
        """The Authorization header of a demonstration user or client."""
        return {"Authorization": f"Bearer {self.tokens.of_user(user)}"}


@pytest.fixture
async def stage(tmp_path: Path, tokens: Tokens) -> AsyncIterator[Stage]:
    """A stage, struck afterwards."""
    made = Stage(tmp_path, tokens)
    await made.start()
    try:
        yield made
    finally:
        await made.close()
