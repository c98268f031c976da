"""Ports on this machine that nothing listens on."""

import random
import socket

HOST = "127.0.0.1"
PORTS = range(20_000, 32_000)  # below the range the kernel gives to outgoing connections


def port_is_free(port: int) -> bool:
    """True when nothing listens on the port (one in TIME_WAIT is free)."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen()
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port nothing listens on."""
    choose = random.SystemRandom()
    return next(port for port in iter(lambda: choose.choice(PORTS), None) if port_is_free(port))
