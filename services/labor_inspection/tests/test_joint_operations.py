"""Joint operations: both cities agree, chance draws, each city inspects inside its own cases."""

import copy
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem
from labor_inspection.joint_operations import rules

LI = "/labor-inspection/v1"
PATH = f"{LI}/joint-operations"
VERIFY = Path(__file__).parents[3] / "examples" / "verify_draw.py"
E1, E2 = "91420799MAEH00016H", "91420799MAEH00024C"
E3, E4 = "91420199MAWH00019J", "92420199MAWH00027A"
NONCE = "8f3a61c07b2d4e95"
PLAN = {
    "title": "花湖机场周边工地联合执法",
    "purpose": "检查工资支付和参保情况",
    "matter": ["WAGE", "SOCIAL_INSURANCE"],
    "planned_from": "2026-10-12",
    "planned_to": "2026-10-23",
}
OFFERS = {
    "ez": {
        "inspectors": ["li-ez-01", "li-ez-02", "li-ez-03"],
        "employers": [{"uscc": E1, "name": "鄂州测试建设"}, {"uscc": E2, "name": "鄂州测试物流"}],
    },
    "wh": {
        "inspectors": ["li-wh-01", "li-wh-02", "li-wh-03"],
        "employers": [{"uscc": E3, "name": "武汉测试科技"}, {"uscc": E4, "name": "武汉测试经营部"}],
    },
}
Row = dict[str, Any]


# ── the draw itself ─────────────────────────────────────────────────────────────────────────


def frozen(weights: list[int], *, draw: int, excluded: list[str] | None = None) -> Row:
    return {
        "algorithm": rules.ALGORITHM,
        "operation": "LI-EZ-20261001-000001-1",
        "draw_employers": draw,
        "inspectors_per_employer": 2,
        "joining_per_employer": 1,
        "employers": [
            {
                "uscc": f"U{at:03d}",
                "name": f"单位{at}",
                "city": EZHOU if at % 2 else WUHAN,
                "grade": None,
                "weight": weight,
                "excluded": excluded or [],
            }
            for at, weight in enumerate(weights)
        ],
        "inspectors": [
            {"staff_no": f"{letters}-{at}", "city": city}
            for letters, city in (("ez", EZHOU), ("wh", WUHAN))
            for at in range(4)
        ],
    }


@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=30),
    st.integers(1, 30),
    st.binary(min_size=32, max_size=32),
)
def test_a_draw_is_the_same_each_time_and_picks_nobody_twice(
    weights: list[int], draw: int, seed: bytes
) -> None:
    candidates = frozen(weights, draw=draw, excluded=["ez-0", "wh-0"])
    result = rules.draw(seed.hex(), NONCE, candidates)
    assert result == rules.draw(seed.hex(), NONCE, copy.deepcopy(candidates))
    drawn = [team["uscc"] for team in result["employers"]]
    assert len(drawn) == len(set(drawn)) == min(draw, len(weights))
    for team in result["employers"]:
        own, joining = team["inspectors"], team["joining"]
        letters = "ez" if team["city"] == EZHOU else "wh"
        assert len(set(own)) == 2
        assert all(one.startswith(letters) and not one.endswith("-0") for one in own)
        assert len(joining) == 1
        assert not joining[0].startswith(letters)


def test_chance_looks_at_a_key_object_more_often_than_at_a_good_one() -> None:
    """Of weights 1, 3 and 9 the shares are 1/13, 3/13 and 9/13."""
    candidates = frozen([1, 3, 9], draw=1)
    found: Counter[str] = Counter()
    for number in range(1300):
        result = rules.draw(f"{number:064x}", NONCE, candidates)
        found[result["employers"][0]["uscc"]] += 1
    assert 60 <= found["U000"] <= 145
    assert 240 <= found["U001"] <= 360
    assert 830 <= found["U002"] <= 970


def test_seed_nonce_and_list_each_change_what_is_drawn() -> None:
    candidates = frozen([1] * 30, draw=10)
    first = rules.draw("00" * 32, NONCE, candidates)
    assert rules.draw("01" * 32, NONCE, candidates) != first
    assert rules.draw("00" * 32, NONCE + "00", candidates) != first
    other = copy.deepcopy(candidates)
    other["employers"][0]["name"] = "改名"
    assert rules.list_sha256(other) != rules.list_sha256(candidates)
    assert rules.draw("00" * 32, NONCE, other) != first


def test_a_worked_example_for_whoever_writes_it_again() -> None:
    """Fixed, so that a change of the algorithm cannot go unseen."""
    candidates = frozen([1, 3, 9, 2], draw=2)
    assert rules.list_sha256(candidates).startswith(WORKED["list"])
    assert rules.commitment("ab" * 32) == WORKED["commitment"]
    result = rules.draw("ab" * 32, NONCE, candidates)
    assert [(one["uscc"], one["inspectors"], one["joining"]) for one in result["employers"]] == (
        WORKED["result"]
    )


WORKED: Row = {
    "list": "cf8b717f27de3294",
    "commitment": "9a2db2e23f1504cd056606553ac049c5e718e8f9ce9233876df1a7a1821af885",
    "result": [("U002", ["wh-1", "wh-3"], ["ez-3"]), ("U003", ["ez-0", "ez-3"], ["wh-0"])],
}


# ── over HTTP ───────────────────────────────────────────────────────────────────────────────


class Operation:
    """One operation, led by Ezhou, brought to where a test begins."""

    def __init__(self, suite: Suite) -> None:
        self.suite, self.row = suite, {}

    def desk(self, user: str, on: str = "2026-10-01") -> Any:
        return self.suite.desk(user, "LI_COMPLAINT", now=f"{on}T09:00:00+08:00")

    async def read(self, user: str = "supervisor-ez") -> Row:
        answer = await self.desk(user).get(f"{PATH}/{self.row['id']}")
        assert answer.status_code == 200, answer.text
        row: Row = answer.json()
        return row

    async def act(self, user: str, action: str, json: Any = None, on: str = "2026-10-01") -> Any:
        seen = await self.read()
        return await self.desk(user, on).act(f"{PATH}/{self.row['id']}/{action}", seen, json)

    async def done(self, user: str, action: str, json: Any = None, on: str = "2026-10-01") -> Row:
        answer = await self.act(user, action, json, on)
        assert answer.status_code == 200, answer.text
        self.row = answer.json()
        return self.row

    async def planned(self) -> Row:
        answer = await self.desk("cw-li-ez").post(PATH, PLAN)
        assert answer.status_code == 201, answer.text
        self.row = answer.json()
        return self.row

    async def agreed(self) -> Row:
        await self.planned()
        await self.done("cw-li-ez", "propose")
        return await self.done("supervisor-wh", "agree")

    async def nominated(self) -> Row:
        await self.agreed()
        await self.done("cw-li-wh", "nominate", OFFERS["wh"])
        return await self.done("cw-li-ez", "nominate", OFFERS["ez"])

    async def drawn(self, draw: int = 4) -> Row:
        await self.nominated()
        await self.done("supervisor-ez", "freeze", {"draw_employers": draw})
        await self.done("supervisor-wh", "contribute-seed", {"nonce": NONCE})
        return await self.done("supervisor-ez", "draw")


@pytest.fixture
def operation(inspection: Suite) -> Operation:
    return Operation(inspection)


@pytest.mark.req("LI-1d")
async def test_the_other_city_is_invited_and_agrees_or_declines(operation: Operation) -> None:
    planned = await operation.planned()
    assert (planned["state"], planned["partner_city"]) == ("PLANNED", WUHAN)
    path = f"{PATH}/{planned['id']}"
    assert_problem(await operation.desk("cw-li-wh").get(path), 404, "NOT_FOUND")
    changed = await operation.desk("cw-li-ez").patch(path, planned, {"planned_to": "2026-10-26"})
    assert changed.json()["planned_to"] == "2026-10-26"
    back = await operation.desk("cw-li-ez").patch(
        path, changed.json(), {"planned_to": "2026-10-01"}
    )
    assert_problem(back, 422, "PERIOD")
    proposed = await operation.done("cw-li-ez", "propose")
    assert proposed["deadlines"][0]["code"] == "JOINT_OPERATION_ANSWER"
    assert_problem(await operation.act("supervisor-ez", "agree"), 403, "NOT_YOUR_CITY")
    assert_problem(await operation.act("cw-li-wh", "agree"), 403, "SCOPE_MISSING")
    seen = await operation.read("supervisor-wh")
    assert seen["allowed_actions"] == ["agree", "decline", "cancel"]
    agreed = await operation.done("supervisor-wh", "agree")
    assert (agreed["state"], agreed["deadlines"][0]["status"]) == ("AGREED", "MET")
    [event] = await operation.suite.events("labor_inspection", "li.joint_operation.agreed.v1")
    assert event["audience"] == [WUHAN, EZHOU]
    conflict = await operation.act("supervisor-wh", "decline", {"reason": "x"})
    assert assert_problem(conflict, 409, "STATE_CONFLICT")["state"] == "AGREED"
    told = (await operation.desk("cw-li-wh").get(f"{path}/timeline")).json()["items"]
    assert [one["action"] for one in told] == ["plan", "change", "propose", "agree"]


@pytest.mark.req("X-18")
async def test_the_seed_is_committed_before_and_the_draw_can_be_run_again_by_anybody(
    operation: Operation, tmp_path: Path
) -> None:
    await operation.nominated()
    many = await operation.act("supervisor-ez", "freeze", {"draw_employers": 5})
    assert_problem(many, 422, "TOO_FEW")
    alone = {"draw_employers": 2, "inspectors_per_employer": 1}
    assert_problem(await operation.act("supervisor-ez", "freeze", alone), 422, "TWO_INSPECTORS")
    sealed = await operation.done("supervisor-ez", "freeze", {"draw_employers": 2})
    path = f"{PATH}/{sealed['id']}/draw"
    before = (await operation.desk("cw-li-wh").get(path)).json()
    assert (before["seed"], before["result"]) == (None, None)
    assert before["list_sha256"] == rules.list_sha256(before["frozen"])
    rows = await operation.suite.databases["labor_inspection"].fetch(
        "SELECT seed, seed_commitment FROM joint_operations"
    )
    assert before["seed_commitment"] == rows[0]["seed_commitment"]
    early = await operation.act("supervisor-ez", "draw")
    assert_problem(early, 409, "NONCE_MISSING")
    own = await operation.act("supervisor-ez", "contribute-seed", {"nonce": NONCE})
    assert_problem(own, 403, "NOT_YOUR_CITY")
    await operation.done("supervisor-wh", "contribute-seed", {"nonce": NONCE})
    again = await operation.act("supervisor-wh", "contribute-seed", {"nonce": "0" * 16})
    assert_problem(again, 409, "NONCE_GIVEN")
    changed = await operation.act("cw-li-wh", "nominate", OFFERS["wh"])
    assert_problem(changed, 409, "STATE_CONFLICT")

    await operation.done("supervisor-ez", "draw")
    after = (await operation.desk("cw-li-wh").get(path)).json()
    # The revealed seed is the committed one, and it was nowhere to be read before.
    assert rules.commitment(after["seed"]) == before["seed_commitment"]
    assert bytes.fromhex(after["seed"]) not in bytes(rows[0]["seed"])
    assert after["seed"].encode() not in bytes(rows[0]["seed"])
    kept = tmp_path / "draw.json"
    kept.write_text(json.dumps(after), "utf-8")
    ran = subprocess.run(  # noqa: ASYNC221
        [sys.executable, "-I", str(VERIFY), str(kept)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    for spoil in ("result", "frozen", "seed", "nonce"):
        wrong = copy.deepcopy(after)
        if spoil == "result":
            wrong["result"]["employers"][0]["inspectors"].reverse()
        elif spoil == "frozen":
            wrong["frozen"]["employers"][0]["weight"] += 1
        else:
            wrong[spoil] = "0" * len(wrong[spoil])
        kept.write_text(json.dumps(wrong), "utf-8")
        ran = subprocess.run(  # noqa: ASYNC221
            [sys.executable, "-I", str(VERIFY), str(kept)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 1, spoil
    events = [
        one
        for one in await operation.suite.events("labor_inspection")
        if one["type"].startswith("li.joint_operation.")
    ]
    assert [one["type"].split(".")[2] for one in events] == ["agreed", "frozen", "drawn"]
    assert events[1]["data"]["seed_commitment"] == before["seed_commitment"]
    assert E1 not in json.dumps([one["data"] for one in events])
    # Nobody calls it off once the outcome is known.
    late = await operation.act("supervisor-ez", "cancel", {"reason": "不满意"})
    assert_problem(late, 409, "STATE_CONFLICT")


@pytest.mark.req("X-18")
async def test_the_joint_grade_weighs_and_who_has_an_interest_stands_aside(
    operation: Operation,
) -> None:
    suite = operation.suite
    for city, uscc, grade in (
        (EZHOU, E1, "A"), (WUHAN, E1, "C"), (EZHOU, E2, "A"), (WUHAN, E3, "B"),
    ):  # fmt: skip
        await suite.databases["labor_inspection"].fetch(
            "INSERT INTO credit_grades (id, biz_no, owner_city, version, created_at, created_by, "
            "updated_at, updated_by, employer_uscc, employer_name, year, grade, reasons, "
            "punished_acts, is_red_listed, graded_on) VALUES (gen_random_uuid(), "
            "gen_random_uuid()::text, $1, 1, now(), 'x', now(), 'x', $2, '测试', 2025, $3, '{}', "
            "0, false, '2026-01-10')",
            city,
            uscc,
            grade,
        )
    interest = {"staff_no": "li-ez-01", "employer_uscc": E1, "relation": "RELATIVE"}
    answer = await operation.desk("supervisor-ez").post(f"{LI}/inspector-interests", interest)
    assert answer.status_code == 201, answer.text
    await operation.drawn()
    path = f"{PATH}/{operation.row['id']}/draw"
    draw = (await operation.desk("cw-li-ez").get(path)).json()
    weights = {one["uscc"]: (one["grade"], one["weight"]) for one in draw["frozen"]["employers"]}
    assert weights == {E1: ("C", 9), E2: ("A", 1), E3: ("B", 3), E4: (None, 2)}
    team = next(one for one in draw["result"]["employers"] if one["uscc"] == E1)
    assert sorted(team["inspectors"]) == ["li-ez-02", "li-ez-03"]


@pytest.mark.req("LI-1d")
@pytest.mark.req("X-28")
async def test_inspectors_act_only_inside_a_case_of_the_competent_city(
    operation: Operation,
) -> None:
    await operation.drawn()
    teams = {one["uscc"]: one for one in operation.row["checks"]}
    pair = teams[E3]["inspectors"]
    found = {
        "employer_uscc": E3,
        "outcome": "VIOLATION",
        "findings": "未签订劳动合同",
        "inspectors": pair,
    }
    early = await operation.act("cw-li-wh", "record-result", found)
    assert_problem(early, 409, "CASE_REQUIRED")
    mine = await operation.done("cw-li-wh", "file-cases")
    filed = {one["uscc"]: one["case_no"] for one in mine["checks"]}
    assert (filed[E1], filed[E2]) == (None, None)
    assert filed[E3].startswith("LI-WH-")
    case_id = next(one["case_id"] for one in mine["checks"] if one["uscc"] == E3)
    case = (await operation.desk("cw-li-wh").get(f"{LI}/cases/{case_id}")).json()
    assert (case["state"], case["owner_city"]) == ("INVESTIGATING", WUHAN)
    assert case["inspectors"] == pair
    # Who joins from Ezhou sees the status and may not act in Wuhan's case.
    guest = await operation.desk("cw-li-ez").get(f"{LI}/cases/{case_id}")
    assert guest.json()["view"] == "STATUS"
    heard = {"heard_on": "2026-10-01", "statement": "x"}
    refused = await operation.desk("cw-li-ez").act(
        f"{LI}/cases/{case_id}/hear", guest.json(), heard
    )
    assert_problem(refused, 403, "NOT_YOUR_CITY")

    assert_problem(await operation.act("cw-li-ez", "record-result", found), 403, "NOT_YOUR_CITY")
    one = {**found, "inspectors": [pair[0], pair[0]]}
    assert_problem(await operation.act("cw-li-wh", "record-result", one), 422, "TWO_INSPECTORS")
    strange = {**found, "inspectors": [pair[0], "li-wh-09"]}
    assert_problem(await operation.act("cw-li-wh", "record-result", strange), 422, "NOT_DRAWN")
    nobody = {**found, "employer_uscc": "91110000600037341L"}
    assert_problem(await operation.act("cw-li-wh", "record-result", nobody), 422, "NOT_DRAWN")
    kept = await operation.done("cw-li-wh", "record-result", found)
    check = next(one for one in kept["checks"] if one["uscc"] == E3)
    assert (check["outcome"], check["acted"]) == ("VIOLATION", pair)
    assert check["findings"] == "未签订劳动合同"
    twice = await operation.act("cw-li-wh", "record-result", found)
    assert_problem(twice, 409, "ALREADY_RECORDED")
    other = next(one for one in (await operation.read())["checks"] if one["uscc"] == E3)
    assert (other["outcome"], other["findings"]) == ("VIOLATION", None)

    report = {"summary": "检查4户，发现1户违法"}
    assert_problem(await operation.act("supervisor-ez", "complete", report), 409, "RESULTS_MISSING")
    await operation.done("cw-li-ez", "file-cases")
    for uscc in (E1, E2, E4):
        user = "cw-li-wh" if teams[uscc]["city"] == WUHAN else "cw-li-ez"
        clean = {
            "employer_uscc": uscc,
            "outcome": "NO_VIOLATION",
            "findings": "未发现违法",
            "inspectors": teams[uscc]["inspectors"],
        }
        await operation.done(user, "record-result", clean)
    path = f"{PATH}/{operation.row['id']}/draw"
    warned = await operation.desk("window-ez").get(path)
    assert_problem(warned, 404, "NOT_FOUND")
    done = await operation.done("supervisor-ez", "complete", report, "2026-10-30")
    clock = next(one for one in done["deadlines"] if one["code"] == "JOINT_OPERATION_REPORT")
    assert (clock["started_on"], clock["status"]) == ("2026-10-23", "MET")
    assert (await operation.desk("window-ez").get(path)).json()["seed"]
    [event] = await suite_events(operation, "li.joint_operation.completed.v1")
    assert event["data"] == {"employers": 4, "violations": 1, "completed_on": "2026-10-30"}


async def suite_events(operation: Operation, kind: str) -> list[Row]:
    return await operation.suite.events("labor_inspection", kind)


async def test_each_city_names_its_own_and_not_the_others(operation: Operation) -> None:
    await operation.nominated()
    wrong = {"inspectors": ["li-ez-01"], "employers": [{"uscc": E1, "name": "鄂州测试建设"}]}
    refused = await operation.act("cw-li-wh", "nominate", wrong)
    fields = {one["field"] for one in assert_problem(refused, 422, "OTHER_CITY")["errors"]}
    assert fields == {"inspectors.0", "employers.0.uscc"}
    fewer = {**OFFERS["wh"], "employers": []}
    row = await operation.done("cw-li-wh", "nominate", fewer)
    assert {one["city"] for one in row["employers"]} == {EZHOU}


async def test_an_operation_may_follow_a_suggested_joint_case(
    operation: Operation, filing: Any, person: Any
) -> None:
    places = ("420704", "420111")
    for number, place in enumerate(places, start=1):
        body = filing(
            complainant=person(number),
            workers=[{"person": person(number), "amount": "12000.00", "months": 3}],
            work_place={"division": place, "address": f"测试路{number}号"},
        )
        answer = await operation.desk("window-ez").post(f"{LI}/complaints", body)
        assert answer.status_code == 201, answer.text
    found = await operation.desk("cw-li-ez").get(f"{LI}/joint-case-suggestions")
    [suggestion] = found.json()["items"]
    wish = {**PLAN, "suggestion_id": suggestion["id"]}
    made = await operation.desk("cw-li-ez").post(PATH, wish)
    assert made.json()["suggestion_id"] == suggestion["id"]
    unknown = {**PLAN, "suggestion_id": made.json()["id"]}
    assert_problem(await operation.desk("cw-li-ez").post(PATH, unknown), 404, "NOT_FOUND")
    bad = {**PLAN, "matter": ["NOTHING"], "partner_city": EZHOU, "planned_to": "2026-10-01"}
    refused = assert_problem(await operation.desk("cw-li-ez").post(PATH, bad), 422, "PERIOD")
    assert {one["field"] for one in refused["errors"]} == {"matter.0", "planned_to"}
