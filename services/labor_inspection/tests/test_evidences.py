"""Evidence: files of a case and of answers, who may open them, and the way they have taken."""

import asyncio
import hashlib
from typing import Any

import asyncpg
import pytest

from hrss_kit.testing import assert_problem
from hrss_kit.testing_files import jpeg, pdf, png

CASES = "/labor-inspection/v1/cases"
LETTERS = "/labor-inspection/v1/assist-requests"
PAIR = {"inspectors": ["li-wh-01", "li-wh-02"]}
ON = "2026-10-13"


def colleague(casework: Any, name: str, letters: str, role: str = "cw.li") -> Any:
    """Another inspector of an office, by staff number."""
    city = {"wh": "420100", "ez": "420700"}[letters]
    suite = casework.suite
    token = suite.tokens.mint(
        roles=[f"{role}.{letters}"], sub=name, city=city, staff_no=name, client_id="console"
    )
    desk = casework.desk("cw-li-ez", ON)
    desk.http = suite.client(token)
    return desk


async def letter(casework: Any, **changes: Any) -> tuple[Any, Any]:
    """A case of Ezhou, and a letter about it that Wuhan has assigned."""
    case = await casework.until("assign")
    body = {"case_id": case["id"], "kind": "EVIDENCE", "request": "请调取流水", **changes}
    answer = await casework.desk("cw-li-ez", ON).post(LETTERS, body)
    assert answer.status_code == 201, answer.text
    row = answer.json()
    for action, json in (("accept", {}), ("assign", PAIR)):
        answer = await casework.desk("cw-li-wh", ON).act(
            f"{LETTERS}/{row['id']}/{action}", row, json
        )
        assert answer.status_code == 200, answer.text
        row = answer.json()
    return case, row


def way(row: dict[str, Any]) -> list[str]:
    return [entry["action"] for entry in row["custody"]]


async def test_a_file_on_the_case_is_hashed_and_its_way_begins(casework: Any) -> None:
    case = await casework.until("assign")
    desk = casework.desk("cw-li-ez", ON)
    path = f"{CASES}/{case['id']}/evidences"
    answer = await desk.upload(
        path, pdf("ledger"), name="工资表.pdf", collected_by="li-ez-01,li-ez-02",
        collected_on="2026-10-12",
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    row = answer.json()
    assert row["sha256"] == hashlib.sha256(pdf("ledger")).hexdigest()
    assert (row["name"], row["collected_by"]) == ("工资表.pdf", ["li-ez-01", "li-ez-02"])
    assert way(row) == ["RECEIVED"]
    opened = await desk.get(f"{path}/{row['id']}/content")
    assert opened.content == pdf("ledger")
    passed = await desk.post(
        f"{path}/{row['id']}/hand-overs",
        {"recipient": "鄂州市鄂城区人民法院", "reason": "申请执行"},
    )
    assert way(passed.json()) == ["RECEIVED", "OPENED", "PASSED_ON"]
    assert passed.json()["custody"][1]["actor"] == "cw-li-ez"
    [listed] = (await desk.get(path)).json()["items"]
    assert way(listed) == ["RECEIVED", "OPENED", "PASSED_ON"]
    told = (await desk.get(f"{CASES}/{case['id']}/timeline")).json()["items"]
    assert [one["action"] for one in told][-2:] == ["add-evidence", "pass-on-evidence"]


async def test_only_the_people_of_a_case_have_its_evidence(casework: Any) -> None:
    case = await casework.until("assign", window="window-wh")
    path = f"{CASES}/{case['id']}/evidences"
    row = (await casework.desk("cw-li-ez", ON).upload(path, pdf())).json()
    content = f"{path}/{row['id']}/content"
    for allowed in (colleague(casework, "li-ez-01", "ez"), casework.desk("supervisor-ez", ON)):
        assert (await allowed.get(content)).status_code == 200
    other = colleague(casework, "li-ez-09", "ez")
    assert_problem(await other.get(content), 403, "NOT_ON_THE_CASE")
    assert_problem(await other.upload(path, png()), 403, "NOT_ON_THE_CASE")
    assert_problem(await other.get(path), 403, "NOT_ON_THE_CASE")
    wuhan = casework.desk("cw-li-wh", ON)
    assert_problem(await wuhan.get(content), 403, "NOT_YOUR_CITY")
    assert_problem(await casework.desk("window-ez", ON).get(content), 403, "SCOPE_MISSING")
    other_case = await casework.filed(employer_uscc="91420799MAEH00024C", employer_name="乙公司")
    foreign = f"{CASES}/{other_case['id']}/evidences"
    assert_problem(await wuhan.get(foreign), 404, "NOT_FOUND")
    wrong_case = casework.desk("supervisor-ez", ON)
    assert_problem(await wrong_case.get(f"{foreign}/{row['id']}/content"), 404, "NOT_FOUND")
    database = casework.suite.databases["labor_inspection"]
    results = await database.fetch(
        "SELECT result FROM audit_entries WHERE operation LIKE '%/evidences/{evidence_id}/content'"
    )
    assert sorted(one["result"] for one in results) == sorted(
        ["OK", "OK", "NOT_ON_THE_CASE", "NOT_YOUR_CITY", "SCOPE_MISSING", "NOT_FOUND"]
    )
    assert await database.value("SELECT count(*) FROM case_custody_entries") == 3


async def test_the_same_file_is_evidence_once_also_when_sent_many_times_at_once(
    casework: Any,
) -> None:
    case = await casework.until("assign")
    path = f"{CASES}/{case['id']}/evidences"
    desk = casework.desk("cw-li-ez", ON)
    answers = await asyncio.gather(*(desk.upload(path, pdf()) for _ in range(8)))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [201, *[409] * 7]
    assert {one.json()["code"] for one in answers if one.status_code == 409} == {"DUPLICATE"}
    database = casework.suite.databases["labor_inspection"]
    assert await database.value("SELECT count(*) FROM stored_files") == 1


async def test_nobody_changes_the_chain_of_custody(casework: Any) -> None:
    case = await casework.until("assign")
    await casework.desk("cw-li-ez", ON).upload(f"{CASES}/{case['id']}/evidences", pdf())
    connection = await asyncpg.connect(casework.suite.databases["labor_inspection"].app_url)
    try:
        for change in ("UPDATE case_custody_entries SET actor = 'x'",
                       "DELETE FROM case_custody_entries"):  # fmt: skip
            with pytest.raises(asyncpg.RaiseError, match="append-only"):
                await connection.execute(change)
    finally:
        await connection.close()


@pytest.mark.req("LI-1b")
async def test_files_of_an_answer_go_from_hand_to_hand(casework: Any) -> None:
    _, row = await letter(casework)
    wuhan, ezhou = casework.desk("cw-li-wh", "2026-10-20"), casework.desk("cw-li-ez", "2026-10-20")
    answer = await wuhan.upload(
        f"{LETTERS}/{row['id']}/evidences", jpeg(), collected_by="li-wh-01,li-wh-02"
    )
    assert answer.status_code == 201, answer.text
    [kept] = answer.json()["evidences"]
    assert way(kept) == ["COLLECTED", "RECEIVED"]
    content = f"{LETTERS}/{row['id']}/evidences/{kept['id']}/content"
    assert_problem(await ezhou.get(content), 404, "NOT_FOUND")
    assert (await ezhou.get(f"{LETTERS}/{row['id']}")).json()["evidences"] == []
    row = (
        await wuhan.act(f"{LETTERS}/{row['id']}/reply", answer.json(), {"result": "已调取"})
    ).json()
    assert way(row["evidences"][0]) == ["COLLECTED", "RECEIVED", "HANDED_OVER"]
    assert (await ezhou.get(content)).content == jpeg()
    assert_problem(await colleague(casework, "li-ez-09", "ez").get(content), 403, "NOT_ON_THE_CASE")
    assert_problem(await colleague(casework, "li-wh-09", "wh").get(content), 403, "NOT_ON_THE_CASE")
    hashes = [{"evidence_id": kept["id"], "sha256": kept["sha256"]}]
    closed = await ezhou.act(f"{LETTERS}/{row['id']}/close", row, {"evidence_hashes": hashes})
    assert way(closed.json()["evidences"][0]) == [
        "COLLECTED", "RECEIVED", "HANDED_OVER", "OPENED", "TAKEN_OVER",
    ]  # fmt: skip
    [event] = await casework.suite.events("labor_inspection", "li.assist.replied.v1")
    assert event["data"]["evidences"] == 1


async def test_a_file_comes_with_an_answer_only_while_it_is_being_made(casework: Any) -> None:
    _, row = await letter(casework)
    path = f"{LETTERS}/{row['id']}/evidences"
    wuhan = casework.desk("cw-li-wh", "2026-10-20")
    late = await wuhan.upload(path, pdf(), collected_on="2026-10-21")
    assert_problem(late, 422, "DATE")
    assert_problem(await casework.desk("cw-li-ez", ON).upload(path, pdf()), 403, "NOT_YOUR_CITY")
    row = (await wuhan.act(f"{LETTERS}/{row['id']}/reply", row, {"result": "无"})).json()
    assert_problem(await wuhan.upload(path, pdf()), 409, "STATE_CONFLICT")


@pytest.mark.parametrize(
    ("kind", "reply", "code"),
    [
        ("EVIDENCE", {"is_found": False}, "NOT_APPLICABLE"),
        ("INVESTIGATE", {"is_found": True, "whereabouts": "x"}, "NOT_APPLICABLE"),
        ("INVESTIGATE", {"served_on": "2026-10-14", "receipt_no": "1"}, "NOT_APPLICABLE"),
        ("INVESTIGATE", {"answers": ["a", "b"]}, "ANSWERS"),
        ("LOCATE_PERSON", {"is_found": True}, "WHEREABOUTS"),
        ("LOCATE_PERSON", {"is_found": False, "whereabouts": "x"}, "WHEREABOUTS"),
        ("LOCATE_PERSON", {"served_on": "2026-10-14", "receipt_no": "1"}, "NOT_APPLICABLE"),
    ],
)
async def test_each_kind_has_its_own_answer(
    casework: Any, person: Any, kind: str, reply: dict[str, Any], code: str
) -> None:
    more = {"person": person(5)} if kind == "LOCATE_PERSON" else {"questions": ["在否"]}
    _, row = await letter(casework, kind=kind, **more)
    wuhan = casework.desk("cw-li-wh", "2026-10-20")
    path = f"{LETTERS}/{row['id']}/reply"
    assert_problem(await wuhan.act(path, row, {"result": "x", **reply}), 422, code)


async def test_where_a_person_is_stays_sealed_until_it_is_asked_for(
    casework: Any, person: Any
) -> None:
    _, row = await letter(casework, kind="LOCATE_PERSON", person=person(5))
    wuhan = casework.desk("cw-li-wh", "2026-10-20")
    found = {"result": "已找到", "is_found": True, "whereabouts": "武汉市洪山区测试街3号"}
    answer = await wuhan.act(f"{LETTERS}/{row['id']}/reply", row, found)
    assert (answer.status_code, answer.json()["is_found"]) == (200, True)
    assert "测试街" not in answer.text
    ezhou = casework.desk("cw-li-ez", "2026-10-21")
    ezhou.purpose = "LI_ASSIST"
    shown = await ezhou.post(
        f"{LETTERS}/{row['id']}/reveal", {"fields": ["whereabouts"], "reason": "送达文书"}
    )
    assert shown.json()["fields"] == {"whereabouts": "武汉市洪山区测试街3号"}
    kept = await casework.suite.databases["labor_inspection"].value(
        "SELECT whereabouts FROM assist_requests"
    )
    assert "测试街".encode() not in kept
