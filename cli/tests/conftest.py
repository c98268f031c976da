"""A small repository with two stub members, and the command line run against it."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hrss_kit.free_ports import free_port

STUB = """
import json, os, pathlib, signal, sys, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

job = sys.argv[1]
if job == "openapi":
    print(json.dumps({"openapi": "3.1.0"}))
elif job == "migrate":
    assert os.environ["HRSS_OWNER_DATABASE_URL"].startswith("postgresql://")
    print("migrated", flush=True)
elif job == "seed":
    print("3 rows")
elif job == "work":
    while True:
        time.sleep(1)
else:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(dict(os.environ)).encode() if self.path == "/environment" else b"ok"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        def log_message(self, *_):
            pass
    if os.environ.get("STUB_FAILS"):
        sys.exit("this stub was told to fail")
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    port = int(os.environ["HRSS_PORT"])
    ThreadingHTTPServer((os.environ["HRSS_HOST"], port), Answer).serve_forever()
"""

Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository with spaces")
    for place in ("services/alpha_beta", "gateway"):
        package = root / place / "src" / Path(place).name
        (package / "migrations" / "versions").mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package / "__main__.py").write_text(STUB)
        (root / place / "pyproject.toml").write_text("")
    return root


@pytest.fixture(scope="session")
def environment(repository: Path) -> dict[str, str]:
    sources = [str(path) for path in repository.glob("**/src")]
    before = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "HRSS_ROOT": str(repository),
        "PYTHONPATH": os.pathsep.join([*sources, *([before] if before else [])]),
    }


@pytest.fixture(scope="session")
def hrss(environment: dict[str, str]) -> Run:
    def run(*arguments: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-P", "-m", "hrss_cli", *arguments],
            env=environment | changed,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    return run


@pytest.fixture(scope="module")
def suite(hrss: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A detached suite: its data directory and port."""
    data, port = tmp_path_factory.mktemp("suite") / "data", free_port()
    started = hrss("up", "--detach", "--data", str(data), "--port", str(port), "--test-clock")
    assert started.returncode == 0, started.stderr
    yield data, port
    stopped = hrss("down", "--data", str(data))
    assert stopped.returncode == 0, stopped.stderr
