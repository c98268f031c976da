"""Runs a draw of a joint operation again, offline, with the standard library only.

    curl -H "Authorization: Bearer …" …/labor-inspection/v1/joint-operations/ID/draw > draw.json
    python verify_draw.py draw.json

Prints OK and exits 0 when the candidates are the frozen ones, the seed is the one that was
committed to, and the result is what seed, nonce and candidates make. Otherwise exits 1.
"""

import hashlib
import hmac
import json
import sys
from typing import Any


def number(key: bytes, label: str, below: int) -> int:
    """A number below `below`, without bias: the last incomplete run of 2^256 is passed over."""
    counter, whole = 0, 2**256 - 2**256 % below
    while True:
        made = hmac.digest(key, f"{label}/{counter}".encode(), "sha256")
        if (found := int.from_bytes(made, "big")) < whole:
            return found % below
        counter += 1


def pick(key: bytes, label: str, weighted: list[tuple[Any, int]], count: int) -> list[Any]:
    """Picks without replacement, each as likely as its weight."""
    left, picked = list(weighted), []
    for turn in range(min(count, len(left))):
        at = number(key, f"{label}/{turn}", sum(weight for _, weight in left))
        for place, (_, weight) in enumerate(left):
            if at < weight:
                picked.append(left.pop(place)[0])
                break
            at -= weight
    return picked


def again(draw: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The hash of the candidates and the result, computed from what was published."""
    frozen = draw["frozen"]
    text = json.dumps(frozen, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    listed = hashlib.sha256(text.encode()).hexdigest()
    key = hashlib.sha256(f"{draw['seed']}:{draw['nonce']}:{listed}".encode()).digest()
    teams = []
    employers = [(one, one["weight"]) for one in frozen["employers"]]
    for one in pick(key, "employers", employers, frozen["draw_employers"]):
        free = [who for who in frozen["inspectors"] if who["staff_no"] not in one["excluded"]]
        own = [(who["staff_no"], 1) for who in free if who["city"] == one["city"]]
        other = [(who["staff_no"], 1) for who in free if who["city"] != one["city"]]
        uscc, team = one["uscc"], {"uscc": one["uscc"], "city": one["city"]}
        per = frozen["inspectors_per_employer"]
        team["inspectors"] = pick(key, f"inspectors/{uscc}", own, per)
        team["joining"] = pick(key, f"joining/{uscc}", other, frozen["joining_per_employer"])
        teams.append(team)
    return listed, {"employers": teams}


def main(path: str) -> int:
    """Tells what holds and what does not."""
    with open(path, encoding="utf-8") as file:
        draw = json.load(file)
    if draw["seed"] is None:
        print("not drawn yet: the seed is still secret")
        return 1
    listed, result = again(draw)
    committed = hashlib.sha256(bytes.fromhex(draw["seed"])).hexdigest()
    findings = {
        "candidates are the frozen ones": listed == draw["list_sha256"],
        "seed is the committed one": committed == draw["seed_commitment"],
        "result follows from seed, nonce and candidates": result == draw["result"],
    }
    for what, holds in findings.items():
        print(("OK   " if holds else "FAIL ") + what)
    return 0 if all(findings.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
