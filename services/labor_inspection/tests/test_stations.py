"""Service stations: each city keeps one inside the other."""

from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem
from labor_inspection.main import SERVICE
from labor_inspection.seed import STATION_IN_EZHOU, STATION_IN_WUHAN

PATH = "/labor-inspection/v1/service-stations"
COMPLAINTS = "/labor-inspection/v1/complaints"
NOW = "2026-09-23T09:00:00+08:00"


def plan(**changes: Any) -> dict[str, Any]:
    return {
        "name_zh": "鄂州驻江夏服务站",
        "name_en": "Ezhou's station in Jiangxia",
        "division": "420115",
        "address": "江夏区测试路5号",
        "hours": "09:00-17:00",
        "phones": ["12333"],
        **changes,
    }


@pytest.mark.req("LI-2a")
async def test_each_city_has_an_open_station_inside_the_other(inspection: Suite) -> None:
    answer = await inspection.desk("window-wh", now=NOW).get(PATH, {"state": "OPEN"})
    stations = {row["id"]: row for row in answer.json()["items"]}
    there = {key: (row["sponsor_city"], row["host_city"]) for key, row in stations.items()}
    assert there == {
        str(STATION_IN_WUHAN): (EZHOU, WUHAN),
        str(STATION_IN_EZHOU): (WUHAN, EZHOU),
    }
    one = await inspection.desk("station-ez", now=NOW).get(f"{PATH}/{STATION_IN_WUHAN}")
    assert (one.json()["division"], one.json()["state"]) == ("420111", "OPEN")
    assert_problem(await inspection.client().get(PATH), 401, "UNAUTHENTICATED")


async def test_seeding_twice_changes_nothing(inspection: Suite) -> None:
    database = inspection.databases["labor_inspection"]
    assert SERVICE.seed is not None
    counts = []
    for _ in range(2):
        async with inspection.apps["labor_inspection"].state.database.transaction() as session:
            await SERVICE.seed(session)
        counts.append(
            [
                await database.value(f"SELECT count(*) FROM {table}")
                for table in ("service_stations", "complaints", "outbox_events", "deadlines")
            ]
        )
    assert counts[0] == counts[1]
    assert counts[0][0] == 2


async def test_a_station_is_planned_opened_suspended_and_closed_by_its_sponsor(
    inspection: Suite, filing: Any
) -> None:
    sponsor = inspection.desk("supervisor-ez", now=NOW)
    at_home = plan(division="420704")
    assert_problem(await sponsor.post(PATH, at_home), 422, "HOST_CITY")
    assert_problem(await inspection.desk("window-ez").post(PATH, plan()), 403, "SCOPE_MISSING")
    answer = await sponsor.post(PATH, plan())
    station = answer.json()
    assert answer.status_code == 201, answer.text
    assert (station["state"], station["host_city"]) == ("PLANNED", WUHAN)
    assert station["allowed_actions"] == ["open", "close"]
    path = f"{PATH}/{station['id']}"
    desk = inspection.desk("window-wh", purpose="LI_COMPLAINT", now=NOW)
    body = filing(station_id=station["id"], channel="STATION")
    assert_problem(await desk.post(COMPLAINTS, body), 422, "STATION")

    host = inspection.desk("supervisor-wh", now=NOW)
    assert_problem(await host.act(f"{path}/open", station), 403, "NOT_YOUR_CITY")
    station = (await sponsor.act(f"{path}/open", station)).json()
    assert (await desk.post(COMPLAINTS, body)).status_code == 201

    changed = await sponsor.patch(
        path, station, {"staff": [{"staff_no": "station-ez", "city": EZHOU}]}
    )
    assert changed.json()["staff"] == [{"staff_no": "station-ez", "city": EZHOU}]
    stale = await sponsor.act(f"{path}/suspend", station, {"reason": "装修"})
    assert_problem(stale, 412, "VERSION_MISMATCH")
    station = (await sponsor.act(f"{path}/suspend", changed.json(), {"reason": "装修"})).json()
    assert station["state"] == "SUSPENDED"
    station = (await sponsor.act(f"{path}/open", station)).json()
    station = (await sponsor.act(f"{path}/close", station, {"reason": "合并"})).json()
    assert (station["state"], station["allowed_actions"]) == ("CLOSED", [])
    assert_problem(await sponsor.act(f"{path}/open", station), 409, "STATE_CONFLICT")
    late = await sponsor.patch(path, station, {"hours": "10:00-12:00"})
    assert_problem(late, 409, "STATE_CONFLICT")
    history = (await sponsor.get(f"{path}/timeline")).json()["items"]
    assert [item["action"] for item in history] == [
        "plan",
        "open",
        "change",
        "suspend",
        "open",
        "close",
    ]


async def test_a_station_receives_for_its_host_city_whoever_staffs_it(
    inspection: Suite, filing: Any, person: Any
) -> None:
    for number, user in enumerate(("station-ez", "station-wh"), start=1):
        desk = inspection.desk(user, purpose="LI_COMPLAINT", now=NOW)
        body = filing(
            station_id=str(STATION_IN_WUHAN),
            channel="STATION",
            complainant=person(number),
            workers=[],
            amount_claimed=...,
        )
        row = (await desk.post(COMPLAINTS, body)).json()
        assert row["receiving_city"] == WUHAN
        assert row["tracking_no"].startswith("LI-WH-")
        assert (await desk.get(f"{COMPLAINTS}/{row['id']}")).status_code == 200
