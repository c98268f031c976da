"""./hrss audit verify: is the sealed audit log of every member what was sealed?"""

import argparse
import asyncio

from hrss_cli.data_directory import DataDirectory
from hrss_cli.failure import CommandFailed
from hrss_cli.repository import members
from hrss_kit import audit_verify, provision
from hrss_kit.signing_keys import published


def verify(told: argparse.Namespace) -> None:
    """Checks each member in turn; the first that is broken ends it with exit code 1."""
    data = DataDirectory(told.data)
    state = data.running_state()
    port = next((one.port for one in state.processes if one.kind == "server"), None)
    if port is None:
        raise CommandFailed("PostgreSQL is not running: start the suite with ./hrss up")
    kept = _read(told)
    for member in members():
        keys = published(provision.signature_keys(data.secrets, member.name))
        dsn = provision.database_url(data.secrets, member.name, "app", f"127.0.0.1:{port}")
        try:
            found = asyncio.run(audit_verify.verify(dsn, member.name, keys, kept))
        except audit_verify.Broken as broken:
            raise CommandFailed(f"{member.path}: {broken}") from broken
        last = f", the last of {found.last_sealed_at}" if found.last_sealed_at else ""
        waiting = f"; {found.waiting} not sealed yet" if found.waiting else ""
        print(
            f"{member.path}: {found.entries} entries under {found.checkpoints} checkpoints"
            f"{last}: intact{waiting}"
        )


def _read(told: argparse.Namespace) -> list[str]:
    if told.against is None:
        return []
    try:
        return audit_verify.read_file(told.against)
    except OSError as error:
        raise CommandFailed(f"{told.against}: {error.strerror}") from error
    except audit_verify.Broken as broken:
        raise CommandFailed(str(broken)) from broken
