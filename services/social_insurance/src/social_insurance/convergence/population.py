"""A population to plan with when nobody has loaded a real one: invented, and marked DEMO. Pure."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Final

from social_insurance.convergence.simulation import Cell, group

SEED: Final = 420742
#: Age bands with their share of a population: 15 % children, 63 % of working age, 22 % older.
AGES: Final = ((0, 15, 15), (16, 59, 63), (60, 95, 22))
#: Residents of the scheme in each city for every thousand persons in the demonstration.
SHARE: Final[Mapping[str, int]] = {"420100": 600, "420700": 400}
BANDS: Final = (0, 2_000, 5_000, 8_000, 15_000, 25_000)
People = Iterator[tuple[str, int, int, Decimal, int]]


def people(count: int, tiers: Mapping[str, Sequence[Decimal]]) -> People:
    """Persons one by one, the same ones each time; low tiers are chosen more often."""
    chance = random.Random(SEED)  # noqa: S311  invented people, no secret
    cities = list(tiers)
    shares = [SHARE.get(city, 500) for city in cities]
    weights = {city: range(len(tiers[city]), 0, -1) for city in cities}
    bounds = [band[:2] for band in AGES]
    for city in chance.choices(cities, shares, k=count):
        [(low, high)] = chance.choices(bounds, [band[2] for band in AGES])
        [tier] = chance.choices(tiers[city], weights[city])
        yield city, chance.randint(low, high), chance.randint(1, 2), tier, chance.choice(BANDS)


def demo(tiers: Mapping[str, Sequence[Decimal]], count: int = 20_000) -> Counter[Cell]:
    """The demonstration's population in cells."""
    return group(people(count, tiers))
