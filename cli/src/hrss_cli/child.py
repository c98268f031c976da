"""One supervised process: tied to us, restarted with back-off, its output in a file."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hrss_cli.data_directory import RunningProcess
from hrss_kit.tied_process import tied

BACK_OFF_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
STEADY_SECONDS = 30.0


async def start_tied(
    command: list[str], environment: dict[str, str], log: Path
) -> asyncio.subprocess.Process:
    """Starts ``python …`` with its output appended to `log`; it dies with us."""
    descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        # -P: a directory called like a member must not hide the installed package.
        return await asyncio.create_subprocess_exec(
            *tied([sys.executable, "-P", *command], death_signal=signal.SIGKILL),
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            start_new_session=True,  # Ctrl-C is for the supervisor, which stops all in order
        )
    finally:
        os.close(descriptor)


class Child:
    """A process that runs until it is stopped."""

    def __init__(
        self,
        shown: RunningProcess,
        command: list[str],
        environment: dict[str, str],
        log: Path,
        changed: Callable[[], None],
    ) -> None:
        self.shown = shown
        self.log = log
        self._command, self._environment, self._changed = command, environment, changed
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def label(self) -> str:
        """Its name in tables and of its log file."""
        return label(self.shown)

    def start(self) -> None:
        """Starts it and keeps it running."""
        self._keeper = asyncio.create_task(self._keep_running())

    async def _keep_running(self) -> None:
        failures = 0
        while True:
            started = time.monotonic()
            self._process = await start_tied(self._command, self._environment, self.log)
            self.shown.pid = self._process.pid
            self._changed()
            code = await self._process.wait()
            failures = 0 if time.monotonic() - started > STEADY_SECONDS else failures + 1
            self.shown.pid = None
            self.shown.restarts += 1
            self._changed()
            pause = BACK_OFF_SECONDS[min(failures, len(BACK_OFF_SECONDS)) - 1] if failures else 0
            print(f"{self.label} ended with {code}: again in {pause} s", file=sys.stderr)
            await asyncio.sleep(pause)

    async def stop(self, seconds: float) -> None:
        """SIGTERM, and SIGKILL when it takes longer than `seconds`."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), seconds)
        except TimeoutError:
            self.kill()
            await process.wait()

    def kill(self) -> None:
        """Ends it at once."""
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()


def label(process: RunningProcess) -> str:
    """``labor-inspection`` for the serving process, ``labor-inspection-worker`` for its worker."""
    name = process.name.replace("_", "-")
    return f"{name}-worker" if process.kind == "work" else name
