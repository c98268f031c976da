"""Title certificates: registered by the city that issued them, checked by anybody."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import assert_problem
from talent.title_certificates import rules

from .conftest import WANG, TalentOffice, certificate

PATH = "/talent/v1/title-certificates"


@pytest.mark.req("TAL-3c")
async def test_a_certificate_is_registered_with_a_code_that_anybody_can_check(
    office: TalentOffice,
) -> None:
    answer = await office.wuhan.post(PATH, certificate())
    row = answer.json()
    assert answer.status_code == 201, answer.text
    assert (row["state"], row["series_name"], row["owner_city"]) == ("VALID", "工程", "420100")
    assert row["person"]["doc_no"] == "420***********1022"
    printed = {"cert_no": row["cert_no"], "verify_code": row["verify_code"]}
    anybody = office.suite.client()
    checked = await anybody.post(f"{PATH}/checks", json=printed)
    assert checked.json() == {
        "genuine": True,
        "state": "VALID",
        "series": "T05",
        "level": "2",
        "issued_on": "2021-12-20",
    }
    wrong = await anybody.post(f"{PATH}/checks", json={**printed, "verify_code": "AAAAAAAAAA"})
    unknown = await anybody.post(f"{PATH}/checks", json={**printed, "cert_no": "WH-0"})
    assert wrong.json() == unknown.json()
    assert wrong.json()["genuine"] is False


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title_code": "122"}, "TITLE_CODE"),
        ({"title_code": "083"}, "TITLE_CODE"),
        ({"series": "T04", "title_code": "082"}, "TITLE_CODE"),
        ({"series": "T01", "level": "5", "title_code": None}, "TITLE_LEVEL"),
        ({"issued_on": "2026-05-12"}, "ISSUED_ON"),
        ({"issued_on": "2010-07-14"}, "ISSUED_ON"),
        ({"series": "T28"}, "CODE"),
        ({"level": "6"}, "CODE"),
        ({"path": "GIFT"}, "CODE"),
        ({"person": {**WANG, "doc_no": "420199199207151023"}}, "ID_CHECKSUM"),
        ({"title_code": "82"}, "PATTERN"),
    ],
)
async def test_what_is_wrong_is_refused(
    office: TalentOffice, changes: dict[str, Any], code: str
) -> None:
    assert_problem(await office.wuhan.post(PATH, certificate(**changes)), 422, code)


async def test_everything_that_does_not_agree_is_told_at_once(office: TalentOffice) -> None:
    body = certificate(series="T01", level="5", issued_on="2030-01-01")
    problem = assert_problem(await office.wuhan.post(PATH, body), 422, "VALIDATION")
    codes = {error["code"] for error in problem["errors"]}
    assert codes == {"TITLE_LEVEL", "TITLE_CODE", "ISSUED_ON"}


async def test_the_holder_is_of_age_on_the_birthday_itself(office: TalentOffice) -> None:
    answer = await office.wuhan.post(PATH, certificate(issued_on="2010-07-15"))
    assert answer.status_code == 201


async def test_a_number_is_registered_once_an_issuer(office: TalentOffice) -> None:
    answers = await asyncio.gather(*(office.wuhan.post(PATH, certificate()) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    made = next(answer.json() for answer in answers if answer.status_code == 201)
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert assert_problem(refused, 409, "DUPLICATE")["existing_id"] == made["id"]
    other = certificate(issuer_org="鄂州市人力资源和社会保障局")
    assert (await office.ezhou.post(PATH, other)).status_code == 201


@pytest.mark.req("TAL-3c")
async def test_only_the_issuing_citys_supervisor_revokes(office: TalentOffice) -> None:
    row = (await office.wuhan.post(PATH, certificate())).json()
    path, why = f"{PATH}/{row['id']}/revoke", {"reason": "业绩材料不实"}
    assert_problem(await office.clerk.act(path, row, why), 403, "SCOPE_MISSING")
    far = office.desk("supervisor-ez", "TALENT_RECOG")
    assert_problem(await far.act(path, row, why), 404, "NOT_FOUND")
    assert_problem(await office.supervisor.post(path, why), 428, "IF_MATCH_REQUIRED")
    assert_problem(await office.supervisor.act(path, row), 422, "REQUIRED")
    seen = (await office.supervisor.get(f"{PATH}/{row['id']}")).json()
    assert seen["allowed_actions"] == ["revoke"]
    revoked = (await office.supervisor.act(path, row, why)).json()
    assert (revoked["state"], revoked["revoked_on"]) == ("REVOKED", "2026-05-11")
    assert_problem(await office.supervisor.act(path, row, why), 412, "VERSION_MISMATCH")
    problem = assert_problem(await office.supervisor.act(path, revoked, why), 409, "STATE_CONFLICT")
    assert (problem["state"], problem["allowed"]) == ("REVOKED", [])
    (event,) = await office.suite.events("talent")
    assert event["type"] == "talent.title_certificate.revoked.v1"
    assert sorted(event["audience"]) == ["420100", "420700"]
    assert "业绩" not in str(event["data"])
    printed = {"cert_no": row["cert_no"], "verify_code": row["verify_code"]}
    checked = await office.suite.client().post(f"{PATH}/checks", json=printed)
    assert (checked.json()["genuine"], checked.json()["state"]) == (True, "REVOKED")


async def test_the_other_city_sees_no_certificate(office: TalentOffice) -> None:
    row = (await office.wuhan.post(PATH, certificate())).json()
    path = f"{PATH}/{row['id']}"
    assert_problem(await office.ezhou.get(path), 404, "NOT_FOUND")
    assert (await office.ezhou.get(PATH)).json()["items"] == []
    assert (await office.clerk.get(PATH, {"series": "T05", "level": "2"})).json()["items"]
    late = {"issued_on_from": "2022-01-01"}
    assert (await office.clerk.get(PATH, late)).json()["items"] == []
    wish = {"fields": ["doc_no"], "reason": "核验"}
    shown = await office.clerk.post(f"{path}/reveal", wish)
    assert shown.json()["fields"] == {"doc_no": WANG["doc_no"]}


@pytest.mark.parametrize(
    ("series", "level", "code", "agrees"),
    [
        ("T05", "2", "082", True),
        ("T05", "3", "082", False),
        ("T19", "3", "123", True),
        ("T17", "2", "132", True),
        ("T06", "3", "083", False),
        ("T04", "2", "232", True),
    ],
)
def test_codes_of_the_title_table(series: str, level: str, code: str, agrees: bool) -> None:
    assert rules.code_agrees(series, level, code) is agrees
