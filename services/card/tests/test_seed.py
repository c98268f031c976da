"""Synthetic holders and cards, and loading them."""

import re
import time
from typing import Any

from card import synthetic
from card.cards.rules import STATES
from card.main import SERVICE
from hrss_kit import identifiers
from hrss_kit.testing import Suite


def test_the_generator_is_the_same_every_time() -> None:
    assert list(synthetic.holders()) == list(synthetic.holders())
    assert len(list(synthetic.holders())) == 500 + len(synthetic.CAST)


def test_nobody_generated_can_be_anybody() -> None:
    people = list(synthetic.holders())
    for one in people:
        checked = identifiers.check_resident_id(one.doc_no, today=synthetic.TODAY)
        assert checked.value == one.doc_no, one.doc_no
        assert one.doc_no[:6] in ("420199", "420799")
        assert re.search("[测试]", one.name)
        assert re.fullmatch(r"144\d{8}", one.mobile)
        assert identifiers.check_bank_card(one.card.bank_account).value
        assert one.card.bank_account.startswith("999999")
        assert one.card.identification_code[:6] == synthetic.PREFIX[one.city]
        assert one.card.valid_to > one.card.issued_on
    assert len({one.doc_no for one in people}) == len(people)
    assert len({one.card.identification_code for one in people}) == len(people)
    assert {one.card.social_state for one in people} == set(STATES)


async def test_seeding_is_quick_and_changes_nothing_the_second_time(card: Suite) -> None:
    database = card.databases["card"]
    started = time.monotonic()
    for _ in range(2):
        async with card.apps["card"].state.database.transaction() as session:
            assert SERVICE.seed is not None
            await SERVICE.seed(session)
        rows = await database.fetch("SELECT owner_city, count(*) FROM cards GROUP BY 1 ORDER BY 1")
        assert [tuple(row) for row in rows] == [("420100", 303), ("420700", 206)]
    assert time.monotonic() - started < 10


async def test_everybody_seeded_can_be_verified(card: Suite, seeded: Any) -> None:
    window = card.desk("window-wh", purpose="CARD_SERVICE")
    for one in synthetic.CAST:
        answer = await window.post(
            "/card/v1/verifications", {"name": one.name, "doc_no": one.doc_no}
        )
        assert (answer.json()["match"], answer.json()["card_state"]) == (True, "ACTIVE")
