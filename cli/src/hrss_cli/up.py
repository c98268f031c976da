"""./hrss up and ./hrss down."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from hrss_cli.credentials import read_credentials
from hrss_cli.data_directory import DataDirectory, RunState
from hrss_cli.failure import CommandFailed
from hrss_cli.log_files import shorten
from hrss_cli.ports import refuse_taken
from hrss_cli.suite import Suite

STOP_SECONDS = 60.0
REPORT_FD = "HRSS_REPORT_FD"
READY = "ready"


def up(
    directory: Path, *, port: int, demo: bool, test_clock: bool, detach: bool, quiet: bool = False
) -> None:
    """Starts the suite; returns when it is ready (detached) or when it was stopped."""
    data = DataDirectory(directory)
    if data.is_running():
        raise CommandFailed(data.already_running())
    refuse_taken(port)
    data.make()
    if detach:
        _detach(data, port=port, demo=demo, test_clock=test_clock, quiet=quiet)
        state = data.running_state()
        if not quiet:
            print(_summary(data, state))
        return
    data.lock()
    try:
        report = _reporter(quiet)
        suite = Suite(data, port=port, demo=demo, test_clock=test_clock, report=report)
        asyncio.run(_supervise(suite, lambda: _announce(data, suite.state)))
    finally:
        data.unlock()


async def _supervise(suite: Suite, announce: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    work = asyncio.create_task(_work(suite, announce))
    signals = 0

    def asked_to_stop() -> None:
        nonlocal signals
        signals += 1
        if signals == 1:
            work.cancel()
        else:
            suite.stop_at_once()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, asked_to_stop)
    try:
        await work
    except asyncio.CancelledError:
        if not signals:
            raise
    finally:
        await suite.stop()


async def _work(suite: Suite, announce: Callable[[], None]) -> None:
    await suite.start()
    announce()
    await suite.watch()


def _reporter(quiet: bool) -> Callable[[str], None]:
    descriptor = os.environ.get(REPORT_FD)

    def report(line: str) -> None:
        if descriptor is not None:
            with contextlib.suppress(OSError):
                os.write(int(descriptor), f"{line}\n".encode())
        if not quiet:
            print(f"hrss: {line} …", file=sys.stderr, flush=True)

    return report


def _announce(data: DataDirectory, state: RunState) -> None:
    descriptor = os.environ.pop(REPORT_FD, None)
    if descriptor is None:
        print(_summary(data, state), flush=True)
        return
    with contextlib.suppress(OSError):
        os.write(int(descriptor), f"{READY}\n".encode())
        os.close(int(descriptor))


def _summary(data: DataDirectory, state: RunState) -> str:
    lines = [
        f"The suite is running at {state.base_url}",
        f"  console        {state.base_url}/console/",
        f"  documentation  {state.base_url}/docs",
    ]
    if state.demo:
        users = [user["username"] for user in read_credentials(data, state)["users"]]
        lines.append("  accounts       passwords: ./hrss credentials")
        lines += [f"    {'  '.join(users[at : at + 6])}" for at in range(0, len(users), 6)]
    lines.append("  stop           Ctrl-C, or ./hrss down from elsewhere")
    return "\n".join(lines)


def _detach(data: DataDirectory, *, port: int, demo: bool, test_clock: bool, quiet: bool) -> None:
    log = data.log("hrss")
    shorten(log)
    reading, writing = os.pipe()
    command = [sys.executable, "-P", "-m", "hrss_cli", "up", "--data", str(data.path)]
    command += ["--port", str(port)]
    command += [] if demo else ["--no-demo"]
    command += ["--test-clock"] if test_clock else []
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, REPORT_FD: str(writing)},
            pass_fds=[writing],
            start_new_session=True,
        )
    os.close(writing)
    try:
        with os.fdopen(reading, encoding="utf-8") as reports:
            for line in reports:
                if line.strip() == READY:
                    return
                if not quiet:
                    print(f"hrss: {line.strip()} …", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    process.wait()
    last = log.read_text("utf-8", "replace").strip().splitlines()
    raise CommandFailed(last[-1].removeprefix("hrss: ") if last else f"see {log}")


def down(directory: Path) -> None:
    """Stops a running suite in order; nothing to do when none runs."""
    data = DataDirectory(directory)
    if not data.is_running():
        print("the suite is not running", file=sys.stderr)
        return
    state = data.read_state()
    if state is None:
        raise CommandFailed("the suite is just starting: wait a moment and call again")
    for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(state.pid, number)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not data.is_running():
                data.write_state(None)
                return
            time.sleep(0.05)
    raise CommandFailed(f"the supervisor (pid {state.pid}) does not stop")
