"""`python -m hrss_cli`: what ./hrss runs. Each command is imported only when it is called."""

import argparse
import importlib
import signal
import sys
from collections.abc import Sequence
from typing import Any

from hrss_cli.arguments import parser
from hrss_cli.failure import CommandFailed


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; the exit code is 0, 1 or (wrong usage) 2."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        # Everything after `test` belongs to pytest.
        if given[:1] == ["test"] and given[1:2] not in (["-h"], ["--help"]):
            from hrss_cli.checks import run_tests

            return 1 if run_tests(given[1:]) else 0
        return _run(parser().parse_args(given))
    except CommandFailed as failure:
        print(f"hrss: {failure}", file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        sys.stderr.close()
        return 1


def _run(told: argparse.Namespace) -> int:
    match told.command:
        case "up":
            _command("up").up(
                told.data,
                port=told.port,
                demo=not told.no_demo,
                test_clock=told.test_clock,
                detach=told.detach,
            )
        case "down":
            _command("up").down(told.data)
        case "status":
            _command("status").status(told.data, as_json=told.json)
        case "logs":
            _command("status").logs(
                told.data, told.service, lines=told.lines, following=told.follow
            )
        case "check":
            _command("checks").run_checks(skip_tests=told.skip_tests)
        case "credentials":
            _command("credentials").credentials(told.data, as_json=told.json)
        case "openapi":
            _command("contracts").openapi(told.service, write=told.write)
        case "seed":
            _command("seed").seed(told.data, told.scale)
        case "demo":
            return _code(_command("demo").run(told))
        case "audit":
            return _code(_command("audit").verify(told))
        case "bench":
            return _code(_command("bench").run(told.name, told.json))
        case "new-service":
            return _code(_command("new_service").run(told.name))
    return 0


def _command(module: str) -> Any:
    try:
        return importlib.import_module(f"hrss_cli.{module}")
    except ModuleNotFoundError as error:
        if error.name != f"hrss_cli.{module}":
            raise
        name = module.replace("_", "-")
        raise CommandFailed(
            f"{name} is not part of this release yet: ./hrss --help lists the commands"
        ) from error


def _code(result: object) -> int:
    return result if isinstance(result, int) else 0


if __name__ == "__main__":
    sys.exit(main())
