"""What nobody knows and what does not match take the same time: their distributions agree."""

import random
import time
from statistics import NormalDist
from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite

from .conftest import CODE, NOW, ZHOU, put

ROUNDS = 120
# Of a hundred thousand runs of equal distributions one is further apart than this.
APART = NormalDist().inv_cdf(1 - 1e-5)
WRONG_NAME = {"name": "周测庚", "doc_no": ZHOU["doc_no"]}
UNKNOWN = {"name": "周测庚", "doc_no": "420799198003120038"}


def rank_sum(one: list[float], other: list[float]) -> float:
    """How far apart two samples are, in standard deviations (Mann and Whitney, 1947)."""
    ranked = sorted([(value, 0) for value in one] + [(value, 1) for value in other])
    ranks = sum(place for place, (_, side) in enumerate(ranked, 1) if side == 0)
    first, second = len(one), len(other)
    mean = first * (first + second + 1) / 2
    return (ranks - mean) / (first * second * (first + second + 1) / 12) ** 0.5


def test_the_measure_sees_a_difference() -> None:
    draw = random.Random(1)
    same = [[draw.gauss(1, 0.1) for _ in range(ROUNDS)] for _ in range(2)]
    slower = [value * 1.1 for value in same[1]]
    assert abs(rank_sum(*same)) < APART
    assert abs(rank_sum(same[0], slower)) > APART


@pytest.mark.req("CARD-1a")
@pytest.mark.parametrize(
    ("path", "purpose"),
    [("verifications", "SI_TRANSFER"), ("payment-account-lookups", "BENEFIT_PAY")],
)
async def test_unknown_and_mismatched_take_the_same_time(
    card: Suite, clerk: Desk, record: dict[str, Any], path: str, purpose: str
) -> None:
    """Processor time of the whole exchange, asked in turn in an order that is drawn."""
    await put(clerk, CODE, record)
    partner = card.desk("partner.wuhan", purpose=purpose, now=NOW)
    draw = random.Random(420742)
    spent: dict[str, list[float]] = {"unknown": [], "mismatched": []}
    headers, bodies = set(), set()
    for number in range(ROUNDS + 5):
        pair = [("unknown", UNKNOWN), ("mismatched", WRONG_NAME)]
        draw.shuffle(pair)
        for name, body in pair:
            begun = time.process_time()
            answer = await partner.post(f"/card/v1/{path}", body)
            seconds = time.process_time() - begun
            headers.add((answer.status_code, tuple(sorted(answer.headers))))
            found = answer.json()
            bodies.add(str({**found, "verification_id": None, "checked_at": None}))
            if number >= 5:  # the first ones warm up
                spent[name].append(seconds)
    assert len(headers) == len(bodies) == 1
    apart = rank_sum(spent["unknown"], spent["mismatched"])
    assert abs(apart) < APART, f"{apart:.1f} standard deviations apart"
