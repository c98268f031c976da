"""./hrss new-service: a further member that passes every check, in a copy of the repository."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hrss_cli import new_service
from hrss_cli.failure import CommandFailed
from hrss_cli.repository import ROOT

COPIED = ("kit", "services", "gateway", "cli", "tests", "docs", "templates")
FILES = ("pyproject.toml", "docker-compose.yml")
# Made by tools, and large.
LEFT = shutil.ignore_patterns("__pycache__", ".*", "*.egg-info", "node_modules")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The repository without what tools have made in it."""
    root = tmp_path / "copy"
    for name in COPIED:
        shutil.copytree(ROOT / name, root / name, ignore=LEFT)
    for name in FILES:
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.mark.parametrize(
    "name", ["Appeals", "1st", "a b", "class", "../x", "json", "card", "x" * 40]
)
def test_a_name_that_cannot_be_a_package_is_refused(name: str) -> None:
    with pytest.raises(CommandFailed):
        new_service.run(name)


def test_a_list_that_has_changed_stops_it_before_anything_is_written(copy: Path) -> None:
    (copy / "docker-compose.yml").write_text("services: {}\n", "utf-8")
    with pytest.raises(CommandFailed, match=r"docker-compose\.yml"):
        new_service.run("appeals", copy)
    assert not (copy / "services" / "appeals").exists()
    assert "appeals" not in (copy / "pyproject.toml").read_text("utf-8")


@pytest.mark.slow
def test_a_new_service_passes_every_check(copy: Path) -> None:
    assert new_service.run("social-appeals", copy) == 0
    made = copy / "services" / "social_appeals"
    assert "{{" not in "".join(file.read_text("utf-8") for file in made.rglob("*.py"))
    sources = [made / "src", *(copy.glob("*/src")), *(copy.glob("services/*/src")), copy]
    told = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, sources))}
    # The run inside has a cluster of its own.
    for name in [name for name in told if name.startswith(("HRSS_", "PYTEST_", "COV_"))]:
        del told[name]
    checks = (
        ["ruff", "format", "--check", "--quiet", str(made)],
        ["ruff", "check", "--quiet", str(made)],
        ["mypy", "--cache-dir", str(copy / "cache"), str(made)],
        ["pytest", "-q", "-p", "no:cacheprovider", "services/social_appeals/tests",
         "tests/architecture", "-k", "social_appeals"],
    )  # fmt: skip
    for check in checks:
        done = subprocess.run(
            [sys.executable, "-m", *check], cwd=copy, env=told, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
