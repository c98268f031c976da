"""/card/v1/holders."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite, assert_problem

PATH = "/card/v1/holders"
NOW = "2026-06-01T09:00:00+08:00"


def holder(**changes: Any) -> dict[str, Any]:
    made = {
        "person": {"name": "李测甲", "doc_no": "420799198003120038", "mobile": "14400000012"},
        "gender": "1",
        "ethnicity": "15",
        "hukou_division": "420704",
        "residence_division": "420102",
    }
    return {**made, **changes}


async def test_a_stranger_registers_nobody(card: Suite) -> None:
    assert (await card.client().post(PATH, json=holder())).status_code == 401
    answer = await card.desk("station-ez").post(PATH, holder())
    assert_problem(answer, 403, "SCOPE_MISSING")


async def test_a_holder_is_registered_in_ones_own_city_and_shown_masked(clerk: Desk) -> None:
    answer = await clerk.post(PATH, holder())
    made = answer.json()
    assert answer.status_code == 201, answer.text
    assert made["owner_city"] == "420700"
    assert made["biz_no"].startswith("CA-EZ-20260601-")
    assert made["person"] == {
        "name": "李**",
        "doc_type": "01",
        "doc_no": "420***********0038",
        "mobile": "144****0012",
    }
    read = await clerk.get(f"{PATH}/{made['id']}")
    assert read.headers["etag"] == '"1"'
    assert read.json() == made
    assert "ethnicity" not in made


async def test_one_row_a_person_whichever_city_asks(card: Suite, clerk: Desk) -> None:
    made = (await clerk.post(PATH, holder())).json()
    wuhan = card.desk("partner.wuhan", now=NOW)
    problem = assert_problem(await wuhan.post(PATH, holder()), 409, "DUPLICATE")
    assert problem["existing_id"] == made["id"]


async def test_of_twenty_at_once_one_registers_the_person(card: Suite, clerk: Desk) -> None:
    answers = await asyncio.gather(*(clerk.post(PATH, holder()) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert await card.databases["card"].value("SELECT count(*) FROM holders") == 1


async def test_everything_wrong_is_told_at_once(clerk: Desk) -> None:
    wrong = holder(
        gender="2",
        ethnicity="57",
        hukou_division="999999",
        deceased_on="1979-01-01",
        surprise=True,
    )
    problem = assert_problem(await clerk.post(PATH, wrong), 422, "VALIDATION")
    assert {(error["field"], error["code"]) for error in problem["errors"]} == {
        ("gender", "GENDER_ID_MISMATCH"),
        ("ethnicity", "ETHNICITY"),
        ("hukou_division", "DIVISION_UNKNOWN"),
        ("deceased_on", "DATE_ORDER"),
        ("surprise", "UNKNOWN_FIELD"),
    }


@pytest.mark.parametrize(("gender", "status"), [("0", 201), ("9", 201), ("2", 422), ("3", 422)])
async def test_a_stated_gender_agrees_with_the_number(
    clerk: Desk, gender: str, status: int
) -> None:
    assert (await clerk.post(PATH, holder(gender=gender))).status_code == status


async def test_a_number_of_fifteen_digits_is_kept_beside_its_new_form(
    card: Suite, clerk: Desk
) -> None:
    old = holder(person={"name": "李测甲", "doc_no": "420799800312003"})
    made = (await clerk.post(PATH, old)).json()
    assert made["person"]["doc_no"] == "420***********0038"
    assert await card.databases["card"].value("SELECT doc_original IS NOT NULL FROM holders")


async def test_reading_needs_a_purpose_that_fits(card: Suite, clerk: Desk) -> None:
    made = (await clerk.post(PATH, holder())).json()
    path = f"{PATH}/{made['id']}"
    assert_problem(await card.desk("cw-card-ez").get(path), 400, "PURPOSE_REQUIRED")
    wrong = card.desk("cw-card-ez", purpose="LI_COMPLAINT")
    assert_problem(await wrong.get(path), 403, "PURPOSE_NOT_ALLOWED")
    assert_problem(await card.desk("ops", purpose="CARD_SERVICE").get(path), 403, "SCOPE_MISSING")
    auditor = await card.desk("auditor", purpose="AUDIT").get(path)
    assert auditor.json()["person"]["name"] == "李**"


async def test_a_list_shows_ones_own_city(card: Suite, clerk: Desk) -> None:
    made = (await clerk.post(PATH, holder())).json()
    assert [row["id"] for row in (await clerk.get(PATH)).json()["items"]] == [made["id"]]
    wuhan = card.desk("cw-card-wh", purpose="CARD_SERVICE")
    assert (await wuhan.get(PATH)).json()["items"] == []
    assert (await wuhan.get(f"{PATH}/{made['id']}")).status_code == 200


async def test_full_values_only_to_ones_own_city_and_on_record(card: Suite, clerk: Desk) -> None:
    made = (await clerk.post(PATH, holder())).json()
    path, wish = f"{PATH}/{made['id']}/reveal", {"fields": ["person.doc_no"], "reason": "换卡核对"}
    shown = await clerk.post(path, wish)
    assert shown.json()["fields"] == {"person.doc_no": "420799198003120038"}
    other = card.desk("cw-card-wh", purpose="CARD_SERVICE")
    assert_problem(await other.post(path, wish), 403, "NOT_YOUR_CITY")
    auditor = card.desk("auditor", purpose="AUDIT")
    assert_problem(await auditor.post(path, wish), 403, "PURPOSE_NOT_ALLOWED")
    with_ticket = await auditor.post(path, wish, headers={"X-Case-No": "T-1"})
    assert with_ticket.status_code == 200
    rows = await card.databases["card"].fetch(
        "SELECT result, reason FROM audit_entries WHERE operation LIKE '%reveal' ORDER BY id"
    )
    assert [row["result"] for row in rows] == ["OK", "NOT_YOUR_CITY", "PURPOSE_NOT_ALLOWED", "OK"]
    assert rows[0]["reason"] == "换卡核对"


async def test_the_timeline_tells_who_registered(clerk: Desk) -> None:
    made = (await clerk.post(PATH, holder())).json()
    (entry,) = (await clerk.get(f"{PATH}/{made['id']}/timeline")).json()["items"]
    assert (entry["actor"], entry["action"]) == ("cw-card-ez", "register")
