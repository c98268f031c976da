"""The catalogue of matters 一网通办事项目录 (X-23): what can be started, and what it needs."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal

from hrss_kit import clock

Scope = Literal["CITY", "PROVINCE", "NATIONAL"]
#: Which service a step belongs to, by the beginning of its code.
SERVICES: Final = {
    "si": "social-insurance",
    "emp": "employment",
    "talent": "talent",
    "li": "labor-inspection",
    "card": "card",
}
NATIONAL_PLATFORM: Final = "national-platform"


@dataclass(frozen=True, slots=True)
class Material:
    """A paper that is needed; `proof` is the electronic certificate that stands for it."""

    code: str
    title_zh: str
    title_en: str
    proof: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One matter as it is on offer from `effective_from` to `effective_to`."""

    code: str
    scope: Scope
    title_zh: str
    title_en: str
    steps: tuple[str, ...]
    limit_wd: int
    visit: bool
    once: bool
    auth_level: str
    legal_basis: str
    effective_from: date
    materials: tuple[Material, ...]
    form: Mapping[str, Any]
    handoff: tuple[str, ...] = ()
    prefill: Mapping[str, str] = field(default_factory=dict)
    #: The person must not become known to the other city's desks (S01 art. 9).
    confidential: bool = False
    effective_to: date | None = None

    @property
    def services(self) -> list[str]:
        """Who does its parts."""
        if self.scope == "NATIONAL":
            return [NATIONAL_PLATFORM]
        return list(dict.fromkeys(SERVICES[step.partition(".")[0]] for step in self.steps))

    def is_live(self, on: date) -> bool:
        """True when it can be started on a day."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@cache
def entries() -> Sequence[Entry]:
    """Every entry there has been, in the file's order."""
    text = files("gateway.matters").joinpath("catalogue.toml").read_text("utf-8")
    return tuple(_entry(row) for row in tomllib.loads(text)["matter"])


def _entry(row: dict[str, Any]) -> Entry:
    form = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        **row.pop("form"),
    }
    materials = tuple(Material(**one) for one in row.pop("materials"))
    row["steps"], row["handoff"] = tuple(row["steps"]), tuple(row.get("handoff", ()))
    return Entry(**row, materials=materials, form=form)


def live(on: date | None = None) -> list[Entry]:
    """What can be started on a day; today when none is said."""
    day = on or clock.today()
    return [one for one in entries() if one.is_live(day)]


def find(code: str, on: date | None = None) -> Entry | None:
    """The entry in force on a day."""
    return next((one for one in live(on) if one.code == code), None)


def known(code: str, effective_from: date) -> Entry:
    """The very entry that a matter began with."""
    return next(
        one for one in entries() if one.code == code and one.effective_from == effective_from
    )
