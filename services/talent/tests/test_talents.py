"""Talent entries: one a person, seen by the home city."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import assert_problem

from .conftest import WANG, TalentOffice, professional

PATH = "/talent/v1/talents"


@pytest.mark.req("TAL-1a")
async def test_a_professional_is_entered_and_read_masked(office: TalentOffice) -> None:
    answer = await office.wuhan.post(PATH, professional(source_ref="WH-T-1"))
    row = answer.json()
    assert answer.status_code == 201, answer.text
    assert row["biz_no"].startswith("TA-WH-20260511-")
    assert (row["person"]["name"], row["source_system"]) == ("王**", "partner.wuhan")
    assert (await office.clerk.get(f"{PATH}/{row['id']}")).json() == row
    for query, count in (
        ({"field": "OPTO"}, 1),
        ({"field": "AVLOG"}, 0),
        ({"q": "光学"}, 1),
        ({"availability": "FULL"}, 0),
    ):
        assert len((await office.clerk.get(PATH, query)).json()["items"]) == count, query


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person": {**WANG, "doc_no": "420199199207151023"}}, "ID_CHECKSUM"),
        ({"edu": "15"}, "CODE"),
        ({"fields": ["SPACE"]}, "CODE"),
        ({"availability": "SOON"}, "CODE"),
        ({"employer_uscc": "1"}, "USCC_FORMAT"),
        ({"hukou": "武汉"}, "UNKNOWN_FIELD"),
    ],
)
async def test_what_is_wrong_is_refused(
    office: TalentOffice, changes: dict[str, Any], code: str
) -> None:
    assert_problem(await office.wuhan.post(PATH, professional(**changes)), 422, code)


async def test_a_person_is_entered_once_in_both_cities(office: TalentOffice) -> None:
    answers = await asyncio.gather(*(office.wuhan.post(PATH, professional()) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    made = next(answer.json() for answer in answers if answer.status_code == 201)
    other = await office.ezhou.post(PATH, professional(home_city="420700"))
    assert assert_problem(other, 409, "DUPLICATE")["existing_id"] == made["id"]


async def test_the_other_city_sees_nothing(office: TalentOffice) -> None:
    assert_problem(await office.ezhou.post(PATH, professional()), 403, "NOT_YOUR_CITY")
    row = (await office.wuhan.post(PATH, professional())).json()
    path = f"{PATH}/{row['id']}"
    assert_problem(await office.ezhou.get(path), 404, "NOT_FOUND")
    assert_problem(await office.ezhou.patch(path, row, {"major": "x"}), 404, "NOT_FOUND")
    assert (await office.ezhou.get(PATH)).json()["items"] == []
    assert len((await office.desk("auditor", "AUDIT").get(PATH)).json()["items"]) == 1


async def test_an_entry_is_changed_by_who_has_read_it(office: TalentOffice) -> None:
    row = (await office.wuhan.post(PATH, professional())).json()
    path = f"{PATH}/{row['id']}"
    changed = await office.clerk.patch(path, row, {"availability": "FULL", "fields": ["AVLOG"]})
    assert (changed.json()["fields"], changed.json()["version"]) == (["AVLOG"], 2)
    assert_problem(await office.clerk.patch(path, row, {"major": "x"}), 412, "VERSION_MISMATCH")
    bare = await office.clerk.http.patch(path, json={"major": "x"})
    assert_problem(bare, 428, "IF_MATCH_REQUIRED")
    assert_problem(await office.clerk.patch(path, row, {"edu": None}), 422, "REQUIRED")
    items = (await office.clerk.get(f"{path}/timeline")).json()["items"]
    assert [item["action"] for item in items] == ["enter", "change"]


async def test_reads_ask_why_and_leave_a_row(office: TalentOffice) -> None:
    row = (await office.wuhan.post(PATH, professional())).json()
    path = f"{PATH}/{row['id']}"
    assert_problem(await office.desk("cw-talent-wh").get(path), 400, "PURPOSE_REQUIRED")
    wrong = office.desk("cw-talent-wh", "CARD_SERVICE")
    assert_problem(await wrong.get(path), 403, "PURPOSE_NOT_ALLOWED")
    wish = {"fields": ["name"], "reason": "核对证书"}
    shown = await office.clerk.post(f"{path}/reveal", wish)
    assert shown.json()["fields"] == {"name": "王测乙"}
    found = await office.database.fetch(
        "SELECT operation, result, cardinality(person_refs) AS persons FROM audit_entries "
        "WHERE operation NOT LIKE 'POST /talent/v1/talents' ORDER BY id"
    )
    assert [(one["result"], one["persons"]) for one in found] == [
        ("PURPOSE_REQUIRED", 0),
        ("PURPOSE_NOT_ALLOWED", 0),
        ("OK", 1),
    ]


async def test_the_demonstration_data_can_be_loaded_twice(office: TalentOffice) -> None:
    from talent.seed import CERTIFICATES, TALENTS, seed

    for _ in range(2):
        async with office.suite.apps["talent"].state.database.transaction() as session:
            await seed(session)
    assert await office.database.value("SELECT count(*) FROM talents") == len(TALENTS)
    count = await office.database.value("SELECT count(*) FROM title_certificates")
    assert count == len(CERTIFICATES)
