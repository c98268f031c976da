"""./hrss itself: installs once, starts at once afterwards, says what is missing."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from hrss_cli.repository import ROOT

# Stands for an interpreter: notes what it installs, passes the rest of the script's questions.
FAKE_PYTHON = """#!/bin/sh
case "$*" in
    *"-m venv"*) mkdir -p "$4/bin" && cp "$0" "$4/bin/python" ;;
    *"-m pip --version"*) [ -e "$0" ] ;;
    *"-m pip install"*) sleep 0.2; echo "$*" >>"$NOTES" ;;
    *fcntl*) exec python3 "$@" ;;
    *hrss_cli*) shift 2; echo "ran $*" ;;
esac
"""


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "a repository"
    for member in ("kit", "services/card", "gateway", "cli"):
        (root / member).mkdir(parents=True)
        (root / member / "pyproject.toml").write_text("")
    (root / "constraints.txt").write_text("setuptools==84.2.1\n")
    shutil.copy(ROOT / "hrss", root / "hrss")
    (tmp_path / "bin").mkdir()
    python = tmp_path / "bin" / "python3.13"
    python.write_text(FAKE_PYTHON)
    python.chmod(0o755)
    return root


def start(repository: Path, *arguments: str, script: Path | None = None) -> "subprocess.Popen[str]":
    place = repository.parent
    environment = {
        "PATH": f"{place / 'bin'}:{os.environ['PATH']}",
        "NOTES": str(place / "notes"),
    }
    return subprocess.Popen(
        [str(script or repository / "hrss"), *arguments],
        cwd="/",
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def call(repository: Path, *arguments: str, script: Path | None = None) -> str:
    process = start(repository, *arguments, script=script)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0, err
    return out


def installations(repository: Path) -> int:
    notes = repository.parent / "notes"
    return notes.read_text().count("[dev]") if notes.exists() else 0


def test_it_installs_once_and_passes_arguments_on(repository: Path) -> None:
    assert call(repository, "logs", "a b", "-f") == "ran logs a b -f\n"
    started = time.monotonic()
    call(repository, "status")
    assert time.monotonic() - started < 0.3
    assert installations(repository) == 1
    noted = (repository.parent / "notes").read_text()
    assert f"-e {repository}/kit -e {repository}/services/card -e {repository}/gateway" in noted


def test_changed_pins_are_installed(repository: Path) -> None:
    call(repository, "status")
    (repository / "constraints.txt").write_text("setuptools==84.2.1\nnew==1\n")
    call(repository, "status")
    assert installations(repository) == 2


def test_two_first_calls_do_not_collide(repository: Path) -> None:
    for process in [start(repository, "status") for _ in range(3)]:
        out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (0, "ran status\n"), err
    assert installations(repository) == 1


def test_it_works_through_a_link(repository: Path) -> None:
    link = repository.parent / "hrss-link"
    link.symlink_to("a repository/hrss")
    assert call(repository, "status", script=link) == "ran status\n"


def test_a_missing_python_is_one_line(repository: Path) -> None:
    script = repository / "hrss"
    script.write_text(script.read_text().replace("/usr/bin/python3", ""))
    few = repository.parent / "few"
    few.mkdir()
    for name in ("sh", "cat", "cksum", "dirname", "readlink"):
        found = shutil.which(name)
        assert found is not None
        (few / name).symlink_to(found)
    done = subprocess.run(
        [str(script), "status"], env={"PATH": str(few)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("hrss: Python 3.11 or later with venv is needed")
    assert done.stderr.count("\n") == 1


def test_a_failed_installation_is_tried_again(repository: Path) -> None:
    (repository / "constraints.txt").write_text("")
    process = start(repository, "status")
    _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the installation failed" in err.splitlines()[-1]
    (repository / "constraints.txt").write_text("setuptools==84.2.1\n")
    assert call(repository, "status") == "ran status\n"
