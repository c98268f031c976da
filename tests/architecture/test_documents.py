"""A document is a promise: what it says is compared with what is."""

import re
import shutil
import subprocess

import pytest

from hrss_kit.members import PREFIXES

from .access_document import DOCUMENT, render
from .members import MEMBERS, ROOT

COMMANDS = {
    "up", "down", "status", "logs", "test", "check", "credentials", "demo", "audit", "seed",
    "bench", "openapi", "new-service",
}  # fmt: skip


def test_the_access_document_says_what_the_tables_say() -> None:
    assert DOCUMENT.read_text("utf-8") == render(), (
        "run: python -m tests.architecture.access_document"
    )


@pytest.mark.parametrize("file", ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "AGENTS.md"])
def test_every_command_in_the_papers_exists(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    named = set(re.findall(r"\./hrss ([a-z-]+)", text))
    assert named, file
    assert named <= COMMANDS, named - COMMANDS


@pytest.mark.parametrize(
    "file", ["README.md", "CONTRIBUTING.md", "AGENTS.md", "docs/architecture.md"]
)
def test_every_link_between_the_papers_leads_somewhere(file: str) -> None:
    text = (ROOT / file).read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert ((ROOT / file).parent / target).exists(), f"{file}: {target}"


def _files() -> list[str]:
    """What belongs to the repository; without git or its history, what lies in the tree."""
    if shutil.which("git") and (ROOT / ".git").exists():
        words = ["git", "-c", f"safe.directory={ROOT}", "ls-files"]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return done.stdout.split("\n")
    places = ("kit", "services", "gateway", "cli", "tests", "docs", "templates", "examples")
    found = [path for place in places for path in (ROOT / place).rglob("*.[pmt][ydo]*")]
    return [str(path.relative_to(ROOT)) for path in found if path.is_file()]


def test_the_project_speaks_of_itself_alone() -> None:
    listed = _files()
    machine = re.compile(r"(?<![\w.])/(root|work|farm|home/[a-z]+)/")
    found = []
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in (".png", ".ico") or not path.is_file() or "test_documents" in name:
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if machine.search(line):
                found.append(f"{name}:{number}")
    assert not found, found


def test_the_plugin_knows_every_member() -> None:
    assert set(PREFIXES.values()) == set(MEMBERS)
