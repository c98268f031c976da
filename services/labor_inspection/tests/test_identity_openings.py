"""Who reported: sealed from everybody, opened by two people together, once, and on record."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import assert_problem

COMPLAINTS = "/labor-inspection/v1/complaints"


async def reported(casework: Any, filing: Any, person: Any, **changes: Any) -> tuple[Any, str]:
    """A report by a named person, received at a window of Ezhou."""
    body = filing(kind="REPORT", complainant=person(7, "欧阳举报"), workers=[], amount_claimed=...)
    body.update(changes)
    answer = await casework.desk("window-ez", "2026-09-23").post(COMPLAINTS, body)
    assert answer.status_code == 201, answer.text
    return answer.json(), f"{COMPLAINTS}/{answer.json()['id']}/identity-openings"


async def asked(casework: Any, path: str) -> Any:
    answer = await casework.desk("cw-li-ez").post(path, {"reason": "须当面核实"})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_nobody_is_shown_who_reported(casework: Any, filing: Any, person: Any) -> None:
    row, _ = await reported(casework, filing, person)
    assert (row["complainant"], row["complainant_notice"]) == (None, "举报人保密")
    for user in ("cw-li-ez", "supervisor-ez", "window-ez"):
        seen = (await casework.desk(user).get(f"{COMPLAINTS}/{row['id']}")).json()
        assert (seen["complainant"], seen["complainant_notice"]) == (None, "举报人保密")
        assert "欧阳" not in str(seen)
    for name in ("name", "complainant.doc_no"):
        answer = await casework.desk("cw-li-ez").post(
            f"{COMPLAINTS}/{row['id']}/reveal", {"fields": [name], "reason": "想知道"}
        )
        assert_problem(answer, 422, "CODE")
    seen = (await casework.desk("cw-li-ez").get(f"{COMPLAINTS}/{row['id']}")).json()
    accepted = await casework.desk("cw-li-ez", "2026-09-29").act(
        f"{COMPLAINTS}/{row['id']}/accept", seen
    )
    case_id = accepted.json()["case_id"]
    people = await casework.desk("cw-li-ez").get(f"/labor-inspection/v1/cases/{case_id}/workers")
    assert people.json()["items"] == []


async def test_two_people_open_it_once(casework: Any, filing: Any, person: Any) -> None:
    row, path = await reported(casework, filing, person)
    opening = await asked(casework, path)
    assert (opening["state"], opening["allowed_actions"]) == ("PENDING", [])
    inspector, head = casework.desk("cw-li-ez"), casework.desk("supervisor-ez")
    assert_problem(await inspector.post(f"{path}/{opening['id']}/open", {}), 409, "STATE_CONFLICT")
    answer = await head.act(f"{path}/{opening['id']}/approve", opening)
    assert (answer.status_code, answer.json()["state"]) == (200, "APPROVED")
    assert answer.json()["expires_at"] == "2026-11-25T01:00:00Z"
    looks = await asyncio.gather(
        *(inspector.post(f"{path}/{opening['id']}/open", {}) for _ in range(20))
    )
    seen = [one.json() for one in looks if one.status_code == 200]
    assert [one["name"] for one in seen] == ["欧阳举报"]
    assert sorted(one.status_code for one in looks) == [200, *[409] * 19]
    [kept] = (await head.get(path)).json()["items"]
    assert (kept["state"], kept["opened_at"]) == ("EXPIRED", "2026-11-24T01:00:00Z")
    told = (await inspector.get(f"{COMPLAINTS}/{row['id']}/timeline")).json()["items"]
    assert [one["action"] for one in told][-3:] == [
        "ask-identity", "approve-identity", "open-identity",
    ]  # fmt: skip
    database = casework.suite.databases["labor_inspection"]
    [entry] = await database.fetch(
        "SELECT actor, fields, purpose, reason FROM audit_entries "
        "WHERE operation LIKE '%/open' AND result = 'OK'"
    )
    assert (entry["actor"], entry["purpose"], entry["reason"]) == (
        "cw-li-ez", "LI_COMPLAINT", "须当面核实",
    )  # fmt: skip
    assert "identity.doc_no" in entry["fields"]
    stored = await database.fetch("SELECT body FROM idempotency_keys")
    assert all("欧阳".encode() not in (one["body"] or b"") for one in stored)


async def test_one_person_in_both_roles_is_one_person(
    casework: Any, filing: Any, person: Any
) -> None:
    _, path = await reported(casework, filing, person)
    suite, both = casework.suite, casework.desk("cw-li-ez")
    token = suite.tokens.mint(
        roles=["cw.li.ez", "supervisor.li.ez"], sub="both", staff_no="both", city="420700"
    )
    both.http = suite.client(token)
    opening = (await both.post(path, {"reason": "须当面核实"})).json()
    assert_problem(
        await both.act(f"{path}/{opening['id']}/approve", opening), 403, "MAKER_IS_CHECKER"
    )
    assert "approve" not in opening["allowed_actions"]
    other = await casework.desk("supervisor-ez").act(f"{path}/{opening['id']}/approve", opening)
    assert other.status_code == 200
    assert_problem(
        await casework.desk("cw-li-ez").post(f"{path}/{opening['id']}/open", {}),
        403,
        "SCOPE_MISSING",
    )
    assert (await both.post(f"{path}/{opening['id']}/open", {})).status_code == 200


async def test_what_is_not_used_in_time_is_over(casework: Any, filing: Any, person: Any) -> None:
    _, path = await reported(casework, filing, person)
    opening = await asked(casework, path)
    await casework.desk("supervisor-ez").act(f"{path}/{opening['id']}/approve", opening)
    late = casework.desk("cw-li-ez", "2026-11-25")
    assert_problem(await late.post(f"{path}/{opening['id']}/open", {}), 409, "STATE_CONFLICT")
    assert (await casework.timers("2026-11-25"))["identity openings"] == 1
    [kept] = (await late.get(path)).json()["items"]
    assert (kept["state"], kept["opened_at"]) == ("EXPIRED", None)


async def test_a_refused_wish_stays_refused(casework: Any, filing: Any, person: Any) -> None:
    _, path = await reported(casework, filing, person)
    opening = await asked(casework, path)
    twice = await casework.desk("cw-li-ez").post(path, {"reason": "再问一次"})
    assert_problem(twice, 409, "DUPLICATE")
    head = casework.desk("supervisor-ez")
    refused = await head.act(f"{path}/{opening['id']}/refuse", opening, {"reason": "无须知道"})
    assert (refused.json()["state"], refused.json()["decision_reason"]) == ("REFUSED", "无须知道")
    again = await head.act(f"{path}/{opening['id']}/approve", refused.json())
    assert_problem(again, 409, "STATE_CONFLICT")


@pytest.mark.parametrize(
    ("user", "status", "code"),
    [
        ("window-ez", 403, "SCOPE_MISSING"),
        ("station-ez", 403, "SCOPE_MISSING"),
        ("supervisor-ez", 403, "SCOPE_MISSING"),
        ("partner.ezhou", 403, "SCOPE_MISSING"),
        ("cw-li-wh", 404, "NOT_FOUND"),
    ],
)
async def test_who_may_not_even_ask(
    casework: Any, filing: Any, person: Any, user: str, status: int, code: str
) -> None:
    _, path = await reported(casework, filing, person)
    answer = await casework.desk(user).post(path, {"reason": "须当面核实"})
    assert_problem(answer, status, code)


async def test_there_is_nothing_to_open_of_nobody(casework: Any, filing: Any, person: Any) -> None:
    _, path = await reported(casework, filing, person, complainant=None)
    answer = await casework.desk("cw-li-ez").post(path, {"reason": "须当面核实"})
    assert_problem(answer, 409, "NOTHING_SEALED")


async def test_the_receiving_city_learns_nothing_after_it_has_forwarded(
    casework: Any, filing: Any, person: Any
) -> None:
    body = filing(kind="REPORT", complainant=person(7), workers=[], amount_claimed=...)
    made = await casework.desk("window-wh", "2026-09-23").post(COMPLAINTS, body)
    path = f"{COMPLAINTS}/{made.json()['id']}/identity-openings"
    wuhan = casework.desk("cw-li-wh")
    assert_problem(await wuhan.post(path, {"reason": "须当面核实"}), 403, "NOT_YOUR_CITY")
    assert_problem(await wuhan.get(path), 403, "NOT_YOUR_CITY")
