"""Letters of assistance: one city asks, the other answers, and only the first decides."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem

LETTERS = "/labor-inspection/v1/assist-requests"
PAIR = {"inspectors": ["li-wh-01", "li-wh-02"]}
SENT_ON = "2026-10-13"
FILE = {
    "name": "银行流水.pdf",
    "sha256": "ab" * 32,
    "media_type": "application/pdf",
    "size": 2048,
    "collected_on": "2026-10-20",
    "collected_by": ["li-wh-01", "li-wh-02"],
}
REPLY = {"result": "已调取", "answers": ["见附件"], "evidences": [FILE]}


def due(row: dict[str, Any], code: str) -> tuple[str, str]:
    [found] = [one for one in row["deadlines"] if one["code"] == code]
    return found["due_on"], found["status"]


def asking(case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {
        "case_id": case["id"],
        "kind": "EVIDENCE",
        "executing_city": WUHAN,
        "request": "请协助调取银行流水",
        "questions": ["工资是否发放"],
        "document_refs": ["案卷第3页"],
        **changes,
    }
    return {name: value for name, value in body.items() if value is not ...}


async def sent(casework: Any, **changes: Any) -> Any:
    case = await casework.until("assign")
    answer = await casework.desk("cw-li-ez", SENT_ON).post(LETTERS, asking(case, **changes))
    assert answer.status_code == 201, answer.text
    return answer.json()


async def act(
    casework: Any, user: str, row: dict[str, Any], action: str, json: Any = None, on: str = SENT_ON
) -> Any:
    return await casework.desk(user, on).act(f"{LETTERS}/{row['id']}/{action}", row, json)


async def done(
    casework: Any, user: str, row: dict[str, Any], action: str, json: Any = None, on: str = SENT_ON
) -> Any:
    answer = await act(casework, user, row, action, json, on)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def assigned(casework: Any, row: dict[str, Any], user: str = "cw-li-wh") -> Any:
    row = await done(casework, user, row, "accept")
    return await done(casework, user, row, "assign", PAIR)


# ── asking ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.req("LI-1b")
async def test_a_letter_is_delivered_at_once_and_its_clocks_run(casework: Any) -> None:
    row = await sent(casework)
    assert (row["state"], row["requesting_city"], row["executing_city"]) == (
        "RECEIVED",
        EZHOU,
        WUHAN,
    )
    assert row["letter_no"] == row["biz_no"]
    assert row["letter_no"].startswith("LI-EZ-20261013-")
    assert due(row, "ASSIST_ACCEPT") == ("2026-10-15", "OPEN")
    assert due(row, "ASSIST_REPLY") == ("2026-10-27", "OPEN")
    assert row["allowed_actions"] == []
    told = await casework.desk("cw-li-wh").get(f"{LETTERS}/{row['id']}/timeline")
    assert [one["to_state"] for one in told.json()["items"]] == ["SENT", "RECEIVED"]
    seen = (await casework.desk("cw-li-wh").get(f"{LETTERS}/{row['id']}")).json()
    assert seen["questions"] == ["工资是否发放"]
    assert seen["allowed_actions"] == ["accept", "decline"]
    [event] = await casework.suite.events("labor_inspection", "li.assist.sent.v1")
    assert event["audience"] == [WUHAN, EZHOU]
    assert event["data"] == {"kind": "EVIDENCE", "due_on": "2026-10-27"}
    texts = await casework.suite.databases["labor_inspection"].fetch(
        "SELECT request, questions_json FROM assist_requests"
    )
    assert all("工资".encode() not in value for value in texts[0].values())


async def test_the_city_that_assists_then_sees_the_status_of_the_case(casework: Any) -> None:
    row = await sent(casework)
    seen = await casework.desk("cw-li-wh").get(f"/labor-inspection/v1/cases/{row['case_id']}")
    assert (seen.status_code, seen.json()["view"]) == (200, "STATUS")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"kind": "ASK"}, 422, "CODE"),
        ({"request": ..., "questions": []}, 422, "REQUIRED"),
        ({"executing_city": EZHOU}, 422, "CITY"),
        ({"executing_city": "421100"}, 422, "CITY"),
        ({"kind": "LOCATE_PERSON"}, 422, "REQUIRED"),
        ({"order_id": str(uuid4())}, 422, "NOT_APPLICABLE"),
        ({"kind": "SERVE"}, 422, "ORDER"),
        ({"case_id": str(uuid4())}, 404, "NOT_FOUND"),
        ({"letter": 1}, 422, "UNKNOWN_FIELD"),
    ],
)
async def test_a_letter_says_what_its_kind_needs(
    casework: Any, changes: dict[str, Any], status: int, code: str
) -> None:
    case = await casework.until("assign")
    answer = await casework.desk("cw-li-ez").post(LETTERS, asking(case, **changes))
    assert_problem(answer, status, code)


async def test_only_the_city_of_the_case_asks(casework: Any) -> None:
    case = await casework.until("assign", window="window-wh")
    wuhan = casework.desk("cw-li-wh")
    body = asking(case, executing_city=EZHOU)
    assert_problem(await wuhan.post(LETTERS, body), 403, "NOT_YOUR_CITY")
    assert_problem(await casework.desk("supervisor-ez").post(LETTERS, body), 403, "SCOPE_MISSING")
    nobody = casework.suite.client()
    assert_problem(await nobody.post(LETTERS, json=body), 401, "UNAUTHENTICATED")
    answer = await casework.desk("partner.ezhou").post(LETTERS, asking(case))
    assert answer.status_code == 201, answer.text


async def test_nothing_is_asked_in_a_closed_case(casework: Any) -> None:
    case = await casework.until("assign")
    wish = {"kind": "DISMISS", "reason": "已改正"}
    case = await casework.done("supervisor-ez", case, "decide", wish, on="2026-10-12")
    case = await casework.done("cw-li-ez", case, "close", on="2026-10-12")
    answer = await casework.desk("cw-li-ez").post(LETTERS, asking(case))
    assert_problem(answer, 409, "STATE_CONFLICT")


async def test_whom_a_letter_looks_for_is_shown_only_to_the_handlers_on_record(
    casework: Any, person: Any
) -> None:
    sought = person(7, name="张测七")
    row = await sent(casework, kind="LOCATE_PERSON", person=sought)
    assert row["has_person"] is True
    assert "张测七" not in str(row)
    path, wish = f"{LETTERS}/{row['id']}/reveal", {"fields": ["name", "doc_no"], "reason": "查找"}
    handler = casework.suite.desk("cw-li-wh", "LI_ASSIST")
    shown = await handler.post(path, wish)
    assert shown.json()["fields"] == {"name": "张测七", "doc_no": sought["doc_no"]}
    nobody = casework.suite.desk("cw-li-wh")
    assert_problem(await nobody.post(path, wish), 400, "PURPOSE_REQUIRED")
    other = casework.suite.desk("cw-li-wh", "LI_COMPLAINT")
    assert_problem(await other.post(path, wish), 403, "PURPOSE_NOT_ALLOWED")
    rows = await casework.suite.databases["labor_inspection"].fetch(
        "SELECT operation, result FROM audit_entries WHERE operation LIKE '%reveal'"
    )
    assert sorted(row["result"] for row in rows) == [
        "OK",
        "PURPOSE_NOT_ALLOWED",
        "PURPOSE_REQUIRED",
    ]


# ── answering ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.req("LI-1b")
@pytest.mark.parametrize("user", ["cw-li-wh", "partner.wuhan"])
async def test_the_other_city_answers_in_time_with_evidence_and_its_way(
    casework: Any, user: str
) -> None:
    row = await assigned(casework, await sent(casework), user)
    assert (row["state"], row["inspectors"]) == ("ASSIGNED", PAIR["inspectors"])
    assert due(row, "ASSIST_ACCEPT") == ("2026-10-15", "MET")
    row = await done(casework, user, row, "reply", REPLY, "2026-10-23")
    assert (row["state"], row["replied_on"]) == ("REPLIED", "2026-10-23")
    assert due(row, "ASSIST_REPLY") == ("2026-10-27", "MET")
    [event] = await casework.suite.events("labor_inspection", "li.assist.replied.v1")
    assert event["data"] == {
        "kind": "EVIDENCE",
        "due_on": "2026-10-27",
        "replied_on": "2026-10-23",
        "evidences": 1,
    }
    [evidence] = row["evidences"]
    assert [one["action"] for one in evidence["custody"]] == ["COLLECTED", "HANDED_OVER"]
    hashes = [{"evidence_id": evidence["id"], "sha256": "cd" * 32}]
    answer = await act(casework, "cw-li-ez", row, "close", {"evidence_hashes": hashes})
    assert_problem(answer, 409, "EVIDENCE_HASH")
    hashes[0]["sha256"] = evidence["sha256"]
    wish = {"evidence_hashes": hashes}
    row = await done(casework, "cw-li-ez", row, "close", wish, "2026-10-24")
    assert row["state"] == "CLOSED"
    way = row["evidences"][0]["custody"]
    assert [(one["action"], one["from_city"], one["to_city"]) for one in way] == [
        ("COLLECTED", None, WUHAN),
        ("HANDED_OVER", WUHAN, EZHOU),
        ("TAKEN_OVER", WUHAN, EZHOU),
    ]
    assert {one["sha256"] for one in way} == {FILE["sha256"]}
    assert way[2]["actor"] == "cw-li-ez"


async def test_each_city_has_its_turn(casework: Any) -> None:
    row = await sent(casework)
    for action, json in (
        ("accept", {}),
        ("decline", {"reason": "无"}),
        ("assign", PAIR),
        ("reply", REPLY),
    ):
        for user in ("cw-li-ez", "partner.ezhou"):
            answer = await act(casework, user, row, action, json)
            assert_problem(answer, 403, "NOT_YOUR_CITY")
        answer = await act(casework, "supervisor-wh", row, action, json)
        assert_problem(answer, 403, "SCOPE_MISSING")
    assert_problem(await act(casework, "cw-li-wh", row, "close"), 403, "NOT_YOUR_CITY")


async def test_other_desks_and_third_parties_do_not_know_of_it(casework: Any) -> None:
    row = await sent(casework)
    path = f"{LETTERS}/{row['id']}"
    for user in ("window-wh", "station-wh", "cw-card-wh", "ops"):
        assert_problem(await casework.desk(user).get(path), 403, "SCOPE_MISSING")
    tokens = casework.suite.tokens
    third = tokens.mint(roles=["cw.li.hg"], sub="cw-li-hg", city="421100")
    answer = await casework.suite.client(third).get(path)
    assert_problem(answer, 404, "NOT_FOUND")
    assert_problem(await casework.desk("cw-li-wh").get(f"{LETTERS}/{uuid4()}"), 404, "NOT_FOUND")
    assert (await casework.desk("auditor").get(path)).json()["allowed_actions"] == []


async def test_acting_needs_the_version_and_the_right_state(casework: Any) -> None:
    row = await sent(casework)
    path = f"{LETTERS}/{row['id']}/accept"
    wuhan = casework.desk("cw-li-wh")
    assert_problem(await wuhan.post(path, {}), 428, "IF_MATCH_REQUIRED")
    assert_problem(await wuhan.act(path, {"version": 99}), 412, "VERSION_MISMATCH")
    for action, json in (("assign", PAIR), ("reply", REPLY)):
        answer = await act(casework, "cw-li-wh", row, action, json)
        assert assert_problem(answer, 409, "STATE_CONFLICT")["allowed"] == ["accept", "decline"]
    answer = await act(casework, "cw-li-ez", row, "close")
    assert_problem(answer, 409, "STATE_CONFLICT")


async def test_a_letter_sent_back_has_a_reason_and_can_be_closed(casework: Any) -> None:
    row = await sent(casework)
    assert_problem(await act(casework, "cw-li-wh", row, "decline"), 422, "REQUIRED")
    wish = {"reason": "非本市单位"}
    row = await done(casework, "cw-li-wh", row, "decline", wish)
    assert (row["state"], row["decline_reason"]) == ("DECLINED", "非本市单位")
    assert due(row, "ASSIST_REPLY")[1] == "CANCELLED"
    row = await done(casework, "cw-li-ez", row, "close")
    assert row["state"] == "CLOSED"


async def test_two_inspectors_without_an_interest_assist(casework: Any) -> None:
    row = await done(casework, "cw-li-wh", await sent(casework), "accept")
    answer = await act(casework, "cw-li-wh", row, "assign", {"inspectors": ["li-wh-01"]})
    assert_problem(answer, 422, "TWO_INSPECTORS")
    interest = {
        "staff_no": "li-wh-01",
        "relation": "OWNERSHIP",
        "employer_uscc": "91420799MAEH00016H",
    }
    made = await casework.desk("supervisor-wh").post(
        "/labor-inspection/v1/inspector-interests", interest
    )
    assert made.status_code == 201
    assert_problem(await act(casework, "cw-li-wh", row, "assign", PAIR), 409, "RECUSAL")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"result": ...}, "REQUIRED"),
        ({"served_on": "2026-10-20"}, "RECEIPT_REQUIRED"),
        ({"receipt_no": "1"}, "RECEIPT_REQUIRED"),
        ({"served_on": "2026-10-20", "receipt_no": "1"}, "NOT_APPLICABLE"),
        ({"evidences": [FILE, FILE]}, "DUPLICATE"),
        ({"evidences": [{**FILE, "sha256": "AB" * 32}]}, "PATTERN"),
        ({"evidences": [{**FILE, "size": -1}]}, "RANGE"),
        ({"evidences": [{**FILE, "collected_on": "2026-10-24"}]}, "DATE"),
        ({"evidences": [{**FILE, "collected_by": []}]}, "TOO_SHORT"),
    ],
)
async def test_an_answer_is_sound(casework: Any, changes: dict[str, Any], code: str) -> None:
    row = await assigned(casework, await sent(casework))
    body = {name: value for name, value in {**REPLY, **changes}.items() if value is not ...}
    answer = await act(casework, "cw-li-wh", row, "reply", body, "2026-10-23")
    problem = answer.json()
    assert answer.status_code == 422, answer.text
    codes = {problem["code"], *(error["code"] for error in problem["errors"])}
    assert codes & {code, "TOO_FEW"} if code == "TOO_SHORT" else code in codes


async def test_two_answers_at_the_same_moment_are_one(casework: Any) -> None:
    row = await assigned(casework, await sent(casework))
    answers = await asyncio.gather(
        *(act(casework, "cw-li-wh", row, "reply", REPLY, "2026-10-23") for _ in range(3))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


@pytest.mark.req("LI-1b")
async def test_a_late_answer_is_told_once_to_both_cities(casework: Any) -> None:
    row = await assigned(casework, await sent(casework))
    await casework.timers("2026-10-27")
    assert await casework.suite.events("labor_inspection", "li.assist.overdue.v1") == []
    for _ in range(2):
        await casework.timers("2026-10-28")
    [event] = await casework.suite.events("labor_inspection", "li.assist.overdue.v1")
    assert event["audience"] == [WUHAN, EZHOU]
    assert event["data"] == {"kind": "EVIDENCE", "due_on": "2026-10-27"}
    for user in ("supervisor-wh", "supervisor-ez"):
        late = (await casework.desk(user).get(LETTERS, {"is_overdue": True})).json()["items"]
        assert [(one["id"], one["overdue_on"]) for one in late] == [(row["id"], "2026-10-28")]
    row = late[0]
    row = await done(casework, "cw-li-wh", row, "reply", REPLY, "2026-10-29")
    assert due(row, "ASSIST_REPLY") == ("2026-10-27", "OVERDUE")


async def test_the_list_can_be_filtered(casework: Any) -> None:
    row = await sent(casework)
    desk = casework.desk("partner.wuhan")
    for params, count in (
        ({"case_id": row["case_id"], "kind": "EVIDENCE", "state": "RECEIVED"}, 1),
        ({"executing_city": WUHAN, "q": row["letter_no"], "is_overdue": False}, 1),
        ({"state": "CLOSED"}, 0),
    ):
        assert len((await desk.get(LETTERS, params)).json()["items"]) == count


# ── serving for the other city ──────────────────────────────────────────────────────────────


async def served(casework: Any, **changes: Any) -> Any:
    case = await casework.until("decide")
    body = asking(case, kind="SERVE", request=..., questions=..., **changes)
    answer = await casework.desk("cw-li-ez", "2026-11-04").post(LETTERS, body)
    assert answer.status_code == 201, answer.text
    return case, await assigned(casework, answer.json())


async def test_a_service_made_by_the_other_city_serves_the_order(casework: Any) -> None:
    case, row = await served(casework)
    assert row["order_id"] == case["decision"]["id"]
    reply = {"result": "已送达", "served_on": "2026-11-06", "receipt_no": "WH-1"}
    for wrong, status, code in (
        ({"served_on": "2026-11-03"}, 422, "DATE"),
        ({"served_on": "2026-11-10"}, 422, "DATE"),
    ):
        answer = await act(casework, "cw-li-wh", row, "reply", {**reply, **wrong}, "2026-11-09")
        assert_problem(answer, status, code)
    late = {**reply, "served_on": "2026-11-21"}
    answer = await act(casework, "cw-li-wh", row, "reply", late, "2026-11-21")
    assert_problem(answer, 409, "ORDER_EXPIRED")
    row = await done(casework, "cw-li-wh", row, "reply", reply, "2026-11-06")
    assert (await casework.read(case))["state"] == "DECIDED"
    await done(casework, "cw-li-ez", row, "close", {}, "2026-11-09")
    case = await casework.read(case)
    assert case["state"] == "SERVED"
    assert case["served"] == {
        "on": "2026-11-06",
        "receipt_no": "WH-1",
        "through_assist_id": row["id"],
    }


async def test_a_service_that_was_not_possible_leaves_the_order_unserved(casework: Any) -> None:
    case, row = await served(casework)
    row = await done(casework, "cw-li-wh", row, "reply", {"result": "地址无人"}, "2026-11-06")
    await done(casework, "cw-li-ez", row, "close", {}, "2026-11-09")
    assert (await casework.read(case))["state"] == "DECIDED"


async def test_an_order_served_meanwhile_stays_as_it_was_served(casework: Any) -> None:
    case, row = await served(casework)
    case = await casework.read(case)
    await casework.done("cw-li-ez", case, "serve", {"receipt_no": "EZ-1"}, on="2026-11-05")
    reply = {"result": "已送达", "served_on": "2026-11-06", "receipt_no": "WH-1"}
    row = await done(casework, "cw-li-wh", row, "reply", reply, "2026-11-06")
    row = await done(casework, "cw-li-ez", row, "close", {}, "2026-11-09")
    assert row["state"] == "CLOSED"
    assert (await casework.read(case))["served"]["receipt_no"] == "EZ-1"
