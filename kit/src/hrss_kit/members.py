"""The members of the suite, from data: who gets a database, and where each answers."""

import tomllib
from importlib.resources import files
from typing import Final


def _members() -> tuple[str, ...]:
    text = files("hrss_kit").joinpath("data", "members.toml").read_text("utf-8")
    names: list[str] = tomllib.loads(text)["members"]
    return tuple(names)


MEMBERS: Final = _members()
#: The beginning of every address of a member.
PREFIXES: Final = {f"/{name.replace('_', '-')}/": name for name in MEMBERS}
