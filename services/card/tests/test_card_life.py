"""The life of a card: /card/v1/cards/{id}/… and what falls due by itself."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from card.cards import states
from hrss_kit import clock
from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import CODE, NOW, ZHOU, put

PATH = "/card/v1/cards"
ID = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}
PROOF = {"proof": ID}
THREE_FACTS = {"proof": {**ID, "card_no": "E00000019"}}


async def register(desk: Desk, record: dict[str, Any], state: str, number: int = 1) -> Any:
    code = CODE if number == 1 else f"420799{number:026X}"
    card_no = record["card_no"] if number == 1 else f"E{number:08d}"
    answer = await put(desk, code, {**record, "card_no": card_no, "social_state": state})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def act(desk: Desk, card: dict[str, Any], action: str, body: Any = None) -> Any:
    answer = await desk.act(f"{PATH}/{card['id']}/{action}", card, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def insist(desk: Desk, path: str, card: dict[str, Any], body: Any) -> Any:
    """Acts; a busy server (503) has done nothing and is asked again."""
    for _ in range(10):
        answer = await desk.act(path, card, body)
        if answer.status_code != 503:
            break
        await asyncio.sleep(float(answer.headers["retry-after"]))
    return answer


async def again(desk: Desk, card: dict[str, Any]) -> Any:
    return (await desk.get(f"{PATH}/{card['id']}")).json()


async def at(suite: Suite, moment: str) -> dict[str, int]:
    with clock.at(datetime.fromisoformat(moment)):
        return await suite.worker("card").run_timers()


async def test_from_application_to_an_active_card(
    card: Suite, clerk: Desk, window: Desk, record: dict[str, Any]
) -> None:
    row = await register(clerk, record, "APPLIED")
    assert row["allowed_actions"] == ["preopen", "cancel"]
    assert {one["code"]: one["due_on"] for one in row["deadlines"]} == {
        "PREOPEN": "2026-06-04",
        "ISSUE": "2026-06-23",
    }
    bank = {"bank_code": "999", "photo_checked": False}
    answer = await clerk.act(f"{PATH}/{row['id']}/preopen", row, bank)
    assert_problem(answer, 422, "PHOTO")
    row = await act(clerk, row, "preopen", {**bank, "photo_checked": True})
    assert (row["state"], row["financial_state"]) == ("PREOPENED", "INACTIVE")
    row = await act(clerk, row, "make")
    row = await act(clerk, row, "seal")
    assert (row["state"], row["ecard_state"]) == ("SEALED", None)
    assert {one["status"] for one in row["deadlines"]} == {"MET"}
    row = await act(window, row, "activate", PROOF)
    assert (row["state"], row["ecard_state"]) == ("ACTIVE", "USABLE")
    told = [event["type"] for event in await card.events("card")]
    assert told == ["card.delivered.v1", "card.activated.v1"]


async def test_the_issuing_city_makes_and_cancels(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    row = await register(clerk, record, "PREOPENED")
    wuhan = card.desk("cw-card-wh", purpose="CARD_SERVICE", now=NOW)
    assert_problem(await wuhan.act(f"{PATH}/{row['id']}/make", row), 403, "NOT_YOUR_CITY")
    window = card.desk("window-ez", now=NOW)
    cause = {"cause": "DUPLICATE"}
    assert_problem(await window.act(f"{PATH}/{row['id']}/cancel", row, cause), 403, "SCOPE_MISSING")
    row = await act(clerk, row, "cancel", cause)
    assert (row["state"], row["allowed_actions"]) == ("CANCELLED", [])


async def test_a_second_application_waits_for_the_first(clerk: Desk, record: Any) -> None:
    first = await register(clerk, record, "APPLIED")
    second = await register(clerk, record, "APPLIED", 2)
    wish = {"bank_code": "999", "photo_checked": True}
    answer = await clerk.act(f"{PATH}/{second['id']}/preopen", second, wish)
    assert assert_problem(answer, 409, "DUPLICATE")["existing_id"] == first["id"]


async def test_who_says_too_little_or_something_wrong_is_not_the_holder(
    window: Desk, clerk: Desk, record: dict[str, Any]
) -> None:
    row = await register(clerk, record, "ACTIVE")
    path = f"{PATH}/{row['id']}/temp-lose"
    assert_problem(await window.act(path, row, PROOF), 422, "IDENTITY_FACTS")
    wrongs: tuple[dict[str, str], ...] = (
        {"name": "周测庚"},
        {"doc_no": "420799198003120038"},
        {"doc_no": "not a number"},
        {"card_no": "E00000027"},
        {"bank_last4": "0012"},
        {"mobile": "14400000012"},
        {"verification_id": "01890000-0000-7000-8000-000000000000"},
    )
    for wrong in wrongs:
        proof = {**THREE_FACTS["proof"], **wrong}
        answer = await window.act(path, row, {"proof": proof})
        assert_problem(answer, 409, "IDENTITY_MISMATCH")
    assert (await again(clerk, row))["state"] == "ACTIVE"


async def test_a_verification_counts_as_name_and_number(
    window: Desk, clerk: Desk, record: dict[str, Any]
) -> None:
    row = await register(clerk, record, "ACTIVE")
    made = (await window.post("/card/v1/verifications", ID)).json()
    proof = {"verification_id": made["verification_id"], "name": ZHOU["name"]}
    path = f"{PATH}/{row['id']}/temp-lose"
    assert_problem(await window.act(path, row, {"proof": proof}), 422, "IDENTITY_FACTS")
    proof["bank_last4"] = "0011"
    late = {"X-Test-Now": "2026-06-01T09:31:00+08:00"}
    answer = await window.act(path, row, {"proof": proof}, headers=late)
    assert_problem(answer, 409, "VERIFICATION_EXPIRED")
    assert (await act(window, row, "temp-lose", {"proof": proof}))["state"] == "TEMP_LOST"


async def test_a_temporary_loss_ends_by_itself(
    card: Suite, window: Desk, clerk: Desk, record: dict[str, Any]
) -> None:
    row = await register(clerk, record, "ACTIVE")
    window.now = "2026-06-10T09:00:00+08:00"
    row = await act(window, row, "temp-lose", THREE_FACTS)
    assert (row["ecard_state"], row["temp_loss_ends_on"]) == ("USABLE_WITH_AUTH", "2026-06-20")
    assert (await at(card, "2026-06-20T23:00:00+08:00"))["temporary-losses"] == 0
    assert (await at(card, "2026-06-21T00:01:00+08:00"))["temporary-losses"] == 1
    row = await again(clerk, row)
    assert (row["state"], row["temp_loss_ends_on"]) == ("ACTIVE", None)
    assert [one["type"] for one in await card.events("card")][-1] == "card.restored.v1"


async def test_a_city_may_keep_a_temporary_loss(
    card: Suite, window: Desk, clerk: Desk, record: dict[str, Any]
) -> None:
    row = await register(clerk, record, "ACTIVE")
    await card.databases["card"].fetch(
        "UPDATE policy_parameters SET value = '\"KEEP\"' WHERE key = 'card.temp_loss_on_expiry'"
    )
    row = await act(window, row, "temp-lose", THREE_FACTS)
    assert row["temp_loss_ends_on"] is None
    assert (await at(card, "2026-12-31T09:00:00+08:00"))["temporary-losses"] == 0
    assert (await act(window, row, "restore", PROOF))["state"] == "ACTIVE"


async def test_a_formal_loss_is_for_good(
    card: Suite, window: Desk, clerk: Desk, record: dict[str, Any]
) -> None:
    row = await register(clerk, {**record, "financial_state": "ACTIVE"}, "ACTIVE")
    row = await act(window, row, "temp-lose", THREE_FACTS)
    row = await act(window, row, "lose", PROOF)
    assert (row["state"], row["tell_holder"]) == ("LOST", ["REPORT_TO_BANK"])
    answer = await window.act(f"{PATH}/{row['id']}/restore", row, PROOF)
    problem = assert_problem(answer, 409, "STATE_CONFLICT")
    assert (problem["state"], problem["allowed"]) == ("LOST", ["cancel"])
    assert (await at(card, "2026-07-31T09:00:00+08:00"))["temporary-losses"] == 0


async def test_six_wrong_pins_in_a_row_lock_a_card(
    card: Suite, window: Desk, clerk: Desk, record: dict[str, Any]
) -> None:
    row = await register(clerk, record, "ACTIVE")
    wrong, right = {"correct": False}, {"correct": True}
    for seen in (*[wrong] * 5, right, *[wrong] * 5):
        row = await act(window, row, "verify-pin", seen)
        assert row["state"] == "ACTIVE"
    row = await act(window, row, "verify-pin", wrong)
    assert row["state"] == "LOCKED"
    assert_problem(
        await window.act(f"{PATH}/{row['id']}/verify-pin", row, right), 409, "STATE_CONFLICT"
    )
    row = await act(window, row, "unlock", PROOF)
    row = await act(window, row, "verify-pin", wrong)
    assert row["state"] == "ACTIVE"
    told = [event["type"] for event in await card.events("card")]
    assert told == ["card.activated.v1", "card.locked.v1", "card.unlocked.v1"]


async def test_a_card_expires_after_its_last_day(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    row = await register(clerk, record, "ACTIVE")
    assert (await at(card, "2031-12-02T23:00:00+08:00"))["expiries"] == 0
    assert (await at(card, "2031-12-03T00:01:00+08:00"))["expiries"] == 1
    assert (await again(clerk, row))["state"] == "EXPIRED"
    assert [one["type"] for one in await card.events("card")][-1] == "card.expired.v1"


@pytest.mark.req("CARD-1b")
async def test_a_new_card_takes_the_place_of_every_other(
    card: Suite, window: Desk, clerk: Desk, record: dict[str, Any]
) -> None:
    old = await register(clerk, record, "ACTIVE")
    new = await register(clerk, record, "SEALED", 27)
    making = await register(clerk, record, "MADE", 35)
    new = await act(window, new, "activate", PROOF)
    old = await again(clerk, old)
    assert (old["state"], old["has_successor"], old["ecard_state"]) == ("CANCELLED", True, "USABLE")
    assert (await again(clerk, making))["state"] == "MADE"
    *_, cancelled, activated = await card.events("card")
    assert (cancelled["type"], activated["type"]) == ("card.cancelled.v1", "card.activated.v1")
    assert cancelled["data"] == {
        "state": "CANCELLED",
        "issuing_city": "420700",
        "card_id": old["id"],
        "successor": new["id"],
    }
    assert (cancelled["subject"], activated["subject"]) == (old["biz_no"], new["biz_no"])


@pytest.mark.req("CARD-1b")
async def test_of_fifty_cards_activated_at_once_one_stays_active(
    card: Suite, clerk: Desk, window: Desk, record: dict[str, Any]
) -> None:
    rows = [await register(clerk, record, "SEALED", number) for number in range(2, 52)]
    answers = await asyncio.gather(
        *(insist(window, f"{PATH}/{row['id']}/activate", row, PROOF) for row in rows)
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 49
    states_now = await card.databases["card"].fetch(
        "SELECT social_state, count(*) FROM cards GROUP BY 1 ORDER BY 1"
    )
    assert [tuple(row) for row in states_now] == [("ACTIVE", 1), ("CANCELLED", 49)]


@pytest.mark.req("CARD-1b")
async def test_nothing_is_activated_beside_an_active_card_in_a_third_city(
    card: Suite, clerk: Desk, window: Desk, record: dict[str, Any]
) -> None:
    """The province's adapter reports cards of cities outside the hub, and no others."""
    row = await register(clerk, record, "SEALED")
    province = card.desk("province", now=NOW)
    other = {**record, "card_no": "H00000015", "bank_account": None, "social_state": "ACTIVE"}
    huangshi = await put(province, "420200" + CODE[6:], other)
    assert (huangshi.status_code, huangshi.json()["owner_city"]) == (201, "420200")
    assert_problem(await put(province, CODE, other), 403, "NOT_YOUR_CITY")
    answer = await window.act(f"{PATH}/{row['id']}/activate", row, PROOF)
    assert_problem(answer, 409, "ACTIVE_ELSEWHERE")
    assert huangshi.json()["id"] not in answer.text
    assert (await window.get(f"{PATH}/{row['id']}")).json()["state"] == "SEALED"
    await put(province, "420200" + CODE[6:], {**other, "social_state": "CANCELLED"})
    answer = await window.act(f"{PATH}/{row['id']}/activate", row, PROOF)
    assert answer.json()["state"] == "ACTIVE"


async def test_nothing_is_activated_for_the_dead(
    card: Suite, clerk: Desk, window: Desk, record: dict[str, Any]
) -> None:
    row = await register(clerk, record, "SEALED")
    path = f"/card/v1/holders/{row['holder_id']}"
    holder = (await clerk.get(path)).json()
    death = {"deceased_on": "2026-05-01", "verified_by": "CIVIL_REGISTER"}
    wuhan = card.desk("cw-card-wh", now=NOW)
    assert_problem(await wuhan.act(f"{path}/record-death", holder, death), 403, "NOT_YOUR_CITY")
    tomorrow = {**death, "deceased_on": "2026-06-02"}
    assert_problem(await clerk.act(f"{path}/record-death", holder, tomorrow), 422, "DATE_ORDER")
    holder = (await clerk.act(f"{path}/record-death", holder, death)).json()
    assert (holder["deceased_on"], holder["version"]) == ("2026-05-01", 2)
    assert_problem(await clerk.act(f"{path}/record-death", holder, death), 409, "STATE_CONFLICT")
    (event,) = await card.events("card", "card.holder.deceased.v1")
    assert event["data"] == {"verified_by": "CIVIL_REGISTER", "deceased_on": "2026-05-01"}
    answer = await window.act(f"{PATH}/{row['id']}/activate", row, PROOF)
    assert_problem(answer, 409, "HOLDER_DECEASED")
    assert (await act(clerk, row, "cancel", {"cause": "DEATH"}))["state"] == "CANCELLED"


async def test_a_card_is_acted_on_as_it_was_read(
    window: Desk, clerk: Desk, record: dict[str, Any]
) -> None:
    row = await register(clerk, record, "ACTIVE")
    await act(window, row, "lose", PROOF)
    answer = await window.act(f"{PATH}/{row['id']}/lose", row, PROOF)
    assert_problem(answer, 412, "VERSION_MISMATCH")


def test_every_action_has_a_state_it_starts_from_and_a_permission() -> None:
    for row in states.MACHINE.transitions:
        assert states.permission_of(row.action) in ("card:make", "card:serve")
    assert set(states.FACTS) < {row.action for row in states.MACHINE.transitions}
