"""What two sides differ in. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from hrss_kit.holdings import Bucket, HeldRow

LOST, DUPLICATED, CORRUPTED, SURPLUS = "LOST", "DUPLICATED", "CORRUPTED", "SURPLUS"


def differing(origin: Mapping[str, Bucket], copy: Mapping[str, Bucket]) -> list[int]:
    """The buckets whose rows are to be looked at."""
    names = origin.keys() | copy.keys()
    return sorted(int(name) for name in names if origin.get(name) != copy.get(name))


def differences(origin: Iterable[HeldRow], copy: Iterable[HeldRow]) -> dict[str, str]:
    """The kind of each key that is not the same on both sides.

    LOST is missing in the copy, SURPLUS is there alone, DUPLICATED is there more often than in the
    origin, CORRUPTED says something else.
    """
    theirs, ours = _by_key(origin), _by_key(copy)
    found: dict[str, str] = {}
    for key in sorted(theirs.keys() | ours.keys()):
        one, other = theirs.get(key, []), ours.get(key, [])
        if not other:
            found[key] = LOST
        elif not one:
            found[key] = SURPLUS
        elif len(other) > len(one):
            found[key] = DUPLICATED
        elif len(other) < len(one):
            found[key] = LOST
        elif one != other:
            found[key] = CORRUPTED
    return found


def _by_key(rows: Iterable[HeldRow]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        found[row.key].append(row.digest)
    return {key: sorted(digests) for key, digests in found.items()}
