"""`./hrss bench [NAME] [--json]`: each benchmark is a ratio of two things measured in turn."""

import json
import sys
from importlib import import_module
from typing import Any

from hrss_cli.failure import WrongUsage

BENCHES = {
    "card": "hrss_cli.bench.card",
    "employment": "hrss_cli.bench.employment",
    "gateway": "hrss_cli.bench.gateway",
    "push": "hrss_cli.bench.push",
    "insurance": "hrss_cli.bench.insurance",
    "verification": "hrss_cli.bench.verification",
    "worklist": "hrss_cli.bench.worklist",
}


def run(name: str | None, as_json: bool) -> int:
    """Runs one benchmark, or all of them, and prints its figures; 0 also when a bar is missed."""
    if name is not None and name not in BENCHES:
        raise WrongUsage(f"no benchmark {name}: there are {', '.join(BENCHES)}")
    figures: dict[str, Any] = {}
    for one in [name] if name else BENCHES:
        figures[one] = import_module(BENCHES[one]).run()
    if as_json:
        json.dump(figures[name] if name else figures, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    else:
        for one, found in figures.items():
            print(one)
            for key, value in found.items():
                print(f"  {key:<28} {value}")
    return 0
