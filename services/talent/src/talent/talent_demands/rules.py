"""How well a resource or a person answers a demand, with reasons (domain §2.3). Pure.

Field, level, mode and how recent an outcome is: nothing else is looked at. Gender, ethnicity, age,
hukou and health have no place to come in (trap 10).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from hrss_kit.states import Machine, transition
from talent.category_mappings.rules import LADDER
from talent.dates import years_after

DRAFT, PUBLISHED, MATCHING = "DRAFT", "PUBLISHED", "MATCHING"
CONTACTED, SIGNED, UNFILLED = "CONTACTED", "SIGNED", "UNFILLED"
SUGGESTED, DECLINED = "SUGGESTED", "DECLINED"

DEMAND: Final = Machine(
    transition("publish", DRAFT, PUBLISHED),
    transition("match", (PUBLISHED, MATCHING, CONTACTED), None),
    transition("contact", (PUBLISHED, MATCHING, CONTACTED), CONTACTED),
    transition("sign", CONTACTED, SIGNED),
    transition("close", (PUBLISHED, MATCHING, CONTACTED), UNFILLED),
)
MATCH: Final = Machine(
    transition("contact", (SUGGESTED, CONTACTED), CONTACTED),
    transition("sign", CONTACTED, SIGNED),
    transition("decline", (SUGGESTED, CONTACTED), DECLINED),
)
CENT: Final = Decimal("0.01")
HALF: Final = Decimal("0.5")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a demand asks for."""

    fields: Collection[str]
    ladder: str
    modes: Collection[str]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a resource or a person brings: all that is ever looked at."""

    fields: Collection[str]
    ladder: str | None
    modes: Collection[str]
    last_outcome_on: date | None


@dataclass(frozen=True, slots=True)
class Reason:
    """One factor: its weight, how far it is met (0 to 1), and what was found."""

    factor: str
    weight: Decimal
    met: Decimal
    found: tuple[str, ...]

    @property
    def points(self) -> Decimal:
        """What it adds to the score of a hundred."""
        return 100 * self.weight * self.met


def reasons(
    wanted: Wanted,
    offered: Offered,
    *,
    weights: Mapping[str, Decimal],
    recent_years: int,
    today: date,
) -> list[Reason]:
    """The four factors with what speaks for each."""
    shared = sorted(set(wanted.fields) & set(offered.fields))
    modes = sorted(set(wanted.modes) & set(offered.modes))
    last = offered.last_outcome_on
    is_recent = last is not None and years_after(last, recent_years) >= today
    met = {
        "field": Decimal(len(shared)) / Decimal(len(set(wanted.fields))),
        "level": _level(wanted.ladder, offered.ladder),
        "mode": Decimal(bool(modes)),
        "recent": Decimal(is_recent),
    }
    found = {
        "field": tuple(shared),
        "level": (offered.ladder,) if offered.ladder else (),
        "mode": tuple(modes),
        "recent": (last.isoformat(),) if last is not None and is_recent else (),
    }
    return [Reason(name, weights[name], met[name], found[name]) for name in met]


def _level(wanted: str, offered: str | None) -> Decimal:
    """1 at or above the wanted rung, a half one below, else nothing."""
    if offered is None:
        return Decimal(0)
    below = LADDER.index(offered) - LADDER.index(wanted)
    return Decimal(1) if below <= 0 else HALF if below == 1 else Decimal(0)


def score(found: Collection[Reason]) -> Decimal:
    """The sum of the points, to two places, half up."""
    return sum((one.points for one in found), Decimal(0)).quantize(CENT, ROUND_HALF_UP)
