"""The jointly built technician college: milestones in order, seats that add up."""

from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem

from .cooperation import V1, Cities, Row

SCHOOLS, PROGRAMMES = "institutions", "programmes"


async def college(cities: Cities, *milestones: str) -> Row:
    row = await cities.made("cw-emp-ez", SCHOOLS, {
        "kind": "TECHNICIAN_COLLEGE", "joint": True, "name": "武鄂技师学院",
        "division": "420703", "address": "葛店测试路1号"})  # fmt: skip
    for milestone in milestones:
        row = await reached(cities, row, milestone)
    return row


async def reached(cities: Cities, row: Row, milestone: str) -> Row:
    body = {"milestone": milestone, "document_ref": f"文号-{milestone}"}
    return await cities.done("cw-emp-ez", SCHOOLS, row, "record-milestone", body)


@pytest.mark.req("EMP-3b")
async def test_milestones_are_reached_in_their_order(cities: Cities) -> None:
    row = await college(cities)
    body = {"milestone": "CONSTRUCTION", "document_ref": "x"}
    early = await cities.act("cw-emp-ez", SCHOOLS, row, "record-milestone", body)
    problem = assert_problem(early, 409, "STATE_CONFLICT")
    assert (problem["state"], problem["allowed"]) == ("PLANNED", ["INITIATED"])
    for milestone in ("INITIATED", "APPROVED", "CONSTRUCTION", "ENROLMENT"):
        row = await reached(cities, row, milestone)
        assert row["state"] == milestone
    assert row["allowed_actions"] == []
    body = {"milestone": "ENROLMENT", "document_ref": "x"}
    over = await cities.act("cw-emp-ez", SCHOOLS, row, "record-milestone", body)
    assert_problem(over, 409, "STATE_CONFLICT")
    foreign = await cities.act("cw-emp-wh", SCHOOLS, row, "record-milestone", body)
    assert_problem(foreign, 403, "NOT_YOUR_CITY")


async def test_a_milestone_does_not_come_before_the_one_before_it(cities: Cities) -> None:
    row = await college(cities, "INITIATED")
    body = {"milestone": "APPROVED", "document_ref": "x", "reached_on": "2026-10-11"}
    refused = await cities.act("cw-emp-ez", SCHOOLS, row, "record-milestone", body)
    assert_problem(refused, 422, "DATE")


def taught(school: Row, **changes: Any) -> Row:
    return {"institution_id": school["id"], "title": "航空物流", "field": "AVLOG",
            "skill_level": "4", "starts_on": "2027-09-01", "total_seats": 100,
            "seats_by_city": {WUHAN: 60, EZHOU: 40}, **changes}  # fmt: skip


@pytest.mark.req("EMP-3b")
@pytest.mark.req("X-5")
async def test_seats_by_city_add_up_to_the_total(cities: Cities) -> None:
    school = await college(cities, "INITIATED", "APPROVED")
    short = taught(school, seats_by_city={WUHAN: 60, EZHOU: 39})
    refused = await cities.desk("cw-emp-ez").post(f"{V1}/{PROGRAMMES}", short)
    assert_problem(refused, 422, "SEATS_SUM")
    row = await cities.made("cw-emp-ez", PROGRAMMES, taught(school))
    assert (row["state"], row["field"]) == ("DRAFT", "AVLOG")
    wish = {"seats_by_city": {WUHAN: 50, EZHOU: 60}}
    refused = await cities.act("cw-emp-ez", PROGRAMMES, row, "allocate-seats", wish)
    assert_problem(refused, 422, "SEATS_SUM")
    wish["total_seats"] = 110
    row = await cities.done("cw-emp-ez", PROGRAMMES, row, "allocate-seats", wish)
    row = await cities.done("cw-emp-ez", PROGRAMMES, row, "publish")
    query = {"institution_id": school["id"]}
    seats = (await cities.desk("cw-emp-wh").get(f"{V1}/seats-by-city", query)).json()["items"]
    assert [(one["city"], one["seats"]) for one in seats] == [(WUHAN, 50), (EZHOU, 60)]
    twice = await cities.desk("cw-emp-ez").post(f"{V1}/{PROGRAMMES}", taught(school))
    assert assert_problem(twice, 409, "DUPLICATE")["existing_id"] == row["id"]


async def test_the_database_holds_the_sum_too(cities: Cities) -> None:
    import asyncpg

    school = await college(cities)
    row = await cities.made("cw-emp-ez", PROGRAMMES, taught(school))
    connection = await asyncpg.connect(cities.database.superuser_url)
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute("UPDATE programmes SET total_seats = 99 WHERE id = $1", row["id"])
    await connection.close()


async def test_programmes_are_published_once_the_college_is_approved(cities: Cities) -> None:
    school = await college(cities, "INITIATED")
    row = await cities.made("cw-emp-ez", PROGRAMMES, taught(school))
    early = await cities.act("cw-emp-ez", PROGRAMMES, row, "publish")
    assert_problem(early, 409, "INSTITUTION_NOT_APPROVED")
    path = f"{V1}/{PROGRAMMES}/{row['id']}"
    assert_problem(await cities.desk("cw-emp-wh").get(path), 404, "NOT_FOUND")
