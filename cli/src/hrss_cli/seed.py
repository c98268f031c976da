"""./hrss seed: synthetic data into the databases of the running suite."""

import hashlib
import subprocess
import sys
from pathlib import Path

from hrss_cli.data_directory import DataDirectory
from hrss_cli.environment import member_environment
from hrss_cli.failure import CommandFailed
from hrss_cli.repository import members


def seed(directory: Path, scale: str) -> None:
    """Runs each member's own seed and prints a digest of what they say they loaded."""
    data = DataDirectory(directory)
    state = data.running_state()
    server_port = next(one.port for one in state.processes if one.kind == "server")
    if not state.demo or server_port is None:
        raise CommandFailed("the suite runs without demonstration data: start it without --no-demo")
    digest = hashlib.sha256()
    chosen = members()
    for number, member in enumerate(chosen, start=1):
        print(f"[{number}/{len(chosen)}] {member.path}", file=sys.stderr, flush=True)
        command = [sys.executable, "-P", "-m", member.name, "seed"]
        done = subprocess.run(
            command if scale == "demo" else [*command, "--scale", scale],
            env=member_environment(data, state, member, server_port=server_port, kind="seed"),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            last = (done.stderr.strip().splitlines() or ["no output"])[-1]
            raise CommandFailed(f"{member.path}: seeding failed ({last[:300]})")
        digest.update(f"{member.name}\n{done.stdout}".encode())
        sys.stdout.write(done.stdout)
    print(f"digest {digest.hexdigest()}")
