"""Delegated cases: one city asks, the other finds out, the first decides."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem
from social_insurance.delegation import rules

from .conftest import LI, PATH, SocialInsurance, stretch

V1 = "/social-insurance/v1"
CASES, CATALOGUE = f"{V1}/delegated-cases", f"{V1}/delegation-catalogue"
INJURIES = f"{V1}/injury-determinations"
SUN = {"name": "孙测庚", "doc_no": "420199198809090074"}
SHOP = "92420199MAWH00027A"
PURPOSES = {kind: f"SI_DELEGATED_{kind}" for kind in ("FILE", "INJURY", "LIFE")}
Row = dict[str, Any]


class Delegation:
    """Both cities at work on delegated cases."""

    def __init__(self, insurance: SocialInsurance) -> None:
        self.insurance = insurance

    def desk(self, user: str, on: str, kind: str = "INJURY") -> Any:
        return self.insurance.desk(user, PURPOSES[kind], f"{on}T09:00:00+08:00")

    async def drafted(self, on: str, user: str = "cw-si-wh", **changes: Any) -> Row:
        body = {
            "kind": "INJURY",
            "main_case_ref": "WH-GS-2026-0001",
            "person": SUN,
            "questions": [f"第{number}问" for number in range(1, 7)],
            **changes,
        }
        answer = await self.desk(user, on, body["kind"]).post(CASES, body)
        assert answer.status_code == 201, answer.text
        row: Row = answer.json()
        return row

    async def act(self, user: str, row: Row, action: str, on: str, json: Any = None) -> Any:
        desk = self.desk(user, on, row["kind"] if row["kind"] in PURPOSES else "FILE")
        return await desk.act(f"{CASES}/{row['id']}/{action}", row, json)

    async def done(self, user: str, row: Row, action: str, on: str, json: Any = None) -> Row:
        answer = await self.act(user, row, action, on, json)
        assert answer.status_code == 200, answer.text
        made: Row = answer.json()
        return made

    async def at_work(self, on: str = "2026-08-17", **changes: Any) -> Row:
        row = await self.drafted(on, **changes)
        sender = "cw-si-wh" if row["requesting_city"] == WUHAN else "cw-si-ez"
        head = sender.replace("cw-si", "supervisor")
        other = "ez" if sender.endswith("wh") else "wh"
        row = await self.done(head, row, "send", on)
        row = await self.done(f"cw-si-{other}", row, "accept", on)
        two = {"investigators": ["D-1", "D-2"]}
        return await self.done(f"cw-si-{other}", row, "start", on, two)

    async def timers(self, on: str) -> Row:
        answer = await self.desk("ops", on).post(f"{V1}/timers/run")
        done: Row = answer.json()["timers"]
        return done


ANSWERS = [{"question": number, "answer": "已查明"} for number in range(1, 6)]
ANSWERS.append({"question": 6, "cannot_establish": True, "reason": "监控已覆盖"})


def due(row: Row, code: str = "DELEGATED_REPLY") -> tuple[str, str]:
    found = [one for one in row["deadlines"] if one["code"] == code][-1]
    return found["due_on"], found["status"]


@pytest.fixture
def delegation(insurance: SocialInsurance) -> Delegation:
    return Delegation(insurance)


@pytest.mark.req("SI-3b")
async def test_a_survey_goes_from_letter_to_answer(delegation: Delegation) -> None:
    row = await delegation.drafted("2026-08-17")
    assert (row["state"], row["executing_city"], row["deadlines"]) == ("DRAFT", EZHOU, [])
    path = f"{CASES}/{row['id']}"
    there = delegation.desk("cw-si-ez", "2026-08-17")
    assert_problem(await there.get(path), 404, "NOT_FOUND")
    own = await delegation.act("cw-si-wh", row, "send", "2026-08-17")
    assert_problem(own, 403, "MAKER_IS_CHECKER")
    row = await delegation.done("supervisor-wh", row, "send", "2026-08-17")
    assert (row["state"], row["due_on"]) == ("RECEIVED", "2026-08-31")
    assert_problem(
        await delegation.act("cw-si-wh", row, "accept", "2026-08-17"), 403, "NOT_YOUR_CITY"
    )
    seen = (await there.get(path)).json()
    assert seen["allowed_actions"] == ["accept", "decline"]
    row = await delegation.done("cw-si-ez", row, "accept", "2026-08-18")
    one = await delegation.act(
        "cw-si-ez", row, "start", "2026-08-18", {"investigators": ["D-1", "D-1"]}
    )
    assert_problem(one, 422, "TWO_INVESTIGATORS")
    torn = {
        "investigators": ["D-1", "D-2"],
        "interests": [{"staff_no": "D-2", "reason": "系当事人亲属"}],
    }
    assert_problem(
        await delegation.act("cw-si-ez", row, "start", "2026-08-18", torn), 409, "RECUSAL"
    )
    two = {"investigators": ["D-1", "D-2"]}
    row = await delegation.done("cw-si-ez", row, "start", "2026-08-18", two)
    short = await delegation.act(
        "supervisor-ez", row, "reply", "2026-08-27", {"answers": ANSWERS[:4]}
    )
    problem = assert_problem(short, 422, "ANSWERS_INCOMPLETE")
    assert [one["field"] for one in problem["errors"]] == ["answers.5", "answers.6"]
    body = {
        "answers": ANSWERS,
        "result_code": "ESTABLISHED",
        "attachments": [
            {"name": f"证据{at}.pdf", "sha256": f"{at:064x}", "media_type": "application/pdf"}
            for at in range(3)
        ],
    }
    mine = await delegation.act("cw-si-ez", row, "reply", "2026-08-27", body)
    assert_problem(mine, 403, "MAKER_IS_CHECKER")
    row = await delegation.done("supervisor-ez", row, "reply", "2026-08-27", body)
    assert (row["state"], due(row)) == ("REPLIED", ("2026-08-31", "MET"))
    assert len(row["reply"]["attachments"]) == 3
    row = await delegation.done(
        "cw-si-wh", row, "close", "2026-08-28", {"is_used_in_main_case": True}
    )
    assert (row["state"], row["is_used_in_main_case"]) == ("CLOSED", True)
    told = await delegation.insurance.suite.events("social_insurance")
    told = [one for one in told if one["type"].startswith("si.delegated.")]
    assert [one["type"] for one in told] == [
        f"si.delegated.{word}.v1" for word in ("sent", "accepted", "replied", "closed")
    ]
    assert told[0]["data"] == {
        "kind": "INJURY", "executing_city": EZHOU, "due_on": "2026-08-31", "result_code": None,
    }  # fmt: skip
    assert all(one["audience"] == [WUHAN, EZHOU] for one in told)
    assert not any(SUN["name"] in str(one) or SUN["doc_no"] in str(one) for one in told)


@pytest.mark.parametrize(
    ("kind", "sent", "until"),
    [
        ("INJURY", "2026-08-17", "2026-08-31"),
        ("FILE", "2026-04-07", "2026-05-08"),
        ("LIFE", "2026-11-10", "2026-11-24"),
    ],
)
async def test_each_kind_has_its_working_days(
    delegation: Delegation, kind: str, sent: str, until: str
) -> None:
    row = await delegation.drafted(sent, kind=kind)
    row = await delegation.done("supervisor-wh", row, "send", sent)
    assert row["due_on"] == until


@pytest.mark.req("SI-3a")
async def test_a_file_is_answered_item_by_item_and_a_difference_is_a_heads_decision(
    delegation: Delegation,
) -> None:
    row = await delegation.at_work(
        "2026-04-07", kind="FILE", person=LI, questions=["参加工作时间？"], user="cw-si-wh"
    )
    found = {
        "item": "FIRST_WORK_DATE", "claimed": "2001-07", "found": "2002-07",
        "document": "职工履历表", "page": "3",
    }  # fmt: skip
    wrong = {"answers": [{"question": 1, "answer": "见下"}],
             "findings": [{**found, "verdict": "CONFIRMED"}]}  # fmt: skip
    refused = await delegation.act("supervisor-ez", row, "reply", "2026-04-20", wrong)
    assert_problem(refused, 422, "VERDICT")
    right = {**wrong, "findings": [{**found, "verdict": "DIFFERENT"}]}
    row = await delegation.done("supervisor-ez", row, "reply", "2026-04-20", right)
    [item] = row["reply"]["findings"]
    assert (item["verdict"], item["document"], item["page"]) == ("DIFFERENT", "职工履历表", "3")
    assert (row["needs_supervisor"], row["result_code"]) == (True, "DIFFERENT")
    used = {"is_used_in_main_case": True}
    early = await delegation.act("cw-si-wh", row, "close", "2026-04-21", used)
    assert_problem(early, 409, "SUPERVISOR_DECISION_REQUIRED")
    decision = {"decision": "以档案最早记载2002-07为准"}
    clerk = await delegation.act("cw-si-wh", row, "decide-difference", "2026-04-21", decision)
    assert_problem(clerk, 403, "SCOPE_MISSING")
    row = await delegation.done("supervisor-wh", row, "decide-difference", "2026-04-21", decision)
    row = await delegation.done("cw-si-wh", row, "close", "2026-04-21", used)
    assert row["supervisor_decision"] == decision["decision"]


@pytest.mark.req("SI-3a")
def test_a_birth_date_other_than_the_ids_forces_a_head() -> None:
    same = {"item": "BIRTH_DATE", "claimed": "1980-03-12", "found": "1980-03-12"}
    other = {**same, "claimed": "1979-03-12", "found": "1979-03-12"}
    for one in (same, other):
        one["verdict"] = rules.verdict_of(one["claimed"], one["found"])
    assert not rules.needs_supervisor([same], "1980-03-12")
    assert rules.needs_supervisor([other], "1980-03-12")
    assert rules.verdict_of("1979-03-12", None) == "NOT_FOUND"


async def test_a_case_is_declined_for_one_of_four_reasons(delegation: Delegation) -> None:
    row = await delegation.drafted("2026-08-17")
    row = await delegation.done("supervisor-wh", row, "send", "2026-08-17")
    body = {"reason_code": "TOO_BUSY", "reason": "忙"}
    assert_problem(
        await delegation.act("cw-si-ez", row, "decline", "2026-08-18", body), 422, "CODE"
    )
    body = {"reason_code": "NOT_IN_AREA", "reason": "事故地不在本市"}
    row = await delegation.done("cw-si-ez", row, "decline", "2026-08-18", body)
    assert (row["state"], row["decline_code"], row["allowed_actions"]) == (
        "DECLINED", "NOT_IN_AREA", [],
    )  # fmt: skip
    assert due(row)[1] == "CANCELLED"


async def test_one_case_of_a_kind_is_open_for_a_main_case(delegation: Delegation) -> None:
    desk = delegation.desk("cw-si-wh", "2026-08-17")
    body = {"kind": "INJURY", "main_case_ref": "X-1", "person": SUN, "questions": ["?"]}
    answers = await asyncio.gather(*(desk.post(CASES, body) for _ in range(20)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 19
    row = next(one.json() for one in answers if one.status_code == 201)
    twice = await desk.post(CASES, body)
    assert assert_problem(twice, 409, "DUPLICATE")["existing_id"] == row["id"]
    row = await delegation.done("cw-si-wh", row, "cancel", "2026-08-17", {"reason": "改为自查"})
    assert row["state"] == "CANCELLED"
    assert (await desk.post(CASES, body)).status_code == 201


async def test_a_question_back_stops_the_clock_for_five_working_days_at_most(
    delegation: Delegation,
) -> None:
    row = await delegation.at_work("2026-08-17")
    row = await delegation.done(
        "cw-si-ez", row, "ask-supplement", "2026-08-20", {"question": "具体地点？"}
    )
    assert (row["state"], due(row, "DELEGATED_SUPPLEMENT")[0]) == ("SUPPLEMENT", "2026-08-27")
    answered = await delegation.done(
        "cw-si-wh", row, "answer-supplement", "2026-08-24", {"answer": "三号厂房"}
    )
    assert (answered["state"], due(answered)[0]) == ("IN_PROGRESS", "2026-09-02")
    assert answered["supplements"][0]["answer"] == "三号厂房"
    row = await delegation.done(
        "cw-si-ez", answered, "ask-supplement", "2026-08-25", {"question": "证人？"}
    )
    assert (await delegation.timers("2026-09-01"))["supplements"] == 0
    assert (await delegation.timers("2026-09-02"))["supplements"] == 1
    path = f"{CASES}/{row['id']}"
    row = (await delegation.desk("cw-si-ez", "2026-09-02").get(path)).json()
    assert (row["state"], due(row)[0]) == ("SUPPLEMENT", "2026-09-09")
    late = await delegation.done(
        "cw-si-wh", row, "answer-supplement", "2026-09-10", {"answer": "张某"}
    )
    assert due(late)[0] == "2026-09-09"


async def test_an_answer_is_sent_back_once(delegation: Delegation) -> None:
    row = await delegation.at_work("2026-08-17")
    reply = {"answers": ANSWERS}
    row = await delegation.done("cw-si-ez", row, "draft-reply", "2026-08-26", reply)
    here = f"{CASES}/{row['id']}"
    assert (await delegation.desk("cw-si-wh", "2026-08-26").get(here)).json()["reply"] is None
    row = await delegation.done("supervisor-ez", row, "reply", "2026-08-27")
    assert row["reply"]["answers"][0]["answer"] == "已查明"
    why = {"reason": "第六问未核实"}
    clerk = await delegation.act("cw-si-wh", row, "reopen", "2026-08-28", why)
    assert_problem(clerk, 403, "SCOPE_MISSING")
    row = await delegation.done("supervisor-wh", row, "reopen", "2026-08-28", why)
    assert (row["state"], row["due_on"]) == ("REOPENED", "2026-09-11")
    two = {"investigators": ["D-1", "D-2"]}
    row = await delegation.done("cw-si-ez", row, "start", "2026-08-28", two)
    row = await delegation.done("supervisor-ez", row, "reply", "2026-09-01", reply)
    again = await delegation.act("supervisor-wh", row, "reopen", "2026-09-02", why)
    assert_problem(again, 409, "ALREADY_REOPENED")
    assert "reopen" not in row["allowed_actions"]


async def test_a_late_answer_is_told_once_to_both_cities(delegation: Delegation) -> None:
    row = await delegation.at_work("2026-08-17")
    assert (await delegation.timers("2026-08-31"))["late answers"] == 0
    assert (await delegation.timers("2026-09-01"))["late answers"] == 1
    assert (await delegation.timers("2026-09-02"))["late answers"] == 0
    [event] = await delegation.insurance.suite.events("social_insurance", "si.delegated.overdue.v1")
    assert event["data"]["due_on"] == "2026-08-31"
    listed = await delegation.desk("supervisor-wh", "2026-09-02").get(CASES, {"is_overdue": True})
    assert [one["id"] for one in listed.json()["items"]] == [row["id"]]


NEW_KIND = {
    "kind": "SPECIAL_WORK",
    "name_zh": "特殊工种认定",
    "name_en": "Hazardous work recognition",
    "form_schema": {
        "type": "object",
        "required": ["work", "from_year"],
        "properties": {
            "work": {"enum": ["高温", "井下"]},
            "from_year": {"type": "integer", "minimum": 1950, "maximum": 2026},
        },
        "additionalProperties": False,
    },
    "result_schema": {
        "type": "object",
        "required": ["months"],
        "properties": {"months": {"type": "integer", "minimum": 0}},
    },
    "reply_wd": 7,
    "evidence": [{"code": "LIST", "name_zh": "工种名册", "is_required": True}],
    "result_codes": ["RECOGNISED", "REFUSED"],
    "decided_by": "SUPERVISOR",
}


@pytest.mark.req("SI-3d")
async def test_a_new_kind_works_by_configuration_alone(delegation: Delegation) -> None:
    head = delegation.desk("supervisor-wh", "2026-08-17", "FILE")
    clerk = delegation.desk("cw-si-wh", "2026-08-17", "FILE")
    assert_problem(await clerk.post(CATALOGUE, NEW_KIND), 403, "SCOPE_MISSING")
    listed = (await clerk.get(CATALOGUE)).json()["items"]
    assert [(one["kind"], one["reply_wd"]) for one in listed] == [
        ("FILE", 20), ("INJURY", 10), ("LIFE", 10),
    ]  # fmt: skip
    body = {"kind": "SPECIAL_WORK", "main_case_ref": "T-1", "person": LI, "questions": ["工种？"]}
    assert_problem(await clerk.post(CASES, body), 422, "KIND_UNKNOWN")
    broken = {**NEW_KIND, "form_schema": {"type": "objekt"}}
    assert_problem(await head.post(CATALOGUE, broken), 422, "SCHEMA")
    foreign = {**NEW_KIND, "form_schema": {"$ref": "http://127.0.0.1/x.json"}}
    assert_problem(await head.post(CATALOGUE, foreign), 422, "SCHEMA")
    added = await head.post(CATALOGUE, NEW_KIND)
    assert added.status_code == 201, added.text
    assert_problem(await head.post(CATALOGUE, NEW_KIND), 409, "DUPLICATE")
    unfit = {**body, "form": {"work": "高空", "from_year": "1990", "more": 1}}
    problem = assert_problem(await clerk.post(CASES, unfit), 422, "FORM")
    assert {one["field"] for one in problem["errors"]} == {"form", "form.work", "form.from_year"}
    assert "高空" not in str(problem)
    row = (await clerk.post(CASES, {**body, "form": {"work": "井下", "from_year": 1990}})).json()
    row = await delegation.done("supervisor-wh", row, "send", "2026-08-17")
    assert row["due_on"] == "2026-08-26"
    row = await delegation.done("cw-si-ez", row, "accept", "2026-08-17")
    row = await delegation.done("cw-si-ez", row, "start", "2026-08-17")
    reply: Row = {"answers": [{"question": 1, "answer": "井下"}], "result": {"months": 96}}
    for changes, code in (
        ({}, "CODE"),
        ({"result_code": "RECOGNISED", "result": {}}, "FORM"),
        ({"result_code": "RECOGNISED"}, "EVIDENCE_MISSING"),
    ):
        answer = await delegation.act(
            "supervisor-ez", row, "reply", "2026-08-20", {**reply, **changes}
        )
        assert_problem(answer, 422, code)
    proof = {"code": "LIST", "name": "名册", "sha256": "0" * 64, "media_type": "image/png"}
    whole = {**reply, "result_code": "RECOGNISED", "attachments": [proof]}
    row = await delegation.done("supervisor-ez", row, "reply", "2026-08-20", whole)
    used = {"is_used_in_main_case": True}
    assert_problem(
        await delegation.act("cw-si-wh", row, "close", "2026-08-21", used), 403, "SCOPE_MISSING"
    )
    row = await delegation.done("supervisor-wh", row, "close", "2026-08-21", used)
    assert row["state"] == "CLOSED"
    item = added.json()
    retired = await head.act(f"{CATALOGUE}/{item['id']}/retire", item, {"reason": "并入档案"})
    assert retired.json()["state"] == "RETIRED"
    assert_problem(await clerk.post(CASES, {**body, "form": {}}), 422, "KIND_UNKNOWN")


async def test_a_case_is_read_for_the_purpose_of_its_kind(delegation: Delegation) -> None:
    row = await delegation.at_work("2026-08-17")
    path = f"{CASES}/{row['id']}"
    file = delegation.desk("cw-si-ez", "2026-08-18", "FILE")
    assert_problem(await file.get(path), 403, "PURPOSE_NOT_ALLOWED")
    assert (await file.get(CASES)).json()["items"] == []
    right = delegation.desk("cw-si-ez", "2026-08-18")
    assert (await right.get(path)).json()["person"]["name"] == "孙**"
    wish = {"fields": ["name"], "reason": "上门核实"}
    assert (await right.post(f"{path}/reveal", wish)).json()["fields"] == {"name": SUN["name"]}
    stored = await delegation.insurance.database.fetch(
        "SELECT questions_json, form_json FROM delegated_cases"
    )
    assert not any("第1问".encode() in one["questions_json"] for one in stored)


# ── injury determinations ───────────────────────────────────────────────────────────────────


def injury(**changes: Any) -> Row:
    return {
        "person": SUN, "employer_name": "武汉测试经营部", "employer_uscc": SHOP,
        "accident_on": "2026-07-01", "kind": "ACCIDENT", "applicant": "EMPLOYER",
        "facts": "高处坠落致右腿骨折", **changes,
    }  # fmt: skip


async def applied(delegation: Delegation, on: str = "2026-07-20", **changes: Any) -> Row:
    answer = await delegation.desk("cw-si-wh", on).post(INJURIES, injury(**changes))
    assert answer.status_code == 201, answer.text
    row: Row = answer.json()
    return row


async def moved(
    delegation: Delegation, user: str, row: Row, action: str, on: str, json: Any = None
) -> Row:
    answer = await delegation.desk(user, on).act(f"{INJURIES}/{row['id']}/{action}", row, json)
    assert answer.status_code == 200, answer.text
    made: Row = answer.json()
    return made


@pytest.mark.req("SI-3b")
async def test_the_clocks_of_a_determination(delegation: Delegation) -> None:
    """V12."""
    row = await applied(delegation)
    assert (row["apply_until"], row["is_late_application"]) == ("2026-07-31", False)
    assert due(row, "INJURY_ACCEPT")[0] == "2026-08-04"
    row = await moved(delegation, "cw-si-wh", row, "accept", "2026-08-03")
    assert due(row, "INJURY_DECIDE") == ("2026-10-08", "OPEN")
    court = {"reason": "等待交通事故责任认定", "authority": "武汉市交警支队"}
    row = await moved(delegation, "cw-si-wh", row, "suspend", "2026-08-20", court)
    assert row["state"] == "SUSPENDED"
    row = await moved(delegation, "cw-si-wh", row, "resume", "2026-09-10")
    assert due(row, "INJURY_DECIDE") == ("2026-10-23", "OPEN")
    [standing] = row["suspensions"]
    assert (standing["since"], standing["until"]) == ("2026-08-20", "2026-09-10")
    yes = {"decision": "YES", "reason": "符合第十四条第一项"}
    desk = delegation.desk("cw-si-wh", "2026-09-18")
    own = await desk.act(f"{INJURIES}/{row['id']}/decide", row, yes)
    assert_problem(own, 403, "MAKER_IS_CHECKER")
    row = await moved(delegation, "supervisor-wh", row, "decide", "2026-09-18", yes)
    # Twenty calendar days end in the holiday of October.
    assert due(row, "INJURY_SERVE")[0] == "2026-10-08"
    row = await moved(delegation, "cw-si-wh", row, "serve", "2026-09-22", {"receipt_no": "SD-1"})
    assert (row["state"], row["decision"]) == ("SERVED", "YES")
    assert "骨折" not in str(row)


async def test_clear_facts_are_decided_in_fifteen_days(delegation: Delegation) -> None:
    row = await applied(delegation, "2026-09-11", accident_on="2026-09-01", is_simple=True)
    row = await moved(delegation, "cw-si-wh", row, "accept", "2026-09-11")
    assert due(row, "INJURY_DECIDE")[0] == "2026-09-28"


async def test_the_time_to_apply(delegation: Delegation) -> None:
    late = await applied(delegation, "2026-08-03")
    assert (late["is_late_application"], late["apply_until"]) == (True, "2026-07-31")
    desk = delegation.desk("cw-si-wh", "2027-07-02")
    worker = injury(applicant="WORKER", accident_on="2026-06-30")
    answer = await desk.post(INJURIES, worker)
    assert assert_problem(answer, 409, "LIMITATION")["apply_until"] == "2027-06-30"
    in_time = await desk.post(INJURIES, {**worker, "accident_on": "2026-07-02"})
    assert in_time.json()["apply_until"] == "2027-07-02"
    twice = await desk.post(INJURIES, injury(applicant="WORKER", applied_on="2027-06-30"))
    assert assert_problem(twice, 409, "DUPLICATE")["existing_id"] == late["id"]
    long_ago = await desk.post(INJURIES, {**worker, "accident_on": "1996-07-02"})
    assert_problem(long_ago, 409, "LIMITATION")
    early = injury(applied_on="2026-06-30")
    assert_problem(await desk.post(INJURIES, early), 422, "DATE")


async def test_papers_that_lack_are_told_at_once_and_hold_the_acceptance(
    delegation: Delegation,
) -> None:
    row = await applied(delegation, is_complete=False, missing_papers=["劳动合同", "诊断证明"])
    assert row["deadlines"] == []
    desk = delegation.desk("cw-si-wh", "2026-07-21")
    early = await desk.act(f"{INJURIES}/{row['id']}/accept", row)
    assert_problem(early, 409, "PAPERS_MISSING")
    assert "accept" not in row["allowed_actions"]
    row = await moved(delegation, "cw-si-wh", row, "supplement", "2026-07-22")
    assert (row["is_complete"], due(row, "INJURY_ACCEPT")[0]) == (True, "2026-08-06")
    row = await moved(
        delegation, "cw-si-wh", row, "not-accept", "2026-07-23", {"reason": "不属受理范围"}
    )
    assert row["state"] == "NOT_ACCEPTED"


async def test_the_employers_pooling_area_decides_who_is_competent(
    delegation: Delegation,
) -> None:
    body = stretch(
        person=SUN, city=WUHAN, scheme="INJ", employer_uscc=SHOP, status="STOPPED",
        from_month="2024-01", to_month="2026-02",
    )  # fmt: skip
    assert (await delegation.insurance.wuhan.post(PATH, body)).status_code == 201
    there = delegation.desk("cw-si-ez", "2026-02-20")
    case = injury(accident_on="2026-02-10")
    answer = await there.post(INJURIES, case)
    assert assert_problem(answer, 409, "JURISDICTION")["competent_city"] == WUHAN
    here = await delegation.desk("cw-si-wh", "2026-02-20").post(INJURIES, case)
    assert here.json()["is_employer_insured"] is True


@pytest.mark.req("X-11")
async def test_a_worker_of_a_new_form_of_employment_is_taken(delegation: Delegation) -> None:
    row = await applied(delegation, worker_kind="NEWFORM")
    assert (row["worker_kind"], row["is_employer_insured"]) == ("NEWFORM", False)
    await delegation.insurance.database.fetch(
        "UPDATE policy_parameters SET value = 'false' WHERE key = 'si.occupational_injury_pilot'"
    )
    desk = delegation.desk("cw-si-wh", "2026-07-20")
    other = injury(worker_kind="NEWFORM", accident_on="2026-07-02")
    assert_problem(await desk.post(INJURIES, other), 422, "PILOT")


async def test_a_survey_shows_the_main_cases_clock_and_needs_it_open(
    delegation: Delegation,
) -> None:
    row = await applied(delegation)
    row = await moved(delegation, "cw-si-wh", row, "accept", "2026-08-03")
    case = await delegation.at_work("2026-08-17", main_case_ref=row["biz_no"])
    main = case["main_case"]
    assert (main["resource"], main["state"]) == ("injury-determinations", "ACCEPTED")
    [clock] = [one for one in main["deadlines"] if one["code"] == "INJURY_DECIDE"]
    assert (clock["due_on"], clock["status"]) == ("2026-10-08", "OPEN")
    yes = {"decision": "NO", "reason": "证据不足"}
    await moved(delegation, "supervisor-wh", row, "decide", "2026-09-18", yes)
    desk = delegation.desk("cw-si-wh", "2026-09-19")
    body = {"kind": "FILE", "main_case_ref": row["biz_no"], "person": SUN, "questions": ["?"]}
    assert_problem(await desk.post(CASES, body), 409, "MAIN_CASE_CLOSED")
