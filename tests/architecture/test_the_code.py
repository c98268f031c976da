"""Rules of the house that a machine can keep."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from .members import ROOT

KIT = ROOT / "kit/src/hrss_kit"
SOURCES = ("kit/src", "services/*/src", "gateway/src", "cli/src")
LONGEST = 400
LONGEST_IN_KIT = 300


def files(*patterns: str) -> Iterator[Path]:
    for pattern in patterns or SOURCES:
        for folder in ROOT.glob(pattern):
            yield from (path for path in folder.rglob("*.py") if "versions" not in path.parts)


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def named(call: ast.Call) -> str:
    return ast.unparse(call.func)


@pytest.mark.parametrize("pattern", ["services/*/src", "gateway/src"])
def test_nobody_commits_but_the_kit(pattern: str) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in files(pattern)
        for call in calls(path)
        if named(call).endswith((".commit", ".rollback"))
    ]
    assert not found, found


def test_there_is_one_clock() -> None:
    other = re.compile(r"(^|\.)(datetime\.(now|utcnow|today)|date\.today)$")
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in files()
        for call in calls(path)
        if other.search(named(call)) and path.name != "clock.py" and "cli" not in path.parts
    ]
    assert not found, found


def test_no_middleware_of_the_slow_kind() -> None:
    found = [path for path in files() if "BaseHTTPMiddleware(" in path.read_text("utf-8")]
    assert not found


def test_files_stay_short() -> None:
    found = []
    for path in files():
        limit = LONGEST_IN_KIT if KIT in path.parents else LONGEST
        lines = len(path.read_text("utf-8").splitlines())
        if lines > limit and path.name not in ("testing.py", "routing.py"):
            found.append(f"{path.relative_to(ROOT)}: {lines}")
    assert not found, found


def test_the_kit_names_no_service() -> None:
    nouns = re.compile(r"\b(complaint|posting|seeker|talent|participation|secondment)s?\b", re.I)
    found = [
        f"{path.name}:{number}"
        for path in KIT.glob("*.py")
        if path.name not in ("testing.py", "purposes.py", "demo_credentials.py", "provision.py")
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if nouns.search(line) and not line.lstrip().startswith(("#", '"""'))
    ]
    assert not found, found


def test_names_say_what_they_hold() -> None:
    vague = {"utils", "common", "helpers", "manager", "misc", "util", "helper"}
    found = [path for path in files() if path.stem in vague or path.parent.name in vague]
    assert not found


def test_every_public_function_and_class_is_described() -> None:
    found = []
    for path in files():
        if "migrations" in path.parts or path.name in ("schemas.py", "problems.py"):
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            described = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            if described and not node.name.startswith("_") and not ast.get_docstring(node):
                is_problem = isinstance(node, ast.ClassDef) and node.bases
                if not is_problem:
                    found.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert not found, found
