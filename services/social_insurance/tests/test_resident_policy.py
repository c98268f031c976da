"""Resident tiers and base pensions: dated, never two for one day, edited by policy staff only."""

import asyncio
from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, assert_problem

from .conftest import SocialInsurance

TIERS = "/social-insurance/v1/resident-tiers"
BASES = "/social-insurance/v1/resident-base-pensions"


def tier(**changes: Any) -> dict[str, Any]:
    return {
        "city": EZHOU, "tier": "300.00", "subsidy": "54.00", "effective_from": "2024-01-01",
        "source": "DEMO", **changes,
    }  # fmt: skip


def base(**changes: Any) -> dict[str, Any]:
    return {
        "city": EZHOU, "amount": "150.00", "effective_from": "2024-01-01", "source": "DEMO",
        **changes,
    }  # fmt: skip


@pytest.mark.req("SI-2b")
async def test_a_tier_holds_until_the_next_of_its_amount(insurance: SocialInsurance) -> None:
    editor = insurance.desk("policy-editor-ez")
    answer = await editor.post(TIERS, tier(tier=300))
    row = answer.json()
    assert answer.status_code == 201, answer.text
    assert (row["tier"], row["subsidy"], row["is_demo"]) == ("300.00", "54.00", True)
    assert row["effective_to"] is None
    later = await editor.post(TIERS, tier(subsidy="60.00", effective_from="2026-01-01"))
    assert later.status_code == 201
    between = await editor.post(TIERS, tier(subsidy="57.00", effective_from="2025-01-01"))
    assert between.json()["effective_to"] == "2026-01-01"
    clerk = insurance.desk("cw-si-wh")
    for day, subsidy in (("2024-12-31", "54.00"), ("2025-01-01", "57.00"), ("2030-01-01", "60.00")):
        [held] = (await clerk.get(TIERS, {"as_of": day, "city": EZHOU})).json()["items"]
        assert held["subsidy"] == subsidy
    assert (await clerk.get(TIERS, {"as_of": "2023-12-31"})).json()["items"] == []
    first = (await clerk.get(f"{TIERS}/{row['id']}")).json()
    assert (first["effective_to"], first["version"]) == ("2025-01-01", 3)
    events = await insurance.suite.events("social_insurance", "si.policy.changed.v1")
    assert events[0]["data"] == {
        "item": "RESIDENT_TIER", "city": EZHOU, "effective_from": "2024-01-01",
    }  # fmt: skip
    assert events[0]["audience"] == [WUHAN, EZHOU]


@pytest.mark.req("SI-2b")
async def test_two_tiers_never_hold_on_one_day(insurance: SocialInsurance) -> None:
    editor = insurance.desk("policy-editor-ez")
    row = (await editor.post(TIERS, tier(effective_to="2025-01-01"))).json()
    for first, last in (
        ("2024-01-01", "2024-02-01"), ("2023-06-01", "2024-01-02"), ("2024-12-31", None),
    ):  # fmt: skip
        answer = await editor.post(TIERS, tier(effective_from=first, effective_to=last))
        assert assert_problem(answer, 409, "OVERLAP")["existing_id"] == row["id"]
    assert (await editor.post(TIERS, tier(effective_from="2025-01-01"))).status_code == 201
    longer = await editor.patch(f"{TIERS}/{row['id']}", row, {"effective_to": "2025-01-02"})
    assert_problem(longer, 409, "OVERLAP")
    assert (await editor.post(TIERS, tier(tier="400.00"))).status_code == 201
    answers = await asyncio.gather(*(editor.post(TIERS, tier(tier="500.00")) for _ in range(20)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 19


@pytest.mark.req("SI-2c")
async def test_a_base_pension_is_never_below_the_national_minimum(
    insurance: SocialInsurance,
) -> None:
    editor = insurance.desk("policy-editor-ez")
    for day, least, below in (
        ("2018-01-01", "88.00", "87.99"), ("2020-07-01", "93.00", "92.99"),
        ("2024-01-01", "123.00", "122.99"), ("2025-01-01", "143.00", "142.99"),
    ):  # fmt: skip
        refused = await editor.post(BASES, base(amount=below, effective_from=day))
        assert_problem(refused, 422, "BELOW_NATIONAL_MINIMUM")
        made = await editor.post(BASES, base(amount=least, effective_from=day))
        assert made.status_code == 201, made.text
    rows = (await insurance.clerk.get(BASES, {"city": EZHOU})).json()["items"]
    assert [(one["effective_from"], one["effective_to"]) for one in rows] == [
        ("2018-01-01", "2020-07-01"), ("2020-07-01", "2024-01-01"),
        ("2024-01-01", "2025-01-01"), ("2025-01-01", None),
    ]  # fmt: skip
    twice = await editor.post(BASES, base(effective_from="2025-01-01"))
    assert assert_problem(twice, 409, "OVERLAP")["existing_id"] == rows[3]["id"]


async def test_only_policy_staff_of_the_city_edit(insurance: SocialInsurance) -> None:
    for user in ("cw-si-ez", "supervisor-ez", "partner.ezhou", "window-ez", "auditor"):
        assert_problem(await insurance.desk(user).post(TIERS, tier()), 403, "SCOPE_MISSING")
    other = insurance.desk("policy-editor-wh")
    assert_problem(await other.post(TIERS, tier()), 403, "NOT_YOUR_CITY")
    assert_problem(await other.post(BASES, base()), 403, "NOT_YOUR_CITY")
    editor = insurance.desk("policy-editor-ez")
    row = (await editor.post(BASES, base())).json()
    path = f"{BASES}/{row['id']}"
    assert_problem(await other.patch(path, row, {"source": "DEMO"}), 403, "NOT_YOUR_CITY")
    assert_problem(await editor.patch(path, row, {"amount": "151.00"}), 409, "IN_FORCE")
    bare = await editor.http.patch(path, json={"source": "DEMO"})
    assert_problem(bare, 428, "IF_MATCH_REQUIRED")
    ended = await editor.patch(path, row, {"effective_to": "2026-12-31"})
    assert (ended.json()["effective_to"], ended.json()["version"]) == ("2026-12-31", 2)
    assert_problem(await editor.patch(path, row, {"source": "X"}), 412, "VERSION_MISMATCH")
    history = (await editor.get(f"{path}/timeline")).json()["items"]
    assert [one["action"] for one in history] == ["set", "change"]
    to_come = (await editor.post(BASES, base(effective_from="2027-01-01"))).json()
    changed = await editor.patch(f"{BASES}/{to_come['id']}", to_come, {"amount": "200.00"})
    assert changed.json()["amount"] == "200.00"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tier": "0.00"}, "RANGE"),
        ({"tier": -300}, "MONEY_FORMAT"),
        ({"effective_to": "2024-01-01"}, "PERIOD"),
        ({"effective_from": "2008-12-31"}, "RANGE"),
        ({"effective_from": "9999-12-31"}, "RANGE"),
        ({"city": "Ezhou"}, "PATTERN"),
        ({"subsidy": None}, "MONEY_FORMAT"),
    ],
)
async def test_what_is_wrong_with_a_tier_is_refused(
    insurance: SocialInsurance, changes: dict[str, Any], code: str
) -> None:
    answer = await insurance.desk("policy-editor-ez").post(TIERS, tier(**changes))
    assert_problem(answer, 422, code)
