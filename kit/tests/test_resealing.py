"""After a rotation every value is sealed again, and opens without the old key."""

import hmac
import os
from typing import Any

import pytest

from hrss_kit import sealing, tables
from hrss_kit.resealing import reseal
from hrss_kit.sealing import KeyRing

PATH = "/notes/v1/notes"


async def test_after_a_rotation_the_old_key_can_leave_the_ring(notes: Any, body: Any) -> None:
    desk = notes.desk("cw-card-ez", "CARD_SERVICE")
    old, new, blind, cursor = (os.urandom(32) for _ in range(4))
    before = sealing.ring()
    try:
        sealing.use(KeyRing({1: old}, 1, blind, cursor))
        made = [(await desk.post(PATH, {**body, "title": f"t{n}"})).json() for n in range(3)]
        sealing.use(KeyRing({1: old, 2: new}, 2, blind, cursor))
        database = notes.apps["notes"].state.database
        metadata = [notes.apps["notes"].state.service.metadata, tables.METADATA]
        changed = await reseal(database, metadata)
        assert (changed["notes"], changed["idempotency_keys"]) == (3, 3)
        assert set((await reseal(database, metadata)).values()) == {0}
        sealing.use(KeyRing({2: new}, 2, blind, cursor))
        answer = await desk.get(f"{PATH}/{made[0]['id']}")
        assert answer.json()["person"]["name"] == "李**"
        assert answer.json()["version"] == 1
        assert answer.json()["updated_at"] == made[0]["updated_at"]
    finally:
        sealing.use(before)


@pytest.mark.parametrize("length", [16, 32, 64, 65, 200])
def test_the_blind_index_is_an_hmac(length: int) -> None:
    """Whatever the key's length: rows that were written before are still found."""
    key, cursor = os.urandom(length), os.urandom(32)
    ring = KeyRing({1: os.urandom(32)}, 1, key, cursor)
    for number in ("420799198003120038", "护照E12345678", ""):
        expected = hmac.digest(key, b"person.doc_no\0" + number.encode(), "sha256")
        assert ring.blind(number) == expected
