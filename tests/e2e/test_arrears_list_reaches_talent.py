"""An employer on the wage-arrears list is refused until the last entry of it is gone."""

from datetime import date

import pytest

from hrss_kit import context, outbox
from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem
from labor_inspection.arrears_list.schemas import ArrearsListed, ArrearsRemoved
from talent.employers.service import EmployerBlocked, refuse_blocked

USCC = "91420199MAWH00019J"
LISTED = ArrearsListed.model_validate(
    {"uscc": USCC, "from": date(2026, 12, 15), "to": date(2029, 12, 15)}
)
REMOVED = ArrearsRemoved.model_validate(
    {"uscc": USCC, "from": date(2026, 12, 15), "to": date(2027, 6, 23), "reason": "REVOKED"}
)


async def told(suite: Suite, *events: tuple[str, outbox.Event]) -> None:
    context.begin()
    async with suite.apps["labor_inspection"].state.database.transaction() as session:
        for entry, event in events:
            outbox.publish(
                session, event, source="li", subject=entry, city=EZHOU, audience=[WUHAN, EZHOU]
            )
    await suite.worker("talent").follow("labor_inspection")


async def is_refused(suite: Suite) -> bool:
    async with suite.apps["talent"].state.database.transaction() as session:
        try:
            await refuse_blocked(session, USCC)
        except EmployerBlocked:
            return True
    return False


@pytest.mark.req("LI-3b")
async def test_a_listed_employer_is_refused_until_no_entry_stands(suite: Suite) -> None:
    await suite.start("talent", "labor_inspection")
    assert not await is_refused(suite)
    await told(suite, ("LI-EZ-1", LISTED), ("LI-WH-2", LISTED))
    assert await is_refused(suite)
    await told(suite, ("LI-EZ-1", REMOVED))
    assert await is_refused(suite)
    await told(suite, ("LI-WH-2", REMOVED))
    assert not await is_refused(suite)


@pytest.mark.req("LI-3b")
async def test_a_new_demand_of_a_listed_employer_is_refused_until_it_is_removed(
    suite: Suite,
) -> None:
    """Scenario 7.4, steps 12 and 15: told twice makes no difference, removal lifts the block."""
    await suite.start("talent", "labor_inspection")
    demand = {
        "title": "综合布线技术负责人",
        "employer_uscc": USCC,
        "fields": ["ELEC"],
        "ladder": "B",
        "modes": ["PROJECT"],
    }
    desk = suite.desk("cw-talent-wh", now="2026-12-16T09:00:00+08:00")
    path = "/talent/v1/talent-demands"
    assert (await desk.post(path, demand)).status_code == 201
    await told(suite, ("LI-EZ-1", LISTED))
    await told(suite)
    assert_problem(await desk.post(path, demand), 409, "EMPLOYER_BLOCKED")
    await told(suite, ("LI-EZ-1", REMOVED))
    assert (await desk.post(path, demand)).status_code == 201
