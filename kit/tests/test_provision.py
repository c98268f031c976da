"""Secrets and databases: made once, closed to each other, kept on a second run."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from hrss_kit.embedded_pg import EmbeddedPostgres
from hrss_kit.provision import database_url, make_secrets, provision, write_member_files

TWO = ("card", "gateway")


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("secrets")
    make_secrets(directory, demo=False)
    return directory


@pytest.fixture(scope="module")
def server(secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    with EmbeddedPostgres(
        tmp_path_factory.mktemp("pg"), durable=False, password_file=secrets / "superuser_password"
    ) as running:
        provision(running.superuser_dsn(), secrets, TWO)
        provision(running.superuser_dsn(), secrets, TWO)
        yield running


def run(server: EmbeddedPostgres, member: str, kind: str, *statements: str) -> object:
    """The value of the last statement."""
    address = database_url(server.password_file.parent, member, kind, f"127.0.0.1:{server.port}")

    async def connected() -> object:
        connection = await asyncpg.connect(address, timeout=10)
        try:
            return [await connection.fetchval(statement) for statement in statements][-1]
        finally:
            await connection.close()

    return asyncio.run(connected())


def test_secrets_are_private_and_kept(tmp_path: Path) -> None:
    make_secrets(tmp_path, demo=True)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    make_secrets(tmp_path, demo=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert all(path.stat().st_mode & 0o077 == 0 for path in tmp_path.iterdir())
    assert len(before) == 1 + 12 + 6 + 5


def test_a_sixth_service_gets_what_is_missing(tmp_path: Path) -> None:
    make_secrets(tmp_path, demo=False, members=TWO)
    before = json.loads((tmp_path / "service_clients.json").read_text())
    make_secrets(tmp_path, demo=False, members=(*TWO, "public_appeals"))
    after = json.loads((tmp_path / "service_clients.json").read_text())
    assert set(after) - set(before) == {"svc.public-appeals"}
    assert all(after[name] == before[name] for name in before)
    assert not (tmp_path / "demo_credentials.json").exists()


def test_the_public_key_checks_what_the_private_one_signs(tmp_path: Path) -> None:
    make_secrets(tmp_path, demo=False)
    private = KeySet.import_key_set(json.loads((tmp_path / "signing_keys.json").read_text()))
    text = (tmp_path / "jwks.json").read_text()
    public = KeySet.import_key_set(json.loads(text))
    token = jwt.encode({"alg": "ES256", "kid": private.keys[0].kid}, {"sub": "x"}, private)
    assert jwt.decode(token, public, algorithms=["ES256"]).claims == {"sub": "x"}
    assert '"d"' not in text


def test_demonstration_users_and_clients(tmp_path: Path) -> None:
    make_secrets(tmp_path, demo=True)
    document = json.loads((tmp_path / "demo_credentials.json").read_text())
    users = {user["username"]: user for user in document["users"]}
    kinds = [
        "cw-emp",
        "cw-si",
        "cw-talent",
        "cw-li",
        "cw-card",
        "window",
        "station",
        "supervisor",
        "joint-admin",
    ]
    wanted = {
        f"{kind}-{city}"
        for kind in [*kinds, "policy-editor", "policy-approver"]
        for city in ("wh", "ez")
    }
    assert set(users) == wanted | {"auditor"}
    assert users["cw-li-ez"]["roles"] == ["cw.li.ez"]
    assert users["cw-li-ez"]["city"] == "420700"
    assert [user for user in users if "totp_secret" in users[user]] == ["auditor"]
    assert {client["client_id"] for client in document["clients"]} == {
        "partner.wuhan",
        "partner.ezhou",
        "ops",
        "province",
    }
    assert len({user["password"] for user in users.values()}) == len(users)
    assert all(len(user["password"]) >= 16 for user in users.values())


def test_the_application_reads_and_writes_what_the_owner_made(server: EmbeddedPostgres) -> None:
    run(server, "card", "owner", "create table rows_of_card (id bigserial primary key, n int)")
    insert = "insert into rows_of_card (n) values (7) returning n"
    assert run(server, "card", "app", insert) == 7
    assert run(server, "card", "app", "select similarity('电焊工', '高级电焊工') > 0") is True


@pytest.mark.parametrize(
    "statement",
    [
        "create table t (n int)",
        "create temporary table t (n int)",
        "create schema s",
        "create role r",
        "select pg_read_file('PG_VERSION')",
        "select * from pg_authid",
    ],
)
def test_the_application_may_do_nothing_else(server: EmbeddedPostgres, statement: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        run(server, "card", "app", statement)


@pytest.mark.parametrize("database", ["hrss_gateway", "postgres", "template1"])
def test_other_databases_are_closed(server: EmbeddedPostgres, secrets: Path, database: str) -> None:
    address = database_url(secrets, "card", "app", f"127.0.0.1:{server.port}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="permission denied for database"):
        asyncio.run(asyncpg.connect(address.replace("hrss_card", database), timeout=10))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("statement_timeout", "15s"),
        ("lock_timeout", "5s"),
        ("idle_in_transaction_session_timeout", "1min"),
        ("timezone", "UTC"),
    ],
)
def test_limits_of_the_application(server: EmbeddedPostgres, setting: str, value: str) -> None:
    assert run(server, "card", "app", f"show {setting}") == value
    limit = "select rolconnlimit from pg_roles where rolname = 'card_app'"
    assert run(server, "card", "app", limit) == 40


def test_each_container_gets_its_own_directory(tmp_path: Path) -> None:
    make_secrets(tmp_path, demo=False)
    write_member_files(tmp_path, "postgres:5432")
    mine = {path.name for path in (tmp_path / "card").iterdir()}
    assert mine == {
        "database_url",
        "client_secret",
        "key_ring.json",
        "jwks.json",
        "signature_keys.json",
    }
    assert {path.name for path in (tmp_path / "card_owner").iterdir()} == {"owner_database_url"}
    assert {path.name for path in (tmp_path / "server").iterdir()} == {"superuser_password"}
    assert (tmp_path / "card" / "database_url").read_text().endswith("@postgres:5432/hrss_card")


def test_a_rotated_key_reaches_the_processes(tmp_path: Path) -> None:
    make_secrets(tmp_path, demo=True)
    write_member_files(tmp_path, "postgres:5432")
    ring = json.loads((tmp_path / "key_ring.json").read_text())
    (tmp_path / "key_ring.json").write_text(json.dumps({**ring, "primary": 2}))
    write_member_files(tmp_path, "postgres:5432")
    assert json.loads((tmp_path / "card" / "key_ring.json").read_text())["primary"] == 2
    issuer = {path.name for path in (tmp_path / "gateway").iterdir()}
    assert {"signing_keys.json", "service_clients.json", "demo_credentials.json"} <= issuer


def test_the_command_line_makes_secrets_and_databases(
    server: EmbeddedPostgres, secrets: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "hrss_kit.provision"]
    subprocess.run([*command, "secrets", str(tmp_path / "made"), "--demo"], check=True)
    assert (tmp_path / "made" / "demo_credentials.json").exists()
    (tmp_path / "dsn").write_text(server.superuser_dsn())
    told = ["databases", "--secrets", str(secrets), "--dsn-file", str(tmp_path / "dsn")]
    subprocess.run([*command, *told], check=True)
    assert run(server, "talent", "app", "select current_database()") == "hrss_talent"
