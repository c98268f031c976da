"""The mark “武昌鱼” needs both cities; enrolments end with a certificate of a skill level."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem

from .cooperation import V1, Cities, Row

MARKS = "brand-programmes"
APPROVE = {"decision": "APPROVE", "opinion": "同意"}
SUN = {"name": "孙测庚", "doc_type": "01", "doc_no": "420199198809090074", "mobile": "14400000012"}


async def applied(cities: Cities, provider: Row | None = None) -> Row:
    provider = provider or await cities.provider()
    body = {"provider_id": provider["id"], "title": "武昌鱼·航空物流", "field": "AVLOG",
            "occupation": "4-02-06-01", "skill_level": "4", "statement": "师资与设备齐备",
            }  # fmt: skip
    return await cities.made("cw-emp-ez", MARKS, body)


async def granted(cities: Cities, provider: Row | None = None) -> Row:
    row = await applied(cities, provider)
    row = await cities.done("supervisor-wh", MARKS, row, "review", APPROVE)
    return await cities.done("supervisor-ez", MARKS, row, "review", APPROVE)


@pytest.mark.req("EMP-3c")
async def test_the_mark_needs_both_cities(cities: Cities) -> None:
    row = await applied(cities)
    assert (row["state"], row["brand"], row["owner_city"]) == ("APPLIED", "WUCHANGYU", EZHOU)
    clerk = await cities.act("cw-emp-ez", MARKS, row, "review", APPROVE)
    assert_problem(clerk, 403, "SCOPE_MISSING")
    row = await cities.done("supervisor-wh", MARKS, row, "review", APPROVE)
    assert (row["state"], row["valid_to"]) == ("REVIEW_EZ", None)
    again = await cities.act("supervisor-wh", MARKS, row, "review", APPROVE)
    assert_problem(again, 409, "ALREADY_REVIEWED")
    row = await cities.done("supervisor-ez", MARKS, row, "review", APPROVE)
    assert (row["state"], row["granted_on"], row["valid_to"]) == (
        "GRANTED", "2026-10-12", "2029-10-12",
    )  # fmt: skip
    assert [one["city"] for one in row["reviews"]] == [WUHAN, EZHOU]


@pytest.mark.req("EMP-3c")
async def test_a_refusal_of_either_city_ends_it(cities: Cities) -> None:
    row = await applied(cities)
    row = await cities.done("supervisor-ez", MARKS, row, "review", APPROVE)
    assert row["state"] == "REVIEW_WH"
    no = {"decision": "REFUSE", "opinion": "教材不符"}
    row = await cities.done("supervisor-wh", MARKS, row, "review", no)
    assert (row["state"], row["reason"], row["allowed_actions"]) == ("REFUSED", "教材不符", [])


async def test_both_cities_review_at_once_and_both_count(cities: Cities) -> None:
    row = await applied(cities)
    desks = ("supervisor-wh", "supervisor-ez")
    first = await asyncio.gather(
        *(cities.act(user, MARKS, row, "review", APPROVE) for user in desks)
    )
    # The second one has read an older version, is told so, and decides again.
    assert Counter(one.status_code for one in first) == {200: 1, 412: 1}
    late = desks[[one.status_code for one in first].index(412)]
    now = await cities.read(late, MARKS, row)
    assert (await cities.done(late, MARKS, now, "review", APPROVE))["state"] == "GRANTED"


@pytest.mark.req("EMP-3c")
async def test_an_expired_mark_is_not_shown_on_new_courses(cities: Cities) -> None:
    provider = await cities.provider()
    mark = await granted(cities, provider)
    wish = {"provider_id": provider["id"], "kind": "COURSE", "title": "仓储", "skill_level": "4",
            "brand_programme_id": mark["id"]}  # fmt: skip
    old = await cities.made("cw-emp-ez", "training-resources", wish, on="2029-10-12")
    assert old["brand"] == "WUCHANGYU"
    await cities.timers("2029-10-13")
    row = await cities.read("cw-emp-ez", MARKS, mark, on="2029-10-13")
    assert row["state"] == "EXPIRED"
    new = await cities.desk("cw-emp-ez", "2029-10-13").post(f"{V1}/training-resources", wish)
    assert_problem(new, 422, "BRAND_NOT_VALID")
    kept = await cities.read("cw-emp-ez", "training-resources", old, on="2029-10-13")
    assert kept["brand"] == "WUCHANGYU"


async def test_a_mark_that_was_withdrawn_is_shown_nowhere(cities: Cities) -> None:
    provider = await cities.provider()
    mark = await granted(cities, provider)
    course = await cities.course(provider_id=provider["id"], brand_programme_id=mark["id"])
    assert course["brand"] == "WUCHANGYU"
    await cities.done("cw-emp-ez", MARKS, mark, "withdraw", {"reason": "质量问题"})
    assert (await cities.read("cw-emp-ez", "training-resources", course))["brand"] is None


async def test_one_programme_has_one_application_at_a_time(cities: Cities) -> None:
    provider = await cities.provider()
    row = await applied(cities, provider)
    body = {name: row[name] for name in ("provider_id", "title", "occupation", "skill_level")}
    body["statement"] = "再次申请"
    twice = await cities.desk("cw-emp-ez").post(f"{V1}/{MARKS}", body)
    assert assert_problem(twice, 409, "DUPLICATE")["existing_id"] == row["id"]


# ── enrolments ──────────────────────────────────────────────────────────────────────────────


async def enrolled(cities: Cities, **changes: Any) -> Row:
    course = changes.pop("course_id", None) or (await cities.course())["id"]
    body = {"person": SUN, "course_id": course, "subsidised": True, "groups": ["MIGRANT"],
            **changes}  # fmt: skip
    return await cities.made("cw-emp-wh", "enrolments", body)


@pytest.mark.req("EMP-3c")
async def test_the_certificate_carries_the_skill_level_and_the_mark(cities: Cities) -> None:
    provider = await cities.provider()
    mark = await granted(cities, provider)
    course = await cities.course(provider_id=provider["id"], brand_programme_id=mark["id"])
    row = await enrolled(cities, course_id=course["id"])
    assert (row["owner_city"], row["home_city"], row["state"]) == (EZHOU, WUHAN, "ENROLLED")
    assert row["person"]["name"] == "孙**"
    assert row["person"]["doc_no"] == "420***********0074"
    wish = {"result": "PASS", "score": "86.5"}
    foreign = await cities.act("cw-emp-wh", "enrolments", row, "assess", wish)
    assert_problem(foreign, 403, "NOT_YOUR_CITY")
    early = await cities.act("cw-emp-ez", "enrolments", row, "certify", {"certificate_no": "S-001"})
    assert_problem(early, 409, "STATE_CONFLICT")
    row = await cities.done("cw-emp-ez", "enrolments", row, "assess", wish, on="2026-11-20")
    assert (row["state"], row["completed_on"]) == ("PASSED", "2026-11-20")
    body = {"certificate_no": "S-0001"}
    row = await cities.done("cw-emp-ez", "enrolments", row, "certify", body, on="2026-11-21")
    assert (row["state"], row["skill_level"], row["brand"]) == ("CERTIFIED", "4", "WUCHANGYU")


async def test_a_person_is_enrolled_in_a_course_once(cities: Cities) -> None:
    course = await cities.course()
    body = {"person": SUN, "course_id": course["id"], "subsidised": True}
    desks = [cities.desk("cw-emp-wh"), cities.desk("cw-emp-ez")] * 5
    answers = await asyncio.gather(*(desk.post(f"{V1}/enrolments", body) for desk in desks))
    assert Counter(one.status_code for one in answers) == {201: 1, 409: 9}
    [made] = [one.json() for one in answers if one.status_code == 201]
    assert {one.json()["existing_id"] for one in answers if one.status_code == 409} == {made["id"]}


async def test_who_learns_is_read_for_a_purpose_and_shown_on_record(cities: Cities) -> None:
    row = await enrolled(cities)
    path = f"{V1}/enrolments/{row['id']}"
    assert_problem(await cities.desk("cw-emp-ez").get(path), 400, "PURPOSE_REQUIRED")
    wrong = cities.desk("cw-emp-ez", purpose="CARD_SERVICE")
    assert_problem(await wrong.get(path), 403, "PURPOSE_NOT_ALLOWED")
    near = cities.desk("cw-emp-ez", purpose="EMP_GROUP_HELP")
    assert (await near.get(path)).json()["person"]["mobile"] == "144****0012"
    wish = {"fields": ["name", "doc_no"], "reason": "核对报名"}
    far = cities.desk("cw-emp-wh", purpose="EMP_GROUP_HELP")
    assert_problem(await far.post(f"{path}/reveal", wish), 403, "NOT_YOUR_CITY")
    shown = (await near.post(f"{path}/reveal", wish)).json()
    assert shown["fields"] == {"name": "孙测庚", "doc_no": "420199198809090074"}
    [audit] = await cities.database.fetch(
        "SELECT fields FROM audit_entries WHERE operation LIKE '%reveal' AND result = 'OK'"
    )
    assert audit["fields"] == ["name", "doc_no"]
    sealed = await cities.database.value("SELECT doc_no FROM enrolments")
    assert b"420199198809090074" not in sealed


async def test_a_certificate_number_is_used_once(cities: Cities) -> None:
    course = await cities.course()
    rows = [
        await enrolled(cities, course_id=course["id"]),
        await enrolled(cities, course_id=course["id"], person={**SUN, "name": "王测乙",
                                                               "doc_no": "420199199207151022"}),
    ]  # fmt: skip
    rows = [
        await cities.done("cw-emp-ez", "enrolments", row, "assess", {"result": "PASS"})
        for row in rows
    ]
    body = {"certificate_no": "S-0001"}
    await cities.done("cw-emp-ez", "enrolments", rows[0], "certify", body)
    second = await cities.act("cw-emp-ez", "enrolments", rows[1], "certify", body)
    assert_problem(second, 422, "CERTIFICATE_USED")
