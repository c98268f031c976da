"""The tree over the audit log: RFC 6962 §2.1 hashes, grown leaf by leaf. Pure functions."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

LEAF, NODE = b"\x00", b"\x01"
EMPTY = sha256(b"").digest()


def leaf_hash(entry: Mapping[str, Any]) -> bytes:
    """The hash of one audit entry, whatever driver read it: canonical JSON, instants in UTC."""
    text = json.dumps(
        {name: _plain(value) for name, value in entry.items()},
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return sha256(LEAF + text.encode()).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | int) else str(value)


class Tree:
    """What is needed of a tree to go on growing it: the roots of its full subtrees, large first."""

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        self.size, self.peaks = size, list(peaks)

    def append(self, leaf: bytes) -> None:
        """Adds a leaf; two subtrees of one size become one."""
        self.peaks.append(leaf)
        self.size += 1
        joined = self.size
        while joined % 2 == 0:
            right, left = self.peaks.pop(), self.peaks.pop()
            self.peaks.append(sha256(NODE + left + right).digest())
            joined //= 2

    def root(self) -> bytes:
        """The Merkle tree hash of everything appended."""
        if not self.peaks:
            return EMPTY
        root = self.peaks[-1]
        for left in reversed(self.peaks[:-1]):
            root = sha256(NODE + left + root).digest()
        return root
