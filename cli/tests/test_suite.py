"""A suite of stub members: started, watched, killed, recovered, stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hrss_cli.ports import keep_free_port
from hrss_kit.free_ports import free_port, port_is_free

Run = Callable[..., "subprocess.CompletedProcess[str]"]
Suite = tuple[Path, int]


def state(hrss: Run, data: Path) -> dict[str, Any]:
    shown = hrss("status", "--json", "--data", str(data))
    assert shown.returncode == 0, shown.stderr
    found: dict[str, Any] = json.loads(shown.stdout)
    return found


def by_label(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {process["label"]: process for process in found["processes"]}


def wait_until(happened: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.05)


def is_running(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] not in "ZX"


def environment_of(port: int) -> dict[str, str]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/environment", timeout=5) as answer:
        found: dict[str, str] = json.load(answer)
    return found


def test_status_shows_every_process(hrss: Run, suite: Suite) -> None:
    data, port = suite
    found = state(hrss, data)
    assert found["base_url"] == f"http://127.0.0.1:{port}"
    processes = by_label(found)
    assert set(processes) == {
        "postgres",
        "alpha-beta",
        "gateway",
        "alpha-beta-worker",
        "gateway-worker",
    }
    assert all(process["ready"] for process in processes.values())
    table = hrss("status", "--data", str(data)).stdout
    assert "alpha-beta-worker" in table


def test_credentials_have_the_documented_shape(hrss: Run, suite: Suite) -> None:
    data, port = suite
    document = json.loads(hrss("credentials", "--json", "--data", str(data)).stdout)
    assert document["base_url"] == f"http://127.0.0.1:{port}"
    assert set(document) == {"base_url", "clients", "users"}
    for client in document["clients"]:
        assert set(client) >= {"client_id", "client_secret", "roles", "city"}
    for user in document["users"]:
        assert set(user) - {"totp_secret"} == {"username", "password", "roles", "city", "domains"}


def test_members_are_told_what_they_need(hrss: Run, suite: Suite) -> None:
    data, port = suite
    alpha = by_label(state(hrss, data))["alpha-beta"]["port"]
    told = environment_of(alpha)
    assert told["HRSS_DATABASE_URL"].endswith("/hrss_alpha_beta")
    assert "HRSS_OWNER_DATABASE_URL" not in told
    assert json.loads(told["HRSS_PEERS"]) == {"gateway": f"http://127.0.0.1:{port}"}
    assert told["HRSS_CLIENT_ID"] == "svc.alpha-beta"
    assert told["HRSS_TEST_CLOCK"] == told["HRSS_DEMO"] == "true"
    assert Path(told["HRSS_JWKS_FILE"]).exists()
    assert "HRSS_SIGNING_KEY_FILE" not in told
    gateway = environment_of(port)
    assert json.loads(gateway["HRSS_UPSTREAMS"]) == {"alpha_beta": f"http://127.0.0.1:{alpha}"}
    assert set(json.loads(gateway["HRSS_SERVICE_CLIENTS"])) == {"svc.alpha-beta", "svc.gateway"}
    assert Path(gateway["HRSS_SIGNING_KEY_FILE"]).exists()


def test_a_second_suite_on_the_same_data_is_refused(hrss: Run, suite: Suite) -> None:
    data, _ = suite
    again = hrss("up", "--data", str(data), "--port", str(free_port()))
    assert again.returncode == 1
    assert "already running" in again.stderr
    assert again.stderr.count("\n") == 1


def test_a_crashed_service_comes_back(hrss: Run, suite: Suite) -> None:
    data, _ = suite
    before = by_label(state(hrss, data))["alpha-beta"]
    os.kill(before["pid"], signal.SIGKILL)
    wait_until(lambda: by_label(state(hrss, data))["alpha-beta"]["restarts"] == 1)
    wait_until(lambda: by_label(state(hrss, data))["alpha-beta"]["ready"])
    assert by_label(state(hrss, data))["alpha-beta"]["port"] == before["port"]


def test_a_crashed_server_comes_back(hrss: Run, suite: Suite) -> None:
    data, _ = suite
    before = by_label(state(hrss, data))["postgres"]
    os.kill(before["pid"], signal.SIGKILL)
    wait_until(lambda: by_label(state(hrss, data))["postgres"]["restarts"] == 1)
    after = by_label(state(hrss, data))["postgres"]
    assert after["ready"]
    assert after["port"] == before["port"]


def test_seed_prints_a_digest(hrss: Run, suite: Suite) -> None:
    data, _ = suite
    seeded = [hrss("seed", "--scale", "demo", "--data", str(data)).stdout for _ in range(2)]
    assert seeded[0] == seeded[1]
    assert seeded[0].splitlines()[-1].startswith("digest ")


def test_logs(hrss: Run, suite: Suite) -> None:
    data, _ = suite
    assert hrss("logs", "alpha-beta-migrate", "--data", str(data)).stdout == "migrated\n"
    assert "postgres" in hrss("logs", "--data", str(data)).stdout
    unknown = hrss("logs", "nobody", "--data", str(data))
    assert unknown.returncode == 1
    assert "choose one of" in unknown.stderr


def test_killed_it_leaves_nothing_and_starts_again(hrss: Run, tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    told = ("--data", str(data), "--port", str(port), "--detach", "--no-demo")
    assert hrss("up", *told).returncode == 0
    found = state(hrss, data)
    os.kill(found["pid"], signal.SIGKILL)
    wait_until(lambda: not any(is_running(process["pid"]) for process in found["processes"]))
    assert port_is_free(port)
    assert hrss("status", "--data", str(data)).returncode == 1

    assert hrss("up", *told).returncode == 0
    refused = hrss("credentials", "--data", str(data))
    assert refused.returncode == 1
    assert "--no-demo" in refused.stderr
    assert hrss("down", "--data", str(data)).returncode == 0
    assert port_is_free(port)


def test_ctrl_c_stops_all_of_it(environment: dict[str, str], tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_port()
    command = [sys.executable, "-P", "-m", "hrss_cli", "up", "--data", str(data)]
    with subprocess.Popen(
        [*command, "--port", str(port)], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert f"http://127.0.0.1:{port}" in process.stdout.readline()
        found = json.loads((data / "run.json").read_text())
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0
    assert not any(is_running(child["pid"]) for child in found["processes"])
    assert not (data / "run.json").exists()


def test_a_service_that_does_not_start_is_named(hrss: Run, tmp_path: Path) -> None:
    told = ("--data", str(tmp_path / "data"), "--port", str(free_port()), "--detach")
    failed = hrss("up", *told, STUB_FAILS="1")
    assert failed.returncode == 1
    last = failed.stderr.splitlines()[-1]
    assert "does not start (this stub was told to fail)" in last


def test_contracts_are_written_and_printed(hrss: Run, repository: Path) -> None:
    assert hrss("openapi", "--write").returncode == 0
    committed = repository / "services" / "alpha_beta" / "contract" / "openapi.json"
    assert hrss("openapi", "alpha-beta").stdout == committed.read_text()
    assert "choose one of alpha-beta, gateway" in hrss("openapi", "nobody").stderr


def test_a_kept_port_is_not_picked_twice_and_still_serves() -> None:
    port, kept = keep_free_port()
    with kept, socket.socket() as other, socket.socket() as server:
        with pytest.raises(OSError, match="in use"):
            other.bind(("127.0.0.1", port))
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=2)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", port))
        server.listen()
        socket.create_connection(("127.0.0.1", port), timeout=2).close()
