"""Checks the sealed audit log: every entry against the signed leaves, from the first to the last.

Names the first entry that was changed, moved, deleted or slipped in, and a log that was cut off
or set back when a checkpoint kept elsewhere is newer.
"""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hrss_kit.audit_seal import CHECKPOINT, COLUMNS, window_floor
from hrss_kit.audit_tree import Tree, leaf_hash

STRETCH = 2_000
ENTRIES = f"""
SELECT leaves.position, leaves.entry_id, {", ".join(f"entries.{name}" for name in COLUMNS)}
FROM audit_leaves AS leaves LEFT JOIN audit_entries AS entries ON entries.id = leaves.entry_id
WHERE leaves.position >= $1 AND leaves.position < $2 ORDER BY leaves.position
"""
UNSEALED = """
SELECT entries.id FROM audit_entries AS entries
WHERE NOT EXISTS (SELECT FROM audit_leaves WHERE audit_leaves.entry_id = entries.id)
ORDER BY entries.id
"""


class Broken(Exception):
    """The log is not what was sealed; the message names the first bad entry."""


@dataclass
class Found:
    """What was checked of one member."""

    member: str
    entries: int = 0
    checkpoints: int = 0
    waiting: int = 0
    last_sealed_at: str | None = None
    roots: dict[int, str] = field(default_factory=dict)


def read_statement(statement: str, keys: KeySet) -> dict[str, Any]:
    """The payload of a signed checkpoint; raises `Broken` when nobody we know has signed it."""
    try:
        read = jws.deserialize_compact(statement, keys, algorithms=["ES256"])
        if read.protected.get("typ") != CHECKPOINT:
            raise Broken("a signed text that is no checkpoint stands in for one")
        said: dict[str, Any] = json.loads(read.payload)
    except (JoseError, ValueError) as error:
        raise Broken("a checkpoint is not signed with a key of this member") from error
    return said


def kept_elsewhere(lines: Iterable[str]) -> list[str]:
    """The statements in a file of checkpoints: JWS a line, or JSON with `statement` (or events)."""
    found: list[str] = []
    for line in filter(None, map(str.strip, lines)):
        if not line.startswith(("{", "[")):
            found.append(line)
            continue
        said = json.loads(line)
        for one in said if isinstance(said, list) else said.get("items", [said]):
            found.append(one.get("statement") or one["data"]["statement"])
    return found


async def verify(
    dsn: str, member: str, public_keys: Mapping[str, Any], against: Iterable[str] = ()
) -> Found:
    """Checks one member's log; raises `Broken` at the first thing that is wrong."""
    keys = KeySet.import_key_set(public_keys)  # type: ignore[arg-type]
    connection = await asyncpg.connect(dsn, timeout=10)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            found = await _verify_sealed(connection, member, keys)
            await _verify_rest(connection, found)
    finally:
        await connection.close()
    _compare(found, keys, against)
    return found


async def _verify_sealed(connection: "asyncpg.Connection", member: str, keys: KeySet) -> Found:
    found, tree = Found(member), Tree()
    async for row in connection.cursor("SELECT * FROM audit_checkpoints ORDER BY tree_size"):
        said = read_statement(row["statement"], keys)
        if said["member"] != member or said["tree_size"] != row["tree_size"]:
            raise Broken(f"checkpoint {row['tree_size']}: another one stands in its place")
        if said["previous_size"] != tree.size:
            raise Broken(f"a checkpoint between {tree.size} and {said['tree_size']} is missing")
        await _verify_leaves(connection, said, tree)
        root = tree.root().hex()
        if root != said["root_hash"] or tree.size != said["tree_size"]:
            raise Broken(f"checkpoint {row['tree_size']}: its root is not that of its leaves")
        found.roots[tree.size] = root
        found.checkpoints += 1
        found.last_sealed_at = said["sealed_at"]
    found.entries = tree.size
    return found


async def _verify_leaves(
    connection: "asyncpg.Connection", said: Mapping[str, Any], tree: Tree
) -> None:
    signed: list[str] = said["leaf_hashes"]
    rows = {
        row["position"]: row
        for row in await connection.fetch(ENTRIES, tree.size, said["tree_size"])
    }
    actual = {position: _leaf(row) for position, row in rows.items()}
    for position, wanted in enumerate(signed, start=tree.size):
        row = rows.get(position)
        if row is None:
            raise Broken(f"entry number {position}: its place in the log is gone")
        if row["id"] is None:
            raise Broken(f"entry {row['entry_id']} (number {position}): deleted")
        if actual[position] != wanted:
            moved = wanted in actual.values() or actual[position] in signed
            what = "moved: another entry was sealed here" if moved else "changed after sealing"
            raise Broken(f"entry {row['entry_id']} (number {position}): {what}")
        tree.append(bytes.fromhex(wanted))


def _leaf(row: Mapping[str, Any]) -> str:
    return leaf_hash({name: row[name] for name in COLUMNS}).hex() if row["id"] else ""


async def _verify_rest(connection: "asyncpg.Connection", found: Found) -> None:
    beyond = await connection.fetchrow(
        "SELECT position, entry_id FROM audit_leaves WHERE position >= $1 ORDER BY 1 LIMIT 1",
        found.entries,
    )
    if beyond is not None:
        raise Broken(
            f"entry {beyond['entry_id']} (number {beyond['position']}): beyond the newest "
            "checkpoint: a newer one was taken away, or the entry was slipped in"
        )
    newest = await connection.fetchval(
        "SELECT newest_id FROM audit_checkpoints ORDER BY tree_size DESC LIMIT 1"
    )
    floor = window_floor(newest)
    async for entry_id in _ids(connection):
        if newest is not None and entry_id < floor:
            raise Broken(f"entry {entry_id}: slipped in behind what was sealed")
        found.waiting += 1


async def _ids(connection: "asyncpg.Connection") -> AsyncIterator[UUID]:
    async for row in connection.cursor(UNSEALED, prefetch=STRETCH):
        # The driver's own UUID class does not order with others.
        yield UUID(int=row["id"].int)


def _compare(found: Found, keys: KeySet, against: Iterable[str]) -> None:
    """What was kept elsewhere must be part of the log we have."""
    for statement in against:
        said = read_unverified(statement)
        if said.get("member") != found.member:
            continue
        said = read_statement(statement, keys)
        size = said["tree_size"]
        if size > found.entries:
            raise Broken(
                f"entry number {found.entries}: gone with all after it; a checkpoint of "
                f"{said['sealed_at']} kept elsewhere counts {size} entries, the log {found.entries}"
            )
        if found.roots.get(size) != said["root_hash"]:
            raise Broken(
                f"entry number {said['previous_size']} or one before it, or after it up to number "
                f"{size - 1}: not what a checkpoint kept elsewhere says"
            )


def read_unverified(statement: str) -> dict[str, Any]:
    """The payload of a statement before its signature is checked: whose it is."""
    try:
        said: dict[str, Any] = json.loads(jws.extract_compact(statement.encode()).payload)
    except (JoseError, ValueError) as error:
        raise Broken("what was kept elsewhere holds a line that is no checkpoint") from error
    return said


def read_file(path: Path) -> list[str]:
    """The statements kept in a file."""
    try:
        return kept_elsewhere(path.read_text("utf-8").splitlines())
    except (ValueError, KeyError, TypeError) as error:
        raise Broken(f"{path.name}: holds a line that is no checkpoint") from error
