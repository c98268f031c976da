"""Postings: pushed by a city's system, reviewed, on offer in both cities."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from hrss_kit.testing import assert_problem

from .conftest import Employment, job

PATH = "/employment/v1/postings"


@pytest.mark.req("EMP-2b")
async def test_a_pushed_posting_is_reviewed_and_published_for_both_cities(
    employment: Employment,
) -> None:
    row = await employment.submitted(source_ref="EZ-P-0001")
    assert (row["state"], row["owner_city"], row["source_system"]) == (
        "SUBMITTED",
        "420700",
        "partner.ezhou",
    )
    assert row["biz_no"].startswith("EM-EZ-20261012-")
    (clock,) = row["deadlines"]
    assert (clock["code"], clock["due_on"]) == ("review", "2026-10-13")
    path = f"{PATH}/{row['id']}"
    assert_problem(await employment.wuhan.get(path), 404, "NOT_FOUND")

    published = await employment.act(employment.clerk, row, "publish")
    assert (published["state"], published["public_version"]) == ("PUBLISHED", 1)
    assert published["deadlines"][0]["status"] == "MET"
    (event,) = await employment.suite.events("employment")
    assert event["type"] == "employment.posting.published.v1"
    assert event["subject"] == row["biz_no"]
    assert sorted(event["audience"]) == ["420100", "420700"]
    assert event["data"] == {
        "posting_id": row["id"],
        "version": 1,
        "occupation": "4-02-06-01",
        "work_division": "420704",
        "valid_to": "2026-11-11",
    }
    seen = await employment.wuhan.get(path)
    assert (seen.status_code, seen.json()["allowed_actions"]) == (200, [])
    refused = await employment.wuhan_clerk.patch(path, published, {"headcount": 9})
    assert_problem(refused, 403, "NOT_YOUR_CITY")


async def test_sent_again_it_is_the_same_posting(employment: Employment) -> None:
    body, key = job((await employment.employer())["id"]), str(uuid4())
    first = await employment.ezhou.post(PATH, body, key=key)
    again = await employment.ezhou.post(PATH, body, key=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert first.json() == again.json()
    assert await employment.database.value("SELECT count(*) FROM postings") == 1


async def test_discriminating_terms_are_named_with_their_places(employment: Employment) -> None:
    employer = (await employment.employer())["id"]
    body = job(employer, title="分拣员", duties="限男，鄂州户口")
    problem = assert_problem(await employment.ezhou.post(PATH, body), 422, "DISCRIMINATION")
    assert problem["matches"] == [
        {"field": "duties", "term": "限男", "position": 0},
        {"field": "duties", "term": "户口", "position": 5},
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "男士优先 司机"}, "DISCRIMINATION"),
        ({"duties": "限 男"}, "DISCRIMINATION"),
        ({"duties": "35岁以下，能加班"}, "DISCRIMINATION"),
        ({"skills_req": ["无乙肝"]}, "DISCRIMINATION"),
        ({"duties": "入职交押金200元"}, "FEE_WORDING"),
        ({"working_hours": "八小时，服装费自付"}, "FEE_WORDING"),
        ({"salary_min": "8000.00"}, "SALARY_RANGE"),
        ({"valid_to": "2026-11-12"}, "VALIDITY"),
        ({"valid_from": "2026-09-20", "valid_to": "2026-10-11"}, "VALIDITY"),
        ({"valid_to": "2026-10-01"}, "VALIDITY"),
        ({"employer_id": str(uuid4())}, "EMPLOYER_UNKNOWN"),
        ({"repost_of": str(uuid4())}, "POSTING_UNKNOWN"),
        ({"work_division": "999999"}, "DIVISION_UNKNOWN"),
        ({"work_division": "420000"}, "WORK_CITY"),
        ({"share_with": ["110000"]}, "CITY_UNKNOWN"),
        ({"occupation": "9-02-06-01"}, "PATTERN"),
        ({"headcount": 1000}, "RANGE"),
        ({"salary_min": 5000}, "MONEY_FORMAT"),
        ({"origin_channel": "AGENCY"}, "REPOST_SOURCE"),
        ({"title": "仓" * 41}, "TOO_LONG"),
    ],
)
async def test_what_is_wrong_is_refused(
    employment: Employment, changes: dict[str, Any], code: str
) -> None:
    body = {**job((await employment.employer())["id"]), **changes}
    assert_problem(await employment.ezhou.post(PATH, body), 422, code)
    assert await employment.database.value("SELECT count(*) FROM postings") == 0


async def test_everything_wrong_is_told_at_once(employment: Employment) -> None:
    body = job(
        (await employment.employer())["id"],
        duties="限男，收押金",
        salary_max="1.00",
        valid_to="2026-12-31",
    )
    problem = assert_problem(await employment.ezhou.post(PATH, body), 422, "VALIDATION")
    assert {error["code"] for error in problem["errors"]} == {
        "DISCRIMINATION",
        "FEE_WORDING",
        "SALARY_RANGE",
        "VALIDITY",
    }


async def test_a_wide_range_of_pay_is_accepted_with_a_warning(employment: Employment) -> None:
    row = await employment.submitted(salary_max="25000.01")
    assert [one["code"] for one in row["warnings"]] == ["SALARY_SPREAD"]


async def test_the_minimum_wage_binds_where_one_is_loaded(employment: Employment) -> None:
    employer = (await employment.employer())["id"]
    await employment.database.fetch(
        """INSERT INTO policy_parameters (id, key, city, value, unit, effective_from, source_doc,
           source_article, confidence, status, approved_by, note, version, created_at, created_by)
           VALUES (gen_random_uuid(), 'common.minimum_wage', '420700',
           '{"default": "1800.00", "420704": "2000.00"}', 'yuan', '2026-01-01', 'DEMO', '', 'L',
           'ACTIVE', '{}', '', 1, now(), 'test')"""
    )
    low = {"salary_min": "1900.00", "salary_max": "2600.00"}
    answer = await employment.ezhou.post(PATH, job(employer, **low))
    assert_problem(answer, 422, "BELOW_MINIMUM_WAGE")
    await employment.submitted(employer_id=employer, work_division="420702", **low)
    await employment.submitted(employer_id=employer, emp_type="PART", **low)
    hourly = {"salary_min": "11.00", "salary_max": "20.00", "salary_unit": "HOUR"}
    answer = await employment.ezhou.post(PATH, job(employer, title="夜班仓管", **hourly))
    assert_problem(answer, 422, "BELOW_MINIMUM_WAGE")


async def test_a_caseworker_may_find_a_term_lawful(employment: Employment) -> None:
    employer = (await employment.employer())["id"]
    marked = [{"term": "限男", "reason": "矿山井下作业，女职工禁忌劳动范围"}]
    body = job(employer, title="井下工", duties="井下作业，限男", lawful_terms=marked)
    assert_problem(await employment.ezhou.post(PATH, body), 403, "SCOPE_MISSING")
    answer = await employment.clerk.post(PATH, body)
    assert answer.status_code == 201
    assert answer.json()["lawful_terms"][0]["marked_by"] == "cw-emp-ez"


async def test_the_same_job_is_offered_once_at_a_time(employment: Employment) -> None:
    body = job((await employment.employer())["id"])
    bodies = [{**body, "title": title} for title in ("仓储管理员", "仓储 管理员", "仓储管理员。")]
    answers = await asyncio.gather(
        *(employment.ezhou.post(PATH, bodies[index % 3]) for index in range(10))
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 9
    made = next(answer.json() for answer in answers if answer.status_code == 201)
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert assert_problem(refused, 409, "DUPLICATE")["existing_id"] == made["id"]
    other = (await employment.ezhou.post(PATH, {**body, "title": "分拣员"})).json()
    path = f"{PATH}/{other['id']}"
    renamed = await employment.ezhou.patch(path, other, {"title": "仓储管理员"})
    assert assert_problem(renamed, 409, "DUPLICATE")["existing_id"] == made["id"]
    assert (await employment.ezhou.get(path)).json()["title"] == "分拣员"
    repost = await employment.ezhou.post(PATH, {**body, "repost_of": made["id"]})
    assert repost.status_code == 201
    later = {**body, "valid_from": "2026-11-12", "valid_to": "2026-11-30"}
    assert (await employment.ezhou.post(PATH, later)).status_code == 201


async def test_what_a_partner_pushes_again_changes_the_first_one(employment: Employment) -> None:
    first = await employment.submitted(source_ref="EZ-P-1")
    body = job(first["employer_id"], title="别的岗位", source_ref="EZ-P-1", share_with=None)
    again = await employment.ezhou.post(PATH, body)
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert (again.json()["title"], again.json()["state"]) == ("别的岗位", "SUBMITTED")
    moved = await employment.ezhou.post(PATH, {**body, "work_division": "420111"})
    assert_problem(moved, 422, "WORK_CITY")
    refused = {"reason_code": "OTHER", "reason": "与实际不符"}
    await employment.act(employment.clerk, again.json(), "reject", refused)
    problem = assert_problem(await employment.ezhou.post(PATH, body), 409, "STATE_CONFLICT")
    assert problem["state"] == "REJECTED"


async def test_a_posting_is_suspended_at_once_with_or_without_words(
    employment: Employment,
) -> None:
    row = await employment.published()
    assert (await employment.act(employment.clerk, row, "suspend"))["state"] == "SUSPENDED"


async def test_an_unverified_employers_posting_waits_as_a_draft(employment: Employment) -> None:
    employer = await employment.employer(verified=False)
    row = (await employment.ezhou.post(PATH, job(employer["id"]))).json()
    assert row["state"] == "DRAFT"
    path = f"{PATH}/{row['id']}/submit"
    assert_problem(await employment.ezhou.act(path, row), 409, "EMPLOYER_NOT_VERIFIED")
    await employment.clerk.act(f"/employment/v1/employers/{employer['id']}/verify", employer)
    assert (await employment.act(employment.ezhou, row, "submit"))["state"] == "SUBMITTED"


async def test_a_blocked_employer_offers_nothing(employment: Employment) -> None:
    row = await employment.submitted()
    await employment.database.fetch("UPDATE employers SET blocked_until = '2026-10-12'")
    answer = await employment.ezhou.post(PATH, job(row["employer_id"], title="新岗位"))
    assert_problem(answer, 409, "EMPLOYER_BLOCKED")
    path = f"{PATH}/{row['id']}/publish"
    assert_problem(await employment.clerk.act(path, row), 409, "EMPLOYER_BLOCKED")
    tomorrow = employment.desk("cw-emp-ez", now="2026-10-13T09:00:00+08:00")
    assert (await tomorrow.act(path, row)).status_code == 200


async def test_whoever_made_it_does_not_publish_it(employment: Employment) -> None:
    employer = (await employment.employer())["id"]
    draft = (await employment.clerk.post(PATH, job(employer))).json()
    assert draft["state"] == "DRAFT"
    row = await employment.act(employment.clerk, draft, "submit")
    assert row["allowed_actions"] == ["reject"]
    path = f"{PATH}/{row['id']}/publish"
    assert_problem(await employment.clerk.act(path, row), 403, "MAKER_IS_CHECKER")
    assert (await employment.supervisor.act(path, row)).status_code == 200


async def test_the_city_of_the_work_place_decides(employment: Employment) -> None:
    employer = (await employment.employer())["id"]
    row = (await employment.wuhan.post(PATH, job(employer))).json()
    assert (row["owner_city"], row["state"]) == ("420700", "SUBMITTED")
    path = f"{PATH}/{row['id']}/publish"
    assert_problem(await employment.wuhan_clerk.act(path, row), 403, "NOT_YOUR_CITY")
    published = await employment.act(employment.clerk, row, "publish")
    answer = await employment.wuhan.act(f"{PATH}/{row['id']}/withdraw", published)
    assert_problem(answer, 403, "NOT_YOUR_CITY")


async def test_the_whole_life_of_a_posting(employment: Employment) -> None:
    row = await employment.published()
    path = f"{PATH}/{row['id']}"
    changed = (await employment.ezhou.patch(path, row, {"headcount": 6})).json()
    assert (changed["headcount"], changed["public_version"]) == (6, 2)
    assert_problem(
        await employment.ezhou.patch(path, row, {"headcount": 7}), 412, "VERSION_MISMATCH"
    )
    bad = await employment.ezhou.patch(path, changed, {"duties": "只招女"})
    assert_problem(bad, 422, "DISCRIMINATION")
    moved = await employment.ezhou.patch(path, changed, {"work_division": "420111"})
    assert_problem(moved, 422, "WORK_CITY")
    emptied = await employment.ezhou.patch(path, changed, {"title": None})
    assert_problem(emptied, 422, "REQUIRED")

    off = await employment.act(employment.clerk, changed, "suspend", {"reason": "被举报虚假"})
    problem = assert_problem(await employment.clerk.act(f"{path}/fill", off), 409, "STATE_CONFLICT")
    assert (problem["state"], problem["allowed"]) == ("SUSPENDED", ["resume", "withdraw"])
    assert_problem(await employment.clerk.act(f"{path}/withdraw", off), 403, "SCOPE_MISSING")
    resume = await employment.clerk.act(f"{path}/resume", off, {"reason": "查无实据"})
    assert_problem(resume, 403, "SCOPE_MISSING")
    on = await employment.act(employment.supervisor, off, "resume", {"reason": "查无实据"})
    filled = await employment.act(employment.ezhou, on, "fill")
    assert (filled["state"], filled["allowed_actions"]) == ("FILLED", [])
    types = [event["type"].split(".")[2] for event in await employment.suite.events("employment")]
    assert types == ["published", "updated", "suspended", "updated", "filled"]
    items = (await employment.wuhan.get(f"{path}/timeline")).json()["items"]
    assert [item["action"] for item in items] == [
        "create", "submit", "publish", "change", "suspend", "resume", "fill",
    ]  # fmt: skip


async def test_a_refused_posting_says_why(employment: Employment) -> None:
    row = await employment.submitted()
    path = f"{PATH}/{row['id']}/reject"
    assert_problem(await employment.clerk.act(path, row, {"reason_code": "X"}), 422, "CODE")
    body = {"reason_code": "FALSE", "reason": "核实无此岗位"}
    rejected = await employment.act(employment.clerk, row, "reject", body)
    assert (rejected["state"], rejected["reason_code"]) == ("REJECTED", "FALSE")
    (event,) = await employment.suite.events("employment")
    assert (event["type"], event["audience"]) == ("employment.posting.rejected.v1", ["420700"])
    bare = await employment.clerk.post(path, body)
    assert_problem(bare, 428, "IF_MATCH_REQUIRED")
    assert_problem(await employment.wuhan.get(f"{PATH}/{row['id']}"), 404, "NOT_FOUND")


async def test_a_posting_expires_the_day_after_its_last(employment: Employment) -> None:
    row = await employment.published()
    for now, state in (("2026-11-11T23:00", "PUBLISHED"), ("2026-11-12T00:10", "EXPIRED")):
        ops = employment.desk("ops", now=f"{now}:00+08:00")
        assert (await ops.post("/employment/v1/timers/run")).status_code == 200
        assert (await employment.ezhou.get(f"{PATH}/{row['id']}")).json()["state"] == state
    types = [event["type"] for event in await employment.suite.events("employment")]
    assert types[-1] == "employment.posting.expired.v1"


async def test_a_posting_that_is_not_shared_stays_in_its_city(employment: Employment) -> None:
    row = await employment.published(share_with=[])
    assert_problem(await employment.wuhan.get(f"{PATH}/{row['id']}"), 404, "NOT_FOUND")
    assert (await employment.wuhan.get(PATH)).json()["items"] == []
    everywhere = await employment.published(
        employer_id=row["employer_id"], title="押运员", share_with=None
    )
    assert everywhere["share_with"] == ["420100"]


async def test_postings_are_found_by_two_characters_and_by_filters(employment: Employment) -> None:
    row = await employment.published()
    keep = {"employer_id": row["employer_id"]}
    await employment.published(**keep, title="高级电焊工（夜班）", occupation="6-18-02-04")
    await employment.published(**keep, title="WMS系统管理员", work_division="420702")
    await employment.submitted(**keep, title="叉车司机", salary_min="9000.00", salary_max="9500.00")

    async def titles(desk: Any = employment.wuhan, **query: Any) -> list[str]:
        answer = await desk.get(PATH, {"sort": "created_at", **query})
        assert answer.status_code == 200, answer.text
        return [item["title"] for item in answer.json()["items"]]

    assert await titles(q="焊工") == ["高级电焊工（夜班）"]
    assert await titles(q="管理") == ["仓储管理员", "WMS系统管理员"]
    assert await titles(q="wms 管理") == ["WMS系统管理员"]
    assert await titles(q="员工") == []
    assert await titles(q="%'") == []
    assert await titles(occupation="6-18") == ["高级电焊工（夜班）"]
    assert await titles(work_division="420702") == ["WMS系统管理员"]
    assert await titles(work_city="420100") == []
    assert await titles(salary_from="8000.00") == []
    assert await titles(employment.ezhou, salary_from="8000.00") == ["叉车司机"]
    assert await titles(employment.ezhou, state="SUBMITTED") == ["叉车司机"]
    assert len(await titles(employment.desk("auditor"))) == 4
    assert_problem(await employment.wuhan.get(PATH, {"salary_from": "x"}), 422, "MONEY_FORMAT")


async def test_each_change_leaves_one_audit_row_refused_ones_too(employment: Employment) -> None:
    row = await employment.submitted()
    await employment.wuhan_clerk.act(f"{PATH}/{row['id']}/publish", row)
    await employment.act(employment.clerk, row, "publish")
    found = await employment.database.fetch(
        "SELECT actor, result, subject FROM audit_entries "
        "WHERE operation LIKE '%publish' ORDER BY id"
    )
    assert [(one["actor"], one["result"]) for one in found] == [
        ("cw-emp-wh", "NOT_FOUND"),
        ("cw-emp-ez", "OK"),
    ]
    assert found[1]["subject"] == row["biz_no"]


async def test_who_may_not_offer_jobs_is_told_so(employment: Employment) -> None:
    body = job(str(uuid4()))
    assert_problem(await employment.suite.client().post(PATH, json=body), 401, "UNAUTHENTICATED")
    for user in ("window-ez", "auditor", "ops", "cw-si-ez"):
        assert_problem(await employment.desk(user).post(PATH, body), 403, "SCOPE_MISSING")


async def test_the_demonstration_data_can_be_loaded_twice(employment: Employment) -> None:
    from employment.seed import seed

    for _ in range(2):
        async with employment.suite.apps["employment"].state.database.transaction() as session:
            await seed(session)
    assert await employment.database.value("SELECT count(*) FROM employers") == 4
    assert await employment.database.value("SELECT count(*) FROM postings") == 10


@pytest.mark.req("X-3")
async def test_public_welfare_jobs_are_for_hardship_only(employment: Employment) -> None:
    employer = (await employment.employer())["id"]
    for groups in ([], ["MIGRANT"], ["HARDSHIP", "MIGRANT"]):
        body = job(employer, emp_type="PUBWELFARE", target_groups=groups)
        assert_problem(await employment.ezhou.post(PATH, body), 422, "PUBWELFARE_GROUP")
    await employment.submitted(
        employer_id=employer, emp_type="PUBWELFARE", target_groups=["HARDSHIP", "ZEROFAM"]
    )


@pytest.mark.req("X-4")
async def test_a_gig_is_paid_by_the_day_or_by_the_hour(employment: Employment) -> None:
    employer = (await employment.employer())["id"]
    answer = await employment.ezhou.post(PATH, job(employer, emp_type="GIG"))
    assert_problem(answer, 422, "GIG_PAY")
    pay = {"salary_unit": "HOUR", "salary_min": "20.00", "salary_max": "30.00"}
    row = await employment.submitted(employer_id=employer, emp_type="GIG", **pay)
    assert (row["monthly_min"], row["monthly_max"]) == ("3480.00", "5220.00")


async def test_a_posting_for_several_places_becomes_one_a_place(employment: Employment) -> None:
    employer = (await employment.employer())["id"]
    other = {"work_division": "420111", "work_address": "珞喻路1号", "headcount": 2}
    body = job(employer, other_places=[other], source_ref="EZ-P-9")
    first = (await employment.ezhou.post(PATH, body)).json()
    rows = await employment.database.fetch(
        "SELECT owner_city, headcount, split_of, source_ref FROM postings ORDER BY created_at, id"
    )
    assert [tuple(one)[:2] for one in rows] == [("420700", 5), ("420100", 2)]
    assert (str(rows[1]["split_of"]), rows[1]["source_ref"]) == (first["id"], "EZ-P-9#2")


async def test_the_last_of_those_wanted_fills_a_posting(employment: Employment) -> None:
    row = await employment.published()
    path = f"{PATH}/{row['id']}"
    row = (await employment.ezhou.patch(path, row, {"filled": 4})).json()
    assert (row["state"], row["filled"]) == ("PUBLISHED", 4)
    too_many = await employment.ezhou.patch(path, row, {"filled": 6})
    assert_problem(too_many, 422, "RANGE")
    row = (await employment.ezhou.patch(path, row, {"filled": 5})).json()
    assert row["state"] == "FILLED"
    types = [one["type"] for one in await employment.suite.events("employment")]
    assert types[-1] == "employment.posting.filled.v1"
