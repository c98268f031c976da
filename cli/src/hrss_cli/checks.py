"""./hrss test and ./hrss check."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from hrss_cli.contracts import outdated
from hrss_cli.environment import bare_environment
from hrss_cli.failure import CommandFailed
from hrss_cli.repository import ROOT, members, packages
from hrss_kit import provision
from hrss_kit.embedded_pg import EmbeddedPostgres, EmbeddedPostgresError

PYTHON = [sys.executable, "-m"]
WORKERS = "2"
LINT_IMPORTS = str(Path(sys.executable).with_name("lint-imports"))
WITH_VALUE = ("-k", "-m", "-p", "-n", "-o", "-c", "-W")


def run_tests(arguments: Sequence[str]) -> int:
    """Every test, or what pytest's arguments choose; in parallel unless they say otherwise."""
    given = [_absolute(argument) for argument in arguments]
    command = [*PYTHON, "pytest"]
    if not any(argument.startswith(("-n", "--numprocesses", "--pdb")) for argument in given):
        command += ["-n", WORKERS, "--dist", "worksteal"]
    if not _names_a_place(given):
        places = [*(package / "tests" for package in packages()), ROOT / "tests"]
        command += [str(place.relative_to(ROOT)) for place in places if place.is_dir()]
    return _call([*command, *given])


def run_checks(*, skip_tests: bool = False) -> None:
    """Format, lint, types, import contracts, migrations, committed contracts, tests."""
    sources = [str(place / "src") for place in packages()]
    steps: list[tuple[str, Callable[[], bool]]] = [
        ("format", lambda: _call([*PYTHON, "ruff", "format", "--check", "--quiet", "."]) == 0),
        ("lint", lambda: _call([*PYTHON, "ruff", "check", "--quiet", "."]) == 0),
        ("types", lambda: _call([*PYTHON, "mypy", *sources]) == 0),
        (
            "import contracts",
            lambda: _call([LINT_IMPORTS]) == 0,
        ),
        ("migrations", _migrations_fit),
        ("committed contracts", _contracts_fit),
    ]
    if not skip_tests:
        steps.append(("tests", lambda: run_tests(()) == 0))
    failed = []
    for name, step in steps:
        print(f"── {name}", flush=True)
        started = time.monotonic()
        passed = step()
        print(
            f"   {'ok' if passed else 'FAILED'} in {time.monotonic() - started:.1f} s", flush=True
        )
        if not passed:
            failed.append(name)
    if failed:
        raise CommandFailed(f"failed: {', '.join(failed)}; the output above says where")
    print("every check passed")


def _contracts_fit() -> bool:
    names = outdated()
    for name in names:
        print(f"{name}: the contract changed: look at it with ./hrss openapi {name} --write")
    return not names


def _migrations_fit() -> bool:
    """Migrates empty databases and compares them with the models."""
    names = [member.name for member in members()]
    with tempfile.TemporaryDirectory(prefix="hrss-check-") as scratch:
        place = Path(scratch)
        if os.geteuid() == 0:
            place.chmod(0o711)
        secrets = place / "secrets"
        provision.make_secrets(secrets, demo=False, members=names)
        server = EmbeddedPostgres(
            place / "postgres", durable=False, password_file=secrets / "superuser_password"
        )
        try:
            server.start()
            provision.provision(server.superuser_dsn(), secrets, names)
            with ThreadPoolExecutor(int(WORKERS)) as pool:
                results = list(pool.map(partial(_migration_fits, server, secrets), names))
        except EmbeddedPostgresError as error:
            raise CommandFailed(str(error)) from error
        finally:
            server.stop()
    return all(results)


def _migration_fits(server: EmbeddedPostgres, secrets: Path, name: str) -> bool:
    address = provision.database_url(secrets, name, "owner", f"127.0.0.1:{server.port}")
    environment = bare_environment() | {"HRSS_OWNER_DATABASE_URL": address}
    for job in ("migrate", "check"):
        done = subprocess.run(
            [sys.executable, "-P", "-m", name, job],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            print(f"{name}: {job}: {done.stderr.strip()[-2000:]}")
            return False
    return True


def _call(command: list[str]) -> int:
    return subprocess.run(command, cwd=ROOT, env=bare_environment(), check=False).returncode


def _names_a_place(arguments: Sequence[str]) -> bool:
    before = ""
    for argument in arguments:
        path = argument.partition("::")[0]
        if before not in WITH_VALUE and argument[:1] != "-" and (ROOT / path).exists():
            return True
        before = argument
    return False


def _absolute(argument: str) -> str:
    """A place given relative to where the caller stands."""
    path, colons, name = argument.partition("::")
    if argument.startswith("-") or (not colons and "/" not in path) or not Path(path).exists():
        return argument
    return f"{Path(path).absolute()}{colons}{name}"
