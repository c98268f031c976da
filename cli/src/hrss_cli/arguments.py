"""What may be written after ./hrss."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from hrss_cli.repository import ROOT

DEFAULT_PORT = 8080
HIGHEST_PORT = 65_535
WRONG_USAGE = 2


class OneLineParser(argparse.ArgumentParser):
    """Wrong usage is one line on stderr and exit code 2."""

    def error(self, message: str) -> NoReturn:
        sys.stderr.write(f"hrss: {message}: see {self.prog} --help\n")
        sys.exit(WRONG_USAGE)


def port_number(text: str) -> int:
    """A port anybody may listen on."""
    port = int(text) if text.isascii() and text.isdigit() else 0
    if not 1 <= port <= HIGHEST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port")
    return port


def line_count(text: str) -> int:
    """How many lines of a log."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(f"{text} is not a number of lines")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """The whole command line."""
    whole = OneLineParser(prog="./hrss", description="The HRSS suite of Wuhan and Ezhou.")
    commands = whole.add_subparsers(
        dest="command", required=True, metavar="command", parser_class=OneLineParser
    )

    def command(name: str, text: str, *, of_suite: bool = False) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        if of_suite:
            made.add_argument(
                "--data",
                type=Path,
                default=ROOT / ".hrss",
                metavar="DIR",
                help="where the suite keeps its data (default: .hrss in the repository)",
            )
        return made

    up = command("up", "start everything; Ctrl-C stops it", of_suite=True)
    up.add_argument("--detach", action="store_true", help="return when the suite is ready")
    up.add_argument(
        "--port",
        type=port_number,
        default=DEFAULT_PORT,
        metavar="N",
        help="the gateway's port (default 8080)",
    )
    up.add_argument("--no-demo", action="store_true", help="no demonstration data and accounts")
    up.add_argument("--test-clock", action="store_true", help="let requests set the time")
    command("down", "stop a detached suite", of_suite=True)
    status = command("status", "every process, its port and whether it is ready", of_suite=True)
    status.add_argument("--json", action="store_true")
    logs = command("logs", "what the processes wrote", of_suite=True)
    logs.add_argument("service", nargs="?", metavar="SERVICE")
    logs.add_argument("-f", "--follow", action="store_true", help="go on with new lines")
    logs.add_argument("-n", "--lines", type=line_count, default=200, metavar="N")
    command("test", "every test, on databases of its own; pytest's arguments follow")
    check = command("check", "format, lint, types, import contracts, migrations, contracts, tests")
    check.add_argument("--skip-tests", action="store_true", help="for who runs ./hrss test besides")
    credentials = command("credentials", "demonstration clients and users", of_suite=True)
    credentials.add_argument("--json", action="store_true")
    demo = command("demo", "the main job told step by step", of_suite=True)
    demo.add_argument(
        "--credentials",
        type=Path,
        metavar="FILE",
        help="credentials of a suite that runs elsewhere (as ./hrss credentials --json prints)",
    )
    audit = command("audit", "the sealed audit log", of_suite=True)
    audit.add_argument("action", choices=["verify"])
    audit.add_argument("--against", type=Path, metavar="FILE", help="a checkpoint kept elsewhere")
    seed = command("seed", "synthetic data for the running suite", of_suite=True)
    seed.add_argument("--scale", choices=["demo", "m", "l"], default="demo")
    bench = command("bench", "benchmarks: ratios of two things measured in turn")
    bench.add_argument("name", nargs="?", metavar="NAME")
    bench.add_argument("--json", action="store_true")
    openapi = command("openapi", "print or rewrite the committed contracts")
    openapi.add_argument("service", nargs="?", metavar="SERVICE")
    openapi.add_argument("--write", action="store_true")
    new_service = command("new-service", "a further service that passes every check")
    new_service.add_argument("name", metavar="NAME")
    return whole
