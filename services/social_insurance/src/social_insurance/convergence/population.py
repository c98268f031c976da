"""A population to plan with when nobody has loaded a real one: invented, and marked DEMO. Pure."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import repeat
from typing import Final

from social_insurance.convergence.simulation import Cell, group

SEED: Final = 420742
#: Age bands with their share of a population: 15 % children, 63 % of working age, 22 % older.
AGES: Final = ((0, 15, 15), (16, 59, 63), (60, 95, 22))
#: Residents of the scheme in each city for every thousand persons in the demonstration.
SHARE: Final[Mapping[str, int]] = {"420100": 600, "420700": 400}
SEXES: Final = (1, 2)
AT_ONCE: Final = 10_000
#: Of a city that stands not in the table.
OTHERS: Final = 500
BANDS: Final = (0, 2_000, 5_000, 8_000, 15_000, 25_000)
People = Iterator[tuple[str, int, int, Decimal, int]]


def people(count: int, tiers: Mapping[str, Sequence[Decimal]]) -> People:
    """Persons one by one, the same ones each time; low tiers are chosen more often."""
    chance = random.Random(SEED)  # noqa: S311  invented people, no secret
    cities = list(tiers)
    shares = [SHARE.get(city, OTHERS) for city in cities]
    weights = {city: range(len(tiers[city]), 0, -1) for city in cities}
    years = [age for low, high, _ in AGES for age in range(low, high + 1)]
    chances = [share / (high + 1 - low) for low, high, share in AGES for _ in range(low, high + 1)]
    for start in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - start)
        for city, number in Counter(chance.choices(cities, shares, k=size)).items():
            yield from zip(
                repeat(city),
                chance.choices(years, chances, k=number),
                chance.choices(SEXES, k=number),
                chance.choices(tiers[city], weights[city], k=number),
                chance.choices(BANDS, k=number),
            )


def demo(tiers: Mapping[str, Sequence[Decimal]], count: int = 20_000) -> Counter[Cell]:
    """The demonstration's population in cells."""
    return group(people(count, tiers))
