"""The life of a joint operation, and the draw that anybody can run again. Pure: no database.

The draw HRSS-DRAW-1 (双随机, seed 8.3 “随机选派执法检查人员，随机抽取检查对象”):

1. The candidates are frozen and written as JSON with sorted keys and no spaces; `list_sha256` is
   the SHA-256 of that text. The seed is made then, and only its SHA-256 is told.
2. The other city adds a nonce of its own. So neither city can know or steer the outcome.
3. key = SHA-256 of "seed:nonce:list_sha256". A number below n for a label is HMAC-SHA256(key,
   "label/counter") as a big-endian integer, taken modulo n; values of the last incomplete run of
   n are passed over by counting `counter` up from 0.
4. `draw_employers` employers are picked without replacement: the i-th number below the sum of
   the remaining weights, label "employers/i", points into the list in its frozen order. For each
   of them inspectors of its city ("inspectors/USCC/i"), then joining ones of other cities
   ("joining/USCC/i"), all of weight 1 and none who has an interest in that employer.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hrss_kit.states import Machine, transition

PLANNED, PROPOSED, AGREED, DECLINED = "PLANNED", "PROPOSED", "AGREED", "DECLINED"
FROZEN, DRAWN, COMPLETED, CANCELLED = "FROZEN", "DRAWN", "COMPLETED", "CANCELLED"
VIOLATION: Final = "VIOLATION"

MACHINE: Final = Machine(
    transition("propose", PLANNED, PROPOSED),
    transition("agree", PROPOSED, AGREED),
    transition("decline", PROPOSED, DECLINED),
    transition("nominate", AGREED, None),
    transition("freeze", AGREED, FROZEN),
    transition("contribute-seed", FROZEN, None),
    transition("draw", FROZEN, DRAWN),
    transition("file-cases", DRAWN, None),
    transition("record-result", DRAWN, None),
    transition("complete", DRAWN, COMPLETED),
    # Not once the outcome is known: who dislikes it may not draw again.
    transition("cancel", (PLANNED, PROPOSED, AGREED, FROZEN), CANCELLED),
)

ALGORITHM: Final = "HRSS-DRAW-1"
_BITS: Final = 256


def canonical(frozen: Mapping[str, Any]) -> str:
    """The frozen candidates as the text whose hash is told."""
    return json.dumps(frozen, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def list_sha256(frozen: Mapping[str, Any]) -> str:
    """The hash of the frozen candidates."""
    return hashlib.sha256(canonical(frozen).encode()).hexdigest()


def commitment(seed: str) -> str:
    """What is told of a seed before it is revealed."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def weight(grade: str | None, weights: Mapping[str, Any]) -> int:
    """How often chance looks at an employer of this joint grade (`li.draw_weights`)."""
    return int(weights[grade or "none"])


def draw(seed: str, nonce: str, frozen: Mapping[str, Any]) -> dict[str, Any]:
    """Which employers are inspected, by whom, and who of the other city joins."""
    text = f"{seed}:{nonce}:{list_sha256(frozen)}"
    key = hashlib.sha256(text.encode()).digest()
    employers, inspectors = frozen["employers"], frozen["inspectors"]
    drawn = _pick(
        key,
        "employers",
        employers,
        [one["weight"] for one in employers],
        frozen["draw_employers"],
    )
    teams = []
    for one in drawn:
        free = [who for who in inspectors if who["staff_no"] not in one["excluded"]]
        own = [who["staff_no"] for who in free if who["city"] == one["city"]]
        others = [who["staff_no"] for who in free if who["city"] != one["city"]]
        uscc = one["uscc"]
        teams.append(
            {
                "uscc": uscc,
                "city": one["city"],
                "inspectors": _pick(
                    key,
                    f"inspectors/{uscc}",
                    own,
                    [1] * len(own),
                    frozen["inspectors_per_employer"],
                ),
                "joining": _pick(
                    key,
                    f"joining/{uscc}",
                    others,
                    [1] * len(others),
                    frozen["joining_per_employer"],
                ),
            }
        )
    return {"employers": teams}


def _pick(
    key: bytes, label: str, items: Sequence[Any], weights: Sequence[int], count: int
) -> list[Any]:
    left = list(zip(items, weights, strict=True))
    picked = []
    for turn in range(min(count, len(left))):
        at = _number(key, f"{label}/{turn}", sum(each for _, each in left))
        for place, (_item, each) in enumerate(left):
            if at < each:
                picked.append(left.pop(place)[0])
                break
            at -= each
    return picked


def _number(key: bytes, label: str, below: int) -> int:
    whole = 2**_BITS - 2**_BITS % below
    counter = 0
    while True:
        made = hmac.digest(key, f"{label}/{counter}".encode(), "sha256")
        number = int.from_bytes(made, "big")
        if number < whole:
            return number % below
        counter += 1
