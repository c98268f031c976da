"""I-CARD-1 … 3 over HTTP, and who may read them."""

from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import NOW, ZHOU, put

INDICATORS = "/card/v1/indicators"
BIRTHS = ("19900101", "19900102", "19900103", "19900104", "19900105", "19900106")


def number_of(birth: str) -> str:
    """A synthetic number with its check digit (GB 11643)."""
    body = f"420799{birth}001"
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


async def cards(clerk: Desk, record: dict[str, Any], count: int) -> list[dict[str, Any]]:
    made = []
    for place, birth in enumerate(BIRTHS[:count]):
        holder = {"name": "李测甲", "doc_no": number_of(birth)}
        code = f"420799{place:026X}"
        body = {**record, "holder": holder, "card_no": f"E1000000{place}"}
        body["bank_account"] = None
        answer = await put(clerk, code, body)
        assert answer.status_code == 201, answer.text
        made.append(answer.json())
    return made


async def read(suite: Suite, period: str, city: str = "420700") -> dict[str, Any]:
    reader = suite.desk("svc.gateway", now=NOW)
    answer = await reader.get(INDICATORS, {"period": period, "city": city})
    assert answer.status_code == 200, answer.text
    return {item["id"]: item for item in answer.json()["items"]}


@pytest.mark.req("CARD-1a")
async def test_holders_are_counted_not_cards_and_few_are_not_shown(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    await cards(clerk, record, 4)
    found = (await read(card, "2026"))["I-CARD-1"]
    assert (found["value"], found["inputs"], found["suppressed"]) == (None, None, True)
    assert (found["unit"], found["formula_version"]) == ("persons", 1)

    await put(clerk, "420799" + "A" * 26, {**record, "holder": ZHOU})
    # A second card of somebody counted already.
    same = {"name": "李测甲", "doc_no": number_of(BIRTHS[0])}
    second = {**record, "holder": same, "card_no": "E20000000", "bank_account": None}
    second["social_state"] = "SEALED"
    assert (await put(clerk, "420799" + "B" * 26, second)).status_code == 201
    found = (await read(card, "2026-Q2"))["I-CARD-1"]
    assert (found["value"], found["inputs"], found["suppressed"]) == (5, {"holders": 5}, False)
    # Before the cards were issued nobody held one.
    assert (await read(card, "2020"))["I-CARD-1"]["suppressed"] is True


@pytest.mark.req("CARD-1a")
async def test_what_was_cancelled_later_was_held_then(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    made = await cards(clerk, record, 5)
    wish = {"cause": "DUPLICATE"}
    later = card.desk("cw-card-ez", now="2026-06-20T09:00:00+08:00")
    answer = await later.act(f"/card/v1/cards/{made[0]['id']}/cancel", made[0], wish)
    assert answer.status_code == 200, answer.text
    reader = card.desk("svc.gateway", now="2026-08-01T09:00:00+08:00")
    values = {}
    for period in ("2026-05", "2026-06"):
        answer = await reader.get(INDICATORS, {"period": period, "city": "420700"})
        values[period] = answer.json()["items"][0]
    assert values["2026-05"]["value"] == 5
    assert values["2026-06"]["suppressed"] is True


@pytest.mark.req("CARD-1c")
async def test_ecards_are_set_against_the_population(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    for place, made in enumerate(await cards(clerk, record, 5)):
        new = {"card_id": made["id"], "issue_no": f"ISSUE0000{place}"}
        assert (await clerk.post("/card/v1/ecards", new)).status_code == 201
    await card.databases["card"].fetch(
        "UPDATE policy_parameters SET value = '8' "
        "WHERE key = 'card.resident_population' AND city = '420700'"
    )
    found = (await read(card, "2026"))["I-CARD-2"]
    assert found["inputs"] == {"ecard_holders": 5, "resident_population": 8}
    assert (found["value"], found["unit"]) == (62.5, "percent")


@pytest.mark.req("CARD-1b")
async def test_requests_between_the_cities_on_time(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    """Five replacements asked for in Wuhan, all made in time and one handed over too late."""
    window = card.desk("window-wh", purpose="CARD_SERVICE", now=NOW)
    for place, made in enumerate(await cards(clerk, record, 6)):
        proof = {"name": "李测甲", "doc_no": number_of(BIRTHS[place])}
        wish = {"kind": "REPLACE_DAMAGED", "card_id": made["id"], "damage_proof": "芯片损坏"}
        answer = await window.post("/card/v1/card-service-requests", {**wish, "proof": proof})
        assert answer.status_code == 201, answer.text
        row = answer.json()
        path = f"/card/v1/card-service-requests/{row['id']}"
        new = {"identification_code": f"420799{place:025X}F", "card_no": f"E3000000{place}"}
        new |= {"spec_version": "3.00", "issued_on": "2026-06-01"}
        row = (await clerk.act(f"{path}/execute", row, {"new_card": new})).json()
        row = (await clerk.act(f"{path}/deliver", row)).json()
        late = place == 5
        moment = "2026-07-30T09:00:00+08:00" if late else "2026-06-10T09:00:00+08:00"
        then = card.desk("window-wh", purpose="CARD_SERVICE", now=moment)
        answer = await then.act(f"{path}/hand-over", row, {"proof": proof})
        assert answer.json()["state"] == "DONE", answer.text
    reader = card.desk("svc.gateway", now="2026-08-01T09:00:00+08:00")
    answer = await reader.get(INDICATORS, {"period": "2026-06", "city": "420700"})
    (found,) = [one for one in answer.json()["items"] if one["id"] == "I-CARD-3"]
    assert found["inputs"] == {"due": 6, "done_on_time": 5}
    assert found["value"] == 83.33


async def test_a_period_that_is_none_is_refused(card: Suite) -> None:
    reader = card.desk("supervisor-ez")
    assert_problem(await reader.get(INDICATORS, {"period": "2026-Q7"}), 422, "PERIOD")
    assert_problem(await reader.get(INDICATORS, {"city": "310000"}), 422, "CITY")
    assert_problem(await card.desk("station-ez").get(INDICATORS), 403, "SCOPE_MISSING")
    both = (await reader.get(INDICATORS)).json()["items"]
    assert {one["city"] for one in both} == {"420100", "420700"}
