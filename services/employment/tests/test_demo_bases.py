"""Demonstration bases: scored by both cities, granted for a term, reviewed yearly, jobs counted."""

import pytest

from hrss_kit.testing import EZHOU, assert_problem

from .cooperation import V1, Cities, Row

BASES, REVIEWS = "demo-bases", "base-reviews"
SUN = {"name": "孙测庚", "doc_type": "01", "doc_no": "420199198809090074"}
CHEN = {"name": "陈测丁", "doc_type": "01", "doc_no": "420799199905200031"}


async def applied(cities: Cities, name: str = "葛店创业示范基地") -> Row:
    return await cities.made("cw-emp-ez", BASES, {
        "name": name, "operator": "测试运营公司", "division": "420703", "address": "测试路3号",
        "statement": "带动就业成效明显"})  # fmt: skip


async def reviewed(
    cities: Cities, user: str, base: Row, score: str, kind: str = "SCORE", on: str = "2026-10-12"
) -> Row:
    body = {"base_id": base["id"], "kind": kind, "score": score, "opinion": "已实地查看"}
    return await cities.made(user, REVIEWS, body, on=on)


async def granted(cities: Cities, name: str = "葛店创业示范基地") -> Row:
    base = await applied(cities, name)
    await reviewed(cities, "supervisor-wh", base, "80")
    await reviewed(cities, "supervisor-ez", base, "85.5")
    base = await cities.read("cw-emp-ez", BASES, base)
    return await cities.done("supervisor-ez", BASES, base, "grant")


@pytest.mark.req("EMP-4b")
async def test_a_base_is_granted_on_the_score_of_both_cities(cities: Cities) -> None:
    base = await applied(cities)
    early = await cities.act("supervisor-ez", BASES, base, "grant")
    assert_problem(early, 409, "STATE_CONFLICT")
    await reviewed(cities, "supervisor-wh", base, "80")
    half = await cities.read("cw-emp-ez", BASES, base)
    assert (half["state"], half["joint_score"]) == ("APPLIED", None)
    body = {"base_id": base["id"], "kind": "SCORE", "score": "90", "opinion": "x"}
    twice = await cities.desk("supervisor-wh").post(f"{V1}/{REVIEWS}", body)
    assert_problem(twice, 409, "DUPLICATE")
    maker = await cities.desk("cw-emp-ez").post(f"{V1}/{REVIEWS}", body)
    assert_problem(maker, 403, "MAKER_IS_CHECKER")
    await reviewed(cities, "supervisor-ez", base, "85.5")
    base = await cities.read("supervisor-ez", BASES, base)
    assert (base["state"], base["joint_score"]) == ("SCORED", "82.75")
    base = await cities.done("supervisor-ez", BASES, base, "grant")
    assert (base["state"], base["valid_to"], base["owner_city"]) == (
        "GRANTED", "2029-10-12", EZHOU,
    )  # fmt: skip
    assert [one["code"] for one in base["deadlines"]] == ["ANNUAL_REVIEW"]


async def test_a_low_score_is_no_grant(cities: Cities) -> None:
    base = await applied(cities)
    await reviewed(cities, "supervisor-wh", base, "59")
    await reviewed(cities, "supervisor-ez", base, "60.5")
    base = await cities.read("supervisor-ez", BASES, base)
    refused = await cities.act("supervisor-ez", BASES, base, "grant")
    assert_problem(refused, 409, "SCORE_TOO_LOW")
    base = await cities.done("supervisor-ez", BASES, base, "refuse", {"reason": "评分不足"})
    assert base["state"] == "REFUSED"


@pytest.mark.req("EMP-4b")
async def test_both_cities_review_a_base_every_year_until_its_term_ends(cities: Cities) -> None:
    base = await granted(cities)
    assert base["deadlines"][0]["due_on"] == "2027-10-12"
    await reviewed(cities, "supervisor-wh", base, "80", "ANNUAL", "2027-09-20")
    await reviewed(cities, "supervisor-ez", base, "82", "ANNUAL", "2027-09-21")
    base = await cities.read("cw-emp-ez", BASES, base, on="2027-09-21")
    assert [one["status"] for one in base["deadlines"]] == ["MET", "OPEN"]
    second = await reviewed(cities, "supervisor-ez", base, "82", "ANNUAL", "2028-09-21")
    assert second["round"] == 2
    await cities.timers("2029-10-12")
    assert (await cities.read("cw-emp-ez", BASES, base, on="2029-10-12"))["state"] == "GRANTED"
    await cities.timers("2029-10-13")
    base = await cities.read("cw-emp-ez", BASES, base, on="2029-10-13")
    assert (base["state"], base["allowed_actions"]) == ("EXPIRED", [])


@pytest.mark.req("EMP-4b")
async def test_a_person_is_counted_once_at_whatever_base(cities: Cities) -> None:
    base, other = await granted(cities), await granted(cities, "梧桐湖创业示范基地")
    base = await cities.done("cw-emp-ez", BASES, base, "record-jobs", {"persons": [SUN, CHEN, SUN]})
    assert base["jobs_created"] == 2
    base = await cities.done("cw-emp-ez", BASES, base, "record-jobs", {"persons": [CHEN]})
    assert base["jobs_created"] == 2
    other = await cities.done("cw-emp-ez", BASES, other, "record-jobs", {"persons": [CHEN]})
    assert other["jobs_created"] == 0
    columns = await cities.database.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'base_jobs'"
    )
    assert {one[0] for one in columns} == {"id", "base_id", "id_hash", "created_on"}


async def test_a_grant_is_revoked_with_a_reason(cities: Cities) -> None:
    base = await granted(cities)
    clerk = await cities.act("cw-emp-ez", BASES, base, "revoke", {"reason": "x"})
    assert_problem(clerk, 403, "SCOPE_MISSING")
    base = await cities.done("supervisor-ez", BASES, base, "revoke", {"reason": "弄虚作假"})
    assert (base["state"], base["reason"]) == ("REVOKED", "弄虚作假")
    assert [one["status"] for one in base["deadlines"]] == ["CANCELLED"]
