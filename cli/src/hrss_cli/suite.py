"""The whole suite under one supervisor: server, databases, services, workers, gateway."""

import asyncio
import hashlib
import os
import socket
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from hrss_cli.child import Child, label, start_tied
from hrss_cli.data_directory import DataDirectory, RunningProcess, RunState
from hrss_cli.environment import member_environment
from hrss_cli.failure import CommandFailed
from hrss_cli.log_files import reason, shorten
from hrss_cli.ports import keep_free_port
from hrss_cli.readiness import is_ready
from hrss_cli.repository import GATEWAY, Member, members
from hrss_kit import clock, provision
from hrss_kit.embedded_pg import EmbeddedPostgres, EmbeddedPostgresError

READY_SECONDS = 120.0
FAILED_STARTS = 3
GATEWAY_STOP_SECONDS = 12.0
STOP_SECONDS = 12.0
WATCH_SECONDS = 0.5
SHORTEN_SECONDS = 30.0


class Suite:
    """One running suite; the caller holds the lock of its data directory."""

    def __init__(
        self,
        data: DataDirectory,
        *,
        port: int,
        demo: bool,
        test_clock: bool,
        report: Callable[[str], None],
    ) -> None:
        self.data = data
        self.members: list[Member] = members()
        self.state = RunState(
            pid=os.getpid(),
            port=port,
            started_at=clock.now().isoformat(timespec="seconds"),
            demo=demo,
            test_clock=test_clock,
        )
        self._report = report
        self._server = EmbeddedPostgres(
            data.server, password_file=data.secrets / "superuser_password"
        )
        self._children: list[Child] = []
        self._kept: list[socket.socket] = []

    async def start(self) -> None:
        """Returns when every process is ready."""
        if not self.members:
            raise CommandFailed("no service was found: run ./hrss from a complete repository")
        names = [member.name for member in self.members]
        provision.make_secrets(self.data.secrets, self.state.demo, names)
        self._report("PostgreSQL")
        self._start_server()
        self._choose_ports()
        self._save()
        self._report("databases")
        await provision.provision_databases(self._server.superuser_dsn(), self.data.secrets, names)
        await self._migrate()
        await self._seed()
        self._report("services, workers and gateway")
        await self._start_children("serve")
        # Workers ask the gateway for a token first of all, so it had better be there.
        await self._start_children("work")
        self.state.state = "ready"
        self._save()

    async def watch(self) -> None:
        """Runs until cancelled: brings the server back when it dies, keeps the logs short."""
        shortened = time.monotonic()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if not self._server.alive():
                before = self._server.port
                self._report("PostgreSQL ended: starting it again")
                self._start_server()
                if self._server.port != before:
                    raise CommandFailed(
                        "PostgreSQL's port was taken meanwhile: run ./hrss up again"
                    )
                self._save()
            if time.monotonic() - shortened > SHORTEN_SECONDS:
                shortened = time.monotonic()
                for log in [*self.data.logs.glob("*.log"), self._server.log]:
                    shorten(log)

    async def stop(self) -> None:
        """Gateway first, so that nothing new comes in; the server last."""
        serving = [child for child in self._children if child.shown.kind == "serve"]
        for group, seconds in (
            ([child for child in serving if child.shown.name == GATEWAY], GATEWAY_STOP_SECONDS),
            ([child for child in serving if child.shown.name != GATEWAY], STOP_SECONDS),
            ([child for child in self._children if child.shown.kind == "work"], STOP_SECONDS),
        ):
            await asyncio.gather(*(child.stop(seconds) for child in group))
        self._server.stop()
        for kept in self._kept:
            kept.close()
        self.data.write_state(None)

    def stop_at_once(self) -> None:
        """For somebody in a hurry: no request in flight is waited for."""
        for child in self._children:
            child.kill()

    def _start_server(self) -> None:
        try:
            # In this thread on purpose: the server ends when the thread that started it ends.
            self._server.start()
        except EmbeddedPostgresError as error:
            raise CommandFailed(str(error)) from error
        shown = next((one for one in self.state.processes if one.kind == "server"), None)
        if shown is None:
            shown = RunningProcess("postgres", "server")
            self.state.processes.insert(0, shown)
        else:
            shown.restarts += 1
        shown.pid, shown.port = self._server.pid, self._server.port

    def _choose_ports(self) -> None:
        for member in self.members:
            port = self.state.port
            if member.name != GATEWAY:
                port, kept = keep_free_port()
                self._kept.append(kept)
            self.state.processes.append(RunningProcess(member.name, "serve", port=port))
        for member in self.members:
            self.state.processes.append(RunningProcess(member.name, "work"))

    def _environment(self, member: Member, kind: str) -> dict[str, str]:
        assert self._server.port is not None
        return member_environment(
            self.data, self.state, member, server_port=self._server.port, kind=kind
        )

    async def _run_once(self, member: Member, job: str) -> None:
        log = self.data.log(f"{member.path}-{job}")
        process = await start_tied(["-m", member.name, job], self._environment(member, job), log)
        try:
            code = await process.wait()
        except asyncio.CancelledError:
            process.kill()
            raise
        if code != 0:
            raise CommandFailed(f"{member.path}: {job} failed ({reason(log)}): see {log}")

    async def _run_all(self, job: str, chosen: list[Member]) -> None:
        results = await asyncio.gather(
            *(self._run_once(member, job) for member in chosen), return_exceptions=True
        )
        for result in results:
            if isinstance(result, BaseException):
                raise result

    async def _migrate(self) -> None:
        marks = self.data.read_marks()
        digests = {member.name: migrations_digest(member) for member in self.members}
        behind = [one for one in self.members if marks.get(one.name) != digests[one.name]]
        if behind:
            self._report("migrations")
            await self._run_all("migrate", behind)
            self.data.write_mark(**{member.name: digests[member.name] for member in behind})

    async def _seed(self) -> None:
        # The gateway's seed registers the suite's own clients, so it is not for demonstration only.
        kind = "demo" if self.state.demo else "clients"
        chosen = [one for one in self.members if self.state.demo or one.name == GATEWAY]
        marks = self.data.read_marks()
        new = [one for one in chosen if marks.get(f"seed:{one.name}") not in (kind, "demo")]
        if new:
            self._report("demonstration data" if self.state.demo else "clients")
            await self._run_all("seed", new)
            self.data.write_mark(**{f"seed:{member.name}": kind for member in new})

    async def _start_children(self, kind: str) -> None:
        by_name = {member.name: member for member in self.members}
        started = []
        for shown in self.state.processes:
            if shown.kind != kind:
                continue
            member = by_name[shown.name]
            child = Child(
                shown,
                ["-m", member.name, shown.kind],
                self._environment(member, shown.kind),
                self.data.log(label(shown)),
                self._save,
            )
            child.start()
            self._children.append(child)
            started.append(child)
        await self._wait_until_ready(started)

    async def _wait_until_ready(self, waiting: list[Child]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while waiting:
            answers = await asyncio.gather(*(is_ready(child.shown) for child in waiting))
            waiting = [one for one, ready in zip(waiting, answers, strict=True) if not ready]
            for child in waiting:
                if child.shown.restarts >= FAILED_STARTS:
                    raise CommandFailed(
                        f"{child.label} does not start ({reason(child.log)}): see {child.log}"
                    )
                if time.monotonic() > deadline:
                    raise CommandFailed(
                        f"{child.label} runs but is not ready after {READY_SECONDS:.0f} s: "
                        f"see {child.log}"
                    )
            if waiting:
                await asyncio.sleep(0.1)

    def _save(self) -> None:
        self.data.write_state(self.state)


def migrations_digest(member: Member) -> str:
    """Changes when a migration of the member, or what migrating loads, changes."""
    kit = Path(str(files("hrss_kit")))
    sources = [*member.migrations.glob("*.py"), *kit.glob("policy*.py"), kit / "migrations.py"]
    sources += [path for path in (kit / "data").glob("*") if path.is_file()]
    digest = hashlib.sha256()
    for source in sorted(sources):
        if source.exists():
            digest.update(source.name.encode() + b"\0" + source.read_bytes())
    return digest.hexdigest()
