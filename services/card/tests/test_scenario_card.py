"""Scenario 7.5, steps 1 to 4: the look-ups."""

from typing import Any

import pytest

from card.synthetic import CAST
from hrss_kit.testing import Suite, assert_problem

from .conftest import CODE

PATH = "/card/v1/verifications"
# More than a hundred persons at once are read for a case (domain §4.3).
TICKET = {"X-Case-No": "CA-EZ-20260601-000001"}


@pytest.mark.req("CARD-1a")
async def test_a_wuhan_counter_reads_an_ezhou_card(card: Suite, seeded: Any) -> None:
    window = card.desk("window-wh", purpose="CARD_SERVICE", now="2026-06-01T09:00:00+08:00")

    # 1: 周测己 holds an EZ G3 card.
    clerk = card.desk("cw-card-ez", purpose="CARD_SERVICE")
    cards = (await clerk.get("/card/v1/cards", {"limit": 200, "sort": "biz_no"}, TICKET)).json()[
        "items"
    ]
    (zhou,) = [
        one for one in cards if one["card_no"] == "E*****019" and one["bank_account"][-4:] == "0011"
    ]
    assert (zhou["generation"], zhou["state"]) == ("G3", "ACTIVE")
    assert (zhou["issued_on"], zhou["valid_to"]) == ("2021-12-03", "2031-12-02")

    # 2: read contactless, with the name: the card is known and active.
    line = f"420799|||{CODE}|||3.00|20211203|20311202|"
    read = (await window.post(PATH, {"reader_line": line, "name": "周测己"})).json()
    assert (read["match"], read["card_state"]) == (True, "ACTIVE")

    # 3: one factor is refused; a wrong name looks like an unknown number.
    number = CAST[0].doc_no
    assert_problem(await window.post(PATH, {"doc_no": number}), 422, "SECOND_FACTOR")
    wrong = (await window.post(PATH, {"doc_no": number, "name": "周测庚"})).json()
    unknown = (await window.post(PATH, {"doc_no": "420799198003110040", "name": "周测庚"})).json()
    assert {**wrong, "verification_id": ""} == {**unknown, "verification_id": ""}
    assert wrong["match"] is False

    # 4: right: an id that is good for thirty minutes.
    right = (await window.post(PATH, {"doc_no": number, "name": "周测己"})).json()
    path = f"{PATH}/{right['verification_id']}"
    for now, status in (("09:30:00", 200), ("09:31:00", 409)):
        inspection = card.desk("svc.labor-inspection", now=f"2026-06-01T{now}+08:00")
        assert (await inspection.get(path)).status_code == status
