"""Agreements, joint meetings and sharing rules at the gateway (domain P-0a, P-0b)."""

import asyncio
import hashlib
from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, Desk, Suite, assert_problem
from hrss_kit.testing_files import pdf

AGREEMENTS, MEETINGS = "/gateway/v1/agreements", "/gateway/v1/joint-meetings"
ITEMS, RULES = "/gateway/v1/action-items", "/gateway/v1/sharing-rules"
PDF = pdf("协议")
NOW = "2026-11-02T09:00:00+08:00"
TEXT = {"title": "协查时限协议", "scope": "协查与委托时限", "effective_from": "2026-12-01"}


class Officers:
    """The pair of joint officers, and whoever else comes."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.wh, self.ez = self.desk("joint-admin-wh"), self.desk("joint-admin-ez")

    def desk(self, user: str, now: str = NOW) -> Desk:
        return self.suite.desk(user, now=now)

    async def act(self, desk: Desk, path: str, action: str, body: Any = None) -> Any:
        row = (await desk.get(path)).json()
        return await desk.act(f"{path}/{action}", row, body)


@pytest.fixture
async def officers(suite: Suite) -> Officers:
    return Officers(await suite.start("gateway"))


@pytest.mark.req("P-0a")
async def test_an_agreement_is_active_when_an_officer_of_each_city_has_approved(
    officers: Officers,
) -> None:
    assert_problem(
        await officers.desk("supervisor-wh").post(AGREEMENTS, TEXT), 403, "SCOPE_MISSING"
    )
    bad = {**TEXT, "parties": [EZHOU, "421100"], "file_hash": "xyz"}
    assert_problem(await officers.wh.post(AGREEMENTS, bad), 422, "PATTERN")
    foreign = {**TEXT, "parties": [EZHOU, "421100"]}
    assert_problem(await officers.wh.post(AGREEMENTS, foreign), 422, "PARTIES")
    made = await officers.wh.post(AGREEMENTS, {**TEXT, "effective_to": "2027-12-01"})
    row, path = made.json(), f"{AGREEMENTS}/{made.json()['id']}"
    assert (made.status_code, made.headers["location"]) == (201, path)
    assert (row["state"], row["parties"]) == ("DRAFT", [WUHAN, EZHOU])
    assert row["allowed_actions"] == ["change", "propose", "approve"]

    # The other city reads the draft; it is not theirs to change.
    assert_problem(await officers.ez.patch(path, row, {"title": "x"}), 403, "NOT_YOUR_CITY")
    row = (await officers.wh.patch(path, row, {"scope": "协查、委托与移送时限"})).json()
    put = await officers.wh.upload(f"{path}/files", PDF)
    assert put.json()["file_hash"] == hashlib.sha256(PDF).hexdigest(), put.text
    assert (await officers.ez.get(f"{path}/file")).content == PDF
    assert_problem(await officers.wh.act(f"{path}/propose", row), 412, "VERSION_MISMATCH")
    assert (await officers.act(officers.wh, path, "propose")).json()["state"] == "PROPOSED"
    row = (await officers.wh.get(path)).json()
    assert_problem(await officers.wh.patch(path, row, {"title": "x"}), 409, "STATE_CONFLICT")

    one = (await officers.act(officers.wh, path, "approve")).json()
    assert (one["state"], one["approved_cities"]) == ("PROPOSED", [WUHAN])
    assert "approve" not in one["allowed_actions"]
    assert_problem(await officers.act(officers.wh, path, "approve"), 409, "ALREADY_APPROVED")
    # One person with a token of either city is still one person.
    token = officers.suite.tokens.mint(
        roles=["joint.admin"], sub="x", city=EZHOU, staff_no="joint-admin-wh"
    )
    twice = Desk(officers.suite.client(token))
    assert_problem(await officers.act(twice, path, "approve"), 409, "ALREADY_APPROVED")
    assert (await officers.ez.get(path)).json()["state"] == "PROPOSED"
    # A constraint holds it too.
    with pytest.raises(Exception, match="ck_agreements_approved"):
        await officers.suite.databases["gateway"].fetch(
            "UPDATE agreements SET state = 'ACTIVE' WHERE id = $1", row["id"]
        )

    back = await officers.act(officers.ez, path, "reject", {"reason": "范围不清"})
    assert (back.json()["state"], back.json()["approved_cities"]) == ("DRAFT", [])
    for desk in (officers.ez, officers.wh):
        last = await officers.act(desk, path, "approve")
    assert last.json()["state"] == "ACTIVE", last.text
    assert [one["city"] for one in last.json()["approvals"]] == [EZHOU, WUHAN]
    story = (await officers.ez.get(f"{path}/timeline")).json()["items"]
    assert [one["action"] for one in story] == [
        "register", "change", "attach", "propose", "approve", "reject", "approve", "approve",
    ]  # fmt: skip
    (told,) = await officers.suite.events("gateway", "sharing.agreement.changed.v1")
    assert (told["data"]["state"], told["data"]["effective_to"]) == ("ACTIVE", "2027-12-01")

    held = {"effective_on": "2027-11-30", "q": "协查时限"}
    assert len((await officers.ez.get(AGREEMENTS, held)).json()["items"]) == 1
    held["effective_on"] = "2027-12-01"
    assert (await officers.ez.get(AGREEMENTS, held)).json()["items"] == []
    late = "2027-12-01T00:05:00+08:00"
    for _ in range(2):
        await officers.desk("ops", late).post("/gateway/v1/timers/run")
    assert (await officers.ez.get(path)).json()["state"] == "EXPIRED"
    told_at_last = await officers.suite.events("gateway", "sharing.agreement.changed.v1")
    assert [one["data"]["state"] for one in told_at_last] == ["ACTIVE", "EXPIRED"]
    ended = await officers.act(officers.wh, path, "terminate", {"reason": "x"})
    assert assert_problem(ended, 409, "STATE_CONFLICT")["allowed"] == []


@pytest.mark.req("P-0a")
async def test_two_officers_of_one_city_at_once_give_one_approval(officers: Officers) -> None:
    row = (await officers.wh.post(AGREEMENTS, TEXT)).json()
    path = f"{AGREEMENTS}/{row['id']}/approve"
    tokens = [
        officers.suite.tokens.mint(roles=["joint.admin"], sub=f"officer-{n}", city=WUHAN)
        for n in range(20)
    ]
    answers = await asyncio.gather(
        *(Desk(officers.suite.client(token)).act(path, row) for token in tokens)
    )
    assert [one.status_code for one in answers].count(200) == 1
    assert {one.status_code for one in answers} <= {200, 409, 412, 503}
    rows = await officers.suite.databases["gateway"].fetch(
        "SELECT city FROM agreement_approvals WHERE agreement_id = $1", row["id"]
    )
    assert [one["city"] for one in rows] == [WUHAN]


@pytest.mark.req("P-0a")
async def test_an_action_item_is_closed_by_its_city_or_is_overdue(officers: Officers) -> None:
    body = {
        "title": "第一次联席会议", "held_on": "2026-11-02", "place": "鄂州",
        "minutes": "陈测丁介绍情况", "attendance": {WUHAN: 3, EZHOU: 4},
        "action_items": [
            {"title": "统一协查时限", "owner_city": EZHOU, "due_on": "2026-11-20"},
            {"title": "交换联系人", "owner_city": WUHAN, "due_on": "2026-11-10"},
        ],
    }  # fmt: skip
    late = {**body, "held_on": "2026-11-03", "action_items": [
        {"title": "x", "owner_city": "420200", "due_on": "2026-11-01"}]}  # fmt: skip
    problem = assert_problem(await officers.wh.post(MEETINGS, late), 422, "VALIDATION")
    assert {one["field"] for one in problem["errors"]} == {
        "held_on", "action_items.0.owner_city", "action_items.0.due_on",
    }  # fmt: skip
    made = await officers.wh.post(MEETINGS, body)
    assert made.status_code == 201, made.text
    path = made.headers["location"]
    assert made.json()["state"] == "OPEN"
    ours, theirs = made.json()["action_items"]
    assert (ours["owner_city"], ours["deadlines"][0]["due_on"]) == (EZHOU, "2026-11-20")
    stored = await officers.suite.databases["gateway"].value("SELECT minutes FROM joint_meetings")
    assert "陈测丁".encode() not in stored

    close = f"{ITEMS}/{ours['id']}/close"
    head = officers.desk("supervisor-ez", "2026-11-23T09:00:00+08:00")
    assert_problem(await officers.wh.act(close, ours, {"result": "好"}), 403, "NOT_YOUR_CITY")
    assert_problem(
        await officers.desk("cw-li-ez").act(close, ours, {"result": "好"}), 403, "SCOPE_MISSING"
    )
    await officers.desk("ops", "2026-11-21T00:05:00+08:00").post("/gateway/v1/timers/run")
    overdue = await officers.suite.events("gateway", "gateway.deadline.overdue.v1")
    assert [(one["subject"], one["city"]) for one in overdue] == [
        (ours["biz_no"], EZHOU), (theirs["biz_no"], WUHAN),
    ]  # fmt: skip
    query = {"is_overdue": "true", "owner_city": EZHOU}
    (listed,) = (await head.get(ITEMS, query)).json()["items"]
    assert (listed["id"], listed["is_overdue"], listed["allowed_actions"]) == (
        ours["id"], True, ["close"],
    )  # fmt: skip
    assert listed["deadlines"][0]["status"] == "OVERDUE"
    work = (await head.get("/gateway/v1/work-items", {"bucket": "overdue"})).json()["items"]
    assert [(one["id"], one["due_on"]) for one in work] == [(ours["id"], "2026-11-20")]

    done = await head.act(close, listed, {"result": "已统一为10个工作日"})
    assert (done.json()["state"], done.json()["closed_on"]) == ("CLOSED", "2026-11-23")
    assert_problem(await head.act(close, done.json(), {"result": "x"}), 409, "STATE_CONFLICT")
    assert (await head.get(path)).json()["state"] == "OPEN"
    other = await officers.act(
        officers.wh, f"{ITEMS}/{theirs['id']}", "close", {"result": "已交换"}
    )
    assert other.status_code == 200, other.text
    assert (await head.get(path)).json()["state"] == "CLOSED"
    again = {"title": "培训", "owner_city": WUHAN, "due_on": "2026-12-10"}
    assert_problem(await officers.act(officers.ez, path, "add-item", again), 403, "NOT_YOUR_CITY")
    more = await officers.act(officers.wh, path, "add-item", again)
    assert (more.json()["state"], len(more.json()["action_items"])) == ("OPEN", 3)


@pytest.mark.req("P-0b")
async def test_a_sharing_rule_is_drafted_by_one_city_and_approved_by_the_other(
    officers: Officers,
) -> None:
    framework = (await officers.wh.get(AGREEMENTS, {"state": "ACTIVE"})).json()["items"][0]
    rule = {
        "agreement_id": framework["id"], "service": "labor-inspection", "resource": "complaints",
        "from_city": EZHOU, "to_city": WUHAN, "purpose": "LI_COMPLAINT",
        "fields": ["tracking_no", "employer_name"], "effective_from": "2026-12-01",
    }  # fmt: skip
    wrong = {**rule, "resource": "payrolls", "purpose": "OPS", "to_city": EZHOU,
             "effective_to": "2026-11-01"}  # fmt: skip
    problem = assert_problem(await officers.wh.post(RULES, wrong), 422, "VALIDATION")
    assert {one["field"] for one in problem["errors"]} == {
        "resource", "purpose", "to_city", "effective_to",
    }  # fmt: skip
    assert_problem(await officers.desk("cw-li-wh").post(RULES, rule), 403, "SCOPE_MISSING")
    made = await officers.wh.post(RULES, rule)
    row, path = made.json(), made.headers["location"]
    assert (row["service"], row["owner_city"], row["revision"]) == ("labor_inspection", EZHOU, 2)
    assert_problem(await officers.act(officers.wh, path, "approve"), 403, "MAKER_IS_CHECKER")
    colleague = Desk(
        officers.suite.client(
            officers.suite.tokens.mint(roles=["joint.admin"], sub="second", city=WUHAN)
        )
    )
    assert_problem(await officers.act(colleague, path, "approve"), 403, "NOT_YOUR_CITY")
    done = await officers.act(officers.ez, path, "approve")
    assert (done.json()["state"], done.json()["is_in_force"]) == ("ACTIVE", False)
    same = {name: rule[name] for name in ("from_city", "to_city", "resource", "purpose")}
    for day, revision in (("2026-11-30", 1), ("2026-12-01", 2)):
        found = (await officers.wh.get(RULES, {**same, "effective_on": day})).json()["items"]
        assert [one["revision"] for one in found] == [revision]

    earlier = (await officers.wh.post(RULES, {**rule, "effective_from": "2026-11-15"})).json()
    clash = await officers.act(officers.ez, f"{RULES}/{earlier['id']}", "approve")
    assert_problem(clash, 409, "OVERLAP")
    no = await officers.act(officers.ez, f"{RULES}/{earlier['id']}", "reject", {"reason": "重复"})
    assert no.json()["state"] == "REJECTED"
    told = await officers.suite.events("gateway", "sharing.rule.changed.v1")
    assert [(one["data"]["effective_from"], one["data"]["effective_to"]) for one in told] == [
        ("2021-01-01", "2026-12-01"), ("2026-12-01", None),
    ]  # fmt: skip
