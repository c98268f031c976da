"""`python -m gateway serve|work|migrate|seed|openapi|create-user|create-client`."""

import argparse
import asyncio
import getpass
import json
import secrets
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from gateway import seed
from gateway.composition import create_gateway
from gateway.main import SERVICE
from gateway.server import serve
from gateway.settings import GatewaySettings
from hrss_kit import command, context
from hrss_kit.db import Database
from hrss_kit.telemetry import configure_logs

SHORTEST_PASSWORD = 12
Work = Callable[[AsyncSession], Awaitable[Any]]


async def _in_transaction(settings: GatewaySettings, work: Work) -> Any:
    command.use_key_ring(settings)
    context.begin()
    database = Database(settings.database_url.get_secret_value(), 2)
    try:
        async with database.transaction() as session:
            return await work(session)
    finally:
        await database.close()


def _serve(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m gateway serve")
    parser.add_argument("--host")
    parser.add_argument("--port", type=int)
    given = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value}
    settings = GatewaySettings().model_copy(update=given)
    configure_logs(SERVICE.name, settings.log_level)
    serve(create_gateway(settings), settings)


def _seed(_arguments: list[str]) -> None:
    settings = GatewaySettings()
    asyncio.run(_in_transaction(settings, lambda session: seed.load(session, settings)))


def _read_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password: ")
    return sys.stdin.readline().rstrip("\n")


def _create_user(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m gateway create-user", description="The password is read from stdin."
    )
    parser.add_argument("username")
    parser.add_argument("--role", action="append", required=True, help="e.g. policy.editor")
    parser.add_argument("--city", choices=["420100", "420700"])
    parser.add_argument("--domain", action="append", default=[])
    parser.add_argument("--totp-secret-file", type=Path, help="base32, RFC 6238")
    given = parser.parse_args(arguments)
    password = _read_password()
    if len(password) < SHORTEST_PASSWORD:
        sys.exit(f"the password needs at least {SHORTEST_PASSWORD} characters")
    totp = given.totp_secret_file.read_text("utf-8").strip() if given.totp_secret_file else None

    async def add(session: AsyncSession) -> bool:
        return await seed.add_user(
            session,
            given.username,
            password,
            roles=given.role,
            city=given.city,
            domains=given.domain,
            totp_secret=totp,
        )

    try:
        is_new = asyncio.run(_in_transaction(GatewaySettings(), add))
    except ValueError as error:
        sys.exit(str(error))
    if not is_new:
        sys.exit("there is a user of that name already")


def _create_client(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m gateway create-client",
        description="Prints the new secret once, unless --jwks gives the client's public keys.",
    )
    parser.add_argument("client_id")
    parser.add_argument("--role", action="append", default=[])
    parser.add_argument("--city", choices=["420100", "420700"])
    parser.add_argument("--jwks", type=Path, help="public key set: private_key_jwt, no secret")
    parser.add_argument("--redirect-uri", action="append", help="signs people in (PKCE)")
    parser.add_argument("--rate-limit", type=int, help="requests a minute")
    given = parser.parse_args(arguments)
    jwks = json.loads(given.jwks.read_text("utf-8")) if given.jwks else None
    if jwks is not None and any("d" in key for key in jwks["keys"]):
        sys.exit("the key set holds a private key: register the public ones")
    secret = None if jwks or given.redirect_uri else secrets.token_urlsafe(32)

    async def add(session: AsyncSession) -> bool:
        return await seed.add_client(
            session,
            given.client_id,
            roles=given.role,
            city=given.city,
            secret=secret,
            jwks=jwks,
            redirect_uris=given.redirect_uri,
            rate_limit=given.rate_limit,
        )

    asyncio.run(_in_transaction(GatewaySettings(), add))
    if secret is not None:
        sys.stdout.write(secret + "\n")


OWN: dict[str, Callable[[list[str]], None]] = {
    "serve": _serve,
    "seed": _seed,
    "create-user": _create_user,
    "create-client": _create_client,
}


def main(arguments: list[str] | None = None) -> None:
    """The gateway's own commands; the rest is every member's."""
    given = sys.argv[1:] if arguments is None else arguments
    own = OWN.get(given[0]) if given else None
    if own is not None:
        own(given[1:])
    else:
        command.main(SERVICE, given)


if __name__ == "__main__":
    main()
