"""The embedded server: starts, answers, survives kills, refuses a second master."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from hrss_kit.embedded_pg import EmbeddedPostgres, EmbeddedPostgresError
from hrss_kit.secret_files import write_secret


def ask(server: EmbeddedPostgres, statement: str) -> object:
    """One value, through a new connection."""

    async def run() -> object:
        connection = await asyncpg.connect(server.superuser_dsn(), timeout=10)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(run())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    long_path = tmp_path_factory.mktemp("鄂州 with spaces") / ("x" * 120)
    with EmbeddedPostgres(long_path / "postgres", durable=False) as running:
        yield running


def test_it_answers_under_a_long_path_with_spaces(server: EmbeddedPostgres) -> None:
    assert ask(server, "select similarity('电焊工', '高级电焊工') > 0") is True
    assert ask(server, "show listen_addresses") == "127.0.0.1"
    assert ask(server, "select datctype from pg_database limit 1") == "C.UTF-8"


def test_it_does_not_run_as_root(server: EmbeddedPostgres) -> None:
    status = Path(f"/proc/{server.pid}/status").read_text()
    command = Path(f"/proc/{server.pid}/cmdline").read_bytes()
    assert b"postgres" in command
    effective = int(status.split("CapEff:")[1].split()[0], 16)
    assert effective == 0


def test_its_log_holds_no_values(server: EmbeddedPostgres) -> None:
    with pytest.raises(asyncpg.DataError):
        ask(server, "select '11010519491231002X'::integer")
    assert "11010519491231002X" not in server.log.read_text()


def test_a_second_supervisor_is_refused(server: EmbeddedPostgres) -> None:
    with pytest.raises(EmbeddedPostgresError, match="another program"):
        EmbeddedPostgres(server.home).start()
    assert server.alive()


def test_the_data_of_another_major_version_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (data / "PG_VERSION").write_text("9\n")
    with pytest.raises(EmbeddedPostgresError, match="was made by PostgreSQL 9"):
        EmbeddedPostgres(tmp_path).start()


def test_missing_programs_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HRSS_PG_BIN", str(tmp_path))
    with pytest.raises(EmbeddedPostgresError, match="no initdb and postgres in"):
        EmbeddedPostgres(tmp_path / "home").start()


def test_a_secret_file_is_private_and_kept(tmp_path: Path) -> None:
    write_secret(tmp_path / "one", "first")
    write_secret(tmp_path / "one", "second")
    assert (tmp_path / "one").read_text() == "first"
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    assert len(list(tmp_path.iterdir())) == 1


SUPERVISOR = """
import sys, time
from pathlib import Path
from hrss_kit.embedded_pg import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print(server.pid, server.port, flush=True)
time.sleep(600)
"""


def supervised(home: Path) -> tuple["subprocess.Popen[str]", int, int]:
    """A supervisor in a process of its own, with the server's pid and port."""
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(home)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    with process.stdout:
        pid, port = process.stdout.readline().split()
    return process, int(pid), int(port)


@pytest.mark.parametrize("also_the_server", [False, True])
def test_nothing_is_lost_when_it_is_killed(tmp_path: Path, also_the_server: bool) -> None:
    home = tmp_path / "pg"
    supervisor, pid, port = supervised(home)
    server = EmbeddedPostgres(home)
    server.port = port
    ask(server, "create table kept (n integer)")
    ask(server, "insert into kept values (7)")
    os.kill(supervisor.pid, signal.SIGKILL)
    if also_the_server:
        os.kill(pid, signal.SIGKILL)
    supervisor.wait()

    with EmbeddedPostgres(home) as again:
        assert ask(again, "select n from kept") == 7
        assert again.port == port
        assert not is_running(pid)


def test_the_server_ends_with_its_supervisor(tmp_path: Path) -> None:
    supervisor, pid, _ = supervised(tmp_path)
    supervisor.kill()
    supervisor.wait()
    until = time.monotonic() + 10
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.05)
    assert not is_running(pid)


def test_it_starts_again_after_its_own_crash(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        pid, port = server.pid, server.port
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        while server.alive():
            time.sleep(0.02)
        server.start()
        assert server.port == port
        assert ask(server, "select 1") == 1


def is_running(pid: int) -> bool:
    """True for a live process, not for a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
