"""What the cities tell each other: instant notices, quarterly bulletins, publications."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem
from labor_inspection.bulletins import rules

LI = "/labor-inspection/v1"
E3 = {"employer_name": "武汉测试科技有限公司", "employer_uscc": "91420199MAWH00019J"}
FIGURES = {"kinds": list(rules.MAJOR_KINDS), "amount": "100000.00", "workers": 30}
ACTED, POLICE = ("ORDER_CORRECT", "HANDLE", "PENALTY"), "TRANSFER_POLICE"
Row = dict[str, Any]


def kinds(*matter: str, decision: str = "ORDER_CORRECT", **facts: Any) -> list[str]:
    case = rules.Decided(
        matter=matter,
        decision=decision,
        amount=Decimal(facts.get("amount", "0.00")),
        workers=facts.get("workers", 1),
        is_incident=facts.get("is_incident", False),
    )
    return rules.major_kinds(case, FIGURES, acted=ACTED, police=POLICE)


def test_a_case_is_major_by_the_kinds_and_figures_of_policy() -> None:
    assert kinds("WAGE.ARREARS", amount="99999.99") == []
    assert kinds("WAGE.ARREARS", amount="100000.00") == ["WAGE"]
    assert kinds("WAGE.ARREARS", amount="1.00", decision=POLICE) == ["WAGE"]
    assert kinds("WAGE.ARREARS", amount="900000.00", decision="DISMISS") == []
    assert kinds("HOURS", "SOCIAL_INSURANCE", workers=30) == ["SOCIAL_INSURANCE", "HOURS"]
    assert kinds("HOURS", "FEMALE_MINOR", workers=29) == []
    assert kinds("CHILD") == ["CHILD"]
    assert kinds("RULES", is_incident=True) == ["EFFECT"]
    assert kinds("RULES", decision=POLICE) == ["OTHER"]
    fewer = {**FIGURES, "kinds": ["CHILD"]}
    case = rules.Decided(["WAGE"], "PENALTY", Decimal("900000.00"), 1, is_incident=False)
    assert rules.major_kinds(case, fewer, acted=ACTED, police=POLICE) == []


@given(st.dates(date(2015, 1, 1), date(2090, 1, 1)), st.sampled_from(["YEAR", "QUARTER", "MONTH"]))
def test_periods_follow_each_other_without_a_gap(day: date, unit: str) -> None:
    before = rules.period_before(day, unit)
    assert before.last < day
    assert rules.period(before.code, unit) == before
    after = rules.period_before(date.fromordinal(before.last.toordinal() + 1), unit)
    assert after == before
    assert rules.period_before(before.first, unit).last.toordinal() == before.first.toordinal() - 1


@pytest.mark.parametrize("code", ["2026-Q5", "2026-13", "2026-00", "2026", "2026-Q", "Q4-2026"])
def test_a_code_of_another_unit_names_no_quarter(code: str) -> None:
    assert rules.period(code, "QUARTER") is None


def test_the_last_quarter_of_a_year_ends_with_it() -> None:
    assert rules.period("2026-Q4", "QUARTER") == rules.Period(
        "2026-Q4", date(2026, 10, 1), date(2026, 12, 31)
    )


def at(suite: Suite, user: str, on: str) -> Any:
    return suite.desk(user, "LI_COMPLAINT", now=f"{on}T09:00:00+08:00")


async def notices(suite: Suite, user: str, **query: Any) -> list[Row]:
    answer = await at(suite, user, "2026-12-01").get(f"{LI}/bulletins", query)
    assert answer.status_code == 200, answer.text
    items: list[Row] = answer.json()["items"]
    return sorted(items, key=lambda row: str(row["biz_no"]))


def large(person: Any) -> Row:
    workers = [
        {"person": person(1), "amount": "60000.00", "months": 5},
        {"person": person(2), "amount": "60000.00", "months": 5},
    ]
    return {"workers": workers, "amount_claimed": "120000.00", **E3}


@pytest.mark.req("LI-1a")
async def test_deciding_and_closing_a_major_case_tells_the_registration_city_at_once(
    casework: Any, person: Any
) -> None:
    suite = casework.suite
    case = await casework.until("hear", **large(person))
    order = {
        "kind": "ORDER_CORRECT",
        "amount": "120000.00",
        "due_on": "2026-11-20",
        "reason": "拖欠工资属实",
    }
    wrong = {**order, "due_on": "2026-11-04"}
    refused = await casework.act("supervisor-ez", case, "decide", wrong, on="2026-11-04")
    assert_problem(refused, 422, "DUE_ON")
    assert await notices(suite, "cw-li-wh", kind="MAJOR_CASE") == []
    case = await casework.done("supervisor-ez", case, "decide", order, on="2026-11-04")
    [notice] = await notices(suite, "cw-li-wh", kind="MAJOR_CASE")
    assert (notice["owner_city"], notice["to_city"]) == (EZHOU, WUHAN)
    assert (notice["stage"], notice["major_kinds"]) == ("DECIDED", ["WAGE"])
    assert (notice["employer_uscc"], notice["amount"]) == (E3["employer_uscc"], "120000.00")
    assert (notice["case_no"], notice["workers_count"]) == (case["biz_no"], 2)
    assert (notice["state"], notice["allowed_actions"]) == ("ISSUED", ["receive"])
    [event] = await suite.events("labor_inspection", "li.major_case.noticed.v1")
    assert event["audience"] == [WUHAN, EZHOU]
    assert event["data"]["amount_band"] == "50k–200k"
    # One transaction: the decision and its notice bear the same moment's version of the case.
    rows = await suite.databases["labor_inspection"].fetch(
        "SELECT count(DISTINCT xmin::text) AS writers FROM (SELECT xmin FROM violation_bulletins "
        "WHERE kind = 'MAJOR_CASE' UNION ALL SELECT xmin FROM case_orders) AS written"
    )
    assert rows[0]["writers"] == 1

    path = f"{LI}/bulletins/{notice['id']}"
    mine = (await at(suite, "cw-li-ez", "2026-11-05").get(path)).json()
    assert mine["allowed_actions"] == []
    refused = await at(suite, "cw-li-ez", "2026-11-05").act(f"{path}/receive", notice)
    assert_problem(refused, 403, "NOT_YOUR_CITY")
    taken = await at(suite, "cw-li-wh", "2026-11-05").act(f"{path}/receive", notice)
    assert (taken.json()["state"], taken.json()["received_on"]) == ("RECEIVED", "2026-11-05")
    again = await at(suite, "cw-li-wh", "2026-11-05").act(f"{path}/receive", taken.json())
    assert_problem(again, 409, "STATE_CONFLICT")
    told = (await at(suite, "cw-li-ez", "2026-11-05").get(f"{path}/timeline")).json()
    assert [one["action"] for one in told["items"]] == ["issue", "receive"]

    case = await casework.done("cw-li-ez", case, "serve", {"receipt_no": "1"}, on="2026-11-06")
    paid = await casework.payments(case, ["60000.00", "60000.00"], "2026-11-10")
    case = await casework.done("cw-li-ez", case, "record-payment", paid, on="2026-11-10")
    await casework.done("supervisor-ez", case, "close", on="2026-11-11")
    stages = [one["stage"] for one in await notices(suite, "cw-li-wh", kind="MAJOR_CASE")]
    assert stages == ["DECIDED", "CLOSED"]


async def test_a_case_that_is_not_major_is_told_when_somebody_finds_it_so(casework: Any) -> None:
    suite = casework.suite
    case = await casework.until("hear")
    wish = {"kind": "MAJOR_CASE", "case_id": case["id"], "major_kinds": ["EFFECT"]}
    path = f"{LI}/bulletins"
    early = await at(suite, "cw-li-ez", "2026-11-03").post(path, wish)
    assert_problem(early, 409, "NOTHING_DECIDED")
    user, json = ("supervisor-ez", {"kind": "ORDER_CORRECT", "amount": "20000.00"})
    json |= {"due_on": "2026-11-20", "reason": "属实"}
    case = await casework.done(user, case, "decide", json, on="2026-11-04")
    assert await notices(suite, "cw-li-wh", kind="MAJOR_CASE") == []
    unknown = await at(suite, "cw-li-wh", "2026-11-05").post(path, wish)
    assert_problem(unknown, 404, "NOT_FOUND")
    bare = await at(suite, "cw-li-ez", "2026-11-05").post(path, {"kind": "MAJOR_CASE"})
    fields = {one["field"] for one in assert_problem(bare, 422, "REQUIRED")["errors"]}
    assert fields == {"case_id", "major_kinds"}
    made = await at(suite, "cw-li-ez", "2026-11-05").post(path, wish)
    assert made.status_code == 201, made.text
    assert (made.json()["to_city"], made.json()["major_kinds"]) == (WUHAN, ["EFFECT"])
    again = await at(suite, "cw-li-ez", "2026-11-05").post(path, wish)
    assert assert_problem(again, 409, "DUPLICATE")["existing_id"] == made.json()["id"]


@pytest.mark.req("LI-1a")
async def test_the_registration_city_hears_of_credit_events_when_it_is_another_one(
    casework: Any,
) -> None:
    suite = casework.suite
    await casework.until("lapse", **E3)
    sent = await notices(suite, "cw-li-wh", kind="CREDIT")
    assert [one["credit_kind"] for one in sent] == ["PUNISHED", "DISOBEYED"]
    assert {one["to_city"] for one in sent} == {WUHAN}
    assert_problem(
        await at(suite, "window-wh", "2026-12-01").get(f"{LI}/bulletins"), 403, "SCOPE_MISSING"
    )


async def test_no_credit_notice_goes_to_the_city_that_inspects(casework: Any) -> None:
    await casework.until("lapse")
    assert await notices(casework.suite, "cw-li-ez", kind="CREDIT") == []


@pytest.mark.req("LI-1a")
async def test_a_quarterly_bulletin_lists_employers_of_the_other_city_and_a_missing_one_is_late(
    casework: Any,
) -> None:
    suite, path = casework.suite, f"{LI}/bulletins"
    case = await casework.until("lapse", **E3)
    early = await at(suite, "cw-li-ez", "2026-12-31").post(path, {"quarter": "2026-Q4"})
    assert_problem(early, 422, "QUARTER")
    assert (await casework.timers("2026-12-31"))["bulletins"] == 0
    assert (await casework.timers("2027-01-01"))["bulletins"] == 2
    assert (await casework.timers("2027-01-04"))["bulletins"] == 0
    due = await at(suite, "cw-li-wh", "2027-01-04").get(
        path, {"state": "DUE", "quarter": "2026-Q4"}
    )
    rows = {one["owner_city"]: one for one in due.json()["items"]}
    assert set(rows) == {WUHAN, EZHOU}
    [clock] = rows[EZHOU]["deadlines"]
    assert (clock["code"], clock["started_on"], clock["length"]) == ("BULLETIN", "2026-12-31", 10)

    issued = await at(suite, "cw-li-ez", "2027-01-05").post(path, {"quarter": "2026-Q4"})
    assert issued.status_code == 201, issued.text
    made = issued.json()
    assert (made["id"], made["state"]) == (rows[EZHOU]["id"], "ISSUED")
    assert made["employers"] == [
        {
            "uscc": E3["employer_uscc"],
            "name": E3["employer_name"],
            "kinds": ["PUNISHED", "DISOBEYED"],
            "case_nos": [case["biz_no"]],
            "joint_grade": None,
            "is_arrears_listed": False,
        }
    ]
    # Filed on 09-29, so counted in the third quarter; decided in the fourth.
    assert made["counts"] == {
        "complaints_received": 0,
        "complaints_from_other_city": 0,
        "cases_filed": 0,
        "cases_decided": 1,
        "cases_closed": 0,
        "arrears_listed": 0,
        "employers_of_other_city": 1,
        "wages_recovered": "0.00",
    }
    assert [one["status"] for one in made["deadlines"]] == ["MET"]
    [event] = await suite.events("labor_inspection", "li.bulletin.issued.v1")
    assert (event["data"]["quarter"], event["data"]["counts"]) == ("2026-Q4", made["counts"])
    again = await at(suite, "cw-li-ez", "2027-01-05").post(path, {"quarter": "2026-Q4"})
    assert assert_problem(again, 409, "DUPLICATE")["existing_id"] == made["id"]
    third = await at(suite, "cw-li-ez", "2027-01-05").post(path, {"quarter": "2026-Q3"})
    assert third.json()["counts"]["cases_filed"] == 1
    assert third.json()["counts"]["complaints_received"] == 1

    await casework.timers("2027-02-15")
    late = await at(suite, "cw-li-ez", "2027-02-15").get(
        path, {"state": "DUE", "quarter": "2026-Q4"}
    )
    [missing] = late.json()["items"]
    assert (missing["owner_city"], missing["deadlines"][0]["status"]) == (WUHAN, "OVERDUE")
    alerts = await suite.events("labor_inspection", "li.deadline.overdue.v1")
    late_ones = [one for one in alerts if one["data"]["code"] == "BULLETIN"]
    assert [one["city"] for one in late_ones if one["subject"] == missing["biz_no"]] == [WUHAN]
    assert {tuple(one["audience"]) for one in late_ones} == {(WUHAN, EZHOU)}
    own = await at(suite, "supervisor-wh", "2027-02-15").get(f"{path}/{missing['id']}")
    done = await at(suite, "supervisor-wh", "2027-02-15").act(
        f"{path}/{missing['id']}/issue", own.json()
    )
    assert (done.json()["state"], done.json()["deadlines"][0]["status"]) == ("ISSUED", "OVERDUE")


async def test_no_bulletin_is_due_for_a_time_before_the_first_complaint(
    inspection: Suite, filing: Any
) -> None:
    desk = at(inspection, "ops", "2026-10-05")
    assert (await desk.post(f"{LI}/timers/run")).json()["timers"]["bulletins"] == 0
    await at(inspection, "window-ez", "2026-10-06").post(f"{LI}/complaints", filing())
    assert (await desk.post(f"{LI}/timers/run")).json()["timers"]["bulletins"] == 0


@pytest.mark.req("LI-3b")
async def test_a_quarters_major_cases_are_published_once_and_name_no_worker(
    casework: Any, person: Any
) -> None:
    suite, path = casework.suite, f"{LI}/major-publications"
    case = await casework.until("hear", **large(person))
    order = {"kind": "ORDER_CORRECT", "amount": "120000.00", "due_on": "2026-11-20"}
    order["reason"] = "拖欠工资属实"
    await casework.done("supervisor-ez", case, "decide", order, on="2026-11-04")
    head = at(suite, "supervisor-ez", "2027-01-08")
    answer = await head.post(path, {"quarter": "2026-Q4"})
    assert answer.status_code == 201, answer.text
    [item] = answer.json()["items"]
    assert (item["employer_name"], item["kinds"]) == (E3["employer_name"], ["WAGE"])
    assert "2人，涉及金额120000.00元" in item["facts"]
    assert item["decision"] == "责令改正"
    assert "测试人" not in answer.text
    assert_problem(await head.post(path, {"quarter": "2026-Q4"}), 409, "DUPLICATE")
    assert_problem(await head.post(path, {"quarter": "2027-Q1"}), 422, "QUARTER")
    public = await at(suite, "window-wh", "2027-01-09").get(path, {"owner_city": EZHOU})
    assert len(public.json()["items"]) == 1
