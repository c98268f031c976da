"""Asks a process whether it is ready."""

import asyncio

from hrss_cli.data_directory import RunningProcess


async def http_status(port: int, path: str, seconds: float = 5.0) -> int | None:
    """The status of ``GET path`` on 127.0.0.1, or None when there is no answer."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n".encode())
                writer.write(b"Connection: close\r\n\r\n")
                words = (await reader.readline()).split()
            finally:
                writer.close()
        return int(words[1])
    except (OSError, TimeoutError, ValueError, IndexError):
        return None


async def is_ready(process: RunningProcess) -> bool:
    """Serving: /readyz answers 200. Server: it accepts connections. Worker: it runs."""
    if process.pid is None:
        return False
    if process.kind == "serve" and process.port is not None:
        return await http_status(process.port, "/readyz") == 200
    if process.port is not None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", process.port)
        except OSError:
            return False
        writer.close()
    return True
