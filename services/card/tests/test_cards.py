"""/card/v1/cards."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import CODE, NOW, ZHOU, put

PATH = "/card/v1/cards"


def code(number: int) -> str:
    return f"420799{number:026X}"


async def test_a_stranger_registers_no_card(card: Suite, record: dict[str, Any]) -> None:
    answer = await card.client().put(f"{PATH}/{CODE}", json=record)
    assert_problem(answer, 401, "UNAUTHENTICATED")
    assert_problem(await put(card.desk("window-ez"), CODE, record), 403, "SCOPE_MISSING")


@pytest.mark.req("CARD-1a")
async def test_the_owner_city_registers_a_card_under_its_identification_code(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    answer = await put(clerk, CODE, record)
    made = answer.json()
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{PATH}/{made['id']}"
    assert made["card_no"] == "E*****019"
    assert made["identification_code"] == "420799**********************0001"
    assert made["bank_account"].endswith("0011")
    assert set(made["bank_account"][:-4]) == {"*"}
    assert (made["state"], made["ecard_state"], made["generation"]) == ("ACTIVE", "USABLE", "G3")
    assert made["person"]["name"] == "周**"
    assert (await clerk.get(answer.headers["location"])).json() == made
    (event,) = await card.events("card", "card.activated.v1")
    assert event["data"] == {
        "state": "ACTIVE",
        "issuing_city": "420700",
        "card_id": made["id"],
        "successor": None,
    }
    assert sorted(event["audience"]) == ["420100", "420700"]


async def test_the_same_record_again_changes_nothing(
    clerk: Desk, record: dict[str, Any], card: Suite
) -> None:
    first = await put(clerk, CODE, record)
    again = await put(clerk, CODE.lower(), record)
    assert again.status_code == 200
    assert again.json() == first.json()
    changed = await put(clerk, CODE, {**record, "social_state": "TEMP_LOST"})
    assert (changed.json()["version"], changed.headers["etag"]) == (2, '"2"')
    assert changed.json()["ecard_state"] == "USABLE_WITH_AUTH"
    restored = await put(clerk, CODE, {**record, "social_state": "ACTIVE"})
    assert restored.json()["version"] == 3
    assert [event["type"] for event in await card.events("card")] == [
        "card.activated.v1",
        "card.temp_lost.v1",
        "card.restored.v1",
    ]
    history = (await clerk.get(f"{PATH}/{first.json()['id']}/timeline")).json()["items"]
    assert [entry["action"] for entry in history] == ["register", "replace", "replace"]


async def test_a_formal_loss_cannot_be_undone(clerk: Desk, record: dict[str, Any]) -> None:
    await put(clerk, CODE, {**record, "social_state": "LOST"})
    answer = await put(clerk, CODE, {**record, "social_state": "ACTIVE"})
    problem = assert_problem(answer, 409, "STATE_CONFLICT")
    assert (problem["state"], problem["allowed"]) == ("LOST", ["LOST", "CANCELLED"])


async def test_only_the_issuing_city_registers(card: Suite, record: dict[str, Any]) -> None:
    wuhan = card.desk("partner.wuhan", now=NOW)
    assert_problem(await put(wuhan, CODE, record), 403, "NOT_YOUR_CITY")
    assert await card.databases["card"].value("SELECT count(*) FROM holders") == 0


async def test_everything_wrong_with_a_card_is_told_at_once(
    clerk: Desk, record: dict[str, Any]
) -> None:
    wrong = {
        **record,
        "identification_code": "420799XYZ",
        "issuing_division": "420100",
        "card_no": "E1",
        "spec_version": "4.00",
        "valid_to": "2021-12-03",
        "bank_account": "9999994207000000012",
    }
    problem = assert_problem(await clerk.post(PATH, wrong), 422, "VALIDATION")
    assert {(error["field"], error["code"]) for error in problem["errors"]} == {
        ("identification_code", "CARD_IDENT"),
        ("issuing_division", "CARD_ISSUER"),
        ("card_no", "CARD_NO"),
        ("spec_version", "CODE"),
        ("valid_to", "CARD_VALIDITY"),
        ("bank_account", "BANKCARD_LUHN"),
    }


async def test_a_path_and_a_body_are_refused_together_and_neither_is_repeated(
    clerk: Desk, record: dict[str, Any]
) -> None:
    answer = await put(clerk, CODE[:-1] + "Z", {**record, "card_no": "E1"})
    problem = assert_problem(answer, 422, "VALIDATION")
    assert {error["code"] for error in problem["errors"]} == {"CARD_IDENT", "CARD_NO"}
    assert problem["instance"] == PATH
    assert CODE[:-1] not in answer.text


async def test_the_code_begins_with_the_issuing_division(
    clerk: Desk, record: dict[str, Any]
) -> None:
    answer = await put(clerk, CODE, {**record, "issuing_division": "420704"})
    assert_problem(answer, 422, "CARD_ISSUER")
    assert_problem(await put(clerk, "999999" + CODE[6:], record), 422, "CARD_ISSUER")


async def test_a_card_number_is_one_of_its_kind_in_its_division(
    clerk: Desk, record: dict[str, Any]
) -> None:
    first = (await put(clerk, CODE, record)).json()
    sealed = {**record, "social_state": "SEALED"}
    problem = assert_problem(await put(clerk, code(2), sealed), 409, "DUPLICATE")
    assert problem["existing_id"] == first["id"]
    elsewhere = await put(clerk, "420704" + code(2)[6:], sealed)
    assert elsewhere.status_code == 201


async def test_a_code_is_registered_once(clerk: Desk, record: dict[str, Any]) -> None:
    body = {**record, "identification_code": CODE}
    first = await clerk.post(PATH, body)
    assert first.status_code == 201, first.text
    problem = assert_problem(await clerk.post(PATH, body), 409, "DUPLICATE")
    assert problem["existing_id"] == first.json()["id"]


async def test_a_code_put_by_ten_at_once_is_one_card(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    answers = await asyncio.gather(*(put(clerk, CODE, record) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [200] * 9 + [201]
    assert await card.databases["card"].value("SELECT count(*) FROM cards") == 1


@pytest.mark.req("CARD-1b")
async def test_of_fifty_activations_at_once_one_wins(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    wuhan = card.desk("partner.wuhan", now=NOW)

    def one(number: int) -> tuple[Desk, str, dict[str, Any]]:
        desk, division = ((clerk, "420799"), (wuhan, "420199"))[number % 2]
        return (
            desk,
            f"{division}{number:026X}",
            {**record, "card_no": f"E{number:08d}", "social_state": "SEALED"},
        )

    made = await asyncio.gather(*(put(*one(number)) for number in range(50)))
    assert {answer.status_code for answer in made} == {201}
    activations = [(d, c, {**body, "social_state": "ACTIVE"}) for d, c, body in map(one, range(50))]
    answers = await asyncio.gather(*(put(*wish) for wish in activations))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 49
    assert (
        await card.databases["card"].value(
            "SELECT count(*) FROM cards WHERE social_state = 'ACTIVE'"
        )
        == 1
    )
    winner = next(answer for answer in answers if answer.status_code == 200).json()
    losers = [answer.json() for answer in answers if answer.status_code == 409]
    assert {loser["existing_id"] for loser in losers} == {winner["id"]}
    assert len(await card.events("card", "card.activated.v1")) == 1


async def test_the_validity_follows_from_the_day_of_issue(
    clerk: Desk, record: dict[str, Any]
) -> None:
    del record["valid_to"]
    assert (await put(clerk, CODE, record)).json()["valid_to"] == "2031-12-02"


async def test_a_card_is_held_by_one_who_is_known_or_named(
    clerk: Desk, record: dict[str, Any]
) -> None:
    holder = (await clerk.post("/card/v1/holders", {"person": ZHOU})).json()
    del record["holder"]
    assert_problem(await put(clerk, CODE, record), 422, "HOLDER")
    nobody = {**record, "holder_id": "01890000-0000-7000-8000-000000000000"}
    assert_problem(await put(clerk, CODE, nobody), 422, "HOLDER_UNKNOWN")
    made = await put(clerk, CODE, {**record, "holder_id": holder["id"]})
    assert made.json()["holder_id"] == holder["id"]
    other = {**record, "holder": {**ZHOU, "name": "周测庚"}}
    assert_problem(await put(clerk, CODE, other), 409, "HOLDER_MISMATCH")


async def test_a_card_of_the_dead_does_not_become_active(
    clerk: Desk, record: dict[str, Any]
) -> None:
    await clerk.post("/card/v1/holders", {"person": ZHOU, "deceased_on": "2026-05-01"})
    assert_problem(await put(clerk, CODE, record), 409, "HOLDER_DECEASED")
    cancelled = await put(clerk, CODE, {**record, "social_state": "CANCELLED"})
    assert (cancelled.status_code, cancelled.json()["ecard_state"]) == (201, "LIMITED")


async def test_a_list_shows_the_cards_of_ones_own_city_by_state(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    await put(clerk, CODE, record)
    await put(clerk, code(2), {**record, "card_no": "E00000027", "social_state": "CANCELLED"})
    found = (await clerk.get(PATH, {"state": "CANCELLED"})).json()["items"]
    assert [(row["state"], row["ecard_state"]) for row in found] == [("CANCELLED", "USABLE")]
    assert len((await clerk.get(PATH)).json()["items"]) == 2
    wuhan = card.desk("cw-card-wh", purpose="CARD_SERVICE")
    assert (await wuhan.get(PATH)).json()["items"] == []


async def test_full_numbers_only_to_the_issuing_city(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    made = (await put(clerk, CODE, record)).json()
    path = f"{PATH}/{made['id']}/reveal"
    wish = {"fields": ["identification_code", "bank_account"], "reason": "制卡核对"}
    shown = (await clerk.post(path, wish)).json()["fields"]
    assert shown == {"identification_code": CODE, "bank_account": "9999994207000000011"}
    other = card.desk("cw-card-wh", purpose="CARD_SERVICE")
    assert_problem(await other.post(path, wish), 403, "NOT_YOUR_CITY")
