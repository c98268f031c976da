"""Demands meet resources and persons: scored with reasons, followed to a contract."""

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hrss_kit.inbox import Received, handle_once
from hrss_kit.testing import assert_problem
from talent.talent_demands import rules
from talent.talent_demands.rules import Offered, Wanted

from .conftest import NOW, TalentOffice, Treaty, professional
from .test_awards import award

DEMANDS, RESOURCES = "/talent/v1/talent-demands", "/talent/v1/science-resources"
MATCHES, FOLLOWED = "/talent/v1/matches", "/talent/v1/demand-matches"
SHARING = "/talent/v1/sharing-engagements"
WEIGHTS = {name: Decimal(weight) for name, weight in
           {"field": "0.5", "level": "0.2", "mode": "0.2", "recent": "0.1"}.items()}  # fmt: skip
TODAY = date(2026, 5, 11)
E2 = "91420799MAEH00024C"


def demand(**changes: Any) -> dict[str, Any]:
    return {
        "title": "航空物流算法负责人", "employer_uscc": E2, "fields": ["AVLOG", "ELEC", "OPTO"],
        "ladder": "B", "modes": ["PROJECT"], **changes,
    }  # fmt: skip


def laboratory(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "LAB", "name": "武汉测试实验室", "fields": ["AVLOG", "ELEC"], "ladder": "B",
        "modes": ["PROJECT"], **changes,
    }  # fmt: skip


async def published(office: TalentOffice, **changes: Any) -> dict[str, Any]:
    desk = office.desk("cw-talent-ez")
    drafted = await desk.post(DEMANDS, demand(**changes))
    assert drafted.status_code == 201, drafted.text
    row = drafted.json()
    made: dict[str, Any] = (await desk.act(f"{DEMANDS}/{row['id']}/publish", row)).json()
    return made


@pytest.mark.req("TAL-1b")
@pytest.mark.req("TAL-1c")
@pytest.mark.req("X-15")
async def test_a_laboratory_answers_a_demand_and_a_contract_is_signed(
    office: TalentOffice,
) -> None:
    offered = await office.desk("cw-talent-wh").post(RESOURCES, laboratory())
    assert offered.status_code == 201, offered.text
    row = await published(office)
    (event,) = await office.suite.events("talent", "talent.demand.published.v1")
    assert (event["data"]["ladder"], event["data"]["fields"]) == ("B", ["AVLOG", "ELEC", "OPTO"])
    desk = office.desk("cw-talent-ez")
    found = await desk.post(MATCHES, {"demand_id": row["id"]})
    assert found.status_code == 200, found.text
    (match,) = found.json()["items"]
    assert (match["score"], match["kind"], match["state"]) == (73.33, "RESOURCE", "SUGGESTED")
    assert {one["factor"]: one["points"] for one in match["reasons"]} == {
        "field": 33.33, "level": 20.0, "mode": 20.0, "recent": 0.0,
    }  # fmt: skip
    assert match["reasons"][0]["found"] == ["AVLOG", "ELEC"]
    assert (await desk.get(f"{DEMANDS}/{row['id']}")).json()["state"] == "MATCHING"
    again = (await desk.post(MATCHES, {"demand_id": row["id"]})).json()["items"]
    assert [one["id"] for one in again] == [match["id"]]
    path = f"{FOLLOWED}/{match['id']}"
    match = (await desk.act(f"{path}/contact", again[0], {"note": "已电话联系"})).json()
    assert_problem(
        await office.desk("cw-talent-wh").act(f"{path}/sign", match), 403, "NOT_YOUR_CITY"
    )
    match = (await desk.act(f"{path}/sign", match)).json()
    assert match["state"] == "SIGNED"
    done = (await desk.get(f"{DEMANDS}/{row['id']}")).json()
    assert (done["state"], done["closed_on"]) == ("SIGNED", "2026-05-11")
    project = {
        "title": "航空物流调度", "resource_id": offered.json()["id"], "demand_id": row["id"],
        "partner_name": "鄂州测试物流", "signed_on": "2026-05-11", "amount": "800000.00",
    }  # fmt: skip
    signed = (await desk.post("/talent/v1/cooperation-projects", project)).json()
    base = f"/talent/v1/cooperation-projects/{signed['id']}"
    running = (await desk.act(f"{base}/start", signed)).json()
    ended = await desk.act(f"{base}/complete", running, {"outcome": "上线运行"})
    assert ended.json()["state"] == "COMPLETED", ended.text
    known = (await desk.get(f"{RESOURCES}/{offered.json()['id']}")).json()
    assert known["last_outcome_on"] == "2026-05-11"


@pytest.mark.req("TAL-1b")
async def test_persons_are_found_with_their_consent_and_without_their_name(
    office: TalentOffice, treaty: Treaty
) -> None:
    await office.wuhan.post("/talent/v1/awards", award(awarded_on="2024-01-01"))
    entry = (await office.wuhan.post("/talent/v1/talents", professional())).json()
    row = await published(office)
    desk = office.desk("cw-talent-ez")
    wish = {"demand_id": row["id"], "kind": "PERSON"}
    assert (await desk.post(MATCHES, wish)).json()["items"] == []
    path = f"/talent/v1/talents/{entry['id']}"
    entry = (await office.clerk.patch(path, entry, {"consents": ["SHARING"]})).json()
    (match,) = (await desk.post(MATCHES, wish)).json()["items"]
    # OPTO and ELEC of three, ladder B, PROJECT, an award of the last three years.
    assert (match["score"], match["talent_id"]) == (83.33, entry["id"])
    assert "王" not in str(match)
    await office.clerk.patch(path, entry, {"consents": []})
    assert (await desk.post(MATCHES, wish)).json()["items"] == []


@pytest.mark.req("TAL-3b")
async def test_a_demand_with_a_condition_on_hukou_is_refused_by_name(office: TalentOffice) -> None:
    desk = office.desk("cw-talent-ez")
    wrong = demand(requirements="须本市户籍，限武汉籍")
    problem = assert_problem(await desk.post(DEMANDS, wrong), 422, "MOBILITY_BARRIER")
    told = {error["message_zh"].split("“")[1][:-1] for error in problem["errors"]}
    assert told == {"本市户籍", "限武汉籍"}
    assert (await desk.post(DEMANDS, demand(requirements="户籍不限"))).status_code == 201


async def test_an_employer_on_the_arrears_list_publishes_nothing(office: TalentOffice) -> None:
    desk = office.desk("cw-talent-ez")
    drafted = (await desk.post(DEMANDS, demand())).json()
    app = office.suite.apps["talent"]
    consumer = next(
        one for one in app.state.service.consumers if one.type == "li.arrears.listed.v1"
    )
    event = Received(
        id=uuid4(), type=consumer.type, source="li", subject="LI-1", time=NOW, city="420700",
        data={"uscc": E2, "from": "2026-05-01", "to": "2029-05-01"},
    )  # fmt: skip
    async with app.state.database.transaction() as session:
        await handle_once(session, consumer, event)
    assert_problem(await desk.post(DEMANDS, demand()), 409, "EMPLOYER_BLOCKED")
    blocked = await desk.act(f"{DEMANDS}/{drafted['id']}/publish", drafted)
    assert_problem(blocked, 409, "EMPLOYER_BLOCKED")


async def test_a_demand_that_nobody_answers_is_closed(office: TalentOffice) -> None:
    row = await published(office)
    assert_problem(
        await office.desk("cw-talent-wh").act(
            f"{DEMANDS}/{row['id']}/close", row, {"reason": "x"}
        ), 403, "NOT_YOUR_CITY",
    )  # fmt: skip
    desk = office.desk("cw-talent-ez")
    done = await desk.act(f"{DEMANDS}/{row['id']}/close", row, {"reason": "无合适人选"})
    assert done.json()["state"] == "UNFILLED"
    assert_problem(await desk.post(MATCHES, {"demand_id": row["id"]}), 409, "STATE_CONFLICT")


@pytest.mark.req("TAL-1a")
async def test_sharing_needs_three_agreements_and_leaves_the_home_employer(
    office: TalentOffice,
) -> None:
    entry = (await office.wuhan.post("/talent/v1/talents", professional())).json()
    home, host = office.desk("cw-talent-wh"), office.desk("cw-talent-ez")
    offer = {"talent_id": entry["id"], "kind": "CONSULTANT"}
    assert_problem(await host.post(SHARING, offer), 422, "CODE")
    row = (await home.post(SHARING, offer)).json()
    path = f"{SHARING}/{row['id']}"
    ask = {
        "host_uscc": E2, "host_name": "鄂州测试物流", "duties": "算法顾问",
        "starts_on": "2026-06-01", "ends_on": "2027-05-31",
    }  # fmt: skip
    row = (await host.act(f"{path}/request", row, ask)).json()
    assert row["state"] == "REQUESTED"
    wrong = {"party": "HOST", "evidence_no": "X"}
    assert_problem(await home.act(f"{path}/agree", row, wrong), 403, "NOT_YOUR_CITY")
    for desk, party in ((host, "HOST"), (home, "PERSON"), (home, "HOME_EMPLOYER")):
        assert_problem(await host.act(f"{path}/start", row), 409, "STATE_CONFLICT")
        row = (await desk.act(f"{path}/agree", row, {"party": party, "evidence_no": "1"})).json()
    assert row["state"] == "AGREED"
    row = (await host.act(f"{path}/start", row)).json()
    row = (await home.act(f"{path}/end", row, {"reason": "期满"})).json()
    assert row["state"] == "ENDED"
    kept = (await office.clerk.get(f"/talent/v1/talents/{entry['id']}")).json()
    assert (kept["employer_uscc"], kept["version"]) == (entry["employer_uscc"], entry["version"])


fields = st.frozensets(st.sampled_from(("AVLOG", "ELEC", "OPTO", "AUTO")), min_size=1)
modes = st.frozensets(st.sampled_from(("FULL", "PART", "PROJECT")), min_size=1)
levels = st.sampled_from("ABCDEF")
dates = st.none() | st.dates(date(2020, 1, 1), TODAY)


def scored(wanted: Wanted, offered: Offered) -> Decimal:
    found = rules.reasons(wanted, offered, weights=WEIGHTS, recent_years=3, today=TODAY)
    assert {one.factor for one in found} == {"field", "level", "mode", "recent"}
    return rules.score(found)


def test_the_worked_example() -> None:
    wanted = Wanted(("AVLOG", "ELEC", "OPTO"), "B", ("PROJECT",))
    offered = Offered(("AVLOG", "ELEC"), "B", ("PROJECT",), None)
    assert scored(wanted, offered) == Decimal("73.33")


@pytest.mark.req("TAL-1b")
@given(fields, levels, modes, fields, levels, modes, dates)
def test_a_score_is_bounded_and_better_offers_are_never_worse(
    want: frozenset[str], ladder: str, how: frozenset[str],
    have: frozenset[str], level: str, ways: frozenset[str], last: date | None,
) -> None:  # fmt: skip
    wanted, offered = Wanted(want, ladder, how), Offered(have, level, ways, last)
    points = scored(wanted, offered)
    assert 0 <= points <= 100
    better = Offered(have | want, "A", ways | how, TODAY)
    assert scored(wanted, better) == 100 >= points


def test_nothing_prohibited_can_reach_a_score() -> None:
    """Trap 10: gender, ethnicity, religion, hukou, age and health have no place to come in."""
    seen = {one.name for kind in (Wanted, Offered) for one in dataclasses.fields(kind)}
    assert seen == {"fields", "ladder", "modes", "last_outcome_on"}
