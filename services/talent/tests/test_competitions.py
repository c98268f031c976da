"""The skill competition that a city holds every two years, and what a place in it shows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.testing import assert_problem
from talent.competitions import rules

from .conftest import WANG, TalentOffice, professional

PATH, RESULTS = "/talent/v1/competitions", "/talent/v1/competition-results"
FIRST = {
    "title": "鄂州市职业技能大赛（测试）", "venue": "测试体育馆",
    "starts_on": "2026-09-10", "ends_on": "2026-09-12",
}  # fmt: skip


def on(office: TalentOffice, user: str, day: str, purpose: str | None = "TALENT_RECOG") -> Any:
    return office.desk(user, purpose, f"{day}T09:00:00+08:00")


@given(st.integers(2020, 2060), st.lists(st.integers(2020, 2060), max_size=4))
def test_two_of_one_city_are_never_less_than_a_cycle_apart(year: int, others: list[int]) -> None:
    near = rules.is_too_soon(year, others, 2)
    assert near == bool({year - 1, year, year + 1} & set(others))


@given(st.sampled_from(rules.LEVELS), st.sampled_from(rules.LEVELS))
def test_a_level_is_never_lowered_by_a_place(one: str, other: str) -> None:
    assert rules.higher(one, other) == (rules.LEVELS.index(other) > rules.LEVELS.index(one))
    assert rules.higher(None, other)


@pytest.mark.req("X-16")
async def test_a_place_is_evidence_of_a_skill_level(office: TalentOffice) -> None:
    plan = on(office, "cw-talent-ez", "2026-05-11")
    row = (await plan.post(PATH, FIRST)).json()
    assert (row["state"], row["year"]) == ("PLANNED", 2026)
    path = f"{PATH}/{row['id']}"
    there = on(office, "cw-talent-wh", "2026-05-11")
    assert_problem(await there.get(path), 404, "NOT_FOUND")
    again = {**FIRST, "starts_on": "2026-11-01", "ends_on": "2026-11-02"}
    assert_problem(await plan.post(PATH, again), 409, "DUPLICATE")
    next_year = {**FIRST, "starts_on": "2027-09-10", "ends_on": "2027-09-12"}
    assert_problem(await plan.post(PATH, next_year), 422, "CYCLE")
    turned = {**FIRST, "ends_on": "2026-09-01"}
    assert_problem(await plan.post(PATH, turned), 422, "RANGE")
    assert (await there.post(PATH, FIRST)).status_code == 201  # the other city holds its own
    row = (await plan.act(f"{path}/announce", row)).json()
    seen = (await there.get(path)).json()
    assert (seen["state"], seen["allowed_actions"]) == ("ANNOUNCED", [])
    assert_problem(await there.act(f"{path}/hold", seen), 403, "NOT_YOUR_CITY")
    assert_problem(await plan.act(f"{path}/hold", row), 422, "DATE")
    won = {
        "competition_id": row["id"], "person": {**WANG, "doc_type": "01"},
        "occupation": "6-31-01-03", "place": 1, "skill_level": "2",
    }  # fmt: skip
    assert_problem(await plan.post(RESULTS, won), 409, "NOT_HELD")
    entered = (await office.wuhan.post("/talent/v1/talents", professional())).json()
    assert entered["skill_level"] is None
    clerk = on(office, "cw-talent-ez", "2026-09-14")
    row = (await clerk.act(f"{path}/hold", row)).json()
    assert (row["state"], row["held_on"]) == ("HELD", "2026-09-14")
    made = await clerk.post(RESULTS, won)
    assert made.status_code == 201, made.text
    assert made.json()["person"]["name"] == "王**"
    assert_problem(await clerk.post(RESULTS, {**won, "place": 2}), 409, "DUPLICATE")
    shown = (await office.wuhan.get(f"/talent/v1/talents/{entered['id']}")).json()
    assert shown["skill_level"] == "2"
    (event,) = await office.suite.events("talent", "talent.competition.result_published.v1")
    assert (event["data"]["skill_level"], event["data"]["occupation"]) == ("2", "6-31-01-03")
    assert event["person_ref"]
    assert WANG["doc_no"] not in str(event)
    own = (await clerk.get(RESULTS, {"competition_id": row["id"]})).json()["items"]
    assert [one["biz_no"] for one in own] == [made.json()["biz_no"]]
    late = on(office, "cw-talent-wh", "2026-09-14")
    assert_problem(await late.get(f"{RESULTS}/{made.json()['id']}"), 404, "NOT_FOUND")
    done = await clerk.act(f"{path}/cancel", row, {"reason": "x"})
    assert_problem(done, 409, "STATE_CONFLICT")
