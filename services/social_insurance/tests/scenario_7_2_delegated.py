"""Domain §7.2, steps 10 to 15: retirement, injury, file, life certification, convergence.

The steps of the one acceptance test in `test_scenario_7_2`, which runs them after 1 to 9.
"""

from typing import Any

from hrss_kit.testing import EZHOU, assert_problem
from hrss_kit.testing_files import pdf

from .conftest import LI, SocialInsurance
from .test_estimates import ZHAO, zhao_is_insured

V1 = "/social-insurance/v1"
SUN = {"name": "孙测庚", "doc_no": "420199198809090074"}
LIU = {"name": "刘测戊", "doc_no": "420199195802030040"}
Row = dict[str, Any]


class Cities:
    """Desks of both cities, by day of 2026."""

    def __init__(self, insurance: SocialInsurance) -> None:
        self.insurance = insurance

    def desk(self, user: str, day: str, purpose: str) -> Any:
        return self.insurance.desk(user, purpose, f"2026-{day}T09:00:00+08:00")

    async def act(
        self, user: str, day: str, path: str, row: Row, action: str, json: Any = None
    ) -> Row:
        purpose = f"SI_DELEGATED_{row['kind']}" if "questions" in row else "SI_DELEGATED_INJURY"
        answer = await self.desk(user, day, purpose).act(
            f"{V1}/{path}/{row['id']}/{action}", row, json
        )
        assert answer.status_code == 200, answer.text
        made: Row = answer.json()
        return made

    async def timers(self, day: str) -> Row:
        answer = await self.desk("ops", day, "OPS").post(f"{V1}/timers/run")
        done: Row = answer.json()["timers"]
        return done


def due(row: Row, code: str) -> str:
    on: str = [one for one in row["deadlines"] if one["code"] == code][-1]["due_on"]
    return on


async def step_10(insurance: SocialInsurance) -> None:
    """The estimate proposes the link of the schemes, the application waits for the age."""
    await zhao_is_insured(insurance)
    desk = Cities(insurance).desk("cw-si-ez", "11-10", "SI_BENEFIT_EST")
    row = (await desk.post(f"{V1}/retirement-estimates", {"person": ZHAO})).json()
    assert (row["retire_month"], row["min_months"], row["emp_months"]) == ("2027-05", 180, 168)
    assert (row["choices"], row["months_after_link"]) == (["EMP_TO_RES", "CONTINUE_PAYING"], 228)
    assert row["refusal"] == "NOT_AT_RETIREMENT_AGE"
    spring = {"retire_month_from": "2027-05", "retire_month_to": "2027-05"}
    listed = (await desk.get(f"{V1}/retirement-estimates", spring)).json()["items"]
    assert [one["id"] for one in listed] == [row["id"]]
    wish = {
        "kind": "EMP_TO_RES", "person": {**ZHAO, "doc_type": "01"}, "from_city": EZHOU,
        "to_city": EZHOU, "reason": "城乡衔接",
    }  # fmt: skip
    cases = f"{V1}/transfer-cases"
    early = await insurance.desk("cw-si-ez", "SI_TRANSFER", "2026-11-20T10:00:00+08:00").post(
        cases, wish
    )
    problem = assert_problem(early, 409, "NOT_AT_RETIREMENT_AGE")
    assert problem["retire_month"] == "2027-05"
    later = insurance.desk("cw-si-ez", "SI_TRANSFER", "2027-05-10T10:00:00+08:00")
    wrong = await later.post(cases, {**wish, "kind": "RES_TO_EMP"})
    allowed = assert_problem(wrong, 409, "LINK_KIND")["allowed"]
    assert allowed == ["EMP_TO_RES", "CONTINUE_PAYING"]
    row = (await later.post(cases, wish)).json()
    for action in ("send-letter", "send-out"):
        row = (await later.act(f"{cases}/{row['id']}/{action}", row)).json()
    assert (row["state"], row["months_total"], row["counted_months"]) == ("OUT_SENT", 168, 228)


async def steps_11_and_12(insurance: SocialInsurance) -> None:
    """An injury is surveyed in the other city."""
    cities = Cities(insurance)
    injury = {
        "person": SUN, "employer_name": "武汉测试经营部", "employer_uscc": "92420199MAWH00027A",
        "accident_on": "2026-07-01", "kind": "ACCIDENT", "applicant": "EMPLOYER",
        "accident_place": "鄂州市测试工地",
    }  # fmt: skip
    made = await cities.desk("cw-si-wh", "07-20", "SI_DELEGATED_INJURY").post(
        f"{V1}/injury-determinations", injury
    )
    main = made.json()
    assert (main["apply_until"], main["is_complete"]) == ("2026-07-31", True)
    main = await cities.act("cw-si-wh", "08-03", "injury-determinations", main, "accept")
    assert due(main, "INJURY_DECIDE") == "2026-10-08"
    case = {
        "kind": "INJURY", "main_case_ref": main["biz_no"], "person": SUN,
        "executing_city": EZHOU, "questions": [f"问题{number}" for number in range(1, 7)],
        "form": {"accident_on": "2026-07-01", "accident_place": "鄂州市测试工地"},
    }  # fmt: skip
    desk = cities.desk("cw-si-wh", "08-17", "SI_DELEGATED_INJURY")
    row = (await desk.post(f"{V1}/delegated-cases", case)).json()
    row = await cities.act("supervisor-wh", "08-17", "delegated-cases", row, "send")
    assert row["due_on"] == "2026-08-31"
    [clock] = [one for one in row["main_case"]["deadlines"] if one["status"] == "OPEN"]
    assert clock["due_on"] == "2026-10-08"
    row = await cities.act("cw-si-ez", "08-18", "delegated-cases", row, "accept")
    path = f"{V1}/delegated-cases/{row['id']}"
    there = cities.desk("cw-si-ez", "08-18", "SI_DELEGATED_INJURY")
    one = await there.act(f"{path}/start", row, {"investigators": ["EZ-01"]})
    assert_problem(one, 422, "TWO_INVESTIGATORS")
    two = {"investigators": ["EZ-01", "EZ-02"]}
    row = await cities.act("cw-si-ez", "08-18", "delegated-cases", row, "start", two)
    assert row["state"] == "IN_PROGRESS"
    for at in range(3):
        kept = await there.upload(f"{path}/attachments", pdf(f"evidence {at}"), code="STATEMENT")
        assert kept.status_code == 201, kept.text
    twice = await there.upload(f"{path}/attachments", pdf("evidence 0"))
    assert_problem(twice, 409, "DUPLICATE")
    wrong = await there.upload(f"{path}/attachments", pdf("evidence 4"), sha256="0" * 64)
    assert_problem(wrong, 422, "HASH")
    text = await there.upload(f"{path}/attachments", b"no file of ours")
    assert_problem(text, 415, "MEDIA_TYPE")
    other = await desk.upload(f"{path}/attachments", pdf("evidence 5"))
    assert_problem(other, 403, "NOT_YOUR_CITY")
    answers = [{"question": number, "answer": "属实"} for number in range(1, 7)]
    row = await cities.act(
        "supervisor-ez", "08-27", "delegated-cases", row, "reply",
        {"answers": answers, "result_code": "ESTABLISHED"},
    )  # fmt: skip
    assert (row["state"], row["replied_on"]) == ("REPLIED", "2026-08-27")
    files = (await desk.get(f"{path}/attachments")).json()["items"]
    assert len(files) == 3
    opened = await desk.get(f"{path}/attachments/{files[0]['id']}/content")
    assert opened.content == pdf("evidence 0")
    row = await cities.act(
        "cw-si-wh", "08-28", "delegated-cases", row, "close", {"is_used_in_main_case": True}
    )
    assert row["state"] == "CLOSED"
    yes = {"decision": "YES", "reason": "调查属实"}
    main = await cities.act("supervisor-wh", "09-18", "injury-determinations", main, "decide", yes)
    assert (main["decision"], main["decided_on"]) == ("YES", "2026-09-18")


async def step_13(insurance: SocialInsurance) -> None:
    """A file differs and a head decides."""
    cities = Cities(insurance)
    desk = cities.desk("cw-si-wh", "04-07", "SI_DELEGATED_FILE")
    case = {
        "kind": "FILE", "main_case_ref": "WH-RD-2026-0007", "person": LI,
        "questions": ["档案记载的参加工作时间？"], "evidence_asked": ["FILE_PAGE"],
    }  # fmt: skip
    row = (await desk.post(f"{V1}/delegated-cases", case)).json()
    row = await cities.act("supervisor-wh", "04-07", "delegated-cases", row, "send")
    assert row["due_on"] == "2026-05-08"
    for action in ("accept", "start"):
        row = await cities.act("cw-si-ez", "04-08", "delegated-cases", row, action)
    finding = {
        "item": "FIRST_WORK_DATE", "claimed": "2001-07", "found": "2002-07",
        "document": "招工登记表", "page": "12", "verdict": "DIFFERENT",
    }  # fmt: skip
    reply = {"answers": [{"question": 1, "answer": "2002-07"}], "findings": [finding]}
    row = await cities.act("supervisor-ez", "04-20", "delegated-cases", row, "reply", reply)
    assert (row["result_code"], row["needs_supervisor"]) == ("DIFFERENT", True)
    decision = {"decision": "以档案2002-07为准"}
    row = await cities.act(
        "supervisor-wh", "04-21", "delegated-cases", row, "decide-difference", decision
    )
    row = await cities.act(
        "cw-si-wh", "04-21", "delegated-cases", row, "close", {"is_used_in_main_case": True}
    )
    assert row["state"] == "CLOSED"


async def step_14(insurance: SocialInsurance) -> None:
    """Somebody who lives in the other city is visited in time."""
    cities = Cities(insurance)
    desk = cities.desk("cw-si-wh", "11-10", "SI_DELEGATED_LIFE")
    paid = {
        "person": LIU, "benefit": "RES_PENSION", "last_ok_on": "2025-11-10",
        "monthly_amount": "325.00", "residence_city": EZHOU,
    }  # fmt: skip
    main = (await desk.post(f"{V1}/life-certifications", paid)).json()
    assert (main["due_on"], main["state"], main["next_step"]) == (
        "2026-11-10", "DUE", "DATA_MATCH",
    )  # fmt: skip
    nobody = {"items": [{
        "name": "刘测己", "doc_no": LIU["doc_no"], "source": "MEDICAL", "result": "ALIVE",
        "on": "2026-11-09",
    }]}  # fmt: skip
    told = (await desk.post(f"{V1}/life-certifications/data-matches", nobody)).json()
    assert (told["received"], told["matched"]) == (1, 0)
    case = {
        "kind": "LIFE", "main_case_ref": main["biz_no"], "person": LIU,
        "questions": ["是否健在？"],
    }  # fmt: skip
    row = (await desk.post(f"{V1}/delegated-cases", case)).json()
    row = await cities.act("supervisor-wh", "11-10", "delegated-cases", row, "send")
    assert row["due_on"] == "2026-11-24"
    for action in ("accept", "start"):
        row = await cities.act("cw-si-ez", "11-12", "delegated-cases", row, action)
    reply = {
        "answers": [{"question": 1, "answer": "健在"}], "result_code": "ALIVE",
        "result": {"visited_on": "2026-11-19"},
    }  # fmt: skip
    row = await cities.act("supervisor-ez", "11-19", "delegated-cases", row, "reply", reply)
    await cities.timers("12-01")
    found = await desk.get(f"{V1}/life-certifications/{main['id']}")
    main = found.json()
    assert (main["state"], main["due_on"], main["holds"]) == ("NOT_DUE", "2027-11-19", [])


async def step_15(insurance: SocialInsurance) -> None:
    """The gap of the base pensions is 70 yuan, the index 0.7939."""
    desk = Cities(insurance).desk("cw-si-ez", "01-01", "STAT")
    row = (await desk.post(f"{V1}/convergence-snapshots", {"as_of": "2026-01-01"})).json()
    assert (row["gap"], row["convergence_index"]) == ("70.00", "0.7939")
