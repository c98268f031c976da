"""Workshops: one city invites, both meet, each does what was agreed."""

from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem

PATH = "/labor-inspection/v1/workshops"
PLAN = {
    "topic": "工程建设领域欠薪治理研讨",
    "agenda": ["通报案件", "讨论协查时限"],
    "division": "420704",
    "place": "鄂州市人社局会议室",
    "planned_on": "2026-10-15",
}
MINUTES = {
    "minutes": "两市就协查时限达成一致",
    "attendance": {EZHOU: 6, WUHAN: 5},
    "action_items": [
        {"text": "起草协查文书样式", "city": EZHOU, "due_on": "2026-10-30"},
        {"text": "汇总跨市案件", "city": WUHAN, "due_on": "2026-11-06"},
    ],
}
Row = dict[str, Any]


def at(suite: Suite, user: str, on: str = "2026-10-08") -> Any:
    return suite.desk(user, now=f"{on}T09:00:00+08:00")


async def act(
    suite: Suite, user: str, row: Row, action: str, json: Any = None, on: str = "2026-10-08"
) -> Any:
    return await at(suite, user, on).act(f"{PATH}/{row['id']}/{action}", row, json)


async def done(suite: Suite, user: str, row: Row, action: str, *args: Any) -> Row:
    answer = await act(suite, user, row, action, *args)
    assert answer.status_code == 200, answer.text
    made: Row = answer.json()
    return made


@pytest.mark.req("LI-3a")
async def test_both_cities_meet_keep_minutes_and_do_their_items(inspection: Suite) -> None:
    made = await at(inspection, "cw-li-ez").post(PATH, PLAN)
    assert made.status_code == 201, made.text
    row = made.json()
    path = f"{PATH}/{row['id']}"
    assert (row["state"], row["partner_city"]) == ("PLANNED", WUHAN)
    assert_problem(await at(inspection, "cw-li-wh").get(path), 404, "NOT_FOUND")
    assert_problem(await at(inspection, "window-ez").get(path), 403, "SCOPE_MISSING")
    changed = await at(inspection, "cw-li-ez").patch(path, row, {"planned_on": "2026-10-16"})
    row = await done(inspection, "cw-li-ez", changed.json(), "invite")
    assert_problem(await act(inspection, "cw-li-ez", row, "confirm"), 403, "NOT_YOUR_CITY")
    row = await done(inspection, "cw-li-wh", row, "decline", {"reason": "时间冲突"})
    row = await done(inspection, "cw-li-ez", row, "invite")
    row = await done(inspection, "cw-li-wh", row, "confirm")
    day = "2026-10-16"
    wrong = {
        **MINUTES,
        "attendance": {"421100": 1},
        "action_items": [{"text": "x", "city": "421100", "due_on": day}],
    }
    refused = await act(inspection, "cw-li-ez", row, "hold", wrong, day)
    fields = {one["field"] for one in assert_problem(refused, 422, "CITY")["errors"]}
    assert fields == {"attendance", "action_items.0.city", "action_items.0.due_on"}
    row = await done(inspection, "cw-li-ez", row, "hold", MINUTES, day)
    assert (row["state"], row["held_on"], len(row["action_items"])) == ("HELD", day, 2)
    clocks = {one["code"]: one["due_on"] for one in row["deadlines"]}
    assert clocks == {"ACTION_ITEM_1": "2026-10-30", "ACTION_ITEM_2": "2026-11-06"}
    seen = (await at(inspection, "cw-li-wh").get(path)).json()
    assert seen["minutes"] == MINUTES["minutes"]
    stored = await inspection.databases["labor_inspection"].value("SELECT minutes FROM workshops")
    assert "协查".encode() not in bytes(stored)

    early = await act(inspection, "cw-li-ez", row, "close", None, "2026-10-20")
    assert_problem(early, 409, "ITEMS_OPEN")
    other = await act(inspection, "cw-li-ez", row, "complete-item", {"number": 2}, "2026-10-20")
    assert_problem(other, 403, "NOT_YOUR_CITY")
    row = await done(inspection, "cw-li-ez", row, "complete-item", {"number": 1}, "2026-10-20")
    again = await act(inspection, "cw-li-ez", row, "complete-item", {"number": 1}, "2026-10-20")
    assert_problem(again, 422, "ITEM")
    await inspection.desk("ops", now="2026-11-09T09:00:00+08:00").post(
        "/labor-inspection/v1/timers/run"
    )
    row = await done(inspection, "cw-li-wh", row, "complete-item", {"number": 2}, "2026-11-10")
    assert [one["status"] for one in row["deadlines"]] == ["MET", "OVERDUE"]
    row = await done(inspection, "cw-li-ez", row, "close", None, "2026-11-11")
    assert (row["state"], row["allowed_actions"]) == ("CLOSED", [])
    told = (await at(inspection, "cw-li-wh").get(f"{path}/timeline")).json()["items"]
    assert [one["action"] for one in told] == [
        "plan", "change", "invite", "decline", "invite", "confirm", "hold", "complete-item",
        "complete-item", "close",
    ]  # fmt: skip
    [event] = await inspection.events("labor_inspection", "li.workshop.held.v1")
    assert (event["audience"], event["data"]) == (
        [WUHAN, EZHOU],
        {"held_on": day, "action_items": 2},
    )


async def test_a_workshop_is_called_off_before_it_is_held(inspection: Suite) -> None:
    row = (await at(inspection, "cw-li-wh").post(PATH, {**PLAN, "division": "420111"})).json()
    row = await done(inspection, "cw-li-wh", row, "invite")
    row = await done(inspection, "cw-li-wh", row, "cancel", {"reason": "改期"})
    assert_problem(await act(inspection, "cw-li-ez", row, "confirm"), 409, "STATE_CONFLICT")
    alone = await at(inspection, "cw-li-ez").post(PATH, {**PLAN, "partner_city": EZHOU})
    assert_problem(alone, 422, "CITY")
