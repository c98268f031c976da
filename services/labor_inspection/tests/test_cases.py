"""Cases from filing to closing: who may do what, when, and what each city sees of it."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem

CASES = "/labor-inspection/v1/cases"
COMPLAINTS = "/labor-inspection/v1/complaints"
INTERESTS = "/labor-inspection/v1/inspector-interests"
PAIR = {"inspectors": ["li-ez-01", "li-ez-02"]}
ORDER = {
    "kind": "ORDER_CORRECT",
    "amount": "20000.00",
    "due_on": "2026-11-20",
    "reason": "拖欠工资属实",
}
PENALTY = {"kind": "PENALTY", "amount": "2000.00", "due_on": "2026-12-31", "reason": "拒不改正"}
DISMISS = {"kind": "DISMISS", "reason": "情节轻微并已改正"}


def clock_of(case: dict[str, Any], code: str) -> dict[str, Any]:
    """The newest clock with this code."""
    found: dict[str, Any] = [one for one in case["deadlines"] if one["code"] == code][-1]
    return found


# ── filing ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.req("LI-2b")
async def test_accepting_a_complaint_files_its_case(casework: Any) -> None:
    case = await casework.filed()
    assert (case["state"], case["owner_city"], case["filed_on"]) == ("FILED", EZHOU, "2026-09-29")
    assert case["case_no"] == case["biz_no"]
    assert case["case_no"].startswith("LI-EZ-20260929-")
    assert clock_of(case, "INVESTIGATE")["due_on"] == "2026-12-28"
    assert (case["workers_count"], case["amount_claimed"]) == (2, "20000.00")
    assert case["allowed_actions"] == ["assign"]
    assert [one["state"] for one in case["complaints"]] == ["ACCEPTED"]


async def test_complaints_of_a_collective_join_until_the_first_decision(
    casework: Any, person: Any
) -> None:
    first = await casework.filed()
    other = [
        {"person": person(2), "amount": "8500.00", "months": 3},  # named before, with less
        {"person": person(5), "amount": "1500.00", "months": 1},
    ]
    joined = await casework.filed(
        complainant=person(5), workers=other, amount_claimed="10000.00", matter=["WAGE.DEDUCT"]
    )
    assert joined["id"] == first["id"]
    assert (joined["workers_count"], joined["amount_claimed"]) == (3, "22000.00")
    assert joined["matter"] == ["WAGE.ARREARS", "WAGE.DEDUCT"]
    case = await casework.done("cw-li-ez", joined, "assign", PAIR, on="2026-09-30")
    await casework.done("supervisor-ez", case, "decide", DISMISS, on="2026-10-12")
    late = await casework.filed(complainant=person(6), workers=[], amount_claimed="700.00")
    assert late["id"] != first["id"]
    assert late["linkage_id"] == joined["linkage_id"]


async def test_a_complainant_without_a_list_is_the_one_worker(casework: Any) -> None:
    case = await casework.filed(workers=[], amount_claimed="9000.00")
    assert [(one["amount"], one["unpaid"]) for one in await casework.workers(case)] == [
        ("9000.00", "9000.00")
    ]


async def test_the_worker_list_is_masked_and_needs_a_purpose(casework: Any) -> None:
    case = await casework.filed()
    path = f"{CASES}/{case['id']}/workers"
    rows = await casework.workers(case)
    assert [(row["amount"], row["months"], row["paid"]) for row in rows] == [
        ("12000.00", 3, "0.00"),
        ("8000.00", 2, "0.00"),
    ]
    assert all(row["person"]["doc_no"].startswith("420****") for row in rows)
    nobody = casework.suite.desk("cw-li-ez")
    assert_problem(await nobody.get(path), 400, "PURPOSE_REQUIRED")
    other = casework.suite.desk("cw-li-ez", "SI_TRANSFER")
    assert_problem(await other.get(path), 403, "PURPOSE_NOT_ALLOWED")
    assert_problem(await casework.desk("partner.ezhou").get(path), 403, "SCOPE_MISSING")


# ── who sees what ───────────────────────────────────────────────────────────────────────────


async def test_a_stranger_and_other_desks_read_no_cases(casework: Any) -> None:
    case = await casework.filed()
    path = f"{CASES}/{case['id']}"
    assert_problem(await casework.suite.client().get(path), 401, "UNAUTHENTICATED")
    for user in ("window-ez", "station-ez", "cw-card-ez", "ops"):
        assert_problem(await casework.desk(user).get(path), 403, "SCOPE_MISSING")


async def test_a_case_of_one_city_alone_does_not_exist_for_the_other(casework: Any) -> None:
    case = await casework.filed()
    wuhan = casework.desk("cw-li-wh")
    assert_problem(await wuhan.get(f"{CASES}/{case['id']}"), 404, "NOT_FOUND")
    assert_problem(await wuhan.get(f"{CASES}/{case['id']}/timeline"), 404, "NOT_FOUND")
    assert_problem(await wuhan.act(f"{CASES}/{case['id']}/close", case), 404, "NOT_FOUND")
    assert (await wuhan.get(CASES)).json()["items"] == []
    assert_problem(await wuhan.get(f"{CASES}/{uuid4()}"), 404, "NOT_FOUND")


async def test_the_receiving_city_sees_the_status_and_nothing_of_the_file(casework: Any) -> None:
    case = await casework.until("serve", window="window-wh")
    assert case["receiving_city"] == WUHAN
    for user in ("cw-li-wh", "supervisor-wh", "partner.wuhan", "auditor"):
        seen = await casework.read(case, user)
        assert (seen["view"], seen["state"], seen["amount_paid"]) == ("STATUS", "SERVED", "0.00")
        assert seen["decision"]["kind"] == "ORDER_CORRECT"
        assert seen["served"]["on"] == "2026-11-06"
        assert seen["allowed_actions"] == []
        hidden = ("inspectors", "hearing", "orders", "complaints", "amount_claimed", "closed_by")
        assert [seen[name] for name in hidden] == [None] * len(hidden)
        assert seen["decision"]["reason"] is None
        assert seen["decision"]["decided_by"] is None
        assert seen["served"]["receipt_no"] is None
    answer = await casework.desk("cw-li-wh").get(f"{CASES}/{case['id']}/workers")
    assert_problem(answer, 403, "NOT_YOUR_CITY")
    told = (await casework.desk("cw-li-wh").get(f"{CASES}/{case['id']}/timeline")).json()["items"]
    assert [one["to_state"] for one in told] == ["FILED", "INVESTIGATING", "DECIDED", "SERVED"]
    assert {one["actor"] for one in told} == {f"org-{EZHOU}"}
    assert {one["reason"] for one in told} == {None}


async def test_the_competent_city_s_own_system_reads_the_file_but_does_not_act(
    casework: Any,
) -> None:
    case = await casework.filed()
    seen = await casework.read(case, "partner.ezhou")
    assert (seen["view"], seen["allowed_actions"]) == ("FILE", [])
    answer = await casework.act("partner.ezhou", case, "assign", PAIR, on="2026-09-30")
    assert_problem(answer, 403, "SCOPE_MISSING")


async def test_the_list_can_be_filtered_and_goes_on(casework: Any) -> None:
    first = await casework.filed()
    second = await casework.filed(
        employer_name="鄂州测试物流有限公司", employer_uscc="91420799MAEH00024C"
    )
    desk = casework.desk("cw-li-ez")

    async def found(**params: Any) -> list[str]:
        items = (await desk.get(CASES, params)).json()["items"]
        return [item["id"] for item in items]

    assert await found(sort="filed_on") == [first["id"], second["id"]]
    assert await found(employer_uscc="91420799MAEH00024C") == [second["id"]]
    assert await found(q=first["case_no"]) == [first["id"]]
    assert await found(state="CLOSED") == []
    assert await found(matter="WAGE.ARREARS", filed_on_from="2026-09-30") == []
    assert await found(filed_on_to="2026-09-29", is_overdue=False, limit=1) == [second["id"]]
    page = await desk.get(CASES, {"limit": 1})
    assert page.json()["next_cursor"]
    assert 'rel="next"' in page.headers["link"]
    assert_problem(await desk.get(CASES, {"sort": "employer"}), 422, "SORT")


# ── the interface's own guards ──────────────────────────────────────────────────────────────


async def test_acting_needs_the_version_and_a_key(casework: Any) -> None:
    case = await casework.filed()
    desk, path = casework.desk("cw-li-ez"), f"{CASES}/{case['id']}/assign"
    assert_problem(await desk.post(path, PAIR), 428, "IF_MATCH_REQUIRED")
    stale = {**case, "version": 99}
    assert_problem(await desk.act(path, stale, PAIR), 412, "VERSION_MISMATCH")
    bare = await desk.http.post(path, json=PAIR, headers={"If-Match": '"1"'})
    assert_problem(bare, 400, "IDEMPOTENCY_KEY_REQUIRED")
    answer = await desk.act(path, case, {**PAIR, "chief": "x"})
    assert_problem(answer, 422, "UNKNOWN_FIELD")


async def test_the_same_key_has_one_effect(casework: Any) -> None:
    case = await casework.filed()
    desk, path = casework.desk("cw-li-ez"), f"{CASES}/{case['id']}/assign"
    key, headers = str(uuid4()), {"If-Match": f'"{case["version"]}"'}
    first = await desk.post(path, PAIR, key=key, headers=headers)
    again = await desk.post(path, PAIR, key=key, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert len(await casework.suite.events("labor_inspection", "li.case.investigating.v1")) == 1


@pytest.mark.parametrize(
    ("state", "user", "action", "json"),
    [
        ("assign", "supervisor-ez", "reopen", {"reason": "新证据"}),
        ("assign", "cw-li-ez", "serve", {"receipt_no": "1"}),
        ("assign", "cw-li-ez", "close", {}),
        ("assign", "cw-li-ez", "check-compliance", {}),
        ("serve", "cw-li-ez", "assign", PAIR),
        ("serve", "supervisor-ez", "extend", {"reason": "复杂"}),
        ("serve", "supervisor-ez", "decide", ORDER),
        ("serve", "supervisor-ez", "enforce", {}),
        ("serve", "cw-li-ez", "propose-listing", {}),
        ("serve", "cw-li-ez", "close", {}),
    ],
)
async def test_an_action_out_of_turn_says_what_is_allowed(
    casework: Any, state: str, user: str, action: str, json: Any
) -> None:
    case = await casework.until(state)
    problem = assert_problem(
        await casework.act(user, case, action, json, on="2026-11-07"), 409, "STATE_CONFLICT"
    )
    assert problem["state"] == case["state"]
    assert action not in problem["allowed"]


@pytest.mark.req("LI-2b")
@pytest.mark.parametrize(
    ("action", "json"),
    [("assign", PAIR), ("decide", ORDER), ("extend", {"reason": "复杂"}), ("close", {})],
)
async def test_the_other_city_does_not_act(casework: Any, action: str, json: Any) -> None:
    case = await casework.until("assign", window="window-wh")
    for user in ("cw-li-wh", "supervisor-wh", "partner.wuhan"):
        answer = await casework.act(user, case, action, json, on="2026-10-30")
        assert_problem(answer, 403, "NOT_YOUR_CITY")


@pytest.mark.parametrize(
    ("user", "action", "json"),
    [
        ("supervisor-ez", "assign", PAIR),
        ("supervisor-ez", "hear", {"heard_on": "2026-10-01", "statement": "无"}),
        ("cw-li-ez", "decide", ORDER),
        ("cw-li-ez", "extend", {"reason": "复杂"}),
        ("cw-li-ez", "reopen", {"reason": "新证据"}),
        ("cw-li-ez", "enforce", {}),
    ],
)
async def test_each_desk_has_its_own_part(casework: Any, user: str, action: str, json: Any) -> None:
    case = await casework.until("assign")
    answer = await casework.act(user, case, action, json, on="2026-10-30")
    assert_problem(answer, 403, "SCOPE_MISSING")


# ── investigating ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "inspectors", [[], ["li-ez-01"], ["li-ez-01", "li-ez-01"], [{"staff_no": "li-ez-01"}]]
)
async def test_two_inspectors_are_needed(casework: Any, inspectors: list[Any]) -> None:
    case = await casework.filed()
    answer = await casework.act(
        "cw-li-ez", case, "assign", {"inspectors": inspectors}, on="2026-09-30"
    )
    assert_problem(answer, 422, "TWO_INSPECTORS")


async def test_assigning_begins_the_investigation_and_may_be_changed(casework: Any) -> None:
    case = await casework.until("assign")
    assert (case["state"], case["inspectors"]) == ("INVESTIGATING", PAIR["inspectors"])
    pair = {"inspectors": [{"staff_no": "li-ez-03"}, "li-ez-02"]}
    case = await casework.done("cw-li-ez", case, "assign", pair, on="2026-10-08")
    assert (case["state"], case["inspectors"]) == ("INVESTIGATING", ["li-ez-03", "li-ez-02"])
    events = await casework.suite.events("labor_inspection", "li.case.investigating.v1")
    assert [event["data"] for event in events] == [{"due_on": "2026-12-28"}]


async def test_an_inspector_who_declares_an_interest_stands_aside(casework: Any) -> None:
    case = await casework.filed()
    named = {"inspectors": ["li-ez-01", {"staff_no": "li-ez-02", "is_related": True}]}
    answer = await casework.act("cw-li-ez", case, "assign", named, on="2026-09-30")
    problem = assert_problem(answer, 409, "RECUSAL")
    assert [error["field"] for error in problem["errors"]] == ["inspectors.1"]


@pytest.mark.parametrize("towards", ["employer", "worker"])
async def test_an_interest_on_record_keeps_an_inspector_away(casework: Any, towards: str) -> None:
    case = await casework.filed()
    new = {
        "staff_no": "li-ez-02",
        "relation": "RELATIVE",
        "employer_uscc": case["employer"]["uscc"],
    }
    if towards == "worker":
        id_hash = await casework.suite.databases["labor_inspection"].value(
            "SELECT id_hash FROM case_workers LIMIT 1"
        )
        new = {"staff_no": "li-ez-02", "relation": "RELATIVE", "person_ref": id_hash.hex()[:24]}
    head = casework.desk("supervisor-ez")
    made = await head.post(INTERESTS, new)
    assert made.status_code == 201, made.text
    listed = (await head.get(INTERESTS, {"staff_no": "li-ez-02"})).json()["items"]
    assert [one["id"] for one in listed] == [made.json()["id"]]
    answer = await casework.act("cw-li-ez", case, "assign", PAIR, on="2026-09-30")
    assert_problem(answer, 409, "RECUSAL")
    others = {"inspectors": ["li-ez-01", "li-ez-03"]}
    await casework.done("cw-li-ez", case, "assign", others, on="2026-09-30")


async def test_interests_are_the_heads_business_and_name_somebody(casework: Any) -> None:
    new = {"staff_no": "li-ez-02", "relation": "RELATIVE"}
    assert_problem(await casework.desk("cw-li-ez").post(INTERESTS, new), 403, "SCOPE_MISSING")
    assert_problem(await casework.desk("supervisor-ez").post(INTERESTS, new), 422, "REQUIRED")


async def test_a_violation_found_is_added_once(casework: Any) -> None:
    case = await casework.until("assign")
    found = {"matter": "SOCIAL_INSURANCE", "note": "查询参保记录"}
    for _ in range(2):
        case = await casework.done("cw-li-ez", case, "add-matter", found, on="2026-10-26")
    assert case["matter"] == ["WAGE.ARREARS", "SOCIAL_INSURANCE"]
    answer = await casework.act("cw-li-ez", case, "add-matter", {"matter": "X"}, on="2026-10-26")
    assert_problem(answer, 422, "CODE")


async def test_hearing_ends_the_investigation_and_starts_the_time_to_decide(
    casework: Any,
) -> None:
    case = await casework.until("hear")
    assert case["hearing"]["heard_on"] == "2026-10-30"
    assert clock_of(case, "INVESTIGATE")["status"] == "MET"
    assert clock_of(case, "DECIDE")["due_on"] == "2026-11-20"
    sealed = await casework.suite.databases["labor_inspection"].value(
        "SELECT statement FROM case_hearings"
    )
    assert "拖欠".encode() not in sealed
    answer = await casework.act(
        "supervisor-ez", case, "extend", {"reason": "复杂"}, on="2026-11-02"
    )
    assert_problem(answer, 409, "INVESTIGATION_OVER")
    assert "extend" not in (await casework.read(case, "supervisor-ez"))["allowed_actions"]


@pytest.mark.parametrize("heard_on", ["2026-09-28", "2026-10-31"])
async def test_nobody_is_heard_before_the_case_or_tomorrow(casework: Any, heard_on: str) -> None:
    case = await casework.until("assign")
    heard = {"heard_on": heard_on, "statement": "无"}
    answer = await casework.act("cw-li-ez", case, "hear", heard, on="2026-10-30")
    assert_problem(answer, 422, "DATE")


async def test_the_investigation_is_extended_once(casework: Any) -> None:
    case = await casework.until("assign")
    reason = {"reason": "涉及多家单位"}
    case = await casework.done("supervisor-ez", case, "extend", reason, on="2026-12-28")
    clock = clock_of(case, "INVESTIGATE")
    assert (case["state"], clock["due_on"]) == ("EXTENDED", "2027-02-08")
    assert (clock["provisional"], clock["extended_by"]) == (True, 30)
    answer = await casework.act("supervisor-ez", case, "extend", reason, on="2026-12-28")
    assert_problem(answer, 409, "ALREADY_EXTENDED")
    events = await casework.suite.events("labor_inspection", "li.case.extended.v1")
    assert [event["data"] for event in events] == [{"due_on": "2027-02-08", "provisional": True}]


async def test_after_its_time_the_investigation_is_not_extended_but_told_as_late(
    casework: Any,
) -> None:
    case = await casework.until("assign", window="window-wh")
    answer = await casework.act(
        "supervisor-ez", case, "extend", {"reason": "复杂"}, on="2026-12-29"
    )
    assert_problem(answer, 409, "INVESTIGATION_OVER")
    for _ in range(2):
        await casework.timers("2026-12-29")
    events = await casework.suite.events("labor_inspection", "li.case.overdue.v1")
    assert [event["data"] for event in events] == [{"code": "INVESTIGATE", "due_on": "2026-12-28"}]
    assert events[0]["audience"] == [WUHAN, EZHOU]
    for user in ("supervisor-wh", "supervisor-ez"):
        late = (await casework.desk(user).get(CASES, {"is_overdue": True})).json()["items"]
        assert [one["overdue_on"] for one in late] == ["2026-12-29"]


# ── deciding ────────────────────────────────────────────────────────────────────────────────


async def test_the_employer_is_heard_before_a_burden_is_laid_on_it(casework: Any) -> None:
    case = await casework.until("assign")
    for wish in (ORDER, {**ORDER, "kind": "HANDLE"}, PENALTY):
        answer = await casework.act("supervisor-ez", case, "decide", wish, on="2026-11-04")
        assert_problem(answer, 409, "HEARING_REQUIRED")


@pytest.mark.parametrize("column", ["inspectors[1]", "assigned_by", "heard_by"])
async def test_whoever_investigated_does_not_decide(casework: Any, column: str) -> None:
    case = await casework.until("hear")
    await casework.suite.databases["labor_inspection"].fetch(
        f"UPDATE cases SET {column} = 'supervisor-ez'"
    )
    answer = await casework.act("supervisor-ez", case, "decide", ORDER, on="2026-11-04")
    assert_problem(answer, 403, "MAKER_IS_CHECKER")
    answer = await casework.act(
        "supervisor-ez", case, "extend", {"reason": "复杂"}, on="2026-11-04"
    )
    assert_problem(answer, 403, "MAKER_IS_CHECKER")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"due_on": "2026-11-04"}, "DUE_ON"),
        ({"due_on": None}, "REQUIRED"),
        ({"kind": "PENALTY", "amount": None}, "REQUIRED"),
        ({"kind": "DISMISS"}, "NOT_APPLICABLE"),
        ({"kind": "FORGIVE"}, "CODE"),
        ({"amount": "1.005"}, "MONEY_FORMAT"),
        ({"reason": ""}, "TOO_SHORT"),
        ({"worker_amounts": [{"worker_id": str(uuid4()), "amount": "20000.00"}]}, "WORKER"),
    ],
)
async def test_a_decision_says_what_its_kind_needs(
    casework: Any, changes: dict[str, Any], code: str
) -> None:
    case = await casework.until("hear")
    answer = await casework.act(
        "supervisor-ez", case, "decide", {**ORDER, **changes}, on="2026-11-04"
    )
    assert_problem(answer, 422, code)


async def test_an_order_starts_the_time_to_serve_it(casework: Any) -> None:
    case = await casework.until("decide", window="window-wh")
    assert (case["state"], case["amount_ordered"]) == ("DECIDED", "20000.00")
    assert clock_of(case, "SERVE")["due_on"] == "2026-11-13"
    assert clock_of(case, "DECIDE")["status"] == "MET"
    events = await casework.suite.events("labor_inspection", "li.case.decided.v1")
    assert [(event["data"], event["audience"]) for event in events] == [
        (
            {"decision": "ORDER_CORRECT", "decided_on": "2026-11-04", "due_on": "2026-11-20"},
            [WUHAN, EZHOU],
        )
    ]


async def test_what_each_worker_gets_is_listed_or_in_proportion(casework: Any) -> None:
    case = await casework.until("hear")
    first, second = await casework.workers(case)
    listed = [
        {"worker_id": first["id"], "amount": "6000.00"},
        {"worker_id": second["id"], "amount": "4000.01"},
    ]
    wish = {**ORDER, "amount": "10000.00", "worker_amounts": listed}
    answer = await casework.act("supervisor-ez", case, "decide", wish, on="2026-11-04")
    assert_problem(answer, 422, "AMOUNT_SUM")
    wish = {**ORDER, "amount": "10000.00"}
    case = await casework.done("supervisor-ez", case, "decide", wish, on="2026-11-04")
    assert [row["amount"] for row in await casework.workers(case)] == ["6000.00", "4000.00"]


# ── serving ─────────────────────────────────────────────────────────────────────────────────


async def test_serving_starts_the_limit_of_the_order(casework: Any) -> None:
    case = await casework.until("serve")
    assert case["state"] == "SERVED"
    assert case["served"] == {
        "on": "2026-11-06",
        "receipt_no": "HZ-2026-001",
        "through_assist_id": None,
    }
    assert clock_of(case, "SERVE")["status"] == "MET"
    assert clock_of(case, "ORDER")["due_on"] == "2026-11-20"
    events = await casework.suite.events("labor_inspection", "li.order.served.v1")
    assert [event["data"]["served_on"] for event in events] == ["2026-11-06"]


@pytest.mark.parametrize(
    ("json", "status", "code"),
    [
        ({}, 422, "REQUIRED"),
        ({"receipt_no": "1", "served_on": "2026-11-03"}, 422, "DATE"),
        ({"receipt_no": "1", "served_on": "2026-12-02"}, 422, "DATE"),
        ({"receipt_no": "1", "served_on": "2026-11-21"}, 409, "ORDER_EXPIRED"),
        ({"receipt_no": "1", "order_id": str(uuid4())}, 422, "ORDER"),
    ],
)
async def test_a_service_has_a_receipt_and_a_day_in_time(
    casework: Any, json: dict[str, Any], status: int, code: str
) -> None:
    case = await casework.until("decide")
    answer = await casework.act("cw-li-ez", case, "serve", json, on="2026-12-01")
    assert_problem(answer, status, code)


# ── paying and obeying ──────────────────────────────────────────────────────────────────────


async def test_paid_in_full_is_complied_with_at_once(casework: Any) -> None:
    case = await casework.until("serve")
    paid = await casework.payments(case, ["12000.00"], "2026-11-10")
    case = await casework.done("cw-li-ez", case, "record-payment", paid, on="2026-11-10")
    assert (case["state"], case["amount_paid"]) == ("SERVED", "12000.00")
    paid = await casework.payments(case, ["", "8000.00"], "2026-11-20")
    case = await casework.done("cw-li-ez", case, "record-payment", paid, on="2026-11-20")
    assert (case["state"], case["amount_paid"]) == ("COMPLIED", "20000.00")
    assert clock_of(case, "ORDER")["status"] == "MET"
    assert clock_of(case, "CLOSE_NOTICE")["due_on"] == "2026-11-27"
    events = await casework.suite.events("labor_inspection", "li.case.complied.v1")
    assert [event["data"] for event in events] == [{"amount_recovered": "20000.00"}]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to_own_account": False}, "OWN_ACCOUNT"),
        ({"to_own_account": None}, "REQUIRED"),
        ({"amount": "12000.01"}, "OVERPAID"),
        ({"amount": "0.00"}, "RANGE"),
        ({"amount": "-1.00"}, "MONEY_FORMAT"),
        ({"paid_on": "2026-11-11"}, "DATE"),
        ({"worker_id": str(uuid4())}, "WORKER"),
        ({"worker_id": None}, "REQUIRED"),
        ({"account_last4": "123"}, "PATTERN"),
        ({"kind": "COMPENSATION"}, "OVERPAID"),
        ({"kind": "FINE"}, "NOT_APPLICABLE"),
    ],
)
async def test_a_payment_goes_to_the_worker_s_own_account_and_is_no_more_than_owed(
    casework: Any, changes: dict[str, Any], code: str
) -> None:
    case = await casework.until("serve")
    paid = await casework.payments(case, ["12000.00"], "2026-11-10", **changes)
    answer = await casework.act("cw-li-ez", case, "record-payment", paid, on="2026-11-10")
    assert_problem(answer, 422, code)
    assert (await casework.read(case))["amount_paid"] == "0.00"


async def test_all_wrong_payments_are_told_and_none_counts(casework: Any) -> None:
    case = await casework.until("serve")
    paid = await casework.payments(case, ["12000.00", "8000.01"], "2026-11-10")
    paid["payments"].append({**paid["payments"][0], "amount": "0.01"})
    answer = await casework.act("cw-li-ez", case, "record-payment", paid, on="2026-11-10")
    problem = assert_problem(answer, 422, "OVERPAID")
    assert [error["field"] for error in problem["errors"]] == [
        "payments.1.amount",
        "payments.2.amount",
    ]
    assert [row["paid"] for row in await casework.workers(case)] == ["0.00", "0.00"]


async def test_payments_at_the_same_moment_never_pay_more_than_is_owed(casework: Any) -> None:
    case = await casework.until("serve")
    paid = await casework.payments(case, ["12000.00"], "2026-11-10")
    answers = await asyncio.gather(
        *(casework.act("cw-li-ez", case, "record-payment", paid, on="2026-11-10") for _ in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    case = await casework.read(case)
    assert case["amount_paid"] == "12000.00"
    answer = await casework.act("cw-li-ez", case, "record-payment", paid, on="2026-11-10")
    assert_problem(answer, 422, "OVERPAID")


async def test_the_day_after_the_limit_an_unpaid_order_is_not_complied_with(casework: Any) -> None:
    case = await casework.until("serve", window="window-wh")
    answer = await casework.act("cw-li-ez", case, "check-compliance", on="2026-11-20")
    assert_problem(answer, 409, "NOT_YET_DUE")
    assert (await casework.timers("2026-11-20"))["compliance"] == 0
    assert (await casework.timers("2026-11-21"))["compliance"] == 1
    assert (await casework.timers("2026-11-21"))["compliance"] == 0
    case = await casework.read(case)
    assert case["state"] == "NOT_COMPLIED"
    decision = case["decision"]
    assert (decision["compensation_from"], decision["compensation_to"]) == ("10000.00", "20000.00")
    events = await casework.suite.events("labor_inspection", "li.case.not_complied.v1")
    assert [(event["data"], event["audience"]) for event in events] == [
        ({"decision": "ORDER_CORRECT", "due_on": "2026-11-20"}, [WUHAN, EZHOU])
    ]


async def test_a_limit_on_a_rest_day_ends_with_the_next_working_day(casework: Any) -> None:
    case = await casework.until("hear")
    wish = {**ORDER, "due_on": "2026-11-21"}  # a Saturday
    case = await casework.done("supervisor-ez", case, "decide", wish, on="2026-11-04")
    served = {"receipt_no": "1"}
    case = await casework.done("cw-li-ez", case, "serve", served, on="2026-11-06")
    assert clock_of(case, "ORDER")["due_on"] == "2026-11-23"
    assert (await casework.timers("2026-11-23"))["compliance"] == 0
    assert (await casework.timers("2026-11-24"))["compliance"] == 1


async def test_an_inspector_may_find_it_without_the_timer(casework: Any) -> None:
    case = await casework.until("serve")
    case = await casework.done("cw-li-ez", case, "check-compliance", on="2026-11-21")
    assert case["state"] == "NOT_COMPLIED"
    case = await casework.done("cw-li-ez", case, "check-compliance", on="2026-11-22")
    assert case["state"] == "NOT_COMPLIED"


async def test_what_no_sum_settles_is_for_the_inspectors_to_find(casework: Any) -> None:
    case = await casework.until("hear")
    wish = {"kind": "ORDER_CORRECT", "due_on": "2026-11-20", "reason": "未订立劳动合同"}
    case = await casework.done("supervisor-ez", case, "decide", wish, on="2026-11-04")
    case = await casework.done("cw-li-ez", case, "serve", {"receipt_no": "1"}, on="2026-11-06")
    assert case["decision"]["demands"] == "ACTION"
    assert (await casework.timers("2026-11-25"))["compliance"] == 0
    found = {"is_corrected": True, "note": "已补订合同"}
    case = await casework.done("cw-li-ez", case, "check-compliance", found, on="2026-11-25")
    assert case["state"] == "COMPLIED"


async def test_a_fine_is_paid_to_the_treasury(casework: Any) -> None:
    case = await casework.until("hear")
    case = await casework.done("supervisor-ez", case, "decide", PENALTY, on="2026-11-04")
    case = await casework.done("cw-li-ez", case, "serve", {"receipt_no": "1"}, on="2026-11-06")
    fine = {"kind": "FINE", "amount": "2000.01", "paid_on": "2026-11-10"}
    paid = {"payments": [fine]}
    answer = await casework.act("cw-li-ez", case, "record-payment", paid, on="2026-11-10")
    assert_problem(answer, 422, "OVERPAID")
    paid = {"payments": [{**fine, "amount": "2000.00"}]}
    case = await casework.done("cw-li-ez", case, "record-payment", paid, on="2026-11-10")
    assert (case["state"], case["amount_paid"]) == ("COMPLIED", "0.00")
    assert case["decision"]["fine_paid"] == "2000.00"


# ── what follows a disobeyed order ──────────────────────────────────────────────────────────


async def test_compensation_is_added_once_within_its_range_and_is_owed_too(casework: Any) -> None:
    case = await casework.until("serve")
    paid = await casework.payments(case, ["2000.00"], "2026-11-20")
    case = await casework.done("cw-li-ez", case, "record-payment", paid, on="2026-11-20")
    await casework.timers("2026-11-21")
    case = await casework.read(case)
    handle = {"kind": "HANDLE", "due_on": "2026-12-20", "reason": "逾期未支付"}
    for amount in ("8999.99", "18000.01"):
        answer = await casework.act(
            "supervisor-ez", case, "decide", {**handle, "amount": amount}, on="2026-11-23"
        )
        problem = assert_problem(answer, 422, "COMPENSATION_RANGE")
        assert (problem["lowest"], problem["highest"]) == ("9000.00", "18000.00")
    wish = {**handle, "amount": "9000.00"}
    case = await casework.done("supervisor-ez", case, "decide", wish, on="2026-11-23")
    assert (case["state"], case["compensation_ordered"]) == ("NOT_COMPLIED", "9000.00")
    assert [row["compensation"] for row in await casework.workers(case)] == ["5000.00", "4000.00"]
    answer = await casework.act("supervisor-ez", case, "decide", wish, on="2026-11-23")
    assert_problem(answer, 409, "ALREADY_ADDED")
    answer = await casework.act("supervisor-ez", case, "decide", ORDER, on="2026-11-10")
    assert_problem(answer, 422, "KIND")

    case = await casework.done("cw-li-ez", case, "serve", {"receipt_no": "2"}, on="2026-11-24")
    assert case["state"] == "NOT_COMPLIED"
    wages = await casework.payments(case, ["10000.00", "8000.00"], "2026-12-01")
    case = await casework.done("cw-li-ez", case, "record-payment", wages, on="2026-12-01")
    assert case["state"] == "NOT_COMPLIED"
    rest = await casework.payments(case, ["5000.00", "4000.00"], "2026-12-01", kind="COMPENSATION")
    case = await casework.done("cw-li-ez", case, "record-payment", rest, on="2026-12-01")
    assert (case["state"], case["amount_paid"]) == ("COMPLIED", "20000.00")
    assert case["compensation_paid"] == "9000.00"


async def test_enforcement_ends_the_case_too(casework: Any) -> None:
    case = await casework.until("lapse")
    case = await casework.done("supervisor-ez", case, "enforce", {}, on="2026-11-25")
    assert (case["state"], case["enforced_on"]) == ("ENFORCED", "2026-11-25")
    answer = await casework.act("supervisor-ez", case, "close", on="2026-11-26")
    assert_problem(answer, 403, "MAKER_IS_CHECKER")
    case = await casework.done("cw-li-ez", case, "close", on="2026-11-26")
    assert case["state"] == "CLOSED"


async def test_the_list_is_proposed_only_when_its_conditions_hold(casework: Any) -> None:
    case = await casework.until("lapse")  # one worker: 3 months, 12 000.00
    case = await casework.done("cw-li-ez", case, "propose-listing", {}, on="2026-11-23")
    assert (case["state"], case["listing_proposed_on"]) == ("ARREARS_LIST_PROPOSED", "2026-11-23")


@pytest.mark.parametrize("why", ["amount", "not migrant"])
async def test_the_list_is_not_for_everybody(casework: Any, why: str) -> None:
    is_migrant = why == "amount"
    case = await casework.until("serve", is_migrant=is_migrant)
    if is_migrant:
        paid = await casework.payments(case, ["2000.01"], "2026-11-20")
        case = await casework.done("cw-li-ez", case, "record-payment", paid, on="2026-11-20")
    await casework.timers("2026-11-21")
    case = await casework.read(case)
    answer = await casework.act("cw-li-ez", case, "propose-listing", {}, on="2026-11-23")
    assert_problem(answer, 409, "LIST_CRITERIA")
    answer = await casework.act(
        "cw-li-ez", case, "propose-listing", {"is_mass_incident": True}, on="2026-11-23"
    )
    assert answer.status_code == (200 if is_migrant else 409)


# ── closing and reopening ───────────────────────────────────────────────────────────────────


async def paid_case(casework: Any, **changes: Any) -> Any:
    case = await casework.until("serve", **changes)
    paid = await casework.payments(case, ["12000.00", "8000.00"], "2026-11-18")
    return await casework.done("cw-li-ez", case, "record-payment", paid, on="2026-11-18")


@pytest.mark.req("LI-2b")
async def test_closing_tells_the_complainant_and_both_cities(casework: Any) -> None:
    case = await paid_case(casework, window="window-wh")
    answer = await casework.act("cw-li-ez", case, "close", on="2026-11-19")
    assert_problem(answer, 403, "MAKER_IS_CHECKER")
    case = await casework.done("supervisor-ez", case, "close", on="2026-11-19")
    assert (case["state"], case["closed_on"]) == ("CLOSED", "2026-11-19")
    assert clock_of(case, "CLOSE_NOTICE")["status"] == "MET"
    assert {one["status"] for one in case["deadlines"]} == {"MET"}
    assert [one["state"] for one in case["complaints"]] == ["CLOSED"]
    [event] = await casework.suite.events("labor_inspection", "li.case.closed.v1")
    assert event["audience"] == [WUHAN, EZHOU]
    assert event["data"] == {
        "decision": "ORDER_CORRECT",
        "amount_recovered": "20000.00",
        "compensation_recovered": "0.00",
        "workers_count": 2,
        "receiving_city": WUHAN,
        "closed_on": "2026-11-19",
    }
    complaint = case["complaints"][0]
    told = (await casework.desk("cw-li-wh").get(f"{COMPLAINTS}/{complaint['id']}/timeline")).json()
    assert told["items"][-1]["to_state"] == "CLOSED"
    result = await casework.suite.databases["labor_inspection"].value(
        "SELECT result FROM complaints WHERE id = $1", complaint["id"]
    )
    assert "20000.00元" in result


async def test_a_dismissed_case_is_closed_by_another_than_who_decided(casework: Any) -> None:
    case = await casework.until("assign")
    case = await casework.done("supervisor-ez", case, "decide", DISMISS, on="2026-10-12")
    assert (case["state"], case["decision"]["demands"]) == ("DECIDED", "NOTHING")
    assert clock_of(case, "CLOSE_NOTICE")["due_on"] == "2026-10-19"
    answer = await casework.act("supervisor-ez", case, "close", on="2026-10-13")
    assert_problem(answer, 403, "MAKER_IS_CHECKER")
    case = await casework.done("cw-li-ez", case, "close", on="2026-10-13")
    assert case["state"] == "CLOSED"


async def test_a_case_handed_on_may_be_served_first(casework: Any) -> None:
    case = await casework.until("assign")
    wish = {"kind": "TRANSFER_POLICE", "reason": "涉嫌拒不支付劳动报酬罪"}
    case = await casework.done("supervisor-ez", case, "decide", wish, on="2026-10-12")
    case = await casework.done("cw-li-ez", case, "serve", {"receipt_no": "1"}, on="2026-10-13")
    assert case["state"] == "SERVED"
    assert "check-compliance" not in case["allowed_actions"]
    answer = await casework.act("cw-li-ez", case, "check-compliance", {}, on="2026-10-14")
    assert_problem(answer, 409, "STATE_CONFLICT")
    case = await casework.done("supervisor-ez", case, "close", on="2026-10-14")
    assert case["state"] == "CLOSED"


@pytest.mark.req("X-19")
async def test_a_case_goes_to_the_police_with_the_list_of_its_evidence(casework: Any) -> None:
    case = await casework.until("assign")
    wish = {"case_id": case["id"], "kind": "EVIDENCE", "questions": ["调取银行流水"]}
    path = "/labor-inspection/v1/assist-requests"
    letter = (await casework.desk("cw-li-ez", "2026-10-08").post(path, wish)).json()
    file = {
        "name": "银行流水.pdf",
        "sha256": f"{7:064x}",
        "media_type": "application/pdf",
        "size": 1007,
        "collected_on": "2026-10-09",
        "collected_by": ["li-wh-01", "li-wh-02"],
    }
    pair = {"inspectors": ["li-wh-01", "li-wh-02"]}
    reply = {"result": "已调取", "answers": ["见附件"], "evidences": [file]}
    for action, json in (("accept", {}), ("assign", pair), ("reply", reply)):
        answer = await casework.desk("cw-li-wh", "2026-10-09").act(
            f"{path}/{letter['id']}/{action}", letter, json
        )
        assert answer.status_code == 200, answer.text
        letter = answer.json()
    listed = f"{CASES}/{case['id']}/police-transfer"
    early = await casework.desk("cw-li-ez", "2026-10-12").get(listed)
    assert_problem(early, 404, "NOT_FOUND")
    police = {"kind": "TRANSFER_POLICE", "reason": "涉嫌拒不支付劳动报酬罪"}
    case = await casework.read(case)
    await casework.done("supervisor-ez", case, "decide", police, on="2026-10-12")
    handed = (await casework.desk("cw-li-ez", "2026-10-12").get(listed)).json()
    assert (handed["state"], handed["transferred_on"]) == ("TRANSFERRED_TO_POLICE", "2026-10-12")
    [evidence] = handed["evidences"]
    assert (evidence["source"], evidence["letter_no"]) == ("ASSIST", letter["biz_no"])
    assert (evidence["sha256"], evidence["collected_by"]) == (file["sha256"], pair["inspectors"])
    other = await casework.desk("cw-li-wh", "2026-10-12").get(listed)
    assert_problem(other, 403, "NOT_YOUR_CITY")


async def test_new_evidence_reopens_a_case_for_two_years(casework: Any) -> None:
    case = await paid_case(casework)
    case = await casework.done("supervisor-ez", case, "close", on="2026-11-19")
    reason = {"reason": "发现新的工资台账"}
    answer = await casework.act("supervisor-ez", case, "reopen", reason, on="2028-11-20")
    assert_problem(answer, 409, "REOPEN_LIMIT")
    case = await casework.done("supervisor-ez", case, "reopen", reason, on="2028-11-19")
    assert (case["state"], case["hearing"]) == ("REOPENED", None)
    assert [one["state"] for one in case["complaints"]] == ["ACCEPTED"]
    assert clock_of(case, "INVESTIGATE")["started_on"] == "2028-11-19"
    case = await casework.done("cw-li-ez", case, "assign", PAIR, on="2028-11-20")
    answer = await casework.act(
        "supervisor-ez", case, "decide", {**ORDER, "due_on": "2028-12-20"}, on="2028-11-21"
    )
    assert_problem(answer, 409, "HEARING_REQUIRED")
    case = await casework.done("supervisor-ez", case, "decide", DISMISS, on="2028-11-21")
    assert [order["number"] for order in case["orders"]] == [1, 2]
    case = await casework.done("cw-li-ez", case, "close", on="2028-11-22")
    assert case["state"] == "CLOSED"


async def test_no_event_of_a_case_names_anybody(casework: Any) -> None:
    case = await paid_case(casework)
    await casework.done("supervisor-ez", case, "close", on="2026-11-19")
    events = await casework.suite.events("labor_inspection")
    cases = [event for event in events if event["subject"] == case["case_no"]]
    assert {event["type"] for event in cases} == {
        "li.case.investigating.v1",
        "li.case.decided.v1",
        "li.order.served.v1",
        "li.case.complied.v1",
        "li.payment.recorded.v1",
        "li.case.closed.v1",
    }
    for event in cases:
        # Who was paid is a blind reference: the card service looks at the card behind it (J-10).
        is_payment = event["type"] == "li.payment.recorded.v1"
        assert (event["person_ref"] is None) is not is_payment
        assert not {"name", "doc_no", "inspectors", "worker_id"} & event["data"].keys()


# ── construction sites ──────────────────────────────────────────────────────────────────────


async def test_an_order_names_who_pays_on_a_site_and_for_a_card_that_was_withheld(
    casework: Any,
) -> None:
    case = await casework.until("hear", matter=["WAGE.ARREARS", "WAGE.CARD_WITHHELD"])
    assert case["matter"] == ["WAGE.ARREARS", "WAGE.CARD_WITHHELD"]
    payers = [
        {"role": "GENERAL_CONTRACTOR", "name": "测试总包", "uscc": None},
        {"role": "SUBCONTRACTOR", "name": "测试分包", "uscc": "91420199MAWH00019J"},
    ]
    order = {
        "kind": "ORDER_CORRECT",
        "amount": "20000.00",
        "due_on": "2026-11-20",
        "reason": "拖欠工资属实",
        "payer_order": payers,
    }
    answer = await casework.act("supervisor-ez", case, "decide", order, on="2026-11-04")
    assert_problem(answer, 422, "PAYER_ORDER")
    order["payer_order"] = payers[::-1]
    case = await casework.done("supervisor-ez", case, "decide", order, on="2026-11-04")
    assert case["decision"]["payer_order"] == payers[::-1]
    seen = {"kind": "DISMISS", "reason": "已改正", "payer_order": payers[::-1]}
    answer = await casework.act("supervisor-ez", case, "decide", seen, on="2026-11-04")
    assert_problem(answer, 422, "NOT_APPLICABLE")
