"""The defaults of every policy parameter, read once from the package's data file."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class PolicyDefault:
    """One effective-dated row of the policy table, as it is seeded."""

    key: str
    #: Fractions, rates and yuan are decimal strings: JSON numbers would lose them to floats.
    value: JsonValue
    unit: str
    effective_from: date
    source_doc: str
    source_article: str
    confidence: Literal["H", "M", "L"]
    note: str
    #: "joint" rows bind the cities to each other: one approver of each city must agree.
    group: str
    #: The one city it holds for; None for all.
    city: str | None = None
    #: The first day it no longer holds for.
    effective_to: date | None = None

    @property
    def is_joint(self) -> bool:
        return self.group == "joint"


@cache
def load_defaults() -> tuple[PolicyDefault, ...]:
    """Every default row, in the order of the file."""
    text = files("hrss_kit").joinpath("data", "policy_parameters.toml").read_text("utf-8")
    data = tomllib.loads(text)
    titles = data["source"]
    rows = [_default(row, titles) for row in data["parameter"]]
    switches = data["feature"]
    rows += [
        _default({**switches["each"], "key": f"feature.{row_id}"}, titles)
        for row_id in switches["ids"]
    ]
    return tuple(rows)


def default_value(key: str) -> JsonValue:
    """The default of a key that has a single row for all cities and times."""
    (row,) = (row for row in load_defaults() if row.key == key)
    return row.value


def _default(row: dict[str, Any], titles: dict[str, str]) -> PolicyDefault:
    key = row["key"]
    return PolicyDefault(
        key=key,
        value=row["value"],
        unit=row["unit"],
        effective_from=row.get("from", date(2020, 1, 1)),
        effective_to=row.get("to"),
        city=row.get("city"),
        source_doc=titles[row["source"]],
        source_article=row.get("article", ""),
        confidence=row["conf"],
        note=row.get("note", ""),
        group="joint" if row.get("joint") else key.split(".", 1)[0],
    )
