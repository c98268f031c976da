"""A PostgreSQL server of our own around a directory with ``initdb`` and ``postgres``.

The server listens on 127.0.0.1 only, wants a password, runs unprivileged also when started by
root, ends with the process that started it and comes back without loss after a kill.
"""

import asyncio
import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Self
from urllib.parse import quote

import asyncpg

from hrss_kit.free_ports import HOST, free_port, port_is_free
from hrss_kit.postgres_programs import (
    EmbeddedPostgresError,
    Launcher,
    end_orphan,
    find_binaries,
    major_version,
    server_pid,
)
from hrss_kit.secret_files import random_secret, write_secret

__all__ = ["EmbeddedPostgres", "EmbeddedPostgresError", "find_binaries"]

READY_SECONDS = 60.0
STOP_SECONDS = 30.0
LOG_BYTES = 5_000_000
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # a socket path has 107 bytes, a data directory may have more
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "min_wal_size": "128MB",
    "max_wal_size": "1GB",
    "random_page_cost": "1.1",
    "jit": "off",
    # Statements, parameters and row values may be personal data: none of them reaches the log.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedPostgres:
    """One server with its data, log, port and password under `home`.

    Start it from a thread that lives as long as the server should: the kernel ends the server
    when that thread ends. `password_file` holds the superuser's password (made when missing).
    """

    def __init__(
        self,
        home: Path,
        *,
        durable: bool = True,
        port: int | None = None,
        password_file: Path | None = None,
    ) -> None:
        self.home = home.absolute()
        self.data = self.home / "data"
        self.log = self.home / "postgres.log"
        self.port = port
        self._fixed_port = port
        self._durable = durable
        self.password_file = password_file or self.home / "superuser_password"
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The server's process number while it runs."""
        return self._process.pid if self._process is not None and self.alive() else None

    def alive(self) -> bool:
        """True while our server process runs."""
        return self._process is not None and self._process.poll() is None

    def superuser_dsn(self, database: str = "postgres") -> str:
        """The superuser's address of a database."""
        password = quote(self.password_file.read_text("utf-8").strip(), safe="")
        return f"postgresql://postgres:{password}@{HOST}:{self.port}/{database}"

    def start(self) -> None:
        """Makes the cluster when there is none, starts the server and waits until it answers."""
        if self.alive():
            return
        self._take_lock()
        try:
            binaries = find_binaries()
            launcher = Launcher.choose(self.data, self.home, binaries)
            major = major_version(binaries / "postgres")
            self._check_version(major)
            shutil.rmtree(self.home / "data.part", ignore_errors=True)
            if not self.data.exists():
                self._make_cluster(binaries, launcher, major)
            end_orphan(self.data)
            self._run(binaries, launcher)
            self._check_chinese()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops the server (fast, then hard) and gives the directory free."""
        process, self._process = self._process, None
        if process is not None:
            for number, seconds in ((signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 5.0)):
                if process.poll() is None:
                    process.send_signal(number)
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(seconds)
            if process.poll() is None:
                process.kill()
            process.wait()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        try:
            self.home.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
            lock = (self.home / "lock").open("a")
        except PermissionError as error:
            raise EmbeddedPostgresError(f"{self.home} belongs to another user") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise EmbeddedPostgresError(
                f"another program runs the PostgreSQL server in {self.home}"
            ) from error
        self._lock = lock

    def _check_version(self, major: int) -> None:
        version_file = self.data / "PG_VERSION"
        made_by = version_file.read_text("ascii").strip() if version_file.exists() else str(major)
        if made_by != str(major):
            raise EmbeddedPostgresError(
                f"{self.data} was made by PostgreSQL {made_by}, the server here is {major}: point "
                f"HRSS_PG_BIN to the programs of {made_by}, save the data with pg_dumpall, move "
                f"the directory away, start again and load the data with psql"
            )

    def _make_cluster(self, binaries: Path, launcher: "Launcher", major: int) -> None:
        if not self.password_file.exists():
            write_secret(self.password_file, random_secret())
        part, password = self.home / "data.part", self.home / "password.part"
        part.mkdir(mode=0o700)
        password.unlink(missing_ok=True)
        write_secret(password, self.password_file.read_text("utf-8").strip())
        launcher.give(part, password)
        # With LC_CTYPE=C trigrams see no Chinese at all, so the locale is never left to chance.
        locale = (
            ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--lc-collate=C"]
            if major >= 17
            else ["--lc-collate=C"]
        )
        command = [str(binaries / "initdb"), "-D", str(part), "-U", "postgres", "-E", "UTF8"]
        command += [*locale, "--lc-ctype=C.UTF-8", "--text-search-config=simple"]
        command += ["--auth-local=scram-sha-256", "--auth-host=scram-sha-256"]
        command += [f"--pwfile={password}", "--no-instructions"]
        if not self._durable:
            command.append("--no-sync")
        with _open_log(self.log) as log:
            made = launcher.start(command, log).wait()
        password.unlink(missing_ok=True)
        if made != 0:
            shutil.rmtree(part, ignore_errors=True)
            raise EmbeddedPostgresError(f"initdb failed: {self._last_words()}")
        part.rename(self.data)

    def _run(self, binaries: Path, launcher: "Launcher") -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        deadline = time.monotonic() + READY_SECONDS
        while True:
            self.port = self._choose_port()
            settings = {**SETTINGS, **({} if self._durable else NOT_DURABLE)}
            command = [str(binaries / "postgres"), "-D", str(self.data), "-p", str(self.port)]
            for name, value in settings.items():
                command += ["-c", f"{name}={value}"]
            with _open_log(self.log) as log:
                self._process = launcher.start(command, log)
            while self._process.poll() is None and time.monotonic() < deadline:
                if server_pid(self.data, status=b"ready") == self._process.pid:
                    (self.home / "port").write_text(str(self.port), "ascii")
                    return
                time.sleep(0.02)
            # Backends of a killed server may hold its shared memory for a moment longer.
            if time.monotonic() > deadline or "shared memory block" not in self._last_words():
                raise EmbeddedPostgresError(f"PostgreSQL did not start: {self._last_words()}")
            time.sleep(0.3)

    def _choose_port(self) -> int:
        port_file = self.home / "port"
        last = int(port_file.read_text("ascii")) if port_file.exists() else None
        wanted = self._fixed_port or last
        if wanted is not None and port_is_free(wanted):
            return wanted
        if self._fixed_port is not None:
            raise EmbeddedPostgresError(f"port {wanted} is taken by another program")
        return free_port()

    def _check_chinese(self) -> None:
        async def similarity() -> float:
            connection = await asyncpg.connect(self.superuser_dsn(), timeout=10)
            try:
                await connection.execute("create extension if not exists pg_trgm")
                query = "select similarity('电焊工', '高级电焊工')"
                return float(await connection.fetchval(query))
            finally:
                await connection.close()

        # In a thread of its own: the caller may already run an event loop.
        with ThreadPoolExecutor(1) as thread:
            if thread.submit(lambda: asyncio.run(similarity())).result() <= 0:
                raise EmbeddedPostgresError("trigrams see no Chinese: LC_CTYPE is not UTF-8")

    def _last_words(self) -> str:
        lines = self.log.read_text("utf-8", "replace").splitlines() if self.log.exists() else []
        return f"{' / '.join(lines[-4:])[-400:]} (log: {self.log})"


def _open_log(path: Path) -> IO[bytes]:
    return open(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")
