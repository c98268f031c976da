"""One line per exchange: who called what, and how it ended. Never a raw path, query or body.

Lines are collected and written together every 50 ms and at shutdown; a crash loses at most those
50 ms. What must not be lost is the services' own audit row, written in their transaction.
"""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

import orjson

FLUSH_SECONDS = 0.05
CAPACITY = 50_000
# A segment of lower-case words names a resource; anything else names a thing, maybe a person.
_IDENTIFIER = re.compile(r"/(?![a-z]+(?:-[a-z]+)*(?:/|$)|v\d{1,2}(?:/|$))[^/]*")


def route_of(path: str) -> str:
    """The path with every identifier in it replaced by {id}."""
    return _IDENTIFIER.sub("/{id}", path)


class AccessLog:
    """Collects lines and appends them to a file, or to standard output without one."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._lines: list[bytes] = []
        self._descriptor: int | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._writing: asyncio.Future[None] | None = None
        self.dropped = 0

    def add(self, line: dict[str, Any]) -> None:
        """Keeps a line for the next write; when writing has stalled the line is counted instead."""
        if len(self._lines) >= CAPACITY:
            self.dropped += 1
            return
        self._lines.append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(FLUSH_SECONDS, self._begin_write)

    def _begin_write(self) -> None:
        self._timer = None
        loop = asyncio.get_running_loop()
        if self._writing is not None and not self._writing.done():
            self._timer = loop.call_later(FLUSH_SECONDS, self._begin_write)
            return
        lines, self._lines = self._lines, []
        self._writing = loop.run_in_executor(None, self._write, lines)

    def _write(self, lines: list[bytes]) -> None:
        data = memoryview(b"".join(lines))
        try:
            descriptor = self._open()
            while data:
                data = data[os.write(descriptor, data) :]
        except OSError:
            self.dropped += len(lines)

    def _open(self) -> int:
        if self._path is None:
            return sys.stdout.fileno()
        if self._descriptor is None:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
            self._descriptor = os.open(self._path, flags, 0o640)
        return self._descriptor

    async def close(self) -> None:
        """Writes what is left."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._writing is not None:
            await self._writing
        lines, self._lines = self._lines, []
        if lines:
            await asyncio.to_thread(self._write, lines)
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
