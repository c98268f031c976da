"""Employers: one entry for both cities, verified before it may recruit."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import assert_problem

from .conftest import LOGISTICS, Employment

PATH = "/employment/v1/employers"


async def test_an_employer_is_registered_and_read_without_its_contact(
    employment: Employment,
) -> None:
    answer = await employment.ezhou.post(PATH, LOGISTICS)
    row = answer.json()
    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["location"] == f"{PATH}/{row['id']}"
    assert row["biz_no"].startswith("EM-EZ-20261012-")
    assert (row["owner_city"], row["verified"], row["state"]) == (
        "420700",
        "UNVERIFIED",
        "UNVERIFIED",
    )
    assert "contact_name" not in row
    seen = await employment.wuhan_clerk.get(f"{PATH}/{row['id']}")
    assert seen.json()["name"] == "鄂州测试物流"
    assert seen.json()["allowed_actions"] == []
    assert (await employment.clerk.get(f"{PATH}/{row['id']}")).json()["allowed_actions"] == [
        "verify",
        "reject",
    ]


async def test_a_code_is_registered_once_whoever_comes_first(employment: Employment) -> None:
    desks = [employment.ezhou, employment.wuhan] * 5
    answers = await asyncio.gather(*(desk.post(PATH, LOGISTICS) for desk in desks))
    made = [answer for answer in answers if answer.status_code == 201]
    assert len(made) == 1
    for answer in answers:
        if answer is not made[0]:
            problem = assert_problem(answer, 409, "DUPLICATE")
            assert problem["existing_id"] == made[0].json()["id"]
    assert await employment.database.value("SELECT count(*) FROM employers") == 1


async def test_a_partners_reference_is_used_once(employment: Employment) -> None:
    first = await employment.employer(verified=False, source_ref="E-1")
    assert first["source_system"] == "partner.ezhou"
    other = {**LOGISTICS, "uscc": "91420799MAEH00016H", "source_ref": "E-1"}
    problem = assert_problem(await employment.ezhou.post(PATH, other), 409, "DUPLICATE")
    assert problem["existing_id"] == first["id"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"uscc": "91420799MAEZ00016H"}, "USCC_FORMAT"),
        ({"uscc": "91420799MAEH00024D"}, "USCC_CHECKSUM"),
        ({"kind": "HR_AGENCY"}, "LICENCE_REQUIRED"),
        ({"industry": "E5920"}, "INDUSTRY"),
        ({"industry": "G59"}, "INDUSTRY"),
        ({"reg_division": "429999"}, "DIVISION_UNKNOWN"),
        ({"kind": "CLUB"}, "CODE"),
        ({"fee": 1}, "UNKNOWN_FIELD"),
    ],
)
async def test_what_is_wrong_is_refused(
    employment: Employment, changes: dict[str, Any], code: str
) -> None:
    assert_problem(await employment.ezhou.post(PATH, {**LOGISTICS, **changes}), 422, code)


async def test_everything_wrong_is_told_at_once(employment: Employment) -> None:
    body = {**LOGISTICS, "uscc": "1", "industry": "x", "kind": "HR_AGENCY"}
    problem = assert_problem(await employment.ezhou.post(PATH, body), 422, "VALIDATION")
    codes = {error["code"] for error in problem["errors"]}
    assert codes == {"USCC_FORMAT", "INDUSTRY", "LICENCE_REQUIRED"}


async def test_an_agency_keeps_its_licence(employment: Employment) -> None:
    row = await employment.employer(kind="HR_AGENCY", hr_licence_no="HR-420700-001")
    answer = await employment.ezhou.patch(f"{PATH}/{row['id']}", row, {"hr_licence_no": None})
    assert_problem(answer, 422, "LICENCE_REQUIRED")


async def test_only_its_own_city_verifies_and_changes_it(employment: Employment) -> None:
    row = await employment.employer(verified=False)
    path = f"{PATH}/{row['id']}"
    assert_problem(await employment.wuhan_clerk.act(f"{path}/verify", row), 403, "NOT_YOUR_CITY")
    assert_problem(await employment.wuhan.patch(path, row, {"name": "别名"}), 403, "NOT_YOUR_CITY")
    assert_problem(await employment.ezhou.act(f"{path}/verify", row), 403, "SCOPE_MISSING")
    verified = (await employment.clerk.act(f"{path}/verify", row)).json()
    assert verified["verified"] == "VERIFIED"
    problem = assert_problem(
        await employment.clerk.act(f"{path}/verify", verified), 409, "STATE_CONFLICT"
    )
    assert (problem["state"], problem["allowed"]) == ("VERIFIED", ["reject"])


async def test_a_changed_identity_is_verified_again(employment: Employment) -> None:
    row = await employment.employer()
    path = f"{PATH}/{row['id']}"
    same = (await employment.ezhou.patch(path, row, {"size": "SMALL"})).json()
    assert (same["verified"], same["version"]) == ("VERIFIED", row["version"] + 1)
    assert_problem(
        await employment.ezhou.patch(path, row, {"size": "LARGE"}), 412, "VERSION_MISMATCH"
    )
    bare = await employment.ezhou.http.patch(path, json={"size": "LARGE"})
    assert_problem(bare, 428, "IF_MATCH_REQUIRED")
    renamed = (await employment.ezhou.patch(path, same, {"name": "鄂州测试物流二"})).json()
    assert renamed["verified"] == "UNVERIFIED"
    timeline = (await employment.clerk.get(f"{path}/timeline")).json()["items"]
    assert [item["action"] for item in timeline] == ["register", "verify", "change", "change"]


async def test_whom_to_call_is_shown_on_record_only(employment: Employment) -> None:
    row = await employment.employer()
    path = f"{PATH}/{row['id']}/reveal"
    wish = {"fields": ["contact_phone"], "reason": "核实岗位"}
    assert_problem(await employment.clerk.post(path, wish), 400, "PURPOSE_REQUIRED")
    wrong = employment.desk("cw-emp-ez", "CARD_SERVICE")
    assert_problem(await wrong.post(path, wish), 403, "PURPOSE_NOT_ALLOWED")
    far = employment.desk("cw-emp-wh", "EMP_MATCH")
    assert_problem(await far.post(path, wish), 403, "NOT_YOUR_CITY")
    near = employment.desk("cw-emp-ez", "EMP_MATCH")
    assert (await near.post(path, wish)).json()["fields"] == {"contact_phone": "14400000012"}
    rows = await employment.database.fetch(
        "SELECT result, fields FROM audit_entries WHERE operation LIKE '%reveal' ORDER BY id"
    )
    assert [row["result"] for row in rows] == [
        "PURPOSE_REQUIRED",
        "PURPOSE_NOT_ALLOWED",
        "NOT_YOUR_CITY",
        "OK",
    ]
    assert rows[-1]["fields"] == ["contact_phone"]
    sealed = await employment.database.value("SELECT contact_phone FROM employers")
    assert b"14400000012" not in sealed


async def test_employers_are_found_by_part_of_the_name_and_by_code(employment: Employment) -> None:
    await employment.employer()
    await employment.employer(
        verified=False, uscc="91420199MAWH00019J", name="武汉测试科技", reg_division="420199"
    )
    found = (await employment.wuhan.get(PATH, {"q": "科技"})).json()["items"]
    assert [item["owner_city"] for item in found] == ["420100"]
    found = (await employment.wuhan.get(PATH, {"uscc": "91420799MAEH00024C"})).json()["items"]
    assert [item["name"] for item in found] == ["鄂州测试物流"]
    page = (await employment.wuhan.get(PATH, {"limit": 1})).json()
    assert page["next_cursor"]
    forged = await employment.wuhan.get(PATH, {"cursor": page["next_cursor"][:-4] + "AAAA"})
    assert_problem(forged, 400, "CURSOR")
