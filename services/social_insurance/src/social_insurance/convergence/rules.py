"""How far the two cities' resident pensions have come together: C-9 (domain §2.2). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

_FOUR: Final = Decimal("0.0001")
_ONE: Final = Decimal("0.1")
Tiers = Mapping[Decimal, Decimal]


@dataclass(frozen=True, slots=True)
class Weights:
    """`si.convergence_weights`."""

    ratio: Decimal
    tiers: Decimal
    subsidy: Decimal


@dataclass(frozen=True, slots=True)
class Convergence:
    """趋同度 on one day. `ratio`, `alignment` and `subsidy_gap` are exact until they are shown."""

    gap: Decimal
    ratio: Decimal
    alignment: Decimal
    subsidy_gap: Decimal
    index: Decimal


def four(value: Decimal) -> Decimal:
    """A share as it is shown: four decimals, half up."""
    return value.quantize(_FOUR, ROUND_HALF_UP)


def convergence(
    bases: tuple[Decimal, Decimal], tiers: tuple[Tiers, Tiers], weights: Weights
) -> Convergence:
    """The index of two base pensions and two tables of tiers with their subsidies."""
    low, high = sorted(bases)
    here, there = tiers
    common, every = here.keys() & there.keys(), here.keys() | there.keys()
    ratio = low / high if high else Decimal(1)
    alignment = Decimal(len(common)) / len(every) if every else Decimal(0)
    subsidy_gap = _subsidy_gap(here, there)
    index = weights.ratio * ratio + weights.tiers * alignment + weights.subsidy * (1 - subsidy_gap)
    return Convergence(high - low, ratio, alignment, subsidy_gap, index)


def _subsidy_gap(here: Tiers, there: Tiers) -> Decimal:
    """The mean difference of subsidies over the tiers both have; all of it when none is common."""
    common = here.keys() & there.keys()
    if not common:
        return Decimal(1)
    shares = []
    for tier in common:
        low, high = sorted((here[tier], there[tier]))
        shares.append((high - low) / high if high else Decimal(0))
    return sum(shares, Decimal(0)) / len(shares)


@dataclass(frozen=True, slots=True)
class Trend:
    """How fast the gap closes; None for what cannot be said while it does not shrink."""

    closed: Decimal
    months: int
    months_to_parity: Decimal | None


def months_apart(earlier: date, later: date) -> int:
    """Whole months from one day to another."""
    months = (later.year - earlier.year) * 12 + later.month - earlier.month
    return months - (later.day < earlier.day)


def trend(earlier: tuple[date, Decimal], later: tuple[date, Decimal]) -> Trend:
    """Months to parity at the pace between two days (按现速度)."""
    months = months_apart(earlier[0], later[0])
    closed = earlier[1] - later[1]
    if closed <= 0 or months <= 0:
        return Trend(closed, months, Decimal(0).quantize(_ONE) if not later[1] else None)
    return Trend(closed, months, (later[1] * months / closed).quantize(_ONE, ROUND_HALF_UP))


def differences(here: Tiers, there: Tiers) -> tuple[list[Decimal], list[Decimal], list[Decimal]]:
    """Tiers only here, only there, and those of both whose subsidy differs."""
    common = here.keys() & there.keys()
    return (
        sorted(here.keys() - there.keys()),
        sorted(there.keys() - here.keys()),
        sorted(tier for tier in common if here[tier] != there[tier]),
    )
