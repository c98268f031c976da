"""Public employment service in both cities: no hukou, no fee, visits counted, markets found."""

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem

from .conftest import Employment
from .cooperation import V1, Cities, Row

ITEMS, VISITS, MARKETS, ACTIVITIES = (
    "service-items", "service-visits", "gig-markets", "exchange-activities",
)  # fmt: skip
POINT = {"name": "鄂城就业服务站", "district": "420704", "town_code": "420704001",
         "address": "测试路5号"}  # fmt: skip
ITEM = {"code": "EMP-REG", "kind": "REGISTRATION", "name": "求职登记",
        "materials": ["身份证件"], "service_points": [POINT]}  # fmt: skip
MARKET = {"name": "鄂城零工市场", "district": "420704", "town_code": "420704002",
          "address": "测试路6号", "opening_hours": "06:00-18:00"}  # fmt: skip


async def published(cities: Cities, **changes: str) -> Row:
    row = await cities.made("cw-emp-ez", ITEMS, {**ITEM, **changes})
    return await cities.done("cw-emp-ez", ITEMS, row, "publish")


@pytest.mark.req("EMP-1a")
async def test_a_wuhan_resident_gets_each_item_in_ezhou(cities: Cities) -> None:
    for kind in ("REGISTRATION", "GUIDANCE", "POLICY_ADVICE", "REFERRAL"):
        item = await published(cities, code=f"EMP-{kind[:3]}", kind=kind)
        body = {"item_id": item["id"], "home_city": WUHAN}
        visit = await cities.made("window-ez", VISITS, body)
        assert (visit["serving_city"], visit["home_city"], visit["cross_city"]) == (
            EZHOU, WUHAN, True,
        )  # fmt: skip
    seen = (await cities.desk("cw-emp-wh").get(f"{V1}/{ITEMS}", {"state": "PUBLISHED"})).json()
    assert len(seen["items"]) == 4
    words = set(seen["items"][0])
    assert not {word for word in words if "fee" in word or "price" in word or "hukou" in word}


@pytest.mark.req("EMP-1a")
async def test_no_item_asks_for_a_fee_or_for_hukou(cities: Cities) -> None:
    desk = cities.desk("cw-emp-ez")
    fee = await desk.post(f"{V1}/{ITEMS}", {**ITEM, "fee": "10.00"})
    assert_problem(fee, 422, "UNKNOWN_FIELD")
    hidden = {**ITEM, "description": "须交报名费", "materials": ["本市户口簿"]}
    problem = assert_problem(await desk.post(f"{V1}/{ITEMS}", hidden), 422, "VALIDATION")
    assert {(one["field"], one["code"]) for one in problem["errors"]} == {
        ("description", "FEE_WORDING"), ("materials.0", "HUKOU_CONDITION"),
    }  # fmt: skip
    row = await cities.made("cw-emp-ez", ITEMS, ITEM)
    later = await desk.patch(f"{V1}/{ITEMS}/{row['id']}", row, {"description": "限本市户籍"})
    assert_problem(later, 422, "HUKOU_CONDITION")
    assert_problem(await desk.post(f"{V1}/{ITEMS}", ITEM), 409, "DUPLICATE")


async def test_a_visit_belongs_to_the_city_that_serves_and_counts_once(cities: Cities) -> None:
    item = await published(cities)
    body = {"item_id": item["id"], "home_city": WUHAN, "source_ref": "V-1"}
    foreign = await cities.desk("window-wh").post(f"{V1}/{VISITS}", body)
    assert_problem(foreign, 403, "NOT_YOUR_CITY")
    first = await cities.made("partner.ezhou", VISITS, body)
    twice = await cities.desk("partner.ezhou").post(f"{V1}/{VISITS}", body)
    assert assert_problem(twice, 409, "DUPLICATE")["existing_id"] == first["id"]
    ahead = {**body, "source_ref": "V-2", "visited_at": "2026-10-13T09:00:00+08:00"}
    assert_problem(await cities.desk("partner.ezhou").post(f"{V1}/{VISITS}", ahead), 422, "DATE")
    personal = {**body, "name": "某人"}
    refused = await cities.desk("window-ez").post(f"{V1}/{VISITS}", personal)
    assert_problem(refused, 422, "UNKNOWN_FIELD")


@pytest.mark.req("X-7")
async def test_a_service_point_lies_in_its_district(cities: Cities) -> None:
    wrong = {**ITEM, "service_points": [{**POINT, "town_code": "420703001"}]}
    refused = await cities.desk("cw-emp-ez").post(f"{V1}/{ITEMS}", wrong)
    problem = assert_problem(refused, 422, "TOWN_DISTRICT")
    assert [one["field"] for one in problem["errors"]] == ["service_points.0.town_code"]
    refused = await cities.desk("cw-emp-ez").post(f"{V1}/{MARKETS}", {**MARKET, "town_code": "1"})
    assert_problem(refused, 422, "PATTERN")


@pytest.mark.req("X-4")
@pytest.mark.req("X-7")
async def test_gig_markets_are_found_by_district_with_the_day_work_there(cities: Cities) -> None:
    row = await cities.made("cw-emp-ez", MARKETS, MARKET)
    foreign = await cities.desk("cw-emp-wh").post(f"{V1}/{MARKETS}", {**MARKET, "name": "x"})
    assert_problem(foreign, 403, "NOT_YOUR_CITY")
    assert row["gig_postings"] == 0
    await Employment(cities.suite).published(
        emp_type="GIG", salary_unit="DAY", salary_min="150.00", salary_max="200.00"
    )
    found = await cities.desk("cw-emp-wh").get(f"{V1}/{MARKETS}", {"district": "420704"})
    [seen] = found.json()["items"]
    assert (seen["town_code"], seen["gig_postings"]) == ("420704002", 1)
    row = await cities.done("cw-emp-ez", MARKETS, row, "close", {"reason": "改造"})
    assert row["state"] == "CLOSED"


# ── exchange ────────────────────────────────────────────────────────────────────────────────

PLAN = {"title": "武鄂就业创业交流会", "kind": "FORUM", "topic": "同城化服务", "division": "420704",
        "planned_on": "2026-10-12"}  # fmt: skip


@pytest.mark.req("EMP-1b")
async def test_an_activity_needs_participants_of_both_cities_to_be_completed(
    cities: Cities,
) -> None:
    row = await cities.made("cw-emp-ez", ACTIVITIES, PLAN)
    mine = {"city": EZHOU, "organisation": "org-ez-emp", "people": 12}
    theirs = {"city": WUHAN, "organisation": "org-wh-emp", "people": 8}
    row = await cities.done("cw-emp-ez", ACTIVITIES, row, "hold", {"participants": [mine]})
    early = await cities.act("cw-emp-ez", ACTIVITIES, row, "publish-summary", {"summary": "x"})
    assert assert_problem(early, 409, "STATE_CONFLICT")["allowed"] == ["file-minutes"]
    row = await cities.done("cw-emp-ez", ACTIVITIES, row, "file-minutes", {"minutes": "纪要"})
    alone = await cities.act("cw-emp-ez", ACTIVITIES, row, "publish-summary", {"summary": "x"})
    assert_problem(alone, 409, "BOTH_CITIES_NEEDED")
    both = {"minutes": "纪要", "participants": [mine, theirs]}
    row = await cities.done("cw-emp-ez", ACTIVITIES, row, "file-minutes", both)
    row = await cities.done(
        "cw-emp-ez", ACTIVITIES, row, "publish-summary", {"summary": "达成三项合作"}
    )
    assert (row["state"], row["completed_on"]) == ("COMPLETED", "2026-10-12")
    foreign = await cities.act("cw-emp-wh", ACTIVITIES, row, "cancel", {"reason": "x"})
    assert_problem(foreign, 403, "NOT_YOUR_CITY")
