"""Programs that a benchmark starts, pins to a core, and stops."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from hrss_cli.failure import CommandFailed
from hrss_kit import provision
from hrss_kit.embedded_pg import EmbeddedPostgres
from hrss_kit.free_ports import free_port

START_SECONDS = 90.0  # also on a machine that does much else
STOP_SECONDS = 10.0


def pin(core: int) -> list[str]:
    """The words that pin a program to a core, empty where there is one core only."""
    enough = (os.cpu_count() or 1) > 1 and shutil.which("taskset")
    return ["taskset", "-c", str(core)] if enough else []


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    """Returns when something listens on the port."""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise CommandFailed(f"{process.args!r} ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise CommandFailed(f"nothing listens on port {port}")


@dataclass
class Bench:
    """A directory, a PostgreSQL and what runs on it, for the time of one benchmark."""

    home: Path
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def secrets(self) -> Path:
        """Where the secrets of this run lie."""
        return self.home / "secrets"

    def start(
        self,
        words: Sequence[str],
        port: int,
        environment: Mapping[str, str] | None = None,
        core: int = 0,
    ) -> subprocess.Popen[bytes]:
        """Starts a program that listens on `port`."""
        log = (self.home / f"{port}.log").open("wb")
        process = subprocess.Popen(
            [*pin(core), *words],
            env={**os.environ, **(environment or {})},
            stdout=log,
            stderr=log,
        )
        self.processes.append(process)
        wait_for_port(port, process)
        return process

    def member_environment(self, cluster: EmbeddedPostgres, member: str) -> dict[str, str]:
        """What a member is told here."""
        server = cluster.superuser_dsn().rpartition("@")[2].rpartition("/")[0]
        return {
            "HRSS_DATABASE_URL": provision.database_url(self.secrets, member, "app", server),
            "HRSS_OWNER_DATABASE_URL": provision.database_url(
                self.secrets, member, "owner", server
            ),
            "HRSS_JWKS_FILE": str(self.secrets / "jwks.json"),
            "HRSS_KEY_RING_FILE": str(self.secrets / "key_ring.json"),
            "HRSS_SIGNATURE_KEYS_FILE": str(provision.signature_keys(self.secrets, member)),
            "HRSS_SIGNING_KEY_FILE": str(self.secrets / "signing_keys.json"),
            "HRSS_DEMO": "true",
        }

    @contextmanager
    def postgres(self) -> Iterator[EmbeddedPostgres]:
        """A durable PostgreSQL with the suite's databases, not yet migrated."""
        cluster = EmbeddedPostgres(self.home / "pg", durable=True)
        cluster.start()
        try:
            provision.make_secrets(self.secrets, demo=True)
            provision.provision(cluster.superuser_dsn(), self.secrets)
            yield cluster
        finally:
            cluster.stop()

    def run_member(self, member: str, job: str, environment: Mapping[str, str]) -> None:
        """Runs ``python -m member job`` to its end."""
        subprocess.run(
            [sys.executable, "-m", member, job],
            env={**os.environ, **environment},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def stop(self) -> None:
        """Stops what was started."""
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
        self.processes.clear()


@contextmanager
def bench() -> Iterator[Bench]:
    """A benchmark's surroundings; they are gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="hrss-bench-"))
    home.chmod(0o711)  # the database server runs as another user when we are root
    made = Bench(home)
    try:
        yield made
    finally:
        made.stop()
        shutil.rmtree(home, ignore_errors=True)


def a_port() -> int:
    """A free loopback port."""
    return free_port()
