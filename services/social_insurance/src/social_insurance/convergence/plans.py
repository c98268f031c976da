"""Plans to parity: made from the standards of a day, explained per person, held to the facts."""

import asyncio
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from hrss_kit import clock
from hrss_kit.auth import Principal
from hrss_kit.money import money_text, round_fen
from hrss_kit.problems import refuse
from social_insurance.convergence import population, rules, simulation
from social_insurance.convergence.models import ConvergencePlan
from social_insurance.convergence.rules import Weights
from social_insurance.convergence.schemas import (
    Explain,
    Explanation,
    ExplanationLine,
    PlanCreate,
    Progress,
    ProgressYear,
)
from social_insurance.convergence.service import (
    base_of,
    find,
    freeze,
    keep,
    source_of,
    tiers_of,
    weights_on,
)
from social_insurance.convergence.simulation import Cell, Standards, Terms
from social_insurance.figures import figure
from social_insurance.resident_policy.models import DEMO
from social_insurance.resident_policy.service import base_pension_on

LONGEST: Final = 30
BECAUSE: Final = {
    "BASE_PENSION": (
        "方案规定的当年基础养老金（每月）",
        "the base pension that the plan sets for the year, monthly",
    ),
    "ACCOUNT_PENSION": (
        "个人账户（缴费与补贴累计）除以计发月数（每月）",
        "the account, with the subsidies of the years before, over the divisor, monthly",
    ),
    "SUBSIDY": ("所选档次当年的政府补贴（每年）", "the subsidy of the chosen tier in that year"),
}


async def make(session: AsyncSession, caller: Principal, new: PlanCreate) -> ConvergencePlan:
    """A path from the standards of a day to parity, and what it comes to."""
    on = new.as_of or clock.today()
    _refuse_unsound(new, on)
    inputs = await freeze(session, on)
    standards = _standards(inputs)
    weights = await weights_on(session, on)
    terms = Terms(
        first_year=on.year,
        target_year=new.target_year,
        target=new.target,
        subsidy_target=new.subsidy_target,
        is_unifying_tiers=new.is_unifying_tiers,
        growth=Decimal(new.growth),
        pension_age=int(await figure(session, "si.resident_pension_age", on=on)),
        contribution_age=int(await figure(session, "si.resident_contribution_age", on=on)),
        divisor=int(await figure(session, "si.resident_divisor", on=on)),
        mortality=tuple(sorted((one.from_age, Decimal(one.rate)) for one in new.mortality)),
        fixed={(one.city, one.year): one.amount for one in new.steps},
    )
    cells = _cells(new) or population.demo(
        {city: sorted(found.tiers) for city, found in standards.items()}
    )
    result = await asyncio.to_thread(compute, cells, standards, terms, weights)
    is_invented = new.population is None or new.population_source == DEMO
    inputs |= {
        "terms": _written(terms),
        "weights": {name: str(getattr(weights, name)) for name in weights.__slots__},
        "population": {
            "source": DEMO if is_invented else new.population_source,
            "persons": sum(cells.values()),
            "cells": [
                [cell.city, cell.age, cell.sex, money_text(cell.tier), cell.band, count]
                for cell, count in sorted(cells.items())
            ]
            if new.population is not None
            else None,
            "seed": population.SEED if new.population is None else None,
        },
    }
    row = ConvergencePlan(
        as_of=on,
        title=new.title,
        first_year=on.year,
        target_year=new.target_year,
        source=DEMO if is_invented else source_of(inputs),
        result=result,
    )
    return await keep(session, caller, row, inputs)


def _refuse_unsound(new: PlanCreate, on: date) -> None:
    if not on.year < new.target_year <= on.year + LONGEST:
        raise refuse(
            "target_year", "RANGE", "须在起始年之后三十年内", "is within 30 years of the first"
        )


def _standards(inputs: dict[str, Any]) -> dict[str, Standards]:
    return {
        city: Standards(base_of(inputs, city), tiers_of(inputs, city)) for city in inputs["cities"]
    }


def _cells(new: PlanCreate) -> Counter[Cell]:
    cells: Counter[Cell] = Counter()
    for one in new.population or ():
        cells[Cell(one.city, one.age, one.sex, one.tier, one.account_band)] += one.persons
    return cells


def compute(
    cells: Counter[Cell], standards: dict[str, Standards], terms: Terms, weights: Weights
) -> dict[str, Any]:
    """The whole of a plan's result; a function of its arguments, so that it can be timed."""
    steps = simulation.path(standards, terms)
    outcomes = simulation.simulate(cells, steps, terms)
    bases = {(step.city, step.year): step for step in steps}
    total: dict[str, Decimal] = dict.fromkeys(standards, Decimal(0))
    for one in outcomes:
        total[one.city] += one.cost
    return {
        "years": [
            {
                "year": year,
                "base_pensions": {city: money_text(bases[city, year].base) for city in standards},
                "gap": money_text(found.gap),
                "ratio": f"{rules.four(found.ratio):f}",
                "convergence_index": f"{rules.four(found.index):f}",
            }
            for year, found in simulation.index_of(steps, weights).items()
        ],
        "outcomes": [
            {
                "year": one.year,
                "city": one.city,
                "base_pension": money_text(bases[one.city, one.year].base),
                "base_pension_without": money_text(bases[one.city, one.year].base_without),
                "pensioners": _whole(one.pensioners),
                "contributors": _whole(one.contributors),
                "base_cost": money_text(one.base_cost),
                "subsidy_cost": money_text(one.subsidy_cost),
                "cost": money_text(one.cost),
                "winners": _whole(one.winners),
                "losers": _whole(one.losers),
                "unchanged": _whole(one.unchanged),
            }
            for one in outcomes
        ],
        "total_cost": {city: money_text(amount) for city, amount in total.items()},
        "persons": sum(cells.values()),
    }


def _whole(persons: Decimal) -> int:
    return int(persons.quantize(Decimal(1), ROUND_HALF_UP))


def _written(terms: Terms) -> dict[str, Any]:
    plain = {
        name: getattr(terms, name)
        for name in terms.__slots__
        if name not in ("growth", "mortality", "fixed")
    }
    return plain | {
        "growth": str(terms.growth),
        "mortality": [[age, str(rate)] for age, rate in terms.mortality],
        "fixed": [[city, year, money_text(amount)] for (city, year), amount in terms.fixed.items()],
    }


def _read(written: dict[str, Any]) -> Terms:
    return Terms(
        **{
            **written,
            "growth": Decimal(written["growth"]),
            "mortality": tuple((age, Decimal(rate)) for age, rate in written["mortality"]),
            "fixed": {(city, year): Decimal(amount) for city, year, amount in written["fixed"]},
        }
    )


async def explain(session: AsyncSession, plan_id: UUID, wish: Explain) -> Explanation:
    """What a plan means for somebody, line by line."""
    plan = await find(session, ConvergencePlan, plan_id)
    standards, terms = _standards(plan.inputs), _read(plan.inputs["terms"])
    if wish.city not in standards:
        raise refuse("city", "CODE", "不在方案城市内", "is not a city of the plan")
    if wish.tier not in standards[wish.city].tiers:
        raise refuse("tier", "TIER_UNKNOWN", "不是该市的缴费档次", "is no tier of that city")
    person = Cell(wish.city, wish.age, 0, wish.tier, int(wish.account_balance))
    lines = simulation.explain(person, simulation.path(standards, terms), terms)
    return Explanation(
        plan_id=str(plan.id),
        source=plan.source,
        lines=[
            ExplanationLine(
                year=line.year,
                age=line.age,
                item=line.item,
                without=line.without,
                planned=line.planned,
                difference=line.difference,
                because_zh=BECAUSE[line.item][0],
                because_en=BECAUSE[line.item][1],
            )
            for line in lines
        ],
    )


async def progress(session: AsyncSession, plan_id: UUID, as_of: date | None) -> Progress:
    """Plan and fact for the years that have begun: what was planned, what came into force."""
    plan = await find(session, ConvergencePlan, plan_id)
    until = as_of or clock.today()
    steps = simulation.path(_standards(plan.inputs), _read(plan.inputs["terms"]))
    found = []
    for step in steps:
        # The figure of a year is the one in force at its end, or today while it runs.
        on = min(date(step.year, 12, 31), until)
        if step.year > until.year:
            continue
        actual = await base_pension_on(session, step.city, on)
        found.append(
            ProgressYear(
                year=step.year,
                city=step.city,
                planned=step.base,
                actual=actual,
                difference=None if actual is None else money_text(round_fen(actual - step.base)),
                source=plan.source,
            )
        )
    return Progress(plan_id=str(plan.id), as_of=until, source=plan.source, items=found)
