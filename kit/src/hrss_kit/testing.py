"""pytest plugin: one PostgreSQL cluster a run, a migrated template per member cloned per test.

Tests speak HTTP as named users of the demonstration, and may look at the database. Several
members run in one process; a path finds its member as it would behind the gateway.
"""

import asyncio
import base64
import json
import os
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, settings
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from pydantic import SecretStr

from hrss_kit import provision, sealing
from hrss_kit.app import create_app
from hrss_kit.db import Database
from hrss_kit.embedded_pg import EmbeddedPostgres
from hrss_kit.members import PREFIXES
from hrss_kit.peers import Peers
from hrss_kit.settings import ServiceSettings
from hrss_kit.worker import Worker

ISSUER = "http://127.0.0.1:8080"
AUDIENCE = "hrss"
WUHAN, EZHOU = "420100", "420700"
LETTERS = {"wh": WUHAN, "ez": EZHOU}
DOMAINS = ("emp", "si", "talent", "li", "card")
CLUSTER = pytest.StashKey[EmbeddedPostgres]()
HOME = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """The controlling process starts the cluster; xdist's workers are told where it is."""
    # How fast examples are made says something about the machine, nothing about the rule.
    settings.register_profile("suite", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("suite")
    if hasattr(config, "workerinput") or config.option.collectonly:
        return
    home = tempfile.mkdtemp(prefix="hrss-test-")
    os.chmod(home, 0o711)  # noqa: S103  the server runs as another user when we are root
    secrets = Path(home, "secrets")
    cluster = EmbeddedPostgres(Path(home, "pg"), durable=False)
    cluster.start()
    config.stash[CLUSTER], config.stash[HOME] = cluster, home
    provision.make_secrets(secrets, demo=True)
    provision.provision(cluster.superuser_dsn(), secrets)
    os.environ["HRSS_TEST_SUPERUSER_DSN"] = cluster.superuser_dsn()
    os.environ["HRSS_TEST_SECRETS"] = str(secrets)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stops the cluster and removes it."""
    cluster = config.stash.get(CLUSTER, None)
    if cluster is not None:
        cluster.stop()
        shutil.rmtree(config.stash[HOME], ignore_errors=True)


def _dsn(database: str, user: str | None = None, password: str = "") -> str:
    superuser = os.environ["HRSS_TEST_SUPERUSER_DSN"]
    head, _, _ = superuser.rpartition("/")
    if user is not None:
        scheme, _, rest = head.partition("://")
        head = f"{scheme}://{user}:{password}@{rest.rpartition('@')[2]}"
    return f"{head}/{database}"


def _secret(name: str) -> str:
    return Path(os.environ["HRSS_TEST_SECRETS"], name).read_text("utf-8").strip()


async def _ensure_template(member: str) -> str:
    """The migrated template of a member; the first test that needs it makes it."""
    name = f"template_{member}"
    connection = await asyncpg.connect(_dsn("postgres"))
    try:
        await connection.execute("SELECT pg_advisory_lock(hashtext($1))", name)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            owner = f"{member}_owner"
            making = f"{name}_part"
            await connection.execute(f'DROP DATABASE IF EXISTS "{making}" WITH (FORCE)')
            await connection.execute(
                f'CREATE DATABASE "{making}" TEMPLATE "hrss_{member}" OWNER "{owner}"'
            )
            migrations = import_module("hrss_kit.migrations")
            url = _dsn(making, owner, _secret(f"{owner}_password"))
            await asyncio.to_thread(migrations.upgrade, member, url)
            await connection.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    finally:
        await connection.close()
    return name


class TestDatabase:
    """A clone of a member's template, for one test."""

    __test__ = False

    def __init__(self, member: str) -> None:
        self.member, self.name = member, f"test_{member}_{uuid4().hex[:12]}"
        self.app_url = _dsn(self.name, f"{member}_app", _secret(f"{member}_app_password"))
        self.owner_url = _dsn(self.name, f"{member}_owner", _secret(f"{member}_owner_password"))
        self.superuser_url = _dsn(self.name)

    async def create(self) -> None:
        """Clones the template."""
        template = await _ensure_template(self.member)
        connection = await asyncpg.connect(_dsn("postgres"))
        await connection.execute(
            # A copy of the files costs half of what the default does, which logs every block.
            f'CREATE DATABASE "{self.name}" TEMPLATE "{template}" OWNER "{self.member}_owner" '
            "STRATEGY FILE_COPY"
        )
        await connection.execute(f'REVOKE ALL ON DATABASE "{self.name}" FROM PUBLIC')
        await connection.execute(f'GRANT CONNECT ON DATABASE "{self.name}" TO "{self.member}_app"')
        await connection.close()

    async def drop(self) -> None:
        """Removes the clone."""
        connection = await asyncpg.connect(_dsn("postgres"))
        await connection.execute(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        await connection.close()

    async def fetch(self, query: str, *values: Any) -> list[asyncpg.Record]:
        """Rows, read as the superuser."""
        connection = await asyncpg.connect(self.superuser_url)
        try:
            return list(await connection.fetch(query, *values))
        finally:
            await connection.close()

    async def value(self, query: str, *values: Any) -> Any:
        """The first column of the first row."""
        rows = await self.fetch(query, *values)
        return rows[0][0] if rows else None


class Tokens:
    """Access tokens as the gateway issues them, signed with a key of the run."""

    def __init__(self) -> None:
        self.key = ECKey.generate_key("P-256", {"kid": "test"}, auto_kid=False)
        self.jwks: dict[str, Any] = {"keys": [self.key.as_dict(private=False)]}

    def mint(self, *, roles: list[str], sub: str, city: str | None, **claims: Any) -> str:
        """A signed token."""
        now = int(time.time())
        header = {"alg": "ES256", "typ": "at+jwt", "kid": "test"}
        body = {
            "iss": ISSUER, "aud": AUDIENCE, "sub": sub, "client_id": sub, "iat": now,
            "exp": now + 300, "jti": uuid4().hex, "scope": "hrss pii:reveal", "roles": roles,
            "city": city, "domains": [], "org_id": f"org-{city or 'joint'}", **claims,
        }  # fmt: skip
        return jwt.encode(header, body, self.key, algorithms=["ES256"])

    def of_user(self, name: str) -> str:
        """The token of a user or client of the demonstration, by name (cw-li-ez, ops …)."""
        if name.startswith("svc."):
            return self.mint(roles=["service"], sub=name, city=None)
        if name.startswith("partner."):
            city = WUHAN if name.endswith("wuhan") else EZHOU
            return self.mint(roles=[name], sub=name, city=city, scope="hrss pii:reveal")
        if name in ("ops", "province", "auditor"):
            return self.mint(roles=[name], sub=name, city=None)
        head, _, letters = name.rpartition("-")
        city = LETTERS[letters]
        kinds = {
            "supervisor": [f"supervisor.{domain}.{letters}" for domain in DOMAINS],
            "joint-admin": ["joint.admin"],
            "policy-editor": ["policy.editor"],
            "policy-approver": ["policy.approver"],
        }
        roles = kinds.get(head) or [f"{head.replace('-', '.')}.{letters}"]
        return self.mint(roles=roles, sub=name, city=city, staff_no=name, client_id="console")


class Desk:
    """Somebody at work: an HTTP client with a token, the headers a careful caller sends."""

    def __init__(self, client: httpx.AsyncClient, purpose: str | None = None) -> None:
        self.http, self.purpose = client, purpose
        self.now: str | None = None

    def _headers(self, given: dict[str, str] | None) -> dict[str, str]:
        headers = {}
        if self.purpose:
            headers["X-Purpose"] = self.purpose
        if self.now:
            headers["X-Test-Now"] = self.now
        headers.update(given or {})
        return headers

    async def get(
        self, path: str, params: Any = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """GET."""
        return await self.http.get(path, params=params, headers=self._headers(headers))

    async def post(
        self,
        path: str,
        json: Any = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """POST with a fresh Idempotency-Key unless `key` is given."""
        own = {"Idempotency-Key": key or str(uuid4()), **(headers or {})}
        return await self.http.post(path, json=json, headers=self._headers(own))

    async def act(
        self,
        path: str,
        row: dict[str, Any],
        json: Any = None,
        *,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        """POST an action on `row` with its version as If-Match; body {} by default."""
        own = {"If-Match": f'"{row["version"]}"', **(headers or {})}
        return await self.post(path, {} if json is None else json, headers=own)

    async def upload(
        self, path: str, content: bytes, *, name: str = "a.pdf", key: str | None = None, **form: str
    ) -> httpx.Response:
        """POST a file with what stands beside it, multipart."""
        headers = self._headers({"Idempotency-Key": key or str(uuid4())})
        files = {"file": (name, content)}
        return await self.http.post(path, data=form, files=files, headers=headers)

    async def patch(
        self, path: str, row: dict[str, Any], json: Any, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """PATCH `row` with its version as If-Match."""
        own = {"If-Match": f'"{row["version"]}"', **(headers or {})}
        return await self.http.patch(path, json=json, headers=self._headers(own))


class Suite:
    """Members of the suite running in this process, each on a database of its own."""

    def __init__(self, tokens: Tokens, directory: Path, *, test_clock: bool = True) -> None:
        self.tokens, self.directory, self.test_clock = tokens, directory, test_clock
        self.apps: dict[str, FastAPI] = {}
        self.databases: dict[str, TestDatabase] = {}
        self.down: set[str] = set()
        self._stack = AsyncExitStack()

    async def start(self, *members: str) -> "Suite":
        """Starts members; may be called again for more."""
        for member in members:
            database = TestDatabase(member)
            await database.create()
            self._stack.push_async_callback(database.drop)
            service = import_module(f"{member}.main").SERVICE
            app = create_app(service, self.settings(member, database))
            app.state.verifier._keys = KeySet.import_key_set(self.tokens.jwks)  # type: ignore[arg-type]
            app.state.peers = Peers(app.state.settings, transport=InProcess(self))
            await self._stack.enter_async_context(app.router.lifespan_context(app))
            self.apps[member], self.databases[member] = app, database
        return self

    def settings(self, member: str, database: TestDatabase) -> ServiceSettings:
        """Settings of a member on its test database."""
        service = import_module(f"{member}.main").SERVICE
        made: ServiceSettings = service.settings(
            database_url=database.app_url,
            owner_database_url=database.owner_url,
            key_ring_file=Path(os.environ["HRSS_TEST_SECRETS"], "key_ring.json"),
            signature_keys_file=provision.signature_keys(
                Path(os.environ["HRSS_TEST_SECRETS"]), member
            ),
            issuer=ISSUER,
            audience=AUDIENCE,
            demo=True,
            test_clock=self.test_clock,
            pool_size=5,
            files_dir=self.directory / "files",
            client_id=f"svc.{service.path}",
            client_secret=SecretStr("in-process-secret"),
            peers={name: f"http://{name.replace('_', '-')}" for name in PREFIXES.values()},
        )
        return made

    async def close(self) -> None:
        """Stops everything."""
        await self._stack.aclose()

    def desk(self, user: str, purpose: str | None = None, now: str | None = None) -> Desk:
        """A named user of the demonstration at work."""
        desk = Desk(self.client(self.tokens.of_user(user)), purpose)
        desk.now = now
        return desk

    def client(self, token: str | None = None) -> httpx.AsyncClient:
        """A bare client, with a token or without."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(
            transport=InProcess(self), base_url="http://suite", headers=headers
        )

    def worker(self, member: str) -> Worker:
        """The member's worker, to be driven step by step."""
        app = self.apps[member]
        return Worker(app.state.service, app.state.settings, app.state.database, app.state.peers)

    async def events(self, member: str, type_: str | None = None) -> list[dict[str, Any]]:
        """What a member has published, in order."""
        rows = await self.databases[member].fetch(
            "SELECT type, subject, city, audience, person_ref, data FROM outbox_events "
            "WHERE $1::text IS NULL OR type = $1 ORDER BY sequence",
            type_,
        )
        return [{**row, "data": json.loads(row["data"])} for row in rows]


class InProcess(httpx.AsyncBaseTransport):
    """Carries a request to the member that its path names; a member in `down` refuses."""

    def __init__(self, suite: Suite) -> None:
        self._suite = suite

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/oauth/token":
            header = request.headers["authorization"].partition(" ")[2]
            client = base64.b64decode(header).decode().partition(":")[0]
            token = self._suite.tokens.of_user(client)
            return httpx.Response(200, json={"access_token": token, "expires_in": 300})
        member = next((one for prefix, one in PREFIXES.items() if path.startswith(prefix)), None)
        if member is None and len(self._suite.apps) == 1:
            member = next(iter(self._suite.apps))
        if member is None or member not in self._suite.apps or member in self._suite.down:
            raise httpx.ConnectError("refused", request=request)
        transport = httpx.ASGITransport(self._suite.apps[member], raise_app_exceptions=False)
        # A task of its own, as another process would be: a member that asks a peer keeps its own
        # caller, trace and clock.
        return await asyncio.create_task(transport.handle_async_request(request))


@pytest.fixture(scope="session")
def tokens() -> Tokens:
    """Signs tokens for this run."""
    return Tokens()


@pytest.fixture
def key_ring() -> sealing.KeyRing:
    """The run's key ring, in use."""
    ring = sealing.KeyRing.load(Path(os.environ["HRSS_TEST_SECRETS"], "key_ring.json"))
    sealing.use(ring)
    return ring


@pytest.fixture
async def suite(tokens: Tokens, tmp_path: Path) -> AsyncIterator[Suite]:
    """Members to be started by the test: ``await suite.start("card")``."""
    made = Suite(tokens, tmp_path)
    try:
        yield made
    finally:
        await made.close()


def assert_problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The answer is a problem document with this status and code; returns it."""
    body: dict[str, Any] = answer.json()
    codes = {body.get("code"), *(error["code"] for error in body.get("errors", []))}
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert code in codes, answer.text
    assert body["trace_id"]
    return body


__all__ = ["Database", "Desk", "Suite", "TestDatabase", "Tokens", "assert_problem"]
