"""One complaint from the counter to the case: scenario 7.4, steps 1 to 6, and who sees what."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from hrss_kit.testing import EZHOU, WUHAN, Desk, Suite, assert_problem
from labor_inspection.seed import STATION_IN_WUHAN

PATH = "/labor-inspection/v1/complaints"
TRACKING = "/labor-inspection/v1/complaint-tracking"
NOW = "2026-09-23T09:00:00+08:00"
CHEN, ZHOU = "420799199905200031", "420799197508180058"
Make = Callable[..., dict[str, Any]]


def desk(suite: Suite, user: str, now: str = NOW) -> Desk:
    return suite.desk(user, purpose="LI_COMPLAINT", now=now)


async def read(suite: Suite, user: str, row: dict[str, Any], now: str = NOW) -> dict[str, Any]:
    answer = await desk(suite, user, now).get(f"{PATH}/{row['id']}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
def twelve(filing: Make, person: Make) -> dict[str, Any]:
    """陈测丁 and 11 workers against E3, registered in Wuhan, for a site in Ezhou: 186 400.00."""
    amounts = ["22000.00", *["15000.00"] * 10, "14400.00"]
    people = [
        {"name": "周测己", "doc_no": ZHOU},
        *(person(number) for number in range(1, 11)),
        {"name": "陈测丁", "doc_no": CHEN},
    ]
    lines = [
        {"person": one, "amount": amount, "months": 4 if index == 0 else 3}
        for index, (one, amount) in enumerate(zip(people, amounts, strict=True))
    ]
    return filing(
        station_id=str(STATION_IN_WUHAN),
        channel="STATION",
        complainant={"name": "陈测丁", "doc_no": CHEN, "mobile": "14400000012"},
        representatives=people[:2] + people[11:],
        employer_name="武汉测试科技有限公司",
        employer_uscc="91420199MAWH00019J",
        workers=lines,
        amount_claimed="186400.00",
    )


async def test_a_body_that_is_nothing_but_brackets_is_refused(inspection: Suite) -> None:
    headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
    http = desk(inspection, "window-ez").http
    answer = await http.post(PATH, content=b"[" * 20000 + b"]" * 20000, headers=headers)
    assert answer.status_code in (400, 422), answer.text


async def test_a_stranger_files_nothing(inspection: Suite, filing: Make) -> None:
    answer = await inspection.client().post(PATH, json=filing())
    assert_problem(answer, 401, "UNAUTHENTICATED")
    answer = await desk(inspection, "cw-card-ez").post(PATH, filing())
    assert_problem(answer, 403, "SCOPE_MISSING")


@pytest.mark.req("LI-1c")
@pytest.mark.req("LI-2b")
async def test_a_complaint_taken_in_wuhan_about_ezhou_is_filed_once_and_followed_in_both(
    inspection: Suite, twelve: dict[str, Any], filing: Make, person: Make
) -> None:
    station = desk(inspection, "station-ez")

    wrong = {**twelve, "workers": [dict(one) for one in twelve["workers"]]}
    wrong["workers"][11]["amount"] = "14300.00"
    assert_problem(await station.post(PATH, wrong), 422, "AMOUNT_SUM")

    answer = await station.post(PATH, twelve)
    first = answer.json()
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == f'"{first["version"]}"'
    assert first["tracking_no"].startswith("LI-WH-20260923-")
    assert (first["receiving_city"], first["competent_city"]) == (WUHAN, EZHOU)
    assert first["owner_city"] == EZHOU
    assert first["state"] == "FORWARDED"
    assert first["linkage_id"]
    assert first["workers_count"] == 12
    assert first["months_owed_max"] == 4
    due = {row["code"]: (row["due_on"], row["status"]) for row in first["deadlines"]}
    assert due["FORWARD"] == ("2026-09-28", "MET")
    assert due["ACCEPT"] == ("2026-10-08", "OPEN")
    assert due["JURISDICTION_DISPUTE"] == ("2026-09-28", "OPEN")

    for user in ("cw-li-wh", "cw-li-ez", "station-ez", "window-wh", "partner.wuhan"):
        assert (await read(inspection, user, first))["state"] == "FORWARDED"

    again = filing(
        complainant=person(3),
        employer_name="武汉测试科技（有限公司）",
        employer_uscc=...,
        workers=[],
        amount_claimed="15000.00",
    )
    later = "2026-09-25T10:00:00+08:00"
    refused = await desk(inspection, "window-ez", later).post(PATH, again)
    told = assert_problem(refused, 409, "DUPLICATE")
    assert told["tracking_no"] == first["tracking_no"]
    assert told["existing_id"] == first["id"]
    assert first["tracking_no"] in told["detail"]

    two = filing(
        complainant=person(21),
        employer_name="武汉测试科技有限公司",
        employer_uscc="91420199MAWH00019J",
        workers=[
            {"person": person(21), "amount": "9600.00", "months": 2},
            {"person": person(22), "amount": "9000.00", "months": 2},
        ],
        amount_claimed="18600.00",
    )
    joined = (await desk(inspection, "window-ez", later).post(PATH, two)).json()
    assert joined["state"] == "RECEIVED"
    assert joined["linkage_id"] == first["linkage_id"]
    assert joined["collective"] == {
        "complaints": 2,
        "workers_count": 14,
        "amount_claimed": "205000.00",
    }
    linkage = await desk(inspection, "cw-li-ez").get(
        f"/labor-inspection/v1/linkages/{first['linkage_id']}"
    )
    assert linkage.json()["workers_count"] == 14
    assert linkage.json()["cities"] == [WUHAN, EZHOU]

    accepted_at = "2026-09-29T09:00:00+08:00"
    present = await read(inspection, "cw-li-ez", first, accepted_at)
    assert "accept" in present["allowed_actions"]
    seen = await read(inspection, "cw-li-wh", first, accepted_at)
    assert seen["allowed_actions"] == ["claim-jurisdiction"]
    refused = await desk(inspection, "cw-li-wh", accepted_at).act(
        f"{PATH}/{first['id']}/accept", seen
    )
    assert_problem(refused, 403, "NOT_YOUR_CITY")
    answer = await desk(inspection, "cw-li-ez", accepted_at).act(
        f"{PATH}/{first['id']}/accept", present
    )
    assert answer.status_code == 200, answer.text
    accepted = answer.json()
    assert accepted["state"] == "ACCEPTED"
    assert accepted["case_id"]
    status = {row["code"]: row["status"] for row in accepted["deadlines"]}
    assert (status["ACCEPT"], status["JURISDICTION_DISPUTE"]) == ("MET", "CANCELLED")
    other = await read(inspection, "cw-li-ez", joined, accepted_at)
    assert (other["state"], other["case_id"]) == ("ACCEPTED", accepted["case_id"])

    case = await inspection.databases["labor_inspection"].fetch(
        "SELECT due_on FROM deadlines WHERE code = 'INVESTIGATE'"
    )
    assert [str(row["due_on"]) for row in case] == ["2026-12-28"]
    types = [event["type"] for event in await inspection.events("labor_inspection")]
    assert types == [
        "li.complaint.received.v1",
        "li.complaint.forwarded.v1",
        "li.complaint.received.v1",
        "li.complaint.accepted.v1",
        "li.complaint.accepted.v1",
    ]


async def test_events_tell_both_cities_what_and_how_much_and_never_who(
    inspection: Suite, twelve: dict[str, Any]
) -> None:
    row = (await desk(inspection, "station-ez").post(PATH, twelve)).json()
    received, forwarded = await inspection.events("labor_inspection")
    assert received["audience"] == forwarded["audience"] == [WUHAN, EZHOU]
    assert received["person_ref"] is None
    assert forwarded["subject"] == row["tracking_no"]
    assert forwarded["data"] == {
        "kind": "COMPLAINT",
        "state": "FORWARDED",
        "matter": ["WAGE.ARREARS"],
        "work_city": EZHOU,
        "receiving_city": WUHAN,
        "workers_count": 12,
        "amount_band": "50k–200k",
        "linkage_id": row["linkage_id"],
        "received_on": "2026-09-23",
        "complaint_id": row["id"],
        "card_check": None,
    }


async def test_only_the_competent_handler_sees_who_complains(
    inspection: Suite, twelve: dict[str, Any]
) -> None:
    row = (await desk(inspection, "station-ez").post(PATH, twelve)).json()
    assert row["complainant"] is None
    assert row["complainant_notice"] == "举报人保密"
    for user in ("cw-li-wh", "supervisor-wh", "window-wh", "station-ez", "partner.wuhan"):
        seen = await read(inspection, user, row)
        assert seen["complainant"] is seen["facts"] is seen["workers"] is None
        assert seen["representatives"] is None
        assert seen["work_place"]["address"] is None
        assert CHEN[-4:] not in str(seen)
    for user in ("cw-li-ez", "supervisor-ez", "partner.ezhou"):
        seen = await read(inspection, user, row)
        assert seen["complainant"]["name"] == "陈**"
        assert seen["complainant"]["doc_no"] == "420***********0031"
        assert len(seen["workers"]) == 12
        assert seen["complainant_notice"] is None
    audited = await inspection.desk("auditor", purpose="AUDIT", now=NOW).get(f"{PATH}/{row['id']}")
    assert audited.json()["complainant"] is None


async def test_the_receiving_desk_sees_the_complainant_as_long_as_the_complaint_is_there(
    inspection: Suite, filing: Make
) -> None:
    body = filing(work_place={"kind": "UNKNOWN", "address": "某工地"})
    row = (await desk(inspection, "window-wh").post(PATH, body)).json()
    assert (row["state"], row["competent_city"]) == ("RECEIVED", EZHOU)
    assert row["complainant"]["name"] == "测**"
    assert (await read(inspection, "cw-li-ez", row))["complainant"] is None
    forwarded = (await desk(inspection, "window-wh").act(f"{PATH}/{row['id']}/forward", row)).json()
    assert forwarded["complainant"] is None
    assert (await read(inspection, "cw-li-ez", row))["complainant"]["name"] == "测**"


async def test_a_complaint_is_unknown_to_whom_it_does_not_concern(
    inspection: Suite, filing: Make
) -> None:
    row = (await desk(inspection, "window-ez").post(PATH, filing())).json()
    for user in ("cw-li-wh", "window-wh", "station-wh", "station-ez", "partner.wuhan", "province"):
        answer = await desk(inspection, user).get(f"{PATH}/{row['id']}")
        assert_problem(answer, 404, "NOT_FOUND")
    answer = await desk(inspection, "cw-si-ez").get(f"{PATH}/{row['id']}")
    assert_problem(answer, 403, "SCOPE_MISSING")


async def test_a_read_needs_a_purpose_and_leaves_one_audit_row(
    inspection: Suite, filing: Make
) -> None:
    row = (await desk(inspection, "window-ez").post(PATH, filing())).json()
    answer = await inspection.desk("cw-li-ez", now=NOW).get(f"{PATH}/{row['id']}")
    assert_problem(answer, 400, "PURPOSE_REQUIRED")
    answer = await inspection.desk("cw-li-ez", purpose="STAT", now=NOW).get(f"{PATH}/{row['id']}")
    assert_problem(answer, 403, "PURPOSE_NOT_ALLOWED")
    await read(inspection, "cw-li-ez", row)
    rows = await inspection.databases["labor_inspection"].fetch(
        "SELECT * FROM audit_entries WHERE operation LIKE 'GET%' AND result = 'OK'"
    )
    assert len(rows) == 1
    assert rows[0]["subject"] == row["biz_no"]
    assert rows[0]["purpose"] == "LI_COMPLAINT"
    assert len(rows[0]["person_refs"]) == 1


async def test_full_values_are_revealed_to_the_competent_handler_and_on_record(
    inspection: Suite, twelve: dict[str, Any]
) -> None:
    row = (await desk(inspection, "station-ez").post(PATH, twelve)).json()
    wish = {"fields": ["complainant.doc_no", "workers.0.name"], "reason": "核实身份"}
    path = f"{PATH}/{row['id']}/reveal"
    assert_problem(await desk(inspection, "cw-li-wh").post(path, wish), 403, "NOT_YOUR_CITY")
    assert_problem(await desk(inspection, "window-wh").post(path, wish), 403, "SCOPE_MISSING")
    answer = await desk(inspection, "cw-li-ez").post(path, wish)
    assert answer.json()["fields"] == {"complainant.doc_no": CHEN, "workers.0.name": "周测己"}
    recorded = await inspection.databases["labor_inspection"].fetch(
        "SELECT * FROM audit_entries WHERE operation LIKE '%reveal' ORDER BY at"
    )
    assert [row["result"] for row in recorded] == ["NOT_YOUR_CITY", "SCOPE_MISSING", "OK"]
    assert recorded[2]["fields"] == wish["fields"]
    assert len(recorded[2]["person_refs"]) == 2


async def test_nothing_personal_is_stored_in_the_open(
    inspection: Suite, twelve: dict[str, Any]
) -> None:
    await desk(inspection, "station-ez").post(PATH, twelve)
    database = inspection.databases["labor_inspection"]
    for table in ("complaints", "complaint_workers", "complaint_representatives", "audit_entries"):
        for row in await database.fetch(f"SELECT * FROM {table}"):
            assert CHEN not in str(dict(row))
            assert "陈测丁" not in str(dict(row))
            assert twelve["facts"] not in str(dict(row))


async def test_lists_show_what_concerns_a_city_and_filter(inspection: Suite, filing: Make) -> None:
    home = (await desk(inspection, "window-ez").post(PATH, filing())).json()
    other = filing(employer_name="鄂州测试物流", employer_uscc="91420799MAEH00024C")
    away = (await desk(inspection, "window-wh").post(PATH, other)).json()

    async def ids(user: str, **query: Any) -> list[str]:
        answer = await desk(inspection, user).get(PATH, query)
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["items"]]

    assert await ids("cw-li-ez") == [away["id"], home["id"]]
    assert await ids("cw-li-wh") == [away["id"]]
    assert await ids("cw-li-ez", state="FORWARDED") == [away["id"]]
    assert await ids("cw-li-ez", receiving_city=EZHOU) == [home["id"]]
    assert await ids("cw-li-ez", competent_city=EZHOU, sort="created_at") == [
        home["id"],
        away["id"],
    ]
    assert await ids("cw-li-ez", employer_uscc="91420799MAEH00024C") == [away["id"]]
    assert await ids("cw-li-ez", q=home["tracking_no"]) == [home["id"]]
    assert await ids("cw-li-ez", q="物流") == [away["id"]]
    assert await ids("cw-li-ez", received_from="2026-09-24") == []
    assert await ids("cw-li-ez", received_to="2026-09-23", limit=1) == [away["id"]]
    assert await ids("station-ez") == []
    answer = await inspection.desk("cw-li-ez", now=NOW).get(PATH)
    assert_problem(answer, 400, "PURPOSE_REQUIRED")


@pytest.mark.req("LI-1c")
async def test_the_complainant_and_each_worker_can_see_where_it_stands_with_two_factors(
    inspection: Suite, twelve: dict[str, Any]
) -> None:
    row = (await desk(inspection, "station-ez").post(PATH, twelve)).json()
    nobody = inspection.client()
    clock = {"X-Test-Now": NOW}
    for doc_no in (CHEN, ZHOU, twelve["workers"][3]["person"]["doc_no"]):
        asked = {"tracking_no": row["tracking_no"], "doc_no": doc_no}
        answer = await nobody.post(TRACKING, json=asked, headers=clock)
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told["state"] == "FORWARDED"
        assert told["state_text_zh"] == "已转送用工所在地"
        assert told["competent_organisation"]["name_zh"] == "鄂州市人力资源和社会保障局"
        assert told["receiving_organisation"]["name_zh"] == "武汉市人力资源和社会保障局"
        assert {one["code"]: one["due_on"] for one in told["deadlines"]}["ACCEPT"] == "2026-10-08"
        assert doc_no not in answer.text
        assert "测" not in answer.text
    wrong_person = {"tracking_no": row["tracking_no"], "doc_no": "420199199207151022"}
    wrong_number = {"tracking_no": "LI-WH-20260923-999999-9", "doc_no": CHEN}
    refusals = [
        await nobody.post(TRACKING, json=asked, headers=clock)
        for asked in (wrong_person, wrong_number)
    ]
    bodies = [assert_problem(answer, 404, "NOT_FOUND") for answer in refusals]
    for body in bodies:
        body.pop("trace_id")
    assert bodies[0] == bodies[1]
    looks = await inspection.databases["labor_inspection"].fetch(
        "SELECT result FROM audit_entries WHERE operation LIKE '%complaint-tracking' ORDER BY at"
    )
    assert [look["result"] for look in looks] == ["OK"] * 3 + ["NOT_FOUND"] * 2


async def test_the_history_is_the_same_in_both_cities(
    inspection: Suite, twelve: dict[str, Any]
) -> None:
    row = (await desk(inspection, "station-ez").post(PATH, twelve)).json()
    items = []
    for user in ("cw-li-wh", "cw-li-ez"):
        answer = await desk(inspection, user).get(f"{PATH}/{row['id']}/timeline")
        items.append(answer.json()["items"])
    assert items[0] == items[1]
    assert [(one["action"], one["to_state"]) for one in items[0]] == [
        ("receive", "RECEIVED"),
        ("forward", "FORWARDED"),
    ]
