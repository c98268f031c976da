"""Ports kept for a suite while it runs."""

import socket

from hrss_cli.failure import CommandFailed
from hrss_kit.free_ports import HOST, free_port, port_is_free


def refuse_taken(port: int) -> None:
    """One line that says what to do when another program listens on the port."""
    if not port_is_free(port):
        raise CommandFailed(
            f"port {port} is taken by another program: choose another with --port N"
        )


def keep_free_port() -> tuple[int, socket.socket]:
    """A free port, bound but not listening, so that no other suite picks it.

    A server that sets SO_REUSEADDR (as uvicorn does) may still bind it and listen; a caller is
    refused at once while that server is down.
    """
    while True:
        port = free_port()
        kept = socket.socket()
        try:
            kept.bind((HOST, port))
        except OSError:
            kept.close()
            continue
        # Set after binding: bound without it, the socket refuses every later pick of this port.
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        return port, kept
