"""The compose file as it is committed: one command, few rights, back after a crash."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("employment", "social-insurance", "talent", "labor-inspection", "card")
JOBS = ("secrets", "databases", "migrate-", "seed-")
READY_SECONDS = 300.0
BACK_SECONDS = 120.0
OWN_FILES = {"client_secret", "database_url", "jwks.json", "key_ring.json", "signature_keys.json"}

pytestmark = [pytest.mark.docker, pytest.mark.slow]


class Steps:
    """Tells what is being done, and how long it took."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def say(self, text: str) -> None:
        print(f"[{time.monotonic() - self._started:6.1f} s] {text}", flush=True)


def test_one_command_starts_a_suite_that_survives(deployment: Any, tmp_path: Path) -> None:
    steps = Steps()
    steps.say("docker-compose up -d, on a tree where nothing was prepared")
    deployment.compose("up", "--detach", "--build", seconds=1500.0)
    steps.say("every job has ended; waiting for the gateway to call every member up")
    deployment.wait_until_ready(READY_SECONDS)

    steps.say("what each container may do")
    containers = deployment.inspect()
    _only_the_gateway_is_published(containers, deployment.port)
    for service, container in containers.items():
        _has_few_rights(service, container)
    _runs_nothing_as_root(deployment, containers)

    steps.say("who knows which secret")
    credentials = _credentials(deployment)
    _no_secret_is_shown(deployment, credentials)
    _refuses_sample_secrets(deployment)

    steps.say("examples/partner_city.py and Ezhou's caseworkers bring a complaint to its end")
    file = tmp_path / "credentials.json"
    file.write_text(json.dumps(credentials), "utf-8")
    _both_cities_work(file)

    steps.say("card crashes: the gateway names it, and it comes back by itself")
    _crashes_and_comes_back(deployment, "card")

    steps.say("labor-inspection is stopped: the gateway names it, the others go on")
    deployment.compose("stop", "labor-inspection")
    assert deployment.down_members() == {"labor-inspection"}
    deployment.compose("start", "labor-inspection")
    deployment.wait_until_ready(BACK_SECONDS)

    steps.say("PostgreSQL restarts under the running suite")
    deployment.compose("restart", "--timeout", "30", "postgres")
    deployment.wait_until_ready(BACK_SECONDS)

    steps.say("docker-compose up -d once more: nothing changes")
    deployment.compose("up", "--detach", seconds=600)
    deployment.wait_until_ready(BACK_SECONDS)
    assert _credentials(deployment) == credentials

    steps.say("deploy/backup, everything lost, deploy/restore")
    before = _rows(deployment)
    deployment.script("deploy/backup", str(tmp_path / "backup"))
    deployment.compose("down", "--volumes", seconds=300)
    deployment.script("deploy/restore", str(tmp_path / "backup"))
    deployment.compose("up", "--detach", seconds=600)
    deployment.wait_until_ready(READY_SECONDS)
    assert _credentials(deployment) == credentials
    assert _rows(deployment) == before
    steps.say("done")


def _only_the_gateway_is_published(containers: dict[str, Any], port: int) -> None:
    published = {
        (service, binding["HostIp"], binding["HostPort"])
        for service, container in containers.items()
        for bindings in (container["NetworkSettings"]["Ports"] or {}).values()
        for binding in bindings or ()
    }
    assert published == {("gateway", "127.0.0.1", str(port))}


def _is_job(service: str) -> bool:
    return service.startswith(JOBS)


def _has_few_rights(service: str, container: dict[str, Any]) -> None:
    host, state = container["HostConfig"], container["State"]
    assert host["ReadonlyRootfs"], service
    assert host["CapDrop"] == ["ALL"], service
    assert any(option.startswith("no-new-privileges") for option in host["SecurityOpt"]), service
    assert not host["Privileged"], service
    if service == "postgres":
        assert "SYS_ADMIN" not in str(host["CapAdd"])
    else:
        assert container["Config"]["User"] == "10001:10001", service
        assert not host["CapAdd"], service
    if _is_job(service):
        assert (state["Status"], state["ExitCode"]) == ("exited", 0), service
    else:
        assert host["RestartPolicy"]["Name"] == "unless-stopped", service
        assert state["Running"], service


def _runs_nothing_as_root(deployment: Any, containers: dict[str, Any]) -> None:
    for service in containers:
        if not _is_job(service):
            # The first process; no-new-privileges keeps what it starts from rising above it.
            status = ("grep", "-E", "^(Uid|CapEff):", "/proc/1/status")
            told = deployment.docker("exec", deployment.container(service), *status)
            user, capabilities = told.splitlines()
            assert user.split()[1] != "0", f"{service} runs as root"
            assert int(capabilities.split()[1], 16) == 0, f"{service} has capabilities"


def _credentials(deployment: Any) -> dict[str, Any]:
    told = deployment.docker(
        "exec", deployment.container("gateway"), "python", "-m", "hrss_kit.demo_credentials"
    )
    found: dict[str, Any] = json.loads(told)
    assert found["base_url"] == deployment.base_url
    return found


def _no_secret_is_shown(deployment: Any, credentials: dict[str, Any]) -> None:
    """Neither the engine nor the logs know a password; a service's container holds its own only."""
    passwords = [one["client_secret"] for one in credentials["clients"]]
    passwords += [one["password"] for one in credentials["users"]]
    for service in SERVICES:
        container = deployment.container(service)
        names = deployment.docker("exec", container, "ls", "/run/hrss/own").split()
        assert set(names) == OWN_FILES, service
        for name in ("client_secret", "database_url"):
            text = deployment.docker("exec", container, "cat", f"/run/hrss/own/{name}")
            passwords.append(text.strip().rpartition("@")[0].rpartition(":")[2] or text.strip())
    assert all(len(password) >= 16 for password in passwords)
    shown = json.dumps(deployment.inspect()) + deployment.compose("logs", "--no-color")
    assert not [password for password in passwords if password in shown]


def _refuses_sample_secrets(deployment: Any) -> None:
    """Outside the demonstration a process does not start with a secret that looks like a sample."""
    done = subprocess.run(
        [
            *("docker", "run", "--rm", "--network", "none", "--env", "HRSS_DEMO=false"),
            *("--env", "HRSS_DATABASE_URL=postgresql://card_app:demo-card@postgres/hrss_card"),
            *("hrss-card:test", "python", "-m", "card", "serve"),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "demo-card" not in done.stdout + done.stderr


def _both_cities_work(credentials: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "hrss_cli", "demo", "--credentials", str(credentials)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    print(done.stdout)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "武汉" in done.stdout
    assert "CLOSED" in done.stdout


def _rows(deployment: Any) -> dict[str, str]:
    """How many events and audit rows each database holds, and the last of each."""
    query = (
        "select count(*), max(id::text), (select count(*) from audit_entries),"
        " (select max(id::text) from audit_entries) from outbox_events"
    )
    script = (
        'export PGPASSWORD="$(cat /run/hrss/server/superuser_password)";'
        ' exec psql --username postgres --no-psqlrc --tuples-only --no-align "$@"'
    )
    found = {}
    for member in (*SERVICES, "gateway"):
        database = f"hrss_{member.replace('-', '_')}"
        words = ("sh", "-c", script, "sh", "--dbname", database, "--command", query)
        found[member] = deployment.docker("exec", deployment.container("postgres"), *words)
    return found


def _crashes_and_comes_back(deployment: Any, service: str) -> None:
    container = deployment.container(service)
    before = _restarts(deployment, container)
    # Not `docker kill`: the engine takes that for somebody's wish and leaves the container down.
    subprocess.run(
        ["docker", "exec", container, "sh", "-c", "kill -9 -1"],
        capture_output=True,
        timeout=60,
        check=False,
    )
    down: set[str] = set()
    for seen in _observed(deployment):
        down |= seen
        if not seen and down:
            break
    assert down == {service}
    assert _restarts(deployment, container) == before + 1


def _observed(deployment: Any) -> Iterator[set[str]]:
    deadline = time.monotonic() + BACK_SECONDS
    while time.monotonic() < deadline:
        yield deployment.down_members()
        time.sleep(0.05)
    pytest.fail(f"not back after {BACK_SECONDS:.0f} s\n{deployment.last_logs()}")


def _restarts(deployment: Any, container: str) -> int:
    return int(deployment.docker("inspect", "--format", "{{.RestartCount}}", container))
