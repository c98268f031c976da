"""The treaty between the programmes: drafted by one city, in force when both have approved."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.testing import assert_problem
from talent.category_mappings import rules
from talent.category_mappings.rules import LADDER, Arrow, Side

from .conftest import TalentOffice, Treaty

PATH = Treaty.PATH


@pytest.mark.req("TAL-2a")
async def test_a_mapping_is_in_force_when_both_cities_have_approved_it(
    office: TalentOffice, treaty: Treaty
) -> None:
    row = await treaty.draft()
    assert (row["state"], row["approvals"]) == ("DRAFT", {"WH": None, "EZ": None})
    clerk = office.desk("cw-talent-ez")
    assert_problem(await clerk.act(f"{PATH}/{row['id']}/approve", row), 403, "SCOPE_MISSING")
    half = (await treaty.approve(row, "supervisor-wh")).json()
    assert (half["state"], half["approvals"]["WH"]["by"]) == ("APPROVED_WH", "supervisor-wh")
    assert_problem(await treaty.approve(half, "supervisor-wh"), 409, "STATE_CONFLICT")
    assert (await clerk.get(PATH, {"as_of": "2026-05-11"})).json()["items"] == []
    whole = (await treaty.approve(half, "supervisor-ez")).json()
    assert (whole["state"], whole["activated_on"]) == ("ACTIVE", "2026-05-11")
    assert_problem(await treaty.approve(whole, "supervisor-ez"), 409, "STATE_CONFLICT")
    (event,) = await office.suite.events("talent")
    assert event["type"] == "talent.category_mapping.activated.v1"
    assert event["data"]["to_category"] == "EZ-333"
    for day, count in (("2026-04-30", 0), ("2026-05-01", 1), ("2030-01-01", 1)):
        found = (await clerk.get(PATH, {"as_of": day})).json()["items"]
        assert len(found) == count, day
    items = (await clerk.get(f"{PATH}/{row['id']}/timeline")).json()["items"]
    assert [one["to_state"] for one in items] == ["DRAFT", "APPROVED_WH", "ACTIVE"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to_category": "WH-YTH"}, "MAPPING_CITY"),
        ({"from_category": "WH-YTH"}, "MAPPING_LEVEL"),
        ({"kind": "LOWER"}, "MAPPING_LEVEL"),
        ({"to_category": None, "ladder_level": "A"}, "MAPPING_LEVEL"),
        ({"to_category": None}, "MAPPING_TARGET"),
        ({"ladder_level": "B"}, "MAPPING_TARGET"),
        ({"kind": "NOT_RECOGNISED"}, "MAPPING_KIND"),
        ({"to_category": "EZ-999"}, "CODE"),
        ({"effective_to": "2026-04-30"}, "PERIOD"),
        ({"supersedes": str(uuid4())}, "GRANDFATHERING"),
    ],
)
async def test_what_is_wrong_is_refused(
    office: TalentOffice, treaty: Treaty, changes: dict[str, Any], code: str
) -> None:
    body = {
        "from_category": "WH-IND",
        "to_category": "EZ-333",
        "kind": "EQUIVALENT",
        "effective_from": "2026-05-01",
        **changes,
    }
    body = {name: value for name, value in body.items() if value is not None}
    assert_problem(await office.desk("cw-talent-wh").post(PATH, body), 422, code)


@pytest.mark.req("TAL-2a")
async def test_a_category_has_one_answer_on_a_day(office: TalentOffice, treaty: Treaty) -> None:
    await treaty.categories(("EZ-334", "B"))
    first = await treaty.draft(effective_to="2026-12-31")
    rivals = [await treaty.draft(to_category=code) for code in ("EZ-334", "EZ-333")]
    halves = [(await treaty.approve(row, "supervisor-wh")).json() for row in (first, *rivals)]
    answers = await asyncio.gather(*(treaty.approve(row, "supervisor-ez") for row in halves))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    held = await office.database.fetch(
        "SELECT mapping_id FROM category_mapping_legs WHERE is_active GROUP BY mapping_id"
    )
    assert len(held) == 1


async def test_an_equivalence_answers_in_both_directions(
    office: TalentOffice, treaty: Treaty
) -> None:
    await treaty.active(effective_to="2026-12-31")
    back = {"from_category": "EZ-333", "to_category": "WH-IND", "kind": "EQUIVALENT"}
    desk = office.desk("cw-talent-ez")
    again = await desk.post(PATH, {**back, "effective_from": "2026-06-01"})
    assert_problem(again, 409, "MAPPING_OVERLAP")
    assert (await desk.post(PATH, {**back, "effective_from": "2027-01-01"})).status_code == 201


@pytest.mark.req("TAL-2a")
async def test_a_mapping_gives_way_to_the_next_on_its_first_day(
    office: TalentOffice, treaty: Treaty
) -> None:
    old = await treaty.active()
    await treaty.categories(("EZ-C", "C"))
    new = await treaty.active(
        to_category="EZ-C",
        kind="LOWER",
        effective_from="2026-09-01",
        supersedes=old["id"],
        grandfathering="KEEP",
    )
    clerk = office.desk("cw-talent-wh")
    for day, wanted in (("2026-08-31", old), ("2026-09-01", new)):
        (found,) = (await clerk.get(PATH, {"as_of": day})).json()["items"]
        assert found["id"] == wanted["id"], day
    seen = (await clerk.get(f"{PATH}/{old['id']}")).json()
    assert (seen["state"], seen["effective_to"]) == ("ACTIVE", "2026-08-31")
    ops = office.desk("ops", now="2026-09-01T00:10:00+08:00")
    assert (await ops.http.post("/talent/v1/timers/run", headers=ops._headers(None))).json()
    seen = (await clerk.get(f"{PATH}/{old['id']}")).json()
    assert seen["state"] == "SUPERSEDED"
    assert len((await clerk.get(PATH, {"as_of": "2026-06-01"})).json()["items"]) == 1


async def test_a_draft_is_taken_back_and_then_done_with(
    office: TalentOffice, treaty: Treaty
) -> None:
    row = await treaty.draft()
    desk = office.desk("supervisor-ez")
    gone = (await desk.act(f"{PATH}/{row['id']}/withdraw", row, {"reason": "另行商定"})).json()
    assert (gone["state"], gone["allowed_actions"]) == ("WITHDRAWN", [])
    assert_problem(await treaty.approve(gone, "supervisor-wh"), 409, "STATE_CONFLICT")


CITIES = ("420100", "420700", "420200")
levels = st.sampled_from(LADDER)


@given(origin=levels, target=levels, kind=st.sampled_from(("EQUIVALENT", "LOWER")))
def test_what_is_recognised_is_never_above_the_origin(origin: str, target: str, kind: str) -> None:
    here, there = Side(uuid4(), "420100", origin), Side(uuid4(), "420700", target)
    sound = not list(rules.faults(kind, here, "420700", there, None))
    assert sound == (target == origin if kind == "EQUIVALENT" else target > origin)


def test_circles_over_a_third_city_are_found() -> None:
    wuhan, second, ezhou, huangshi = (uuid4() for _ in range(4))
    cities = {wuhan: "420100", second: "420100", ezhou: "420700", huangshi: "420200"}
    known = [Arrow(ezhou, huangshi, True)]
    assert not rules.is_cyclic(Arrow(wuhan, ezhou, True), known, cities)
    known.append(Arrow(wuhan, ezhou, True))
    assert rules.is_cyclic(Arrow(huangshi, second, True), known, cities)
    assert rules.is_cyclic(Arrow(huangshi, wuhan, True), known, cities)
    assert not rules.is_cyclic(Arrow(second, ezhou, False), [Arrow(ezhou, wuhan, True)], cities)
    assert rules.is_cyclic(
        Arrow(wuhan, ezhou, False),
        [Arrow(ezhou, huangshi, False), Arrow(huangshi, wuhan, False)],
        cities,
    )
