"""./hrss openapi: prints or rewrites the committed contracts."""

import json
import subprocess
import sys
from pathlib import Path

from hrss_cli.environment import bare_environment
from hrss_cli.failure import CommandFailed, WrongUsage
from hrss_cli.repository import Member, members


def contract(member: Member) -> str:
    """The contract the member's code says."""
    made = subprocess.run(
        [sys.executable, "-P", "-m", member.name, "openapi"],
        env=bare_environment(),
        capture_output=True,
        check=False,
    )
    if made.returncode != 0:
        last = (made.stderr.decode("utf-8", "replace").strip().splitlines() or ["no output"])[-1]
        raise CommandFailed(f"{member.path}: the contract cannot be made ({last[:300]})")
    return made.stdout.decode("utf-8")


def openapi(service: str | None, *, write: bool) -> None:
    """All of them, or one. Printed together they are one document: a contract by service."""
    chosen = members() if service is None else [find(service)]
    if not write and service is None:
        together = {member.path: json.loads(contract(member)) for member in chosen}
        print(json.dumps(together, ensure_ascii=False, indent=2))
        return
    for member in chosen:
        text = contract(member)
        if not write:
            sys.stdout.write(text)
        elif _read(member.contract) != text:
            member.contract.parent.mkdir(parents=True, exist_ok=True)
            member.contract.write_text(text, "utf-8")
            print(f"{member.path}: written")


def outdated() -> list[str]:
    """The members whose committed contract is not what their code says."""
    return [member.path for member in members() if _read(member.contract) != contract(member)]


def find(service: str) -> Member:
    """The member called so, in either spelling."""
    for member in members():
        if member.name == service.replace("-", "_"):
            return member
    names = ", ".join(member.path for member in members())
    raise WrongUsage(f"there is no service {service}: choose one of {names}")


def _read(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None
