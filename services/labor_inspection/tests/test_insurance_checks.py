"""Whether workers are insured is asked of social insurance, kept while it is down, and counted."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from hrss_kit import context
from hrss_kit.ids import new_id
from hrss_kit.inbox import Received, handle_once
from hrss_kit.peers import PeerDown
from hrss_kit.testing import WUHAN, assert_problem
from labor_inspection.insurance_checks.service import CONSUMER

CASES = "/labor-inspection/v1/cases"
PARTICIPATIONS = "/social-insurance/v1/participations"
ON = "2026-10-08"
USCC = "91420799MAEH00016H"


async def insure(casework: Any, person: dict[str, Any], uscc: str = "91420799MAEH00016H") -> None:
    desk = casework.suite.desk("partner.ezhou", "SI_TRANSFER", f"{ON}T09:00:00+08:00")
    body = {
        "person": person, "scheme": "EMP", "city": "420700", "employer_uscc": uscc,
        "person_kind": "STAFF", "from_month": "2026-05", "to_month": "2026-07",
        "status": "STOPPED", "monthly_base": "4000.00",
    }  # fmt: skip
    answer = await desk.post(PARTICIPATIONS, body)
    assert answer.status_code == 201, answer.text


async def ask_all(casework: Any) -> None:
    worker = casework.suite.worker("labor_inspection")
    context.begin()
    while await worker.run_errands():
        pass


async def checks(casework: Any, case: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await casework.desk("cw-li-ez", ON).get(f"{CASES}/{case['id']}/insurance-checks")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def fourteen(person: Any) -> list[dict[str, Any]]:
    return [{"person": person(n), "amount": "1000.00", "months": 1} for n in range(1, 15)]


@pytest.mark.req("X-22")
async def test_nine_of_fourteen_are_not_insured(casework: Any, person: Any) -> None:
    await casework.suite.start("social_insurance")
    for number in range(1, 6):
        await insure(casework, person(number))
    await insure(casework, person(6), uscc="91420799MAEH00024C")  # by somebody else
    case = await casework.until("assign", workers=fourteen(person), amount_claimed="14000.00")
    assert "SOCIAL_INSURANCE" not in case["matter"]
    assert await checks(casework, case) == []
    desk = casework.desk("cw-li-ez", ON)
    path = f"{CASES}/{case['id']}/insurance-checks"
    asked = await desk.post(path, {})
    assert (asked.status_code, asked.json()["pending"]) == (201, 14)
    assert (asked.json()["from_month"], asked.json()["to_month"]) == ("2026-04", "2026-08")
    assert_problem(await desk.post(path, {}), 409, "DUPLICATE")
    await ask_all(casework)
    [check] = await checks(casework, case)
    assert (check["state"], check["insured"], check["not_insured"]) == ("DONE", 5, 9)
    assert [one["months"] for one in check["lines"] if one["state"] == "INSURED"] == [3] * 5
    seen = await casework.read(case)
    assert seen["matter"] == ["WAGE.ARREARS", "SOCIAL_INSURANCE"]
    told = (await desk.get(f"{CASES}/{case['id']}/timeline")).json()["items"]
    assert (told[-1]["action"], told[-1]["reason"]) == ("insurance-checked", "not insured: 9 of 14")
    purposes = await casework.suite.databases["social_insurance"].fetch(
        "SELECT DISTINCT purpose, case_no FROM audit_entries WHERE operation LIKE '%lookups'"
    )
    assert [tuple(one) for one in purposes] == [("LI_EVIDENCE", case["case_no"])]


async def test_a_case_about_insurance_asks_by_itself_and_waits_while_nobody_answers(
    casework: Any, person: Any
) -> None:
    case = await casework.filed(matter=["SOCIAL_INSURANCE"])
    [check] = await checks(casework, await assigned(casework, case))
    assert (check["state"], check["pending"]) == ("PENDING", 2)
    await casework.suite.worker("labor_inspection").run_errands()
    [check] = await checks(casework, case)
    assert (check["state"], check["pending"]) == ("PENDING", 2)
    await casework.suite.start("social_insurance")
    await insure(casework, person(1))
    database = casework.suite.databases["labor_inspection"]
    assert await database.value("SELECT max(attempts) FROM insurance_check_lines") == 1
    await database.fetch("UPDATE insurance_check_lines SET next_at = now()")
    await ask_all(casework)
    [check] = await checks(casework, case)
    assert (check["state"], check["insured"], check["not_insured"]) == ("DONE", 1, 1)


async def assigned(casework: Any, case: dict[str, Any]) -> dict[str, Any]:
    pair = {"inspectors": ["li-ez-01", "li-ez-02"]}
    made: dict[str, Any] = await casework.done("cw-li-ez", case, "assign", pair, on="2026-09-30")
    return made


async def test_a_broken_answer_is_no_answer(casework: Any, monkeypatch: Any) -> None:
    case = await casework.filed(matter=["SOCIAL_INSURANCE"])
    worker = casework.suite.worker("labor_inspection")

    async def refuse(*_words: Any, **_named: Any) -> Any:
        raise PeerDown("social_insurance")

    monkeypatch.setattr(worker.peers, "ask", refuse)
    await worker.run_errands()
    [check] = await checks(casework, case)
    assert check["state"] == "PENDING"


@pytest.mark.parametrize(
    ("user", "status", "code"),
    [("cw-li-wh", 404, "NOT_FOUND"), ("window-ez", 403, "SCOPE_MISSING")],
)
async def test_who_may_not_ask(casework: Any, user: str, status: int, code: str) -> None:
    case = await casework.until("assign")
    answer = await casework.desk(user, ON).post(f"{CASES}/{case['id']}/insurance-checks", {})
    assert_problem(answer, status, code)


async def test_a_hint_is_kept_once_and_is_no_case(casework: Any) -> None:
    event = Received(
        id=new_id(), type="si.participation.missing.v1", source="si", subject="EXP-1",
        time=datetime(2026, 11, 1, tzinfo=UTC), city="420700",
        data={"employer_uscc": USCC, "person_ref": "ab" * 12, "since": "2026-09-20"},
    )  # fmt: skip
    database = casework.suite.apps["labor_inspection"].state.database
    for _ in range(2):
        async with database.transaction() as session:
            await handle_once(session, CONSUMER, event)
    path = "/labor-inspection/v1/insurance-hints"
    [hint] = (await casework.desk("cw-li-ez").get(path)).json()["items"]
    assert (hint["employer_uscc"], hint["since"]) == ("91420799MAEH00016H", "2026-09-20")
    assert (await casework.desk("cw-li-wh").get(path)).json()["items"] == []
    late = {"since_from": str(date(2026, 9, 21))}
    assert (await casework.desk("cw-li-ez").get(path, late)).json()["items"] == []
    assert (await casework.desk("cw-li-ez").get(CASES)).json()["items"] == []
    assert hint["city"] != WUHAN
