"""`python -m <member> serve|work|migrate|seed|openapi`: how a member of the suite is started."""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from pydantic import SecretStr

from hrss_kit import (
    audit_verify,
    context,
    file_store,
    migrations,
    sealing,
    signing_keys,
    tables,
)
from hrss_kit.app import create_app
from hrss_kit.db import Database
from hrss_kit.peers import Peers
from hrss_kit.resealing import reseal
from hrss_kit.service import Service
from hrss_kit.settings import ServiceSettings
from hrss_kit.telemetry import configure_logs
from hrss_kit.worker import Worker

GRACE_SECONDS = 10


def serve(app: object, settings: ServiceSettings) -> None:
    """Runs an ASGI app until SIGTERM; requests in flight are finished first."""
    uvicorn.run(
        app,  # type: ignore[arg-type]
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        log_level="warning",
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=75,
        backlog=2048,
    )


def use_key_ring(settings: ServiceSettings) -> None:
    """Loads the key ring of this process."""
    if settings.key_ring_file is not None:
        sealing.use(sealing.KeyRing.load(settings.key_ring_file))


async def _work(service: Service, settings: ServiceSettings) -> None:
    use_key_ring(settings)
    file_store.use(file_store.store_of(settings))
    database = Database(settings.database_url.get_secret_value(), 4)
    peers = Peers(settings)
    await Worker(service, settings, database, peers).run()
    await peers.close()
    await database.close()


async def seed(service: Service, settings: ServiceSettings) -> None:
    """Loads the service's demonstration data; running it again changes nothing."""
    use_key_ring(settings)
    if service.seed is None:
        return
    database = Database(settings.database_url.get_secret_value(), 2)
    context.begin()
    async with database.transaction() as session:
        await service.seed(session)
    await database.close()


async def _reseal(service: Service, settings: ServiceSettings) -> dict[str, int]:
    use_key_ring(settings)
    database = Database(settings.database_url.get_secret_value(), 2)
    changed = await reseal(database, [service.metadata, tables.METADATA])
    await database.close()
    return changed


def verify_audit(service: Service, settings: ServiceSettings, against: Path | None) -> None:
    """Prints what was checked; exit code 1 and the first bad entry when something is wrong."""
    assert settings.signature_keys_file is not None
    dsn = settings.database_url.get_secret_value()
    try:
        kept = audit_verify.read_file(against) if against else []
        keys = signing_keys.published(settings.signature_keys_file)
        found = asyncio.run(audit_verify.verify(dsn, service.name, keys, kept))
    except audit_verify.Broken as broken:
        sys.exit(f"{service.name}: {broken}")
    print(f"{service.name}: {found.entries} entries, {found.checkpoints} checkpoints: intact")


def contract(service: Service) -> str:
    """The service's OpenAPI document as it is committed."""
    # Nobody connects: any well-formed address will do.
    settings = service.settings(demo=True, database_url=SecretStr("postgresql://localhost/none"))
    app = create_app(service, settings)
    return json.dumps(app.openapi(), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def main(service: Service, arguments: Sequence[str] | None = None) -> None:
    """The command line of a member."""
    parser = argparse.ArgumentParser(prog=f"python -m {service.name}")
    jobs = parser.add_subparsers(dest="job", required=True)
    serving = jobs.add_parser("serve", help="answer HTTP")
    serving.add_argument("--host")
    serving.add_argument("--port", type=int)
    jobs.add_parser("work", help="run the worker")
    jobs.add_parser("migrate", help="bring the database up to date")
    jobs.add_parser("check", help="compare models and migrations")
    revising = jobs.add_parser("revise", help="write a new migration")
    revising.add_argument("message")
    jobs.add_parser("seed", help="load demonstration data")
    jobs.add_parser("reseal", help="seal everything again under the newest key")
    verifying = jobs.add_parser("verify-audit", help="check the sealed audit log")
    verifying.add_argument("--against", type=Path, help="checkpoints kept elsewhere")
    jobs.add_parser("openapi", help="print the contract")
    given = parser.parse_args(arguments)

    if given.job == "openapi":
        sys.stdout.write(contract(service))
        return
    settings = service.settings()
    owner_url = settings.owner_database_url.get_secret_value()
    if given.job == "migrate":
        migrations.upgrade(service.name, owner_url)
    elif given.job == "check":
        migrations.check(service.name, owner_url)
    elif given.job == "revise":
        sys.stdout.write(f"{migrations.revise(service.name, owner_url, given.message)}\n")
    elif given.job == "verify-audit":
        verify_audit(service, settings, given.against)
    elif given.job == "seed":
        asyncio.run(seed(service, settings))
    elif given.job == "reseal":
        print(json.dumps(asyncio.run(_reseal(service, settings))))
    else:
        configure_logs(service.name, settings.log_level)
        if given.job == "work":
            asyncio.run(_work(service, settings))
        else:
            changed = {"host": given.host, "port": given.port}
            settings = settings.model_copy(
                update={name: value for name, value in changed.items() if value is not None}
            )
            serve(create_app(service, settings), settings)
