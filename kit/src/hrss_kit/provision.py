"""Secrets, roles and databases of the suite: made once, safe to run again.

Each member has a database and two roles: ``<member>_owner`` migrates, ``<member>_app`` reads and
writes rows and can reach nothing else. The same bootstrap serves the embedded and any other
server (PostgreSQL 15 or later).
"""

import argparse
import asyncio
import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

import asyncpg

from hrss_kit.demo_credentials import demo_credentials
from hrss_kit.members import MEMBERS
from hrss_kit.secret_files import (
    copy_secret,
    random_secret,
    read_json,
    replace_secret,
    update_json,
    write_json,
    write_secret,
)
from hrss_kit.signing_keys import new_signing_key, public_key_set

ISSUER = "gateway"  # signs tokens, so it knows every client
KINDS = ("owner", "app")
EXTENSIONS = ("pg_trgm", "btree_gist")
APP_CONNECTIONS = 40  # two pools of a serving process and two of a worker
LOCK_NUMBER = 7_412_420_100
BUILTIN_LOCALE_SINCE = 170_000
SESSION_LIMITS = {
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}


def make_secrets(directory: Path, demo: bool, members: Sequence[str] = MEMBERS) -> None:
    """Writes every secret that is missing; one that exists is never changed."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_secret(directory / "superuser_password", random_secret())
    for member in members:
        for kind in KINDS:
            write_secret(directory / f"{member}_{kind}_password", random_secret())
        write_json(signature_keys(directory, member), {"keys": [new_signing_key()]})
    ring = {name: base64.b64encode(os.urandom(32)).decode() for name in ("1", "blind", "cursor")}
    write_json(
        directory / "key_ring.json",
        {"primary": 1, "keys": {"1": ring["1"]}, "blind": ring["blind"], "cursor": ring["cursor"]},
    )
    write_json(directory / "signing_keys.json", {"keys": [new_signing_key()]})
    update_json(directory / "jwks.json", public_key_set(directory / "signing_keys.json"))
    clients = {client_id(member): random_secret() for member in members}
    update_json(directory / "service_clients.json", clients, keep=True)
    if demo:
        write_json(directory / "demo_credentials.json", demo_credentials())


def signature_keys(directory: Path, member: str) -> Path:
    """The file of the keys with which a member signs what leaves it."""
    return directory / f"{member}_signature_keys.json"


def client_id(member: str) -> str:
    """The member's own OAuth client: ``svc.labor-inspection``."""
    return f"svc.{member.replace('_', '-')}"


def database_url(directory: Path, member: str, kind: str, server: str) -> str:
    """The address of a member's database for its ``owner`` or ``app`` role on ``host:port``."""
    password = (directory / f"{member}_{kind}_password").read_text("utf-8").strip()
    return f"postgresql://{member}_{kind}:{quote(password, safe='')}@{server}/hrss_{member}"


def provision(superuser_dsn: str, secrets_dir: Path, members: Sequence[str] = MEMBERS) -> None:
    """Creates or corrects roles, databases, extensions and grants."""
    asyncio.run(provision_databases(superuser_dsn, secrets_dir, members))


async def provision_databases(
    superuser_dsn: str, secrets_dir: Path, members: Sequence[str] = MEMBERS
) -> None:
    """As `provision`, inside a running event loop; one run at a time."""
    connection = await asyncpg.connect(superuser_dsn, timeout=30)
    try:
        await connection.execute("select pg_advisory_lock($1)", LOCK_NUMBER)
        await connection.execute("revoke all on database postgres, template1 from public")
        for member in members:
            await _make_roles(connection, member, secrets_dir)
            await _make_database(connection, member)
        for member in members:
            await _grant(superuser_dsn, member)
    finally:
        await connection.close()


async def _make_roles(connection: "asyncpg.Connection", member: str, secrets_dir: Path) -> None:
    for kind in KINDS:
        role = f"{member}_{kind}"
        if not await connection.fetchval("select 1 from pg_roles where rolname = $1", role):
            await connection.execute(f'create role "{role}"')
        password = (secrets_dir / f"{role}_password").read_text("utf-8").strip()
        limit = APP_CONNECTIONS if kind == "app" else -1
        await connection.execute(
            f'alter role "{role}" login nosuperuser nocreatedb nocreaterole noreplication '
            f"connection limit {limit} password '{_scram(password)}'"
        )
        await connection.execute(f"alter role \"{role}\" set timezone = 'UTC'")
    for name, text in SESSION_LIMITS.items():
        await connection.execute(f"alter role \"{member}_app\" set {name} = '{text}'")


async def _make_database(connection: "asyncpg.Connection", member: str) -> None:
    name = f"hrss_{member}"
    if not await connection.fetchval("select 1 from pg_database where datname = $1", name):
        version = connection.get_server_version()
        builtin = "locale_provider builtin builtin_locale 'C.UTF-8'"
        locale = builtin if version.major * 10_000 >= BUILTIN_LOCALE_SINCE else ""
        await connection.execute(
            f'create database "{name}" owner "{member}_owner" template template0 '
            f"encoding 'UTF8' {locale} lc_collate 'C' lc_ctype 'C.UTF-8'"
        )
    # This line closes one service's database to every other service.
    await connection.execute(f'revoke all on database "{name}" from public')
    await connection.execute(f'grant connect on database "{name}" to "{member}_app"')


async def _grant(superuser_dsn: str, member: str) -> None:
    address = urlsplit(superuser_dsn)._replace(path=f"/hrss_{member}").geturl()
    connection = await asyncpg.connect(address, timeout=30)
    try:
        for extension in EXTENSIONS:
            await connection.execute(f"create extension if not exists {extension}")
        owner, app = f'"{member}_owner"', f'"{member}_app"'
        given = f"alter default privileges for role {owner} in schema public grant"
        await connection.execute(
            f"""
            alter schema public owner to {owner};
            revoke all on schema public from public;
            grant usage on schema public to {app};
            {given} select, insert, update, delete on tables to {app};
            {given} usage, select on sequences to {app};
            """
        )
    finally:
        await connection.close()


def _scram(password: str, iterations: int = 4096) -> str:
    """The verifier PostgreSQL stores (RFC 5803), so that no password is ever in a statement."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    client = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = [base64.b64encode(part).decode() for part in (salt, client, server)]
    return f"SCRAM-SHA-256${iterations}:{parts[0]}${parts[1]}:{parts[2]}"


def write_member_files(directory: Path, server: str, members: Sequence[str] = MEMBERS) -> None:
    """Writes what each process may know into ``<member>/`` and ``<member>_owner/``.

    Each is a HRSS_SECRETS_DIR of its own, so that a container sees its own secrets only. These
    are copies: a key that was rotated above replaces the one here.
    """
    places = ("server", *members, *(f"{member}_owner" for member in members))
    for place in places:
        (directory / place).mkdir(mode=0o700, exist_ok=True)
    copy_secret(directory / "superuser_password", directory / "server")
    for member in members:
        own, owner = directory / member, directory / f"{member}_owner"
        replace_secret(own / "database_url", database_url(directory, member, "app", server))
        replace_secret(
            owner / "owner_database_url", database_url(directory, member, "owner", server)
        )
        replace_secret(
            own / "signature_keys.json", signature_keys(directory, member).read_text("utf-8")
        )
        replace_secret(own / "client_secret", service_clients(directory)[client_id(member)])
        for name in ("key_ring.json", "jwks.json"):
            copy_secret(directory / name, own)
    if ISSUER in members:
        for name in ("signing_keys.json", "service_clients.json", "demo_credentials.json"):
            copy_secret(directory / name, directory / ISSUER)


def service_clients(directory: Path) -> dict[str, str]:
    """The suite's own OAuth clients with their secrets."""
    return read_json(directory / "service_clients.json")


def main() -> None:
    """``python -m hrss_kit.provision secrets|databases``, for one-shot jobs."""
    parser = argparse.ArgumentParser(prog="python -m hrss_kit.provision")
    commands = parser.add_subparsers(dest="command", required=True)
    making = commands.add_parser("secrets", help="make every secret that is missing")
    making.add_argument("directory", type=Path)
    making.add_argument("--demo", action="store_true", help="demonstration users and clients too")
    making.add_argument("--server", help="host:port of PostgreSQL: one directory per process too")
    databases = commands.add_parser("databases", help="make roles, databases and grants")
    databases.add_argument("--secrets", type=Path, required=True)
    databases.add_argument("--dsn-file", type=Path, help="file with the superuser's address")
    databases.add_argument("--host", default="127.0.0.1")
    databases.add_argument("--port", type=int, default=5432)
    told = parser.parse_args()
    if told.command == "secrets":
        make_secrets(told.directory, told.demo)
        if told.server:
            write_member_files(told.directory, told.server)
    elif told.dsn_file:
        provision(told.dsn_file.read_text("utf-8").strip(), told.secrets)
    else:
        password = quote((told.secrets / "superuser_password").read_text("utf-8").strip(), safe="")
        provision(
            f"postgresql://postgres:{password}@{told.host}:{told.port}/postgres", told.secrets
        )


if __name__ == "__main__":
    main()
