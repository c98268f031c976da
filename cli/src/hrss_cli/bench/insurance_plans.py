"""A plan to parity for a million persons: seconds and memory, against one person after another.

Both sides take the same invented people through the same path. The plan counts them into cells
first; the other side walks over them one by one, as one would without cells.
"""

import json
import os
import subprocess
import sys
from typing import Any

from hrss_cli.bench.programs import pin
from hrss_cli.failure import CommandFailed

PERSONS = int(os.environ.get("HRSS_BENCH_PERSONS", "1000000"))
LONGEST_SECONDS = 600
#: What a process of its own is told, so that its memory is its own.
PROGRAM = """
import json, resource, sys, time
from decimal import Decimal
from social_insurance.convergence import plans, population, simulation
from social_insurance.convergence.rules import Weights
from social_insurance.seed_standards import BASES, TIERS

count = int(sys.argv[1])
tables = {
    city: {Decimal(t): Decimal(s) for t, _, s in (p.partition(":") for p in pairs.split())}
    for city, pairs in TIERS.items()
}
standards = {
    city: simulation.Standards(Decimal(BASES[city][-1][1]), table) for city, table in tables.items()
}
terms = simulation.Terms(
    first_year=2026, target_year=2036, target="HIGHER", subsidy_target="HIGHER",
    is_unifying_tiers=True, growth=Decimal("0.02"), pension_age=60, contribution_age=16,
    divisor=139, mortality=((60, Decimal("0.01")), (80, Decimal("0.06"))),
)
weights = Weights(Decimal("0.5"), Decimal("0.3"), Decimal("0.2"))
choices = {city: sorted(table) for city, table in tables.items()}
began = time.perf_counter()
cells = simulation.group(population.people(count, choices))
grouped = time.perf_counter()
result = plans.compute(cells, standards, terms, weights)
done = time.perf_counter()
steps = {(step.city, step.year): step for step in simulation.path(standards, terms)}
few, cost = min(count, 20_000), Decimal(0)
alone = time.perf_counter()
for city, age, _, tier, _ in population.people(few, choices):
    for year in terms.years:
        step, then = steps[city, year], age + year - terms.first_year
        if then >= terms.pension_age:
            cost += (step.base - step.base_without) * 12
        elif then >= terms.contribution_age:
            cost += step.tiers.get(tier, Decimal(0)) - step.tiers_without.get(tier, Decimal(0))
alone = (time.perf_counter() - alone) * count / few
print(json.dumps({
    "persons": result["persons"], "cells": len(cells), "years": len(terms.years),
    "group_seconds": round(grouped - began, 2), "plan_seconds": round(done - grouped, 2),
    "one_by_one_seconds": round(alone, 1),
    "plan_to_one_by_one": round(alone / (done - began), 1),
    "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
}))
"""


def measure() -> dict[str, Any]:
    """Seconds to count a million invented people into cells and plan for them, and the memory."""
    words = [*pin(1), sys.executable, "-c", PROGRAM, str(PERSONS)]
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=LONGEST_SECONDS, check=False
    )
    if done.returncode:
        raise CommandFailed(f"the plan ended with {done.returncode}: {done.stderr[-300:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found
