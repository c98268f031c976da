"""The two cities' resident pensions side by side: compared, frozen, planned to parity."""

from decimal import Decimal
from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem
from social_insurance.seed_standards import seed_standards

from .conftest import SocialInsurance

V1 = "/social-insurance/v1"
Row = dict[str, Any]


@pytest.fixture
async def standards(insurance: SocialInsurance) -> SocialInsurance:
    """The demonstration's standards are loaded."""
    database = insurance.suite.apps["social_insurance"].state.database
    async with database.transaction() as session:
        await seed_standards(session)
    return insurance


async def made(insurance: SocialInsurance, path: str, body: Row, user: str = "cw-si-ez") -> Row:
    answer = await insurance.desk(user).post(f"{V1}/{path}", body)
    assert answer.status_code == 201, answer.text
    row: Row = answer.json()
    return row


@pytest.mark.req("SI-2a")
async def test_a_comparison_lists_what_differs_on_a_day(standards: SocialInsurance) -> None:
    row = await made(standards, "policy-comparisons", {"as_of": "2026-01-01"})
    assert row["tiers_only_in"] == [
        {"city": WUHAN, "tiers": ["4000.00", "5000.00"]},
        {"city": EZHOU, "tiers": ["200.00"]},
    ]
    assert (row["gap"], row["source"]) == ("70.00", "DEMO")
    assert row["base_pensions"] == {WUHAN: "265.00", EZHOU: "195.00"}
    by_tier = {one["tier"]: one["difference"] for one in row["subsidies_differ"]}
    assert by_tier["3000.00"] == "21.00"
    assert "900.00" not in by_tier
    earlier = await made(standards, "policy-comparisons", {"as_of": "2023-12-31"})
    assert earlier["gap"] == "105.00"
    before = await made(standards, "policy-comparisons", {"as_of": "2020-12-31"})
    assert (before["gap"], before["base_pensions"]) == (None, {WUHAN: None, EZHOU: None})
    found = await standards.desk("cw-si-wh").get(f"{V1}/policy-comparisons/{row['id']}")
    assert found.json() == row
    listed = await standards.desk("cw-si-wh").get(
        f"{V1}/policy-comparisons", {"as_of": "2026-01-01"}
    )
    assert [one["id"] for one in listed.json()["items"]] == [row["id"]]


@pytest.mark.req("SI-2a")
async def test_every_item_of_a_city_is_listed_with_its_source(standards: SocialInsurance) -> None:
    desk, found, cursor = standards.desk("window-ez"), [], None
    while True:
        query = {"city": EZHOU, "as_of": "2026-01-01", "limit": 20}
        page = (
            await desk.get(f"{V1}/policy-items", query | ({"cursor": cursor} if cursor else {}))
        ).json()
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    tiers = [one for one in found if one["item"] == "RESIDENT_TIER"]
    assert len(tiers) == 12
    assert {one["source"] for one in tiers} == {"DEMO"}
    divisor = next(one for one in found if one["name"] == "si.resident_divisor")
    assert (divisor["value"], divisor["confidence"]) == (139, "M")
    assert len({one["key"] for one in found}) == len(found)


@pytest.mark.req("SI-2c", "P-0d")
async def test_a_snapshot_freezes_gap_index_and_trend(standards: SocialInsurance) -> None:
    for day, gap, index in (
        ("2021-01-01", "105.00", "0.6873"),
        ("2024-01-01", "95.00", "0.7321"),
        ("2026-01-01", "70.00", "0.7939"),
    ):
        row = await made(standards, "convergence-snapshots", {"as_of": day})
        assert (row["gap"], row["convergence_index"]) == (gap, index)
        assert (row["months_to_parity"], row["source"]) == (None, "DEMO")
    body = {"as_of": "2026-01-01", "compared_to": "2024-01-01"}
    row = await made(standards, "convergence-snapshots", body)
    assert (row["ratio"], row["tier_alignment"], row["subsidy_gap"]) == (
        "0.7358", "0.7857", "0.0488",
    )  # fmt: skip
    assert (row["gap_closed"], row["months_between"], row["months_to_parity"]) == (
        "25.00", 24, "67.2",
    )  # fmt: skip
    again = await made(standards, "convergence-snapshots", body, "supervisor-wh")
    assert (again["inputs_hash"], again["owner_city"]) == (row["inputs_hash"], WUHAN)
    editor = standards.desk("policy-editor-ez")
    raised = {"city": EZHOU, "amount": "265.00", "effective_from": "2026-07-01", "source": "DEMO"}
    assert (await editor.post(f"{V1}/resident-base-pensions", raised)).status_code == 201
    kept = (await editor.get(f"{V1}/convergence-snapshots/{row['id']}")).json()
    assert kept == row
    parity = await made(
        standards,
        "convergence-snapshots",
        {"as_of": "2026-07-01", "compared_to": "2026-01-01"},
    )
    assert (parity["gap"], parity["months_to_parity"]) == ("0.00", "0.0")
    stopped = await made(
        standards,
        "convergence-snapshots",
        {"as_of": "2025-12-01", "compared_to": "2024-01-01"},
    )
    assert (stopped["gap_closed"], stopped["months_to_parity"]) == ("0.00", None)


async def test_without_a_base_pension_there_is_nothing_to_freeze(
    standards: SocialInsurance,
) -> None:
    desk = standards.desk("cw-si-ez")
    answer = await desk.post(f"{V1}/convergence-snapshots", {"as_of": "2020-12-31"})
    assert_problem(answer, 409, "STANDARD_MISSING")
    answer = await desk.post(f"{V1}/convergence-snapshots", {"as_of": "2012-12-31"})
    assert_problem(answer, 409, "STANDARD_MISSING")
    nothing = plan(steps=[{"city": city, "year": 2027, "amount": 0} for city in (WUHAN, EZHOU)])
    assert (await desk.post(f"{V1}/convergence-plans", nothing)).status_code == 201
    wrong = {"as_of": "2024-01-01", "compared_to": "2024-01-01"}
    assert_problem(await desk.post(f"{V1}/convergence-snapshots", wrong), 422, "PERIOD")
    window = standards.desk("window-ez")
    answer = await window.post(f"{V1}/convergence-snapshots", {})
    assert_problem(answer, 403, "SCOPE_MISSING")


POPULATION = [
    {"city": EZHOU, "age": 70, "tier": "300.00", "persons": 1000},
    {"city": EZHOU, "age": 59, "tier": "300.00", "persons": 100},
    {"city": WUHAN, "age": 70, "tier": "300.00", "persons": 2000},
    {"city": WUHAN, "age": 30, "tier": "5000.00", "persons": 10},
]


def plan(**changes: Any) -> Row:
    return {
        "title": "两市基础养老金五年并轨",
        "as_of": "2026-01-01",
        "target_year": 2031,
        "population": POPULATION,
        "population_source": "鄂州市居民养老保险统计",
        **changes,
    }


@pytest.mark.req("SI-2c")
async def test_a_plan_rises_in_equal_steps_and_tells_its_cost(standards: SocialInsurance) -> None:
    row = await made(standards, "convergence-plans", plan())
    steps = [one["base_pensions"][EZHOU] for one in row["years"]]
    assert steps == ["195.00", "209.00", "223.00", "237.00", "251.00", "265.00"]
    assert {one["base_pensions"][WUHAN] for one in row["years"]} == {"265.00"}
    assert [one["gap"] for one in row["years"]][-1] == "0.00"
    by = {(one["city"], one["year"]): one for one in row["outcomes"]}
    assert by[EZHOU, 2026]["cost"] == "0.00"
    # The hundred who were 59 are pensioners from 2027 on: 1 100 × 14 × 12.
    assert (by[EZHOU, 2027]["pensioners"], by[EZHOU, 2027]["cost"]) == (1100, "184800.00")
    assert (by[EZHOU, 2031]["winners"], by[EZHOU, 2031]["losers"]) == (1100, 0)
    assert row["total_cost"] == {WUHAN: "0.00", EZHOU: "2772000.00"}
    assert row["persons"] == 3110
    # The standards are invented, so the plan is, whoever counted the people.
    assert row["source"] == "DEMO"


async def test_a_mean_has_losers_and_subsidies_may_grow_together(
    standards: SocialInsurance,
) -> None:
    wish = plan(target="MEAN", subsidy_target="HIGHER", is_unifying_tiers=True, target_year=2027)
    row = await made(standards, "convergence-plans", wish)
    by = {(one["city"], one["year"]): one for one in row["outcomes"]}
    assert by[WUHAN, 2027]["base_pension"] == by[EZHOU, 2027]["base_pension"] == "230.00"
    assert (by[WUHAN, 2027]["losers"], by[WUHAN, 2027]["cost"]) == (2000, "-840000.00")
    assert row["years"][-1]["convergence_index"] == "1.0000"


async def test_deaths_and_growth_and_steps_set_by_hand_are_taken_in(
    standards: SocialInsurance,
) -> None:
    wish = plan(
        target_year=2028,
        mortality=[{"from_age": 70, "rate": "0.5"}],
        growth="0.1",
        steps=[{"city": EZHOU, "year": 2027, "amount": "270.00"}],
    )
    row = await made(standards, "convergence-plans", wish)
    by = {(one["city"], one["year"]): one for one in row["outcomes"]}
    assert by[EZHOU, 2027]["base_pension"] == "270.00"
    assert by[EZHOU, 2027]["base_pension_without"] == "214.50"
    assert by[EZHOU, 2027]["pensioners"] == 600
    assert by[EZHOU, 2028]["base_pension"] == by[WUHAN, 2028]["base_pension"] == "320.65"


async def test_a_plan_is_explained_to_a_person_line_by_line(standards: SocialInsurance) -> None:
    row = await made(standards, "convergence-plans", plan(subsidy_target="HIGHER"))
    path = f"{V1}/convergence-plans/{row['id']}"
    desk = standards.desk("window-wh")
    somebody = {"city": EZHOU, "age": 58, "tier": 300, "account_balance": "13900.00"}
    told = (await desk.post(f"{path}/explain", somebody)).json()
    assert told["source"] == "DEMO"
    lines = [(one["year"], one["item"], one["without"], one["planned"]) for one in told["lines"]]
    assert lines[:3] == [
        (2026, "SUBSIDY", "54.00", "54.00"),
        (2027, "SUBSIDY", "54.00", "55.20"),
        (2028, "BASE_PENSION", "195.00", "223.00"),
    ]
    # 13 900 + 2 × 354 over 139, and 1.20 of subsidy more.
    assert lines[3] == (2028, "ACCOUNT_PENSION", "105.09", "105.10")
    assert all(one["because_zh"] and one["because_en"] for one in told["lines"])
    wrong = await desk.post(f"{path}/explain", {**somebody, "tier": 5000})
    assert_problem(wrong, 422, "TIER_UNKNOWN")


async def test_plan_and_fact_are_compared(standards: SocialInsurance) -> None:
    row = await made(standards, "convergence-plans", plan())
    editor = standards.desk("policy-editor-ez")
    raised = {"city": EZHOU, "amount": "205.00", "effective_from": "2027-01-01", "source": "DEMO"}
    assert (await editor.post(f"{V1}/resident-base-pensions", raised)).status_code == 201
    path = f"{V1}/convergence-plans/{row['id']}/progress"
    told = (await editor.get(path, {"as_of": "2027-03-01"})).json()
    found = {(one["city"], one["year"]): one for one in told["items"]}
    assert len(found) == 4
    assert (found[EZHOU, 2027]["planned"], found[EZHOU, 2027]["actual"]) == ("209.00", "205.00")
    assert found[EZHOU, 2027]["difference"] == "-4.00"
    assert found[WUHAN, 2027]["difference"] == "0.00"


async def test_without_people_an_invented_population_is_used_and_marked(
    standards: SocialInsurance,
) -> None:
    body = plan()
    del body["population"], body["population_source"]
    one = await made(standards, "convergence-plans", body)
    assert (one["source"], one["inputs"]["population"]["source"]) == ("DEMO", "DEMO")
    assert one["persons"] == 20_000
    two = await made(standards, "convergence-plans", body)
    assert (one["total_cost"], one["inputs_hash"]) == (two["total_cost"], two["inputs_hash"])
    desk = standards.desk("cw-si-ez")
    nameless = plan(population_source=None)
    assert_problem(await desk.post(f"{V1}/convergence-plans", nameless), 422, "REQUIRED")
    far = plan(target_year=2090)
    assert_problem(await desk.post(f"{V1}/convergence-plans", far), 422, "RANGE")
    assert Decimal(one["total_cost"][EZHOU]) > 0
