"""A plan, computed: the path of each city, and what it means for groups of people. Pure.

People are counted in cells of equal age, tier, city, sex and account band, so that a million of
them are a few thousand multiplications a year. Amounts are exact decimals.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

from hrss_kit.money import round_fen
from social_insurance.convergence.rules import Tiers, Weights, convergence

ZERO: Final = Decimal(0)
MONTHS: Final = 12
#: Nobody is followed beyond.
OLDEST: Final = 105
Target = Literal["HIGHER", "MEAN"]


class Cell(NamedTuple):
    """People who are alike as far as a plan is concerned; `band` is their account in yuan."""

    city: str
    age: int
    sex: int
    tier: Decimal
    band: int


@dataclass(frozen=True, slots=True)
class Standards:
    """A city's figures at the start."""

    base: Decimal
    tiers: Tiers


@dataclass(frozen=True, slots=True)
class Terms:
    """What the planner decided."""

    first_year: int
    target_year: int
    target: Target
    #: What subsidies grow together to; None leaves them.
    subsidy_target: Target | None
    #: Whether each city takes over the other's tiers, in the target year.
    is_unifying_tiers: bool
    #: By how much base pensions rise a year without any plan.
    growth: Decimal
    pension_age: int
    contribution_age: int
    divisor: int
    #: Yearly death rate from an age on, in rising order of age.
    mortality: tuple[tuple[int, Decimal], ...] = ()
    #: Base pensions set by hand: (city, year) → amount.
    fixed: Mapping[tuple[str, int], Decimal] = field(default_factory=dict)

    @property
    def years(self) -> range:
        """The years of the plan; the first is the one it starts from."""
        return range(self.first_year, self.target_year + 1)


@dataclass(frozen=True, slots=True)
class Step:
    """A city in a year: with the plan, and without."""

    year: int
    city: str
    base: Decimal
    base_without: Decimal
    tiers: Tiers
    tiers_without: Tiers


def _towards(here: Decimal, there: Decimal, target: Target) -> Decimal:
    return max(here, there) if target == "HIGHER" else (here + there) / 2


def path(standards: Mapping[str, Standards], terms: Terms) -> list[Step]:
    """Each city's figures year by year: equal steps, at parity in the target year."""
    (one, first), (two, second) = standards.items()
    span = terms.target_year - terms.first_year
    steps = []
    for year in terms.years:
        share = Decimal(year - terms.first_year) / span
        grown = (1 + terms.growth) ** (year - terms.first_year)
        bases = {one: first.base * grown, two: second.base * grown}
        goal = _towards(bases[one], bases[two], terms.target)
        for city, own, other in ((one, first, second), (two, second, first)):
            planned = bases[city] + (goal - bases[city]) * share
            steps.append(
                Step(
                    year,
                    city,
                    base=terms.fixed.get((city, year), round_fen(planned)),
                    base_without=round_fen(bases[city]),
                    tiers=_subsidies(own.tiers, other.tiers, terms, share),
                    tiers_without=own.tiers,
                )
            )
    return steps


def _subsidies(own: Tiers, other: Tiers, terms: Terms, share: Decimal) -> Tiers:
    made = dict(own)
    if terms.subsidy_target is not None:
        for tier in own.keys() & other.keys():
            goal = _towards(own[tier], other[tier], terms.subsidy_target)
            made[tier] = round_fen(own[tier] + (goal - own[tier]) * share)
    if terms.is_unifying_tiers and share == 1:
        made |= {tier: other[tier] for tier in other.keys() - own.keys()}
    return made


def group(people: Iterable[tuple[str, int, int, Decimal, int]]) -> Counter[Cell]:
    """Persons, given one by one, counted into cells."""
    counted: Counter[tuple[str, int, int, Decimal, int]] = Counter(people)
    return Counter({Cell(*key): count for key, count in counted.items()})


@dataclass(slots=True)
class Outcome:
    """What a year of the plan means for a city."""

    year: int
    city: str
    pensioners: Decimal = ZERO
    contributors: Decimal = ZERO
    base_cost: Decimal = ZERO
    subsidy_cost: Decimal = ZERO
    winners: Decimal = ZERO
    losers: Decimal = ZERO
    unchanged: Decimal = ZERO

    @property
    def cost(self) -> Decimal:
        """What the plan costs beyond no plan; below nothing when it saves."""
        return self.base_cost + self.subsidy_cost


def simulate(cells: Mapping[Cell, int], steps: Sequence[Step], terms: Terms) -> list[Outcome]:
    """Cost, winners and losers of each city and year.

    Cells that differ in sex and account only weigh the same here, so they are added up first.
    """
    alike: Counter[tuple[str, int, Decimal]] = Counter()
    for cell, persons in cells.items():
        alike[cell.city, cell.age, cell.tier] += persons
    found = {(step.city, step.year): Outcome(step.year, step.city) for step in steps}
    survival = _survival(terms)
    for step in steps:
        later = step.year - terms.first_year
        outcome = found[step.city, step.year]
        more = step.base - step.base_without
        for (city, age, tier), persons in alike.items():
            if city == step.city and age + later <= OLDEST:
                alive = persons * survival[age, later]
                _count(outcome, step, age + later, tier, alive, more, terms)
    return list(found.values())


def _count(
    outcome: Outcome,
    step: Step,
    age: int,
    tier: Decimal,
    alive: Decimal,
    more: Decimal,
    terms: Terms,
) -> None:
    if age >= terms.pension_age:
        outcome.pensioners += alive
        outcome.base_cost += alive * more * MONTHS
    elif age >= terms.contribution_age:
        outcome.contributors += alive
        more = step.tiers.get(tier, ZERO) - step.tiers_without.get(tier, ZERO)
        outcome.subsidy_cost += alive * more
    else:
        return
    if more > 0:
        outcome.winners += alive
    elif more < 0:
        outcome.losers += alive
    else:
        outcome.unchanged += alive


def _survival(terms: Terms) -> dict[tuple[int, int], Decimal]:
    """The share of people of an age who are alive some years later."""
    made = {}
    for age in range(OLDEST + 1):
        share = Decimal(1)
        for later in range(terms.target_year - terms.first_year + 1):
            made[age, later] = share
            share *= 1 - _rate(age + later, terms)
    return made


def _rate(age: int, terms: Terms) -> Decimal:
    rate = ZERO
    for from_age, yearly in terms.mortality:
        if age >= from_age:
            rate = yearly
    return rate


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what the plan means for one person."""

    year: int
    age: int
    item: Literal["BASE_PENSION", "ACCOUNT_PENSION", "SUBSIDY"]
    without: Decimal
    planned: Decimal

    @property
    def difference(self) -> Decimal:
        """What the plan changes."""
        return self.planned - self.without


def explain(person: Cell, steps: Sequence[Step], terms: Terms) -> Iterator[Line]:
    """What the plan means for one person, line by line: yearly subsidy, then monthly pension."""
    account = without = Decimal(person.band)
    for step in steps:
        if step.city != person.city:
            continue
        age = person.age + step.year - terms.first_year
        if age >= terms.pension_age:
            yield Line(step.year, age, "BASE_PENSION", step.base_without, step.base)
            yield Line(
                step.year,
                age,
                "ACCOUNT_PENSION",
                round_fen(without / terms.divisor),
                round_fen(account / terms.divisor),
            )
        elif age >= terms.contribution_age:
            before = step.tiers_without.get(person.tier, ZERO)
            after = step.tiers.get(person.tier, ZERO)
            yield Line(step.year, age, "SUBSIDY", before, after)
            account += person.tier + after
            without += person.tier + before


def index_of(steps: Sequence[Step], weights: Weights) -> dict[int, Any]:
    """The convergence of each year of a path."""
    by_year: dict[int, list[Step]] = {}
    for step in steps:
        by_year.setdefault(step.year, []).append(step)
    return {
        year: convergence((one.base, two.base), (one.tiers, two.tiers), weights)
        for year, (one, two) in by_year.items()
    }
