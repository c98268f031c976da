"""Participations: recorded by the city that insures, a month once."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import assert_problem

from .conftest import LI, PATH, SocialInsurance, stretch


async def test_a_stretch_is_recorded_with_its_months(insurance: SocialInsurance) -> None:
    answer = await insurance.ezhou.post(PATH, stretch(source_ref="EZ-SI-1"))
    row = answer.json()
    assert answer.status_code == 201, answer.text
    assert row["biz_no"].startswith("SI-EZ-20260302-")
    assert row["person"] == {
        "name": "李**",
        "doc_type": "01",
        "doc_no": "420***********0038",
        "mobile": "144****0012",
    }
    assert (row["months_count"], row["months"][0]["base"]) == (6, "4000.00")
    seen = await insurance.clerk.get(f"{PATH}/{row['id']}")
    assert seen.json() == row
    stored = await insurance.database.fetch("SELECT base FROM contribution_months")
    assert not any(b"4000" in one["base"] for one in stored)
    listed = (await insurance.clerk.get(PATH, {"scheme": "EMP"})).json()["items"]
    assert [(one["id"], one["months_count"]) for one in listed] == [(row["id"], 6)]
    assert (await insurance.clerk.get(PATH, {"scheme": "RES"})).json()["items"] == []


async def test_months_may_be_told_one_by_one(insurance: SocialInsurance) -> None:
    months = [
        {"month": "2025-02", "base": "4100.00", "personal": "328.00", "paid_on": "2025-02-20"},
        {"month": "2025-01", "base": "4000.00", "paid": False},
    ]
    body = stretch(months=months)
    assert_problem(await insurance.ezhou.post(PATH, body), 422, "BASE_TWICE")
    del body["monthly_base"]
    row = (await insurance.ezhou.post(PATH, body)).json()
    assert [(one["month"], one["paid"]) for one in row["months"]] == [
        ("2025-01", False),
        ("2025-02", True),
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"from_month": "1991-12"}, "MONTH_RANGE"),
        ({"to_month": "2026-04"}, "MONTH_RANGE"),
        ({"from_month": "2025-07"}, "MONTH_RANGE"),
        ({"from_month": "2025-13"}, "MONTH_FORMAT"),
        ({"monthly_base": "0.00"}, "BASE_RANGE"),
        ({"monthly_base": "-1.00"}, "BASE_RANGE"),
        ({"monthly_base": None, "months": [{"month": "2025-01", "base": "0"}]}, "BASE_RANGE"),
        ({"monthly_base": None, "months": [{"month": "2025-07"}]}, "MONTH_RANGE"),
        ({"monthly_base": None, "months": [{"month": "2025-01"}] * 2}, "MONTH_TWICE"),
        ({"scheme": "MED"}, "CODE"),
        ({"employer_uscc": "1"}, "USCC_FORMAT"),
        ({"person": {**LI, "doc_no": "420799198003120039"}}, "ID_CHECKSUM"),
        ({"person": {**LI, "doc_no": "990799198003120039"}}, "ID_PROVINCE"),
    ],
)
async def test_what_is_wrong_is_refused(
    insurance: SocialInsurance, changes: dict[str, Any], code: str
) -> None:
    answer = await insurance.ezhou.post(PATH, stretch(**changes))
    assert_problem(answer, 422, code)
    assert "4207991980" not in answer.text


async def test_a_base_outside_the_range_is_refused_this_year_and_warned_of_before(
    insurance: SocialInsurance,
) -> None:
    await insurance.database.fetch(
        """INSERT INTO policy_parameters (id, key, city, value, unit, effective_from, source_doc,
           source_article, confidence, status, approved_by, note, version, created_at, created_by)
           VALUES (gen_random_uuid(), 'si.provincial_wage', '', '"7000.00"', 'yuan', '2025-01-01',
           'DEMO', '', 'L', 'ACTIVE', '{}', '', 1, now(), 'test')"""
    )
    now = {"from_month": "2026-01", "to_month": "2026-02"}
    assert_problem(await insurance.ezhou.post(PATH, stretch(**now)), 422, "BASE_RANGE")
    past = await insurance.ezhou.post(PATH, stretch())
    assert [one["code"] for one in past.json()["warnings"]] == ["BASE_RANGE"]
    resident = stretch(**now, scheme="RES", person_kind="RESIDENT", employer_uscc=None)
    assert (await insurance.ezhou.post(PATH, resident)).status_code == 201


async def test_a_month_is_insured_once_whoever_sends_it(insurance: SocialInsurance) -> None:
    answers = await asyncio.gather(*(insurance.ezhou.post(PATH, stretch()) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    made = next(answer.json() for answer in answers if answer.status_code == 201)
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert assert_problem(refused, 409, "DUPLICATE")["existing_id"] == made["id"]
    overlapping = stretch(from_month="2025-06", to_month="2025-09")
    problem = assert_problem(await insurance.ezhou.post(PATH, overlapping), 409, "DUPLICATE")
    assert problem["existing_id"] == made["id"]
    assert await insurance.database.value("SELECT count(*) FROM contribution_months") == 6
    other_city = stretch(city="420100", from_month="2025-06")
    assert (await insurance.wuhan.post(PATH, other_city)).status_code == 201


async def test_another_name_for_the_same_number_is_a_conflict(insurance: SocialInsurance) -> None:
    await insurance.ezhou.post(PATH, stretch())
    wrong = stretch(city="420100", person={**LI, "name": "李测钾"})
    problem = assert_problem(await insurance.wuhan.post(PATH, wrong), 409, "IDENTITY_CONFLICT")
    assert problem["errors"] == []


async def test_the_other_city_neither_records_nor_reads(insurance: SocialInsurance) -> None:
    assert_problem(await insurance.wuhan.post(PATH, stretch()), 403, "NOT_YOUR_CITY")
    row = (await insurance.ezhou.post(PATH, stretch())).json()
    path = f"{PATH}/{row['id']}"
    assert_problem(await insurance.wuhan.get(path), 404, "NOT_FOUND")
    assert (await insurance.wuhan.get(PATH)).json()["items"] == []
    assert_problem(await insurance.wuhan.patch(path, row, {"status": "PAUSED"}), 404, "NOT_FOUND")
    masked = (await insurance.desk("auditor", "AUDIT").get(path)).json()
    assert masked["months"][0]["base"] is None
    for user in ("window-ez", "cw-emp-ez", "cw-li-ez"):
        desk = insurance.desk(user, "SI_TRANSFER")
        assert_problem(await desk.get(path), 403, "SCOPE_MISSING")


async def test_a_stretch_ends_and_its_months_with_it(insurance: SocialInsurance) -> None:
    row = (await insurance.ezhou.post(PATH, stretch(to_month=None, status="ACTIVE"))).json()
    assert row["months"][-1]["month"] == "2026-03"
    path = f"{PATH}/{row['id']}"
    bare = await insurance.clerk.http.patch(path, json={"status": "STOPPED"})
    assert_problem(bare, 428, "IF_MATCH_REQUIRED")
    early = await insurance.clerk.patch(path, row, {"to_month": "2024-12"})
    assert_problem(early, 422, "MONTH_RANGE")
    ended = await insurance.clerk.patch(path, row, {"to_month": "2025-08", "status": "STOPPED"})
    assert (ended.json()["months_count"], ended.json()["version"]) == (8, 2)
    stale = await insurance.clerk.patch(path, row, {"status": "ACTIVE"})
    assert_problem(stale, 412, "VERSION_MISMATCH")
    items = (await insurance.clerk.get(f"{path}/timeline")).json()["items"]
    assert [item["action"] for item in items] == ["record", "change"]


async def test_the_person_is_revealed_on_record_only(insurance: SocialInsurance) -> None:
    row = (await insurance.ezhou.post(PATH, stretch())).json()
    path = f"{PATH}/{row['id']}/reveal"
    wish = {"fields": ["doc_no", "mobile"], "reason": "打印参保凭证"}
    answer = await insurance.clerk.post(path, wish)
    assert answer.json()["fields"] == {"doc_no": LI["doc_no"], "mobile": "14400000012"}
    unknown = {"fields": ["base"], "reason": "打印参保凭证"}
    assert_problem(await insurance.clerk.post(path, unknown), 422, "CODE")
    found = await insurance.database.fetch(
        "SELECT reason, result, cardinality(person_refs) AS persons FROM audit_entries "
        "WHERE operation LIKE '%reveal' ORDER BY id"
    )
    assert [tuple(one) for one in found] == [
        ("打印参保凭证", "OK", 1),
        ("打印参保凭证", "CODE", 1),
    ]


async def test_a_read_asks_why(insurance: SocialInsurance) -> None:
    assert_problem(await insurance.desk("cw-si-ez").get(PATH), 400, "PURPOSE_REQUIRED")
    wrong = insurance.desk("cw-si-ez", "CARD_SERVICE")
    assert_problem(await wrong.get(PATH), 403, "PURPOSE_NOT_ALLOWED")


async def test_the_demonstration_data_can_be_loaded_twice(insurance: SocialInsurance) -> None:
    from social_insurance.seed import STRETCHES, seed

    for _ in range(2):
        app = insurance.suite.apps["social_insurance"]
        async with app.state.database.transaction() as session:
            await seed(session)
    count = await insurance.database.value("SELECT count(*) FROM participations")
    assert count == len(STRETCHES)
