"""Processes that end with the one that started them, whatever kills it (Linux).

This file is also the launcher that becomes the program, started by path in a bare interpreter:
it imports nothing outside the standard library.
"""

import ctypes
import os
import pwd
import signal
import stat
import sys
from collections.abc import Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1
CLONE_NEWUSER = 0x10000000
SELF = "self"
NAMESPACE = "namespace"


def tied(
    command: Sequence[str], *, user: str = SELF, death_signal: int = signal.SIGKILL
) -> list[str]:
    """The command line that runs `command` and sends it `death_signal` when we are gone.

    `user` is ``self``, ``namespace`` (root outside, unprivileged inside) or ``uid:gid``. The
    kernel ties a process to the *thread* that started it: start it from one that lasts.
    """
    launcher = [sys.executable, "-I", "-S", __file__, user, str(int(death_signal))]
    return [*launcher, str(os.getpid()), *command]


def unprivileged_user() -> pwd.struct_passwd:
    """The user a server runs as when root starts it: HRSS_PG_USER, else nobody."""
    for name in (os.environ.get("HRSS_PG_USER", ""), "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    return next(user for user in pwd.getpwall() if user.pw_uid != 0)


def may_enter(user: pwd.struct_passwd, path: Path) -> bool:
    """True when the user may pass through every directory down to `path`."""
    for directory in (path.resolve(), *path.resolve().parents):
        if not directory.exists():
            continue
        status = directory.stat()
        if status.st_uid == user.pw_uid:
            needed = stat.S_IXUSR
        else:
            needed = stat.S_IXGRP if status.st_gid == user.pw_gid else stat.S_IXOTH
        if not status.st_mode & needed:
            return False
    return True


def _enter_namespace(libc: ctypes.CDLL) -> None:
    user = unprivileged_user()
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise SystemExit(
            "PostgreSQL does not run as root and user namespaces are not allowed here: start as "
            "an ordinary user, or keep the data where other users may enter"
        )
    Path("/proc/self/setgroups").write_text("deny", "ascii")
    Path("/proc/self/uid_map").write_text(f"{user.pw_uid} 0 1", "ascii")
    Path("/proc/self/gid_map").write_text(f"{user.pw_gid} 0 1", "ascii")


def _become(user: str, death_signal: int, parent: int, command: list[str]) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if user == NAMESPACE:
        _enter_namespace(libc)
    elif user != SELF:
        uid, _, gid = user.partition(":")
        os.setgroups([])
        os.setgid(int(gid))
        os.setuid(int(uid))
    # After setuid: the kernel forgets the death signal when the user changes.
    libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        raise SystemExit("the parent ended first")
    # A shell's background jobs ignore SIGINT, and what is ignored is inherited.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606 - that is the purpose


if __name__ == "__main__":
    _become(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
