"""/card/v1/batch-verifications."""

from typing import Any

import pytest

from card import synthetic
from hrss_kit.testing import Suite, assert_problem

from .conftest import CODE, NOW, ZHOU, put

PATH = "/card/v1/batch-verifications"
RIGHT = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}
UNKNOWN = {"name": "李测甲", "doc_no": "420799198003120038"}
LEFT = """
    SELECT (SELECT count(*) FROM audit_entries WHERE operation = 'POST ' || $1) AS audited,
           (SELECT count(*) FROM lookup_logs WHERE operation = 'POST ' || $1) AS logged,
           (SELECT count(*) FROM lookup_logs WHERE hit) AS hits
"""


@pytest.mark.req("CARD-1a")
async def test_five_hundred_are_answered_in_order_and_more_are_too_many(
    card: Suite, seeded: None
) -> None:
    partner = card.desk("partner.ezhou", purpose="LIFE_CERT", now=NOW)
    pairs = [{"name": one.name, "doc_no": one.doc_no} for one in synthetic.holders()][:500]
    pairs += [pairs[0]] * (500 - len(pairs))
    for wrong in range(0, 500, 7):
        pairs[wrong] = {**pairs[wrong], "name": "查无此人"}
    answer = await partner.post(PATH, {"pairs": pairs})
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [one["match"] for one in results] == [place % 7 != 0 for place in range(500)]
    left = (await card.databases["card"].fetch(LEFT, PATH))[0]
    assert tuple(left) == (1, 500, sum(one["match"] for one in results))
    refs = await card.databases["card"].value(
        "SELECT person_refs FROM audit_entries WHERE operation = $1", f"POST {PATH}"
    )
    assert len(refs) == len({pair["doc_no"] for pair in pairs})
    assert_problem(await partner.post(PATH, {"pairs": [*pairs, UNKNOWN]}), 413, "TOO_LARGE")


async def test_a_death_is_told_for_the_alive_check_only(card: Suite, clerk: Any) -> None:
    await clerk.post("/card/v1/holders", {"person": ZHOU, "deceased_on": "2026-05-01"})
    body = {"pairs": [RIGHT, {**RIGHT, "name": "周测庚"}, UNKNOWN]}
    alive = (await card.desk("cw-si-ez", purpose="LIFE_CERT", now=NOW).post(PATH, body)).json()
    assert [one["match"] for one in alive["results"]] == [True, False, False]
    assert [one["deceased"] for one in alive["results"]] == [True, None, None]
    counted = (await card.desk("cw-si-ez", purpose="STAT", now=NOW).post(PATH, body)).json()
    assert counted["results"] == [{"match": True}, {"match": False}, {"match": False}]


async def test_everything_wrong_with_a_batch_is_told_at_once(card: Suite) -> None:
    desk = card.desk("cw-si-ez", purpose="LIFE_CERT", now=NOW)
    pairs = [RIGHT, {"doc_no": ZHOU["doc_no"]}, {**RIGHT, "doc_no": "420799197508180059"}]
    problem = assert_problem(await desk.post(PATH, {"pairs": pairs}), 422, "VALIDATION")
    assert {(error["field"], error["code"]) for error in problem["errors"]} == {
        ("pairs.1.name", "SECOND_FACTOR"),
        ("pairs.2.doc_no", "ID_CHECKSUM"),
    }
    assert (await desk.post(PATH, {"pairs": []})).status_code == 422
    assert (await desk.post(PATH, {"pairs": 1})).status_code == 422
    assert (await desk.post(PATH, [])).status_code == 422
    left = (await card.databases["card"].fetch(LEFT, PATH))[0]
    assert tuple(left) == (4, 0, 0)


async def test_a_document_of_another_kind_is_asked_about_too(
    card: Suite, clerk: Any, record: dict[str, Any]
) -> None:
    await put(clerk, CODE, record)
    desk = card.desk("svc.social-insurance", purpose="LIFE_CERT", now=NOW)
    pairs = [{**RIGHT, "doc_type": "01"}, {**UNKNOWN, "doc_type": "01"}]
    answer = await desk.post(PATH, {"pairs": pairs})
    assert [one["match"] for one in answer.json()["results"]] == [True, False]


async def test_only_the_two_purposes_ask_about_many(card: Suite) -> None:
    desk = card.desk("cw-si-ez", purpose="CARD_SERVICE")
    assert_problem(await desk.post(PATH, {"pairs": [RIGHT]}), 403, "PURPOSE_NOT_ALLOWED")
    window = card.desk("window-ez", purpose="LIFE_CERT")
    assert_problem(await window.post(PATH, {"pairs": [RIGHT]}), 403, "SCOPE_MISSING")
