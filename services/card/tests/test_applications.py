"""A first card: applied for once, made and handed over in time; what changed since."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import CODE, NOW, ZHOU, put

APPLICATIONS, CARDS = "/card/v1/applications", "/card/v1/cards"
MADE = {
    "identification_code": CODE,
    "card_no": "E00000019",
    "issued_on": "2026-06-08",
}
RIGHT = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}


@pytest.mark.req("CARD-1c")
async def test_from_the_application_to_the_active_card(card: Suite, clerk: Desk) -> None:
    answer = await clerk.post(APPLICATIONS, {"person": ZHOU, "bank_code": "999"})
    assert answer.status_code == 201, answer.text
    row = answer.json()
    assert (row["state"], row["allowed_actions"]) == ("APPLIED", ["preopen", "cancel"])
    assert {one["code"]: one["due_on"] for one in row["deadlines"]} == {
        "PREOPEN": "2026-06-04",
        "ISSUE": "2026-06-23",
    }
    path = f"{APPLICATIONS}/{row['id']}"
    refused = await clerk.act(f"{path}/preopen", row, {"photo_checked": False, "bank_code": "999"})
    assert_problem(refused, 422, "PHOTO")
    assert_problem(await clerk.act(f"{path}/make", row, MADE), 409, "STATE_CONFLICT")
    opened = {"photo_checked": True, "bank_code": "999", "bank_account": "9999994207000000011"}
    row = (await clerk.act(f"{path}/preopen", row, opened)).json()
    row = (await clerk.act(f"{path}/make", row, MADE)).json()
    assert (row["state"], row["card_state"]) == ("MADE", "MADE")
    wrong = {"proof": {**RIGHT, "name": "周测庚"}}
    assert_problem(await clerk.act(f"{path}/hand-over", row, wrong), 409, "IDENTITY_MISMATCH")
    row = (await clerk.act(f"{path}/hand-over", row, {"proof": RIGHT})).json()
    assert (row["state"], row["card_state"]) == ("DONE", "SEALED")
    assert {one["code"]: one["status"] for one in row["deadlines"]} == {
        "PREOPEN": "MET",
        "ISSUE": "MET",
    }
    made = (await clerk.get(f"{CARDS}/{row['card_id']}")).json()
    assert made["bank_account"][-4:] == "0011"
    active = await clerk.act(f"{CARDS}/{made['id']}/activate", made, {"proof": RIGHT})
    assert active.json()["state"] == "ACTIVE"
    # Who holds a card of the city has it replaced, and does not apply again.
    again = assert_problem(await clerk.post(APPLICATIONS, {"person": ZHOU}), 409, "DUPLICATE")
    assert again["existing_id"] == made["id"]


@pytest.mark.req("CARD-1c")
async def test_of_fifty_applications_at_once_one_is_live(card: Suite) -> None:
    desks = [card.desk(f"cw-card-{city}", "CARD_SERVICE", NOW) for city in ("ez", "wh")]
    answers = await asyncio.gather(
        *(desks[number % 2].post(APPLICATIONS, {"person": ZHOU}) for number in range(50))
    )
    statuses = [one.status_code for one in answers]
    assert statuses.count(201) == 1, statuses
    assert set(statuses) <= {201, 409, 503}
    live = await card.databases["card"].value("SELECT count(*) FROM card_applications")
    assert live == 1


@pytest.mark.req("CARD-1c")
async def test_a_first_card_is_applied_for_or_requested_and_never_both(
    card: Suite, clerk: Desk
) -> None:
    requests = "/card/v1/card-service-requests"
    holder = (await clerk.post("/card/v1/holders", {"person": ZHOU})).json()
    wish = {"kind": "FIRST_ISSUE", "holder_id": holder["id"]}
    window = card.desk("window-ez", purpose="CARD_SERVICE", now=NOW)
    answers = await asyncio.gather(
        *(
            window.post(requests, wish)
            if number % 2
            else clerk.post(APPLICATIONS, {"person": ZHOU})
            for number in range(20)
        )
    )
    statuses = [one.status_code for one in answers]
    assert statuses.count(201) == 1, statuses
    assert set(statuses) <= {201, 409, 503}
    first = next(one for one in answers if one.status_code == 201).json()
    for again in (
        await window.post(requests, wish),
        await clerk.post(APPLICATIONS, {"person": ZHOU}),
    ):
        assert assert_problem(again, 409, "DUPLICATE")["existing_id"] == first["id"]
    path, why = (requests, None) if "kind" in first else (APPLICATIONS, {"reason": "本人撤回"})
    ended = await clerk.act(f"{path}/{first['id']}/cancel", first, why)
    assert ended.status_code == 200, ended.text
    now_free = await clerk.post(APPLICATIONS, {"person": ZHOU})
    assert now_free.status_code == 201, now_free.text
    assert_problem(await window.post(requests, wish), 409, "DUPLICATE")


async def test_a_withdrawn_application_takes_its_card_with_it(card: Suite, clerk: Desk) -> None:
    row = (await clerk.post(APPLICATIONS, {"person": ZHOU})).json()
    path = f"{APPLICATIONS}/{row['id']}"
    opened = {"photo_checked": True, "bank_code": "999"}
    row = (await clerk.act(f"{path}/preopen", row, opened)).json()
    row = (await clerk.act(f"{path}/make", row, MADE)).json()
    other = card.desk("cw-card-wh", "CARD_SERVICE", NOW)
    assert_problem(await other.act(f"{path}/cancel", row, {"reason": "x"}), 404, "NOT_FOUND")
    row = (await clerk.act(f"{path}/cancel", row, {"reason": "本人撤回"})).json()
    assert (row["state"], row["card_state"]) == ("CANCELLED", "CANCELLED")
    assert (await clerk.post(APPLICATIONS, {"person": ZHOU})).status_code == 201


@pytest.mark.req("CARD-1a")
async def test_what_changed_since_can_be_pulled(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    first = (await put(clerk, CODE, record)).json()
    later = card.desk("cw-card-ez", "CARD_SERVICE", "2026-06-05T09:00:00+08:00")
    second = {**record, "holder": {"name": "李测甲", "doc_no": "420799198003120038"}}
    second |= {"card_no": "E00000035", "bank_account": None}
    made = (await put(later, CODE[:-1] + "3", second)).json()
    asked = {"changed_since": "2026-06-03T00:00:00+08:00", "sort": "updated_at"}
    assert [one["id"] for one in (await clerk.get(CARDS, asked)).json()["items"]] == [made["id"]]
    proof = {**RIGHT, "bank_last4": "0011"}
    latest = card.desk("window-ez", "CARD_SERVICE", "2026-06-07T09:00:00+08:00")
    await latest.act(f"{CARDS}/{first['id']}/temp-lose", first, {"proof": proof})
    found = (await clerk.get(CARDS, asked)).json()["items"]
    assert [one["id"] for one in found] == [made["id"], first["id"]]
