"""Policy parameters and calendar: two people, two cities where it binds both, and the events."""

from typing import Any

import pytest

from hrss_kit.testing import Suite, assert_problem

POLICY = "/gateway/v1/policy-parameters"
CALENDAR = "/gateway/v1/calendar-days"


@pytest.fixture
async def desks(suite: Suite) -> Suite:
    return await suite.start("gateway")


def draft(**changed: Any) -> dict[str, Any]:
    return {
        "key": "li.accept_wd",
        "city": None,
        "value": 6,
        "unit": "WD",
        "effective_from": "2027-01-01",
        "source_doc": "鄂人社发〔2026〕1号",
        "source_article": "第三条",
        "confidence": "H",
        "note": "",
        **changed,
    }


async def test_defaults_are_there_and_are_read_as_of_a_date(desks: Suite) -> None:
    desk = desks.desk("cw-li-ez")
    query = {"key": "li.accept_wd", "effective_on": "2026-09-23"}
    page = (await desk.get(POLICY, query)).json()
    (row,) = page["items"]
    assert (row["value"], row["state"], row["city"]) == (5, "ACTIVE", None)
    assert row["is_verified"] is True
    one = await desk.get(f"{POLICY}/{row['id']}")
    assert one.headers["etag"] == f'"{row["version"]}"'

    first = (await desk.get(POLICY, {"limit": 2})).json()
    second = (await desk.get(POLICY, {"limit": 2, "cursor": first["next_cursor"]})).json()
    assert [row["key"] for row in first["items"]] <= [row["key"] for row in second["items"]]
    assert_problem(await desk.get(POLICY, {"limit": 201}), 422, "RANGE")
    stranger = desks.client()
    assert_problem(await stranger.get(POLICY), 401, "UNAUTHENTICATED")


async def test_who_drafts_does_not_approve(desks: Suite) -> None:
    editor, approver = desks.desk("policy-editor-wh"), desks.desk("policy-approver-ez")
    assert_problem(await desks.desk("cw-li-ez").post(POLICY, draft()), 403, "SCOPE_MISSING")
    made = await editor.post(POLICY, draft())
    assert made.status_code == 201, made.text
    row = made.json()
    assert (row["state"], row["allowed_actions"]) == ("DRAFT", [])
    assert made.headers["location"].endswith(row["id"])

    path = f"{POLICY}/{row['id']}/approve"
    assert_problem(await editor.act(path, row), 403, "SCOPE_MISSING")
    seen = (await approver.get(f"{POLICY}/{row['id']}")).json()
    assert seen["allowed_actions"] == ["approve"]
    approved = await approver.act(path, row)
    assert approved.status_code == 200, approved.text
    assert approved.json()["state"] == "ACTIVE"
    assert approved.json()["approved_by"] == ["policy-approver-ez"]
    again = await approver.act(path, approved.json())
    assert_problem(again, 409, "STATE_CONFLICT")

    # The row before it ends on the new one's first day.
    for on, value in (("2026-12-31", 5), ("2027-01-01", 6)):
        query = {"key": "li.accept_wd", "effective_on": on, "status": "ACTIVE"}
        assert [one["value"] for one in (await approver.get(POLICY, query)).json()["items"]] == [
            value
        ]
    (event,) = await desks.events("gateway", "policy.parameter.activated.v1")
    assert event["audience"] == ["*"]
    assert (event["data"]["key"], event["data"]["value"]) == ("li.accept_wd", 6)
    assert event["data"]["approved_by"] == ["policy-approver-ez"]


async def test_periods_of_a_key_do_not_overlap(desks: Suite) -> None:
    editor, approver = desks.desk("policy-editor-wh"), desks.desk("policy-approver-wh")
    both = [(await editor.post(POLICY, draft(value=value))).json() for value in (6, 7)]
    first, second = (f"{POLICY}/{row['id']}/approve" for row in both)
    assert (await approver.act(first, both[0])).status_code == 200
    assert_problem(await approver.act(second, both[1]), 409, "OVERLAP")
    early = await editor.post(POLICY, draft(effective_from="2026-06-01"))
    assert_problem(early, 409, "OVERLAP")
    wrong = await editor.post(POLICY, draft(effective_to="2026-12-31"))
    assert_problem(wrong, 422, "PERIOD")


async def test_editors_write_for_their_own_city(desks: Suite) -> None:
    editor = desks.desk("policy-editor-wh")
    other = await editor.post(POLICY, draft(city="420700"))
    assert_problem(other, 403, "NOT_YOUR_CITY")
    own = (await editor.post(POLICY, draft(city="420100"))).json()
    path = f"{POLICY}/{own['id']}/approve"
    assert_problem(await desks.desk("policy-approver-ez").act(path, own), 403, "NOT_YOUR_CITY")
    assert (await desks.desk("policy-approver-wh").act(path, own)).status_code == 200


async def test_a_joint_key_needs_one_approver_of_each_city(desks: Suite) -> None:
    editor = desks.desk("policy-editor-wh")
    row = (await editor.post(POLICY, draft(key="joint.assist_reply_wd", value=8))).json()
    assert row["is_joint"] is True
    path = f"{POLICY}/{row['id']}/approve"
    wuhan, ezhou = desks.desk("joint-admin-wh"), desks.desk("joint-admin-ez")

    half = (await wuhan.act(path, row)).json()
    assert (half["state"], half["approved_by"]) == ("DRAFT", ["joint-admin-wh"])
    assert_problem(await wuhan.act(path, half), 409, "ALREADY_APPROVED")
    stale = await ezhou.act(path, row)
    assert_problem(stale, 412, "VERSION_MISMATCH")
    whole = (await ezhou.act(path, half)).json()
    assert (whole["state"], len(whole["approved_by"])) == ("ACTIVE", 2)

    own = (await wuhan.post(POLICY, draft(key="joint.other", value=1))).json()
    maker = await wuhan.act(f"{POLICY}/{own['id']}/approve", own)
    assert_problem(maker, 403, "MAKER_IS_CHECKER")
    one_city = await editor.post(POLICY, draft(key="joint.other", city="420100"))
    assert_problem(one_city, 422, "JOINT")


async def test_the_calendar_is_loaded_in_bulk_and_announced(desks: Suite) -> None:
    day = {"date": "2027-02-08", "is_workday": False, "reason": "春节", "source": "国办通知"}
    editor = desks.desk("policy-editor-ez")
    assert_problem(await desks.desk("ops").post(CALENDAR, {"days": [day]}), 403, "SCOPE_MISSING")
    twice = await editor.post(CALENDAR, {"days": [day, day]})
    assert_problem(twice, 422, "DUPLICATE")
    loaded = await editor.post(CALENDAR, {"days": [day]})
    assert loaded.status_code == 200, loaded.text
    assert loaded.json()["items"] == [day]
    changed = await editor.http.put(CALENDAR, json={"days": [{**day, "is_workday": True}]})
    assert changed.status_code == 200, changed.text
    listed = (await desks.desk("cw-si-wh").get(CALENDAR, {"year": 2027})).json()
    assert listed["items"] == [{**day, "is_workday": True}]
    events = await desks.events("gateway", "calendar.overlay.changed.v1")
    assert [event["data"]["days"][0]["date"] for event in events] == ["2027-02-08"] * 2


async def test_places_are_listed(desks: Suite) -> None:
    desk = desks.desk("window-wh")
    ezhou = (await desk.get("/gateway/v1/divisions", {"city": "420700"})).json()["items"]
    assert "420704" in [one["code"] for one in ezhou]
    assert_problem(await desk.get("/gateway/v1/divisions/999999"), 404, "NOT_FOUND")
    seen, cursor = [], {}
    while True:
        page = (await desk.get("/gateway/v1/divisions", {"limit": 9, **cursor})).json()
        seen += [one["code"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == sorted(set(seen))
    assert len(seen) > 27
    for path in ("/gateway/v1/divisions", "/gateway/v1/partner-cities", CALENDAR):
        assert_problem(await desk.get(path, {"cursor": "forged"}), 400, "CURSOR")
        assert_problem(await desk.get(path, {"limit": 201}), 422, "RANGE")
    cities = (await desk.get("/gateway/v1/partner-cities")).json()["items"]
    assert {"420100", "420700"} <= {one["code"] for one in cities}
