"""Joint fairs: signed by both cities, announced in time, opened by the clock, reported by both."""

from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem

from .conftest import LOGISTICS, Employment, job
from .cooperation import V1, Cities, Row

FAIRS = "job-fairs"
FAIR = {
    "title": "武鄂金秋联合招聘会",
    "mode": "HYBRID",
    "venue_division": "420704",
    "venue_address": "测试体育馆",
    "starts_at": "2026-10-24T09:00:00+08:00",
    "ends_at": "2026-10-24T17:00:00+08:00",
    "expected_attendance": 1000,
    "themes": ["高校毕业生"],
}
PLANS = {"safety_plan_ref": "AB-2026-01", "emergency_plan_ref": "YJ-2026-01"}
FIGURES = {"employers": 25, "postings": 60, "headcount": 200, "visitors": 600, "resumes": 210,
           "intents": 40, "hired_30d": 10}  # fmt: skip
OTHERS = {"employers": 15, "postings": 36, "headcount": 120, "visitors": 300, "resumes": 100,
          "intents": 21, "hired_30d": None}  # fmt: skip


async def cosigned(cities: Cities, **changes: Any) -> Row:
    row = await cities.made("cw-emp-wh", FAIRS, {**FAIR, **changes})
    row = await cities.done("cw-emp-wh", FAIRS, row, "propose")
    return await cities.done("supervisor-ez", FAIRS, row, "cosign")


async def announced(cities: Cities, **changes: Any) -> Row:
    row = await cosigned(cities, **changes)
    return await cities.done("cw-emp-wh", FAIRS, row, "announce", PLANS, on="2026-10-20")


async def closed(cities: Cities) -> Row:
    row = await announced(cities)
    await cities.timers("2026-10-24T09:00:00+08:00")
    await cities.timers("2026-10-24T17:00:00+08:00")
    return await cities.read("cw-emp-wh", FAIRS, row, on="2026-10-26")


@pytest.mark.req("EMP-2e")
async def test_a_fair_is_announced_when_both_cities_have_signed(cities: Cities) -> None:
    row = await cities.made("cw-emp-wh", FAIRS, FAIR)
    assert (row["state"], row["host_city"], row["co_city"]) == ("DRAFT", WUHAN, EZHOU)
    path = f"{V1}/{FAIRS}/{row['id']}"
    assert_problem(await cities.desk("cw-emp-ez").get(path), 404, "NOT_FOUND")
    early = await cities.act("cw-emp-wh", FAIRS, row, "announce", PLANS)
    assert assert_problem(early, 409, "STATE_CONFLICT")["allowed"] == ["propose", "cancel"]
    row = await cities.done("cw-emp-wh", FAIRS, row, "propose")
    own = await cities.act("supervisor-wh", FAIRS, row, "cosign")
    assert_problem(own, 403, "NOT_YOUR_CITY")
    clerk = await cities.act("cw-emp-ez", FAIRS, row, "cosign")
    assert_problem(clerk, 403, "SCOPE_MISSING")
    row = await cities.done("supervisor-ez", FAIRS, row, "cosign")
    assert (row["cosigned_on"], row["cosigned_by"]) == ("2026-10-12", "supervisor-ez")
    late = await cities.desk("cw-emp-wh").patch(path, row, {"title": "换个题目"})
    assert_problem(late, 409, "STATE_CONFLICT")
    row = await cities.done("cw-emp-wh", FAIRS, row, "announce", PLANS, on="2026-10-20")
    assert (row["state"], row["announced_on"]) == ("ANNOUNCED", "2026-10-20")
    [event] = await cities.suite.events("employment", "employment.fair.announced.v1")
    assert event["data"]["fair_id"] == row["id"]
    assert (event["data"]["mode"], event["audience"]) == ("HYBRID", [WUHAN, EZHOU])


async def test_a_signature_is_for_what_was_read(cities: Cities) -> None:
    row = await cities.made("cw-emp-wh", FAIRS, FAIR)
    read = await cities.done("cw-emp-wh", FAIRS, row, "propose")
    path = f"{V1}/{FAIRS}/{row['id']}"
    changed = await cities.desk("cw-emp-wh").patch(path, read, {"expected_attendance": 5000})
    assert changed.status_code == 200
    stale = await cities.act("supervisor-ez", FAIRS, read, "cosign")
    assert_problem(stale, 412, "VERSION_MISMATCH")
    back = await cities.done(
        "supervisor-ez", FAIRS, changed.json(), "decline", {"reason": "人数过多"}
    )
    assert back["state"] == "DRAFT"


@pytest.mark.req("EMP-2e")
async def test_a_hall_needs_both_plans_and_everybody_three_days(cities: Cities) -> None:
    row = await cosigned(cities)
    refused = await cities.act("cw-emp-wh", FAIRS, row, "announce", on="2026-10-22")
    problem = assert_problem(refused, 422, "VALIDATION")
    assert [(one["field"], one["code"]) for one in problem["errors"]] == [
        ("safety_plan_ref", "REQUIRED"),
        ("emergency_plan_ref", "REQUIRED"),
        ("starts_at", "NOTICE_DAYS"),
    ]
    row = await cities.done("cw-emp-wh", FAIRS, row, "announce", PLANS, on="2026-10-21")
    assert row["state"] == "ANNOUNCED"
    online = {"mode": "ONLINE", "venue_division": None, "venue_address": None}
    row = await cosigned(cities, **online)
    row = await cities.done("cw-emp-wh", FAIRS, row, "announce", on="2026-10-20")
    assert row["state"] == "ANNOUNCED"


async def test_everything_wrong_with_a_fair_is_told_at_once(cities: Cities) -> None:
    body = {**FAIR, "mode": "OFFLINE", "venue_division": None, "co_city": "420200",
            "ends_at": FAIR["starts_at"], "fee": "1.00"}  # fmt: skip
    refused = await cities.desk("cw-emp-wh").post(f"{V1}/{FAIRS}", body)
    problem = assert_problem(refused, 422, "VALIDATION")
    assert {one["field"] for one in problem["errors"]} == {
        "venue_division", "co_city", "ends_at", "fee",
    }  # fmt: skip


@pytest.mark.req("EMP-2e")
async def test_postings_and_employers_of_both_cities_come_but_none_that_is_blocked(
    cities: Cities,
) -> None:
    employment = Employment(cities.suite)
    employer = await employment.employer()
    posting = await employment.published(employer_id=employer["id"])
    fair = await announced(cities)
    link = {"fair_id": fair["id"], "posting_id": posting["id"]}
    made = await cities.made("cw-emp-wh", "fair-postings", link)
    assert made["state"] == "LINKED"
    twice = await cities.desk("cw-emp-ez").post(f"{V1}/fair-postings", link)
    assert assert_problem(twice, 409, "DUPLICATE")["existing_id"] == made["id"]
    booth = {"fair_id": fair["id"], "employer_id": employer["id"], "booth_no": "A-01"}
    first = await cities.made("partner.ezhou", "booths", booth)
    other = await employment.employer(uscc="91420799MAEH00016H", name="鄂州测试建设",
                                      industry="E4710")  # fmt: skip
    same = await cities.desk("cw-emp-ez").post(
        f"{V1}/booths", {**booth, "employer_id": other["id"]}
    )
    assert assert_problem(same, 409, "DUPLICATE")["existing_id"] == first["id"]
    await block(cities, other)
    body = {"fair_id": fair["id"], "employer_id": other["id"]}
    blocked = await cities.desk("cw-emp-ez").post(f"{V1}/booths", body)
    assert_problem(blocked, 409, "EMPLOYER_BLOCKED")
    # Blocked after it registered: it does not come when the fair opens.
    await block(cities, employer)
    await cities.timers("2026-10-24T09:00:00+08:00")
    gone = await cities.read("cw-emp-ez", "booths", first, on="2026-10-24")
    assert (gone["state"], gone["reason"]) == ("CANCELLED", "用人单位已被限制")
    fair = await cities.read("cw-emp-ez", FAIRS, fair, on="2026-10-24")
    assert (fair["state"], fair["booths"], fair["linked_postings"]) == ("OPEN", 0, 1)


async def block(cities: Cities, employer: Row) -> None:
    """As the wage-arrears list does."""
    import asyncpg

    connection = await asyncpg.connect(cities.database.superuser_url)
    await connection.execute(
        "UPDATE employers SET blocked_until = '2026-12-31' WHERE id = $1", employer["id"]
    )
    await connection.close()


async def test_a_posting_that_is_not_on_offer_is_not_linked(cities: Cities) -> None:
    employment = Employment(cities.suite)
    posting = await employment.submitted()
    fair = await announced(cities)
    link = {"fair_id": fair["id"], "posting_id": posting["id"]}
    refused = await cities.desk("cw-emp-ez").post(f"{V1}/fair-postings", link)
    assert_problem(refused, 409, "POSTING_NOT_PUBLISHED")
    unseen = await cities.desk("cw-emp-wh").post(f"{V1}/fair-postings", link)
    assert_problem(unseen, 422, "POSTING_UNKNOWN")
    draft = await cities.made("cw-emp-ez", FAIRS, FAIR)
    early = {**link, "fair_id": draft["id"]}
    refused = await cities.desk("cw-emp-ez").post(f"{V1}/fair-postings", early)
    assert_problem(refused, 409, "FAIR_NOT_TAKING")
    assert job(LOGISTICS["uscc"])["title"] == "仓储管理员"


@pytest.mark.req("EMP-2e")
async def test_a_fair_is_reported_with_the_figures_of_both_cities(cities: Cities) -> None:
    fair = await closed(cities)
    assert (fair["state"], fair["closed_on"]) == ("CLOSED", "2026-10-24")
    [clock] = fair["deadlines"]
    assert (clock["code"], clock["due_on"], clock["unit"]) == ("FAIR_REPORT", "2026-11-06", "WD")
    one = await cities.done("cw-emp-wh", FAIRS, fair, "report", FIGURES, on="2026-11-03")
    assert (one["state"], one["results_from"]) == ("CLOSED", [WUHAN])
    again = await cities.act("cw-emp-wh", FAIRS, one, "report", FIGURES, on="2026-11-03")
    assert_problem(again, 409, "DUPLICATE")
    body = {"fair_id": fair["id"], **OTHERS}
    result = await cities.made("cw-emp-ez", "fair-results", body, on="2026-11-05")
    both = await cities.read("cw-emp-ez", FAIRS, fair, on="2026-11-05")
    assert both["state"] == "REPORTED"
    assert both["results"] == {"employers": 40, "postings": 96, "headcount": 320,
                               "visitors": 900, "resumes": 310, "intents": 61,
                               "hired_30d": 10}  # fmt: skip
    assert [one["status"] for one in both["deadlines"]] == ["MET"]
    path = f"{V1}/fair-results/{result['id']}"
    foreign = await cities.desk("cw-emp-wh").patch(path, result, {"hired_30d": 7})
    assert_problem(foreign, 403, "NOT_YOUR_CITY")
    known = await cities.desk("cw-emp-ez", "2026-11-24").patch(path, result, {"hired_30d": 7})
    assert known.json()["hired_30d"] == 7
    told = await cities.suite.events("employment", "employment.fair.reported.v1")
    assert [event["data"]["figures"]["hired_30d"] for event in told] == [10, 17]


async def test_a_report_that_is_late_is_told(cities: Cities) -> None:
    fair = await closed(cities)
    await cities.timers("2026-11-07")
    late = await cities.read("cw-emp-ez", FAIRS, fair, on="2026-11-09")
    assert [one["status"] for one in late["deadlines"]] == ["OVERDUE"]
    [event] = await cities.suite.events("employment", "employment.deadline.overdue.v1")
    assert event["audience"] == [WUHAN, EZHOU]


async def test_an_open_fair_is_not_called_off(cities: Cities) -> None:
    fair = await announced(cities)
    await cities.timers("2026-10-24T09:00:00+08:00")
    fair = await cities.read("cw-emp-wh", FAIRS, fair, on="2026-10-24")
    refused = await cities.act("cw-emp-wh", FAIRS, fair, "cancel", {"reason": "雨"})
    assert_problem(refused, 409, "STATE_CONFLICT")
