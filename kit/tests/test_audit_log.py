"""The sealed audit log: what was sealed stays provable, and whatever is done to it is found."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.audit_tree import Tree, leaf_hash
from hrss_kit.audit_verify import Broken, Found, kept_elsewhere, read_file, verify
from hrss_kit.ids import new_id
from hrss_kit.provision import signature_keys
from hrss_kit.signing_keys import published
from hrss_kit.testing import Suite


def whole(leaves: Sequence[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    from hashlib import sha256

    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + whole(leaves[:split]) + whole(leaves[split:])).digest()


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70), st.integers(0, 70))
def test_a_tree_that_grows_has_the_root_of_the_whole(leaves: list[bytes], cut: int) -> None:
    first = Tree()
    for leaf in leaves[:cut]:
        first.append(leaf)
    grown = Tree(first.size, first.peaks)
    for leaf in leaves[cut:]:
        grown.append(leaf)
    assert grown.root() == whole(leaves)


def test_the_hash_of_an_entry_depends_on_every_field() -> None:
    entry: dict[str, Any] = {"id": "a", "fields": ["x"], "reason": None}
    assert leaf_hash(entry) != leaf_hash({**entry, "reason": ""})
    assert leaf_hash(entry) != leaf_hash({**entry, "fields": ["x", "y"]})


class Log:
    """A member whose audit log is being written, sealed and tampered with."""

    def __init__(self, suite: Suite) -> None:
        self.suite, self.database = suite, suite.databases["card"]

    async def write(self, count: int) -> None:
        clerk = self.suite.desk("cw-card-ez", "CARD_SERVICE")
        for _ in range(count):
            answer = await clerk.post(
                "/card/v1/verifications", {"name": "张测甲", "doc_no": "420799198003120038"}
            )
            assert answer.status_code == 200

    async def seal(self) -> int:
        return await self.suite.worker("card").seal_audit()

    async def verify(self, against: Sequence[str] = ()) -> Found:
        keys = published(signature_keys(Path(os.environ["HRSS_TEST_SECRETS"]), "card"))
        return await verify(self.database.superuser_url, "card", keys, against)

    async def tamper(self, *statements: str) -> None:
        connection = await asyncpg.connect(self.database.superuser_url)
        try:
            # Whoever can do this has the whole server.
            await connection.execute("SET session_replication_role = replica")
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def entry_at(self, position: int) -> str:
        found = await self.database.value(
            "SELECT entry_id FROM audit_leaves WHERE position = $1", position
        )
        return str(found)

    async def kept(self) -> list[str]:
        """What the other city has read and kept."""
        partner = self.suite.desk("partner.wuhan")
        answer = await partner.get("/card/v1/audit-checkpoints")
        assert answer.status_code == 200
        return kept_elsewhere([answer.text])


@pytest.fixture
async def log(suite: Suite) -> Log:
    await suite.start("card")
    made = Log(suite)
    await made.write(3)
    assert await made.seal() == 3
    await made.write(4)
    assert await made.seal() == 4
    return made


async def test_what_was_sealed_is_intact_and_what_came_since_is_waiting(log: Log) -> None:
    await log.write(2)
    found = await log.verify(await log.kept())
    assert (found.entries, found.checkpoints, found.waiting) == (7, 2, 2)
    assert await log.seal() == 2
    assert await log.seal() == 0
    assert (await log.verify()).waiting == 0


async def test_each_checkpoint_is_an_event_for_both_cities(log: Log) -> None:
    events = await log.suite.events("card", "audit.checkpoint.sealed.v1")
    assert [one["data"]["tree_size"] for one in events] == [3, 7]
    assert [one["audience"] for one in events] == [["*"], ["*"]]
    assert kept_elsewhere([json.dumps({"data": events[1]["data"]})]) == (await log.kept())[1:]


async def test_an_edited_entry_is_named(log: Log) -> None:
    entry = await log.entry_at(4)
    await log.tamper(f"UPDATE audit_entries SET purpose = 'STAT' WHERE id = '{entry}'")
    with pytest.raises(Broken, match=rf"entry {entry} \(number 4\): changed"):
        await log.verify()


async def test_a_deleted_entry_is_named(log: Log) -> None:
    entry = await log.entry_at(2)
    await log.tamper(f"DELETE FROM audit_entries WHERE id = '{entry}'")
    with pytest.raises(Broken, match=rf"entry {entry} \(number 2\): deleted"):
        await log.verify()


async def test_an_entry_deleted_with_its_place_is_named(log: Log) -> None:
    entry = await log.entry_at(2)
    await log.tamper(
        f"DELETE FROM audit_entries WHERE id = '{entry}'",
        "DELETE FROM audit_leaves WHERE position = 2",
    )
    with pytest.raises(Broken, match=r"entry number 2: its place in the log is gone"):
        await log.verify()


INSERT = """
INSERT INTO audit_entries
SELECT (jsonb_populate_record(entries, jsonb_build_object('id', '{id}'))).*
FROM audit_entries AS entries LIMIT 1
"""


async def test_an_entry_slipped_in_among_old_ones_is_named(log: Log) -> None:
    old = "01800000-0000-7000-8000-000000000000"
    await log.tamper(INSERT.format(id=old))
    assert await log.seal() == 0
    with pytest.raises(Broken, match=rf"entry {old}: slipped in"):
        await log.verify()


async def test_an_entry_slipped_in_with_a_place_is_named(log: Log) -> None:
    fresh = new_id()
    await log.tamper(INSERT.format(id=fresh), f"INSERT INTO audit_leaves VALUES (7, '{fresh}')")
    with pytest.raises(Broken, match=rf"entry {fresh} \(number 7\): beyond the newest"):
        await log.verify()


async def test_entries_that_changed_places_are_named(log: Log) -> None:
    entry = await log.entry_at(5)
    await log.tamper(
        "UPDATE audit_leaves SET position = -1 WHERE position = 4",
        "UPDATE audit_leaves SET position = 4 WHERE position = 5",
        "UPDATE audit_leaves SET position = 5 WHERE position = -1",
    )
    with pytest.raises(Broken, match=rf"entry {entry} \(number 4\): moved"):
        await log.verify()


async def test_entries_that_swapped_what_they_say_are_named(log: Log) -> None:
    one, other = await log.entry_at(0), await log.entry_at(6)
    spare = str(uuid4())
    await log.tamper(
        *(
            f"UPDATE audit_entries SET id = '{new}' WHERE id = '{old}'"
            for old, new in ((one, spare), (other, one), (spare, other))
        )
    )
    with pytest.raises(Broken, match=rf"entry {one} \(number 0\): changed"):
        await log.verify()


CUT = (
    "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_leaves WHERE position >= 3)",
    "DELETE FROM audit_leaves WHERE position >= 3",
    "DELETE FROM audit_checkpoints WHERE tree_size > 3",
)


async def test_a_log_cut_off_is_found_by_what_the_other_city_kept(log: Log) -> None:
    kept = await log.kept()
    await log.tamper(*CUT)
    assert (await log.verify()).entries == 3
    with pytest.raises(Broken, match=r"entry number 3: gone with all after it"):
        await log.verify(kept)


async def test_an_old_checkpoint_does_not_pass_for_the_newest(log: Log) -> None:
    entry = await log.entry_at(3)
    await log.tamper("DELETE FROM audit_checkpoints WHERE tree_size > 3")
    with pytest.raises(Broken, match=rf"entry {entry} \(number 3\): beyond the newest"):
        await log.verify()


async def test_a_log_written_anew_is_not_the_one_the_other_city_knows(log: Log) -> None:
    kept = await log.kept()
    await log.tamper(*CUT)
    await log.write(4)
    assert await log.seal() == 4
    assert (await log.verify()).entries == 7
    with pytest.raises(Broken, match=r"entry number 3 or .* not what a checkpoint kept elsewhere"):
        await log.verify(kept)


async def test_a_checkpoint_that_this_member_did_not_sign_is_found(log: Log) -> None:
    await log.tamper(
        "UPDATE audit_checkpoints SET statement = overlay(statement placing 'AAAA' "
        "from length(statement) - 20) WHERE tree_size = 3"
    )
    with pytest.raises(Broken, match="not signed with a key of this member"):
        await log.verify()


async def test_a_checkpoint_in_the_place_of_another_is_found(log: Log) -> None:
    await log.tamper(
        "UPDATE audit_checkpoints SET statement = "
        "(SELECT statement FROM audit_checkpoints WHERE tree_size = 3) WHERE tree_size = 7"
    )
    with pytest.raises(Broken, match="checkpoint 7: another one"):
        await log.verify()


async def test_the_application_may_add_to_the_log_and_no_more(log: Log) -> None:
    connection = await asyncpg.connect(log.database.app_url)
    try:
        for statement in (
            "UPDATE audit_entries SET purpose = 'STAT'",
            "DELETE FROM audit_entries",
            "DELETE FROM audit_leaves",
            "UPDATE audit_checkpoints SET tree_size = 0",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    finally:
        await connection.close()


def test_a_file_that_holds_something_else_is_said_so(tmp_path: Path) -> None:
    file = tmp_path / "kept"
    file.write_text('{"tree_size": 3}\n', "utf-8")
    with pytest.raises(Broken, match="no checkpoint"):
        read_file(file)
