"""/card/v1/card-service-requests: taken in by one city, executed by the other."""

from typing import Any

import pytest

from card.requests import rules
from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import CODE, NOW, ZHOU, put

PATH = "/card/v1/card-service-requests"
CARDS = "/card/v1/cards"
ID = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}
NEW_CODE = f"420799{27:026X}"
NEW_CARD = {
    "identification_code": NEW_CODE,
    "card_no": "E00000027",
    "spec_version": "3.00",
    "issued_on": "2026-06-24",
    "bank_account": "9999994207000000029",
}


async def ask(desk: Desk, kind: str, **more: Any) -> Any:
    answer = await desk.post(PATH, {"kind": kind, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def step(desk: Desk, row: dict[str, Any], action: str, body: Any = None) -> Any:
    answer = await desk.act(f"{PATH}/{row['id']}/{action}", row, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def held(clerk: Desk, record: dict[str, Any]) -> dict[str, Any]:
    """周测己's Ezhou card, ACTIVE."""
    made: dict[str, Any] = (await put(clerk, CODE, record)).json()
    return made


@pytest.mark.req("CARD-1b")
async def test_a_lost_card_is_replaced_across_the_cities(
    card: Suite, clerk: Desk, window: Desk, held: dict[str, Any]
) -> None:
    lost = await ask(window, "FORMAL_LOSS", card_id=held["id"], proof=ID)
    assert (lost["state"], lost["card_state"]) == ("DONE", "LOST")
    row = await ask(window, "REPLACE_LOST", card_id=held["id"])
    assert (row["state"], row["serving_city"], row["issuing_city"]) == (
        "CREATED",
        "420100",
        "420700",
    )
    assert row["allowed_actions"] == ["check-id", "cancel"]
    row = await step(window, row, "check-id", {"proof": ID})
    row = await step(window, row, "send")
    (clock,) = row["deadlines"]
    assert (clock["code"], clock["length"], clock["unit"]) == ("MAKE", 15, "WD")
    queue = (await clerk.get(PATH, {"issuing_city": "420700", "state": "SENT_TO_ISSUER"})).json()
    assert [one["id"] for one in queue["items"]] == [row["id"]]
    assert queue["items"][0]["allowed_actions"] == ["execute", "refuse"]
    answer = await clerk.act(f"{PATH}/{row['id']}/execute", row, {})
    assert_problem(answer, 422, "NEW_CARD")
    row = await step(clerk, row, "execute", {"new_card": NEW_CARD})
    new = (await clerk.get(f"{CARDS}/{row['new_card_id']}")).json()
    assert (row["state"], new["state"], new["valid_to"]) == ("EXECUTED", "SEALED", "2036-06-23")
    assert row["deadlines"][0]["status"] == "MET"
    row = await step(clerk, row, "deliver")
    row = await step(window, row, "hand-over", {"proof": ID})
    assert (row["state"], row["card_state"]) == ("DONE", "CANCELLED")
    assert (await clerk.get(f"{CARDS}/{row['new_card_id']}")).json()["state"] == "ACTIVE"
    history = (await clerk.get(f"{CARDS}/{new['id']}/timeline")).json()["items"]
    assert [one["to_state"] for one in history] == ["PREOPENED", "MADE", "SEALED", "ACTIVE"]


async def test_what_any_counter_may_do_is_done_at_once(
    card: Suite, window: Desk, held: dict[str, Any]
) -> None:
    wish = {"kind": "TEMP_LOSS", "card_id": held["id"], "proof": ID}
    assert_problem(await window.post(PATH, wish), 422, "IDENTITY_FACTS")
    wrong = {**wish, "proof": {**ID, "card_no": "E00000099"}}
    assert_problem(await window.post(PATH, wrong), 409, "IDENTITY_MISMATCH")
    proof = {**ID, "bank_last4": "0011"}
    row = await ask(window, "TEMP_LOSS", card_id=held["id"], proof=proof)
    assert (row["state"], row["card_state"]) == ("DONE", "TEMP_LOST")
    row = await ask(window, "UNDO_TEMP_LOSS", card_id=held["id"])
    row = await step(window, row, "check-id", {"proof": ID})
    assert (row["state"], row["card_state"]) == ("DONE", "ACTIVE")
    await ask(window, "FORMAL_LOSS", card_id=held["id"], proof=ID)
    undo = {"kind": "UNDO_TEMP_LOSS", "card_id": held["id"], "proof": ID}
    assert_problem(await window.post(PATH, undo), 409, "STATE_CONFLICT")


async def test_one_open_request_of_a_kind(window: Desk, held: dict[str, Any]) -> None:
    damage = {"damage_proof": "芯片无法读取", "card_id": held["id"]}
    first = await ask(window, "REPLACE_DAMAGED", **damage)
    again = await window.post(PATH, {"kind": "REPLACE_DAMAGED", **damage})
    assert assert_problem(again, 409, "DUPLICATE")["existing_id"] == first["id"]
    row = await step(window, first, "cancel")
    assert (row["state"], row["allowed_actions"]) == ("CANCELLED", [])
    assert (await ask(window, "REPLACE_DAMAGED", **damage))["state"] == "CREATED"


async def test_a_replacement_needs_its_reason(window: Desk, held: dict[str, Any]) -> None:
    at = {"card_id": held["id"]}
    assert_problem(await window.post(PATH, {"kind": "REPLACE_LOST", **at}), 409, "STATE_CONFLICT")
    answer = await window.post(PATH, {"kind": "REPLACE_DAMAGED", "delivery": "POST", **at})
    problem = assert_problem(answer, 422, "VALIDATION")
    assert {error["code"] for error in problem["errors"]} == {"DAMAGE_PROOF", "DELIVERY_ADDRESS"}
    assert_problem(await window.post(PATH, {"kind": "RENEW", **at}), 409, "RENEW_WINDOW")
    assert_problem(await window.post(PATH, {"kind": "RENEW"}), 422, "REQUIRED")


async def test_whoever_takes_part_in_the_serving_city_is_offered_its_card(
    window: Desk, held: dict[str, Any]
) -> None:
    damage = {"damage_proof": "断裂", "card_id": held["id"]}
    row = await ask(window, "REPLACE_DAMAGED", takes_part_here=True, **damage)
    assert row["offer"] == "FIRST_ISSUE"
    first = await ask(window, "FIRST_ISSUE", card_id=held["id"], proof=ID)
    assert (first["issuing_city"], first["state"]) == ("420100", "SENT_TO_ISSUER")


async def test_each_city_does_its_own_steps(
    card: Suite, clerk: Desk, window: Desk, held: dict[str, Any]
) -> None:
    await ask(window, "FORMAL_LOSS", card_id=held["id"], proof=ID)
    row = await ask(window, "REPLACE_LOST", card_id=held["id"], proof=ID)
    assert row["state"] == "SENT_TO_ISSUER"
    wuhan = card.desk("cw-card-wh", purpose="CARD_SERVICE", now=NOW)
    made = {"new_card": NEW_CARD}
    assert_problem(await wuhan.act(f"{PATH}/{row['id']}/execute", row, made), 403, "NOT_YOUR_CITY")
    assert_problem(await clerk.act(f"{PATH}/{row['id']}/cancel", row), 403, "NOT_YOUR_CITY")
    wrong = {"new_card": {**NEW_CARD, "social_state": "ACTIVE"}}
    assert_problem(await clerk.act(f"{PATH}/{row['id']}/execute", row, wrong), 422, "FIXED")
    row = await step(clerk, row, "refuse", {"reason": "照片不合格"})
    assert (row["state"], row["refused_because"]) == ("REFUSED", "照片不合格")
    assert row["deadlines"][0]["status"] == "CANCELLED"
    history = (await window.get(f"{PATH}/{row['id']}/timeline")).json()["items"]
    assert [one["action"] for one in history] == ["create", "check-id", "send", "refuse"]
    assert_problem(await wuhan.act(f"{PATH}/{row['id']}/cancel", row), 409, "STATE_CONFLICT")


async def test_the_issuing_city_resets_and_cancels(
    clerk: Desk, window: Desk, held: dict[str, Any]
) -> None:
    row = await ask(window, "PIN_RESET", card_id=held["id"], proof=ID)
    assert (await step(clerk, row, "execute", {}))["state"] == "DONE"
    row = await ask(window, "CANCEL", card_id=held["id"], proof=ID)
    row = await step(clerk, row, "execute", {"note": "本人申请"})
    assert (row["state"], row["card_state"]) == ("DONE", "CANCELLED")


async def test_nothing_is_asked_for_the_dead(clerk: Desk, window: Desk, held: Any) -> None:
    path = f"/card/v1/holders/{held['holder_id']}"
    holder = (await clerk.get(path)).json()
    death = {"deceased_on": "2026-05-01", "verified_by": "HOSPITAL"}
    assert (await clerk.act(f"{path}/record-death", holder, death)).status_code == 200
    wish = {"kind": "REPLACE_DAMAGED", "damage_proof": "断裂", "card_id": held["id"]}
    assert_problem(await window.post(PATH, wish), 409, "HOLDER_DECEASED")


async def test_a_stranger_asks_for_nothing(card: Suite, held: dict[str, Any]) -> None:
    wish = {"kind": "CANCEL", "card_id": held["id"]}
    assert_problem(await card.client().post(PATH, json=wish), 401, "UNAUTHENTICATED")
    labour = card.desk("cw-li-wh", now=NOW)
    assert_problem(await labour.post(PATH, wish), 403, "SCOPE_MISSING")


def test_every_step_has_a_permission_and_every_kind_a_way() -> None:
    for row in rules.MACHINE.transitions:
        assert rules.permission_of(row.action).startswith("card-request:")
    assert set(rules.AT_ONCE) | set(rules.NEW_CARD) < set(rules.KINDS)
    assert rules.facts_for("TEMP_LOSS") == 3
