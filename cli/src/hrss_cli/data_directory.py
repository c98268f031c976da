"""What a suite keeps on disk: its server, secrets, logs, lock and the state of its processes."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from hrss_cli.failure import CommandFailed


@dataclass(slots=True)
class RunningProcess:
    """One process of a running suite."""

    name: str
    kind: str  # server, serve, work
    pid: int | None = None
    port: int | None = None
    restarts: int = 0


@dataclass(slots=True)
class RunState:
    """What run.json says while the suite runs."""

    pid: int
    port: int
    started_at: str
    demo: bool
    test_clock: bool
    state: str = "starting"
    processes: list[RunningProcess] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.port}"

    def ports(self) -> dict[str, int]:
        """The port of each member that answers HTTP."""
        serving = (process for process in self.processes if process.kind == "serve")
        return {process.name: process.port for process in serving if process.port}

    def as_json(self) -> dict[str, Any]:
        """The document in run.json."""
        return {"base_url": self.base_url, **asdict(self)}


class DataDirectory:
    """The data directory of one suite."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.secrets = self.path / "secrets"
        self.logs = self.path / "logs"
        self.files = self.path / "files"
        self.server = self.path / "postgres"
        self._lock: IO[str] | None = None

    def log(self, name: str) -> Path:
        """The log file of a process."""
        return self.server / "postgres.log" if name == "postgres" else self.logs / f"{name}.log"

    def make(self) -> None:
        """Makes the directories; only their owner reads them."""
        try:
            # A server started by root runs as another user, who must be able to pass through.
            mode = 0o711 if os.geteuid() == 0 else 0o700
            self.path.mkdir(mode=mode, parents=True, exist_ok=True)
            self.logs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CommandFailed(
                f"cannot write to {self.path} ({error.strerror}): choose another with --data DIR"
            ) from error

    def lock(self) -> None:
        """Takes the directory for this process."""
        lock = self._try_lock()
        if lock is None:
            raise CommandFailed(self.already_running())
        self._lock = lock

    def unlock(self) -> None:
        """Gives it free."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def is_running(self) -> bool:
        """True while a supervisor holds the directory."""
        if not (self.path / "lock").exists():
            return False
        lock = self._try_lock()
        if lock is not None:
            lock.close()
        return lock is None

    def _try_lock(self) -> IO[str] | None:
        try:
            lock = (self.path / "lock").open("a")
        except PermissionError as error:
            raise CommandFailed(
                f"{self.path} belongs to another user: choose another with --data DIR"
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        return lock

    def already_running(self) -> str:
        """What to say to a second `up`."""
        state = self.read_state()
        where = f" at {state.base_url} (pid {state.pid})" if state else ""
        return f"the suite in {self.path} is already running{where}: stop it with ./hrss down"

    def read_state(self) -> RunState | None:
        """The state written last, also by a supervisor that was killed."""
        try:
            found = json.loads((self.path / "run.json").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return None
        found.pop("base_url")
        processes = [RunningProcess(**process) for process in found.pop("processes")]
        return RunState(processes=processes, **found)

    def running_state(self) -> RunState:
        """The state of the running suite."""
        state = self.read_state() if self.is_running() else None
        if state is None:
            raise CommandFailed("the suite is not running: start it with ./hrss up")
        return state

    def write_state(self, state: RunState | None) -> None:
        """Replaces run.json, or removes it."""
        file = self.path / "run.json"
        if state is None:
            file.unlink(missing_ok=True)
            return
        part = file.with_suffix(".part")
        part.write_text(json.dumps(state.as_json(), indent=2) + "\n", "utf-8")
        part.replace(file)

    def read_marks(self) -> dict[str, str]:
        """What was done to the databases here: migrated to which digest, seeded."""
        try:
            found: dict[str, str] = json.loads((self.server / "marks.json").read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return {}
        return found

    def write_mark(self, **marks: str) -> None:
        """Remembers what was done."""
        part = self.server / "marks.part"  # beside the data: gone when the data is gone
        part.write_text(json.dumps({**self.read_marks(), **marks}, indent=2) + "\n", "utf-8")
        part.replace(self.server / "marks.json")
