"""What is wrong with a filing, told at once; and what is kept although it is refused."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite, assert_problem

PATH = "/labor-inspection/v1/complaints"
NOW = "2026-09-23T09:00:00+08:00"
Make = Callable[..., dict[str, Any]]


def desk(suite: Suite, user: str = "window-ez", now: str = NOW) -> Desk:
    return suite.desk(user, purpose="LI_COMPLAINT", now=now)


async def rows(suite: Suite) -> list[Any]:
    return await suite.databases["labor_inspection"].fetch("SELECT * FROM complaints ORDER BY id")


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"work_place": ...}, "work_place", "WORK_PLACE_REQUIRED"),
        ({"work_place": None}, "work_place", "WORK_PLACE_REQUIRED"),
        ({"work_place": {"address": "某处"}}, "work_place.division", "WORK_PLACE_REQUIRED"),
        ({"work_place": {"division": "420704"}}, "work_place.address", "REQUIRED"),
        (
            {"work_place": {"division": "440305", "address": "深圳"}},
            "work_place.division",
            "DIVISION_UNKNOWN",
        ),
        (
            {"work_place": {"division": "420000", "address": "湖北"}},
            "work_place.division",
            "DIVISION_UNKNOWN",
        ),
        ({"complainant": ...}, "complainant", "COMPLAINANT_REQUIRED"),
        ({"amount_claimed": "12000.01"}, "amount_claimed", "AMOUNT_SUM"),
        ({"amount_claimed": 12000}, "amount_claimed", "MONEY_FORMAT"),
        ({"workers_count": 2}, "workers_count", "WORKERS_COUNT"),
        ({"employer_uscc": "91420799MAEZ00016H"}, "employer_uscc", "USCC_FORMAT"),
        ({"employer_uscc": "91420799MAEH00016J"}, "employer_uscc", "USCC_CHECKSUM"),
        ({"matter": ["PARKING"]}, "matter.0", "CODE"),
        ({"matter": []}, "matter", "TOO_FEW"),
        ({"facts": ""}, "facts", "TOO_SHORT"),
        ({"facts": "字" * 4001}, "facts", "TOO_LONG"),
        ({"period_from": "2026-02-30"}, "period_from", "DATE"),
        ({"period_from": "2026-13"}, "period_from", "DATE"),
        ({"period_from": 20260401}, "period_from", "DATE"),
        ({"period_from": ...}, "period_from", "REQUIRED"),
        ({"period_to": "2026-03-31"}, "period_to", "PERIOD"),
        ({"kind": "RUMOUR"}, "kind", "CODE"),
        ({"channel": "PIGEON"}, "channel", "CODE"),
        ({"other_procedure": "DUEL"}, "other_procedure", "CODE"),
        ({"salary": "1.00"}, "salary", "UNKNOWN_FIELD"),
        ({"station_id": "01970000-0000-7000-8000-00000000dead"}, "station_id", "STATION"),
    ],
)
async def test_what_is_wrong_is_named_and_nothing_is_kept(
    inspection: Suite, filing: Make, changes: dict[str, Any], field: str, code: str
) -> None:
    answer = await desk(inspection).post(PATH, filing(**changes))
    body = assert_problem(answer, 422, code)
    assert (field, code) in {(error["field"], error["code"]) for error in body["errors"]}
    assert await rows(inspection) == []


async def test_everything_wrong_is_told_at_once(inspection: Suite, filing: Make) -> None:
    wrong = filing(complainant=..., work_place=..., amount_claimed="1.00", employer_uscc="X")
    body = assert_problem(await desk(inspection).post(PATH, wrong), 422, "VALIDATION")
    assert {error["code"] for error in body["errors"]} == {
        "COMPLAINANT_REQUIRED",
        "WORK_PLACE_REQUIRED",
        "AMOUNT_SUM",
        "USCC_FORMAT",
    }


async def test_a_nameless_complaint_is_told_how_to_be_a_report(
    inspection: Suite, filing: Make
) -> None:
    answer = await desk(inspection).post(PATH, filing(complainant=...))
    (error,) = assert_problem(answer, 422, "COMPLAINANT_REQUIRED")["errors"]
    assert "REPORT" in error["message_en"]
    report = filing(kind="REPORT", complainant=...)
    row = (await desk(inspection).post(PATH, report)).json()
    assert row["complainant"] is None


async def test_more_than_five_representatives_are_too_many(
    inspection: Suite, filing: Make, person: Make
) -> None:
    six = filing(representatives=[person(number) for number in range(1, 7)])
    assert_problem(await desk(inspection).post(PATH, six), 422, "REPRESENTATIVES")
    five = filing(representatives=[person(number) for number in range(1, 6)])
    assert (await desk(inspection).post(PATH, five)).status_code == 201


async def test_a_worker_is_listed_once(inspection: Suite, filing: Make, person: Make) -> None:
    line = {"person": person(1), "amount": "1.00", "months": 1}
    twice = filing(workers=[line, line], amount_claimed="2.00")
    assert_problem(await desk(inspection).post(PATH, twice), 422, "PERSON_TWICE")


async def test_no_answer_repeats_what_was_refused(inspection: Suite, filing: Make) -> None:
    wrong = filing(complainant={"name": "张三测", "doc_no": "420799198003120039"})
    answer = await desk(inspection).post(PATH, wrong)
    assert_problem(answer, 422, "ID_CHECKSUM")
    assert "420799198003120039" not in answer.text
    assert "张三测" not in answer.text


@pytest.mark.parametrize(
    ("ended", "received", "status"),
    [("2024-09-22", "2026-09-22", 201), ("2024-09-22", "2026-09-23", 409)],
)
async def test_an_act_that_ended_two_years_ago_is_refused_with_advice_and_kept(
    inspection: Suite, filing: Make, ended: str, received: str, status: int
) -> None:
    body = filing(period_from="2024-01", period_to=ended)
    answer = await desk(inspection, now=f"{received}T09:00:00+08:00").post(PATH, body)
    assert answer.status_code == status, answer.text
    (kept,) = await rows(inspection)
    if status == 409:
        told = assert_problem(answer, 409, "LIMITATION")
        assert (told["tracking_no"], told["state"]) == (kept["biz_no"], "NOT_ACCEPTED")
        assert "仲裁" in told["advice_zh"]
        assert (kept["state"], kept["refusal_code"]) == ("NOT_ACCEPTED", "LIMITATION")
        types = [event["type"] for event in await inspection.events("labor_inspection")]
        assert types == ["li.complaint.received.v1", "li.complaint.not_accepted.v1"]


@pytest.mark.parametrize("procedure", ["ARBITRATION", "COURT"])
async def test_what_is_in_another_procedure_is_refused_with_advice_and_kept(
    inspection: Suite, filing: Make, procedure: str
) -> None:
    key = "01970000-0000-4000-8000-000000000001"
    body = filing(other_procedure=procedure)
    answer = await desk(inspection).post(PATH, body, key=key)
    told = assert_problem(answer, 409, "OTHER_PROCEDURE")
    again = await desk(inspection).post(PATH, body, key=key)
    assert again.json() == told
    (kept,) = await rows(inspection)
    assert (kept["biz_no"], kept["state"]) == (told["tracking_no"], "NOT_ACCEPTED")
    seen = (await desk(inspection, "cw-li-ez").get(f"{PATH}/{kept['id']}")).json()
    assert seen["where_to_go"] == told["advice_zh"]
    assert [(one["code"], one["status"]) for one in seen["deadlines"]] == [("ACCEPT", "MET")]


async def test_an_unclear_employer_is_no_refusal_the_complaint_waits_for_it(
    inspection: Suite, filing: Make
) -> None:
    body = filing(employer_name="  ", employer_uscc=...)
    answer = await desk(inspection, "window-wh").post(PATH, body)
    told = assert_problem(answer, 422, "EMPLOYER_UNCLEAR")
    assert {error["field"] for error in told["errors"]} == {"employer_name", "employer_uscc"}
    (kept,) = await rows(inspection)
    assert (told["tracking_no"], told["state"]) == (kept["biz_no"], "SUPPLEMENT")
    row = (await desk(inspection, "window-wh").get(f"{PATH}/{kept['id']}")).json()
    assert row["missing"] == ["employer_uscc", "employer_name"]
    assert row["allowed_actions"] == ["supplement"]
    path = f"{PATH}/{kept['id']}/supplement"
    still = await desk(inspection, "window-wh").act(path, row, {"facts": "更多"})
    assert_problem(still, 422, "EMPLOYER_UNCLEAR")
    answer = await desk(inspection, "window-wh").act(path, row, {"employer_name": "鄂州测试建设"})
    complete = answer.json()
    assert (complete["state"], complete["missing"]) == ("FORWARDED", [])
    due = {one["code"]: one["status"] for one in complete["deadlines"]}
    assert (due["FORWARD"], due["ACCEPT"]) == ("MET", "OPEN")


async def test_a_supplement_that_makes_it_a_duplicate_is_told_so(
    inspection: Suite, filing: Make
) -> None:
    first = (await desk(inspection).post(PATH, filing())).json()
    await desk(inspection).post(PATH, filing(employer_name=..., employer_uscc=...))
    _, waiting = await rows(inspection)
    row = (await desk(inspection).get(f"{PATH}/{waiting['id']}")).json()
    brought = {"employer_uscc": "91420799MAEH00016H"}
    answer = await desk(inspection).act(f"{PATH}/{row['id']}/supplement", row, brought)
    assert assert_problem(answer, 409, "DUPLICATE")["existing_id"] == first["id"]


async def test_a_fifteen_digit_number_is_the_same_person(inspection: Suite, filing: Make) -> None:
    old = {"name": "李测甲", "doc_no": "420799800312003"}
    new = {"name": "李测甲", "doc_no": "420799198003120038"}
    lines = [{"person": old, "amount": "12000.00", "months": 3}]
    first = await desk(inspection).post(PATH, filing(complainant=old, workers=lines))
    assert first.status_code == 201, first.text
    again = await desk(inspection).post(PATH, filing(complainant=new, workers=lines))
    assert_problem(again, 409, "DUPLICATE")


async def test_an_amount_may_be_left_to_the_lines(
    inspection: Suite, filing: Make, person: Make
) -> None:
    lines = [
        {"person": person(1), "amount": "100.10", "months": 1},
        {"person": person(2), "amount": "200.20", "months": 5},
    ]
    row = (await desk(inspection).post(PATH, filing(workers=lines, amount_claimed=...))).json()
    assert (row["amount_claimed"], row["workers_count"], row["months_owed_max"]) == (
        "300.30",
        2,
        5,
    )


async def test_a_month_means_its_first_and_its_last_day(inspection: Suite, filing: Make) -> None:
    body = filing(period_from="2024-02", period_to="2026-02")
    row = (await desk(inspection).post(PATH, body)).json()
    assert (row["period_from"], row["period_to"]) == ("2024-02-01", "2026-02-28")


async def test_odd_bodies_are_refused_and_never_fail(inspection: Suite, filing: Make) -> None:
    odd: list[Any] = [
        [],
        "text",
        1,
        None,
        {},
        filing(work_place=[]),
        filing(work_place="420704"),
        filing(workers={}),
        filing(workers=[None]),
        filing(workers=[{"person": None, "amount": {}}]),
        filing(verification_id={"a": 1}),
        filing(verification_id="../../etc/passwd"),
        filing(amount_claimed="NaN"),
        filing(period_to=[]),
        filing(complainant=[]),
        filing(facts="\x00"),
    ]
    answers = await asyncio.gather(*(desk(inspection).post(PATH, body) for body in odd))
    assert {answer.status_code for answer in answers} <= {400, 422}, [
        (index, answer.status_code) for index, answer in enumerate(answers)
    ]
