"""Log files that do not grow for ever, and a way to read them together."""

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

LOG_BYTES = 10_000_000
READ_BYTES = 2_000_000
ERROR_LINE = re.compile(r"[A-Za-z_][\w.]*(Error|Exception|Exit|Failed)\b.*: ")


def shorten(log: Path, limit: int = LOG_BYTES) -> None:
    """Moves the content to ``.1``; its writer appends, so it goes on at the beginning."""
    if log.exists() and log.stat().st_size > limit:
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        log.with_name(f"{log.name}.1").chmod(0o600)
        with log.open("r+b") as file:
            file.truncate(0)


def last_lines(log: Path, count: int) -> list[str]:
    """The last lines of a file."""
    if not log.exists():
        return []
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - READ_BYTES))
        return file.read().decode("utf-8", "replace").splitlines()[-count:]


def reason(log: Path) -> str:
    """Why a program ended: the last line of its traceback that names an error, or its last."""
    lines = [line for line in last_lines(log, 80) if line.strip()]
    named = (line for line in reversed(lines) if ERROR_LINE.match(line))
    return next(named, lines[-1] if lines else "no output").strip()[:300]


def follow(logs: dict[str, Path]) -> Iterator[tuple[str, str]]:
    """New lines of the files as they come, each with the name it has in `logs`."""
    return _new_lines(logs, {name: _size(log) for name, log in logs.items()})


def _size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _new_lines(logs: dict[str, Path], places: dict[str, int]) -> Iterator[tuple[str, str]]:
    while True:
        quiet = True
        for name, log in logs.items():
            size = _size(log)
            if size < places[name]:
                places[name] = 0
            if size > places[name]:
                with log.open("rb") as file:
                    file.seek(places[name])
                    complete, found, _ = file.read().rpartition(b"\n")
                places[name] += len(complete) + len(found)
                if complete:
                    quiet = False
                for line in complete.splitlines():
                    yield name, line.decode("utf-8", "replace")
        if quiet:
            time.sleep(0.25)
