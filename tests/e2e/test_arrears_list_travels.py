"""The wage-arrears list reaches employment: postings off in both cities, nothing new goes out."""

from datetime import date
from typing import Any

import pytest

from hrss_kit import context, outbox
from hrss_kit.testing import EZHOU, WUHAN, Desk, Suite, assert_problem
from labor_inspection.arrears_list.schemas import ArrearsListed, ArrearsRemoved
from labor_inspection.credit.schemas import GradePublished

EMPLOYERS, POSTINGS = "/employment/v1/employers", "/employment/v1/postings"
USCC = "91420199MAWH00019J"
NOW = "2026-12-16T09:00:00+08:00"
TERM = {"from": date(2026, 12, 15), "to": date(2029, 12, 15)}


def at(suite: Suite, user: str) -> Desk:
    return suite.desk(user, now=NOW)


async def told(suite: Suite, event: outbox.Event, entry: str, city: str = EZHOU) -> None:
    """Labour inspection publishes, employment's worker reads."""
    context.begin()
    async with suite.apps["labor_inspection"].state.database.transaction() as session:
        outbox.publish(
            session, event, source="li", subject=entry, city=city, audience=[WUHAN, EZHOU]
        )
    await suite.worker("employment").follow("labor_inspection")


def listed() -> ArrearsListed:
    return ArrearsListed.model_validate({"uscc": USCC, **TERM})


def removed() -> ArrearsRemoved:
    return ArrearsRemoved.model_validate(
        {"uscc": USCC, "from": TERM["from"], "to": date(2027, 6, 23), "reason": "EARLY_REMOVED"}
    )


@pytest.fixture
async def both(suite: Suite) -> Suite:
    """Labour inspection, and employment with its demonstration data."""
    await suite.start("labor_inspection", "employment")
    employment = suite.apps["employment"].state
    context.begin()
    async with employment.database.transaction() as session:
        await employment.service.seed(session)
    return suite


async def employer(suite: Suite) -> dict[str, Any]:
    found = await at(suite, "cw-emp-wh").get(EMPLOYERS, {"uscc": USCC})
    [row] = found.json()["items"]
    made: dict[str, Any] = row
    return made


async def states(suite: Suite) -> dict[str, set[str]]:
    """Where the employer's postings stand, by city."""
    rows = await suite.databases["employment"].fetch(
        "SELECT p.owner_city, p.state FROM postings p JOIN employers e ON e.id = p.employer_id "
        "WHERE e.uscc = $1",
        USCC,
    )
    found: dict[str, set[str]] = {}
    for city, state in rows:
        found.setdefault(city, set()).add(state)
    return found


async def test_a_listed_employer_is_off_in_both_cities_until_it_is_removed(both: Suite) -> None:
    assert await states(both) == {WUHAN: {"PUBLISHED"}, EZHOU: {"PUBLISHED"}}
    await told(both, listed(), "LI-EZ-20261123-000001-1")
    assert await states(both) == {WUHAN: {"SUSPENDED"}, EZHOU: {"SUSPENDED"}}
    assert (await employer(both))["blocked_until"] == "2029-12-15"
    suspended = await both.events("employment", "employment.posting.suspended.v1")
    assert len(suspended) == 3

    # Read again from the start: nothing happens twice.
    await both.databases["employment"].fetch("UPDATE feed_cursors SET after = NULL")
    await both.worker("employment").follow("labor_inspection")
    assert len(await both.events("employment", "employment.posting.suspended.v1")) == 3

    supervisor = at(both, "supervisor-wh")
    found = await supervisor.get(POSTINGS, {"state": "SUSPENDED", "work_city": WUHAN})
    posting = found.json()["items"][0]
    path = f"{POSTINGS}/{posting['id']}/resume"
    reason = {"reason": "已移出名单"}
    assert_problem(await supervisor.act(path, posting, reason), 409, "EMPLOYER_BLOCKED")

    await told(both, removed(), "LI-EZ-20261123-000001-1")
    assert (await employer(both))["blocked_until"] is None
    assert await states(both) == {WUHAN: {"SUSPENDED"}, EZHOU: {"SUSPENDED"}}
    answer = await supervisor.act(path, posting, reason)
    assert (answer.status_code, answer.json()["state"]) == (200, "PUBLISHED"), answer.text


async def test_two_entries_block_until_both_are_gone(both: Suite) -> None:
    await told(both, listed(), "LI-EZ-20261123-000001-1")
    await told(both, listed(), "LI-WH-20261123-000002-1", WUHAN)
    await told(both, removed(), "LI-EZ-20261123-000001-1")
    assert (await employer(both))["blocked_until"] == "2029-12-15"
    await told(both, removed(), "LI-WH-20261123-000002-1", WUHAN)
    assert (await employer(both))["blocked_until"] is None


async def test_who_was_listed_before_it_registered_is_blocked_from_the_start(
    suite: Suite,
) -> None:
    await suite.start("labor_inspection", "employment")
    await told(suite, listed(), "LI-EZ-20261123-000001-1")
    new = {
        "uscc": USCC,
        "name": "武汉测试科技",
        "reg_division": "420199",
        "industry": "I6513",
        "kind": "ENTERPRISE",
    }
    answer = await at(suite, "partner.wuhan").post(EMPLOYERS, new)
    assert (answer.status_code, answer.json()["blocked_until"]) == (201, "2029-12-15"), answer.text


async def test_the_joint_grade_of_the_newest_year_is_shown(both: Suite) -> None:
    for year, grade, joint in ((2026, "A", "C"), (2025, "B", "B")):
        event = GradePublished.model_validate(
            {
                "uscc": USCC,
                "year": year,
                "grade": grade,
                "joint_grade": joint,
                "reasons": [],
                "is_red_listed": False,
            }
        )
        await told(both, event, f"LI-WH-20270105-00000{year % 10}-1", WUHAN)
    assert (await employer(both))["credit_grade"] == "C"
