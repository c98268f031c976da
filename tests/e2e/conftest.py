"""A running deployment: the compose file under a project name and a port of its own."""

import json
import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
UP_SECONDS = 1500.0
COMMAND_SECONDS = 180


class Deployment:
    """The suite in containers, seen with the eyes of who runs it."""

    def __init__(self, compose: Sequence[str]) -> None:
        self.project = f"hrss-test-{uuid.uuid4().hex[:8]}"
        self.port = _free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self._compose = [*compose, "--project-name", self.project]
        self._environment = {
            **{name: text for name, text in os.environ.items() if not name.startswith("HRSS_")},
            "HRSS_PORT": str(self.port),
            "HRSS_PUBLIC_URL": self.base_url,
            "HRSS_VERSION": "test",
            "COMPOSE": " ".join(self._compose),
        }

    def compose(self, *arguments: str, seconds: float = COMMAND_SECONDS) -> str:
        """What docker-compose prints; the test fails when it fails."""
        return self._run([*self._compose, *arguments], seconds)

    def docker(self, *arguments: str) -> str:
        """What docker prints; the test fails when it fails."""
        return self._run(["docker", *arguments], COMMAND_SECONDS)

    def script(self, path: str, *arguments: str) -> None:
        """Runs a script of the repository against this deployment."""
        self._run([str(ROOT / path), *arguments], UP_SECONDS)

    def _run(self, command: Sequence[str], seconds: float) -> str:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if done.returncode != 0:
            tail = f"{done.stdout}\n{done.stderr}"[-4000:]
            pytest.fail(f"{' '.join(command)} ended with {done.returncode}:\n{tail}")
        return done.stdout

    def container(self, service: str) -> str:
        """The id of the container of a service or job."""
        label = "label=com.docker.compose"
        found = self.docker(
            *("ps", "--all", "--quiet", "--no-trunc", "--filter", f"{label}.service={service}"),
            *("--filter", f"{label}.project={self.project}"),
        ).split()
        assert len(found) == 1, f"{service}: {len(found)} containers"
        return found[0]

    def inspect(self) -> dict[str, dict[str, Any]]:
        """What the engine knows of each container, by service."""
        project = f"label=com.docker.compose.project={self.project}"
        ids = self.docker("ps", "--all", "--quiet", "--filter", project).split()
        found = json.loads(self.docker("inspect", *ids))
        return {one["Config"]["Labels"]["com.docker.compose.service"]: one for one in found}

    def readiness(self) -> dict[str, str]:
        """What the gateway says of each member; empty while it does not answer."""
        try:
            answer = httpx.get(f"{self.base_url}/readyz", timeout=10, trust_env=False)
        except httpx.TransportError:
            return {}
        services: dict[str, str] = answer.json()["services"]
        assert answer.is_success == (set(services.values()) == {"up"})
        return services

    def down_members(self) -> set[str]:
        """The members that the gateway calls down; `{"gateway"}` while it does not answer."""
        told = self.readiness()
        return {name for name, state in told.items() if state != "up"} if told else {"gateway"}

    def wait_until_ready(self, seconds: float) -> None:
        """Returns when the gateway calls every member up."""
        deadline = time.monotonic() + seconds
        while down := self.down_members():
            if time.monotonic() > deadline:
                pytest.fail(f"still down after {seconds:.0f} s: {down}\n{self.last_logs()}")
            time.sleep(0.5)

    def last_logs(self) -> str:
        """The ends of all logs, for a failing test."""
        return self.compose("logs", "--no-color", "--tail", "8")[-8000:]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest test first, so that the others run beside it and not before it."""
    items.sort(key=lambda item: item.get_closest_marker("docker") is None)


@pytest.fixture
def deployment() -> Iterator[Deployment]:
    """A deployment, built and taken away again with its volumes; the images stay as a cache."""
    running = Deployment(_compose_command())
    try:
        yield running
    finally:
        running.compose("down", "--volumes", "--remove-orphans", seconds=300)


def _compose_command() -> Sequence[str]:
    if shutil.which("docker") is None or not _succeeds("docker", "version"):
        pytest.skip("no Docker engine answers: start one, or set DOCKER_HOST")
    for command in (("docker", "compose"), ("docker-compose",)):
        if shutil.which(command[0]) is not None and _succeeds(*command, "version"):
            return command
    pytest.skip("Docker Compose is missing: install docker-compose or the compose plugin")


def _succeeds(*command: str) -> bool:
    done = subprocess.run(command, capture_output=True, timeout=30, check=False)
    return done.returncode == 0


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
