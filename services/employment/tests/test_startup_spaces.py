"""Start-up space: free desks are booked and moved into across the cities, never more than exist."""

import asyncio
import json
from collections import Counter
from typing import Any

import asyncpg
import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem

from .cooperation import V1, Cities, Row, slot

SPACES, OFFERS, BOOKINGS = "startup-spaces", "space-offers", "space-bookings"


async def space(cities: Cities, **changes: Any) -> Row:
    body = {"kind": "MAKERSPACE", "name": "梧桐湖众创空间", "operator": "测试运营公司",
            "division": "420702", "address": "梧桐湖路1号", "desks": 20, **changes}  # fmt: skip
    return await cities.made("cw-emp-ez", SPACES, body)


async def offer(cities: Cities, house: Row, **changes: Any) -> Row:
    body = {"space_id": house["id"], "kind": "DESK", "title": "共享工位", "capacity": 10,
            "slots": [slot(capacity=10)], **changes}  # fmt: skip
    return await cities.made("cw-emp-ez", OFFERS, body)


@pytest.mark.req("EMP-4a")
async def test_fifty_bookings_at_once_never_exceed_the_capacity(cities: Cities) -> None:
    made = await offer(cities, await space(cities))
    body = {"slot_id": made["slots"][0]["id"], "purpose": "路演"}
    answers = await cities.at_once(BOOKINGS, body, *["cw-emp-wh", "cw-emp-ez"] * 25)
    assert Counter(one.status_code for one in answers) == {201: 10, 409: 40}
    taken = await cities.database.fetch("SELECT taken_own + taken_counterpart FROM space_slots")
    assert taken[0][0] == 10
    assert await cities.database.value("SELECT count(*) FROM space_bookings") == 10


@pytest.mark.req("EMP-4a")
async def test_a_booking_across_the_cities_is_confirmed_and_told(cities: Cities) -> None:
    made = await offer(cities, await space(cities), kind="MENTOR_HOUR", capacity=1, slots=[slot()])
    body = {"slot_id": made["slots"][0]["id"], "offer_id": made["id"], "purpose": "辅导"}
    row = await cities.made("window-wh", BOOKINGS, body)
    assert (row["owner_city"], row["resource_city"]) == (WUHAN, EZHOU)
    row = await cities.done("cw-emp-ez", BOOKINGS, row, "confirm")
    [event] = await cities.suite.events("employment", "employment.booking.confirmed.v1")
    assert (event["data"]["kind"], event["data"]["resource_id"]) == ("SPACE", made["id"])
    await cities.timers("2026-11-02T09:00:00+08:00")
    row = await cities.read("cw-emp-ez", BOOKINGS, row, on="2026-11-02")
    row = await cities.done("cw-emp-ez", BOOKINGS, row, "no-show", on="2026-11-02")
    assert row["state"] == "NO_SHOW"


@pytest.mark.req("EMP-4a")
async def test_residents_and_offers_share_the_same_desks(cities: Cities) -> None:
    house = await space(cities)
    made = await offer(cities, house, capacity=15, slots=[])
    team = {"space_id": house["id"], "team_name": "测试团队", "project": "无人机巡检", "desks": 6,
            "contact_phone": "14400000012"}  # fmt: skip
    row = await cities.made("cw-emp-wh", "residents", team)
    assert (row["state"], row["owner_city"], row["space_city"]) == ("APPLIED", WUHAN, EZHOU)
    assert "contact_phone" not in row
    own = await cities.act("cw-emp-wh", "residents", row, "admit")
    assert_problem(own, 403, "NOT_YOUR_CITY")
    full = await cities.act("cw-emp-ez", "residents", row, "admit")
    assert_problem(full, 409, "NO_DESKS")
    await cities.done("cw-emp-ez", OFFERS, made, "close")
    row = await cities.done("cw-emp-ez", "residents", row, "admit")
    assert (row["state"], row["admitted_on"]) == ("ADMITTED", "2026-10-12")
    house = await cities.read("cw-emp-wh", SPACES, house)
    assert (house["desks_resident"], house["desks_offered"]) == (6, 0)
    fewer = await cities.desk("cw-emp-ez").patch(
        f"{V1}/{SPACES}/{house['id']}", house, {"desks": 5}
    )
    assert_problem(fewer, 409, "NO_DESKS")
    row = await cities.done("cw-emp-ez", "residents", row, "leave", on="2026-12-01")
    assert (row["state"], row["left_on"]) == ("LEFT", "2026-12-01")
    assert (await cities.read("cw-emp-ez", SPACES, house))["desks_resident"] == 0


async def test_fifty_teams_are_admitted_at_once_into_twenty_desks(cities: Cities) -> None:
    house = await space(cities)
    teams = [
        await cities.made("cw-emp-wh", "residents", {
            "space_id": house["id"], "team_name": f"测试团队{number}", "project": "x"})
        for number in range(50)
    ]  # fmt: skip

    async def admit(team: Row) -> int:
        while (
            answer := await cities.act("cw-emp-ez", "residents", team, "admit")
        ).status_code == 503:
            pass
        return int(answer.status_code)

    assert Counter(await asyncio.gather(*map(admit, teams))) == {200: 20, 409: 30}
    assert await cities.database.value("SELECT desks_resident FROM startup_spaces") == 20


async def test_whom_to_call_in_a_team_is_sealed_and_shown_on_record(cities: Cities) -> None:
    house = await space(cities)
    team = {"space_id": house["id"], "team_name": "测试团队", "project": "x",
            "contact_name": "测试联系人", "contact_phone": "14400000012"}  # fmt: skip
    row = await cities.made("cw-emp-wh", "residents", team)
    path = f"{V1}/residents/{row['id']}/reveal"
    near = cities.desk("cw-emp-ez", purpose="EMP_MATCH")
    shown = await near.post(path, {"fields": ["contact_phone"], "reason": "联系入驻"})
    assert shown.json()["fields"] == {"contact_phone": "14400000012"}
    sealed = await cities.database.value("SELECT contact_phone FROM residents")
    assert b"14400000012" not in sealed
    twice = await cities.desk("cw-emp-ez").post(f"{V1}/residents", {
        "space_id": house["id"], "team_name": "测试团队", "project": "x"})  # fmt: skip
    assert assert_problem(twice, 409, "DUPLICATE")["existing_id"] == row["id"]


async def test_a_slot_is_no_larger_than_its_offer(cities: Cities) -> None:
    house = await space(cities)
    body = {"space_id": house["id"], "kind": "EQUIPMENT", "title": "3D打印机", "capacity": 1,
            "slots": [slot(capacity=2)]}  # fmt: skip
    refused = await cities.desk("cw-emp-ez").post(f"{V1}/{OFFERS}", body)
    problem = assert_problem(refused, 422, "RANGE")
    assert [one["field"] for one in problem["errors"]] == ["slots.0.capacity"]
    foreign = await cities.desk("cw-emp-wh").post(f"{V1}/{OFFERS}", {**body, "slots": []})
    assert_problem(foreign, 403, "NOT_YOUR_CITY")


async def test_a_pilot_that_is_switched_off_takes_nothing_new(cities: Cities) -> None:
    house = await space(cities)
    connection = await asyncpg.connect(cities.database.superuser_url)
    await connection.execute(
        "UPDATE policy_parameters SET value = 'false' WHERE key = 'feature.EMP-4a'"
    )
    await connection.close()
    body = {"space_id": house["id"], "team_name": "测试团队", "project": "x"}
    refused = await cities.desk("cw-emp-wh").post(f"{V1}/residents", body)
    assert_problem(refused, 409, "FEATURE_OFF")
    assert (await cities.read("cw-emp-wh", SPACES, house))["state"] == "OPEN"


async def test_a_list_leaves_as_a_file_with_the_same_filters(cities: Cities) -> None:
    await space(cities)
    await space(cities, name="别处", kind="INCUBATOR")
    answer = await cities.desk("cw-emp-wh").get(
        f"{V1}/{SPACES}/export", {"kind": "INCUBATOR", "format": "ndjson"}
    )
    assert answer.status_code == 200, answer.text
    assert [json.loads(line)["name"] for line in answer.text.splitlines()] == ["别处"]
