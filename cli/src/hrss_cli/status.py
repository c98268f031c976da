"""./hrss status and ./hrss logs."""

import asyncio
import json
import sys
from pathlib import Path

from hrss_cli.child import label
from hrss_cli.data_directory import DataDirectory, RunningProcess
from hrss_cli.failure import CommandFailed
from hrss_cli.log_files import follow, last_lines
from hrss_cli.readiness import is_ready


def status(directory: Path, *, as_json: bool) -> None:
    """Every process with port, pid and whether it is ready."""
    state = DataDirectory(directory).running_state()
    ready = asyncio.run(_ask(state.processes))
    if as_json:
        document = state.as_json()
        for shown, process, answer in zip(
            document["processes"], state.processes, ready, strict=True
        ):
            shown |= {"label": label(process), "ready": answer}
        print(json.dumps(document, indent=2))
        return
    print(f"{state.base_url}  {state.state}, pid {state.pid}, since {state.started_at}")
    print(f"{'PROCESS':26}{'PORT':>6}{'PID':>9}{'RESTARTS':>10}  READY")
    for process, answer in zip(state.processes, ready, strict=True):
        print(
            f"{label(process):26}{process.port or '':>6}{process.pid or '':>9}"
            f"{process.restarts:>10}  {'yes' if answer else 'no'}"
        )


async def _ask(processes: list[RunningProcess]) -> list[bool]:
    return list(await asyncio.gather(*(is_ready(process) for process in processes)))


def logs(directory: Path, service: str | None, *, lines: int, following: bool) -> None:
    """The last lines of one process's log or of all, then what comes."""
    data = DataDirectory(directory)
    found = {path.stem: path for path in sorted(data.logs.glob("*.log"))}
    if data.log("postgres").exists():
        found["postgres"] = data.log("postgres")
    if service is not None:
        name = service.replace("_", "-")
        if name not in found:
            known = ", ".join(found) or "none yet"
            raise CommandFailed(f"there is no log of {service}: choose one of {known}")
        found = {name: found[name]}
    if not found:
        raise CommandFailed(f"there are no logs in {data.path}: start the suite with ./hrss up")
    width = max(len(name) for name in found) + 1 if len(found) > 1 else 0
    for name, log in found.items():
        for line in last_lines(log, lines):
            _print(name, line, width)
    if following:
        for name, line in follow(found):
            _print(name, line, width)


def _print(name: str, line: str, width: int) -> None:
    print(f"{name:{width}}| {line}" if width else line)
    sys.stdout.flush()
