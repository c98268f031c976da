"""The demonstration shows two matters: a draft, and one that waits for the national platform."""

from gateway.matters import demonstration
from hrss_kit import context
from hrss_kit.testing import Suite


async def test_the_demonstration_has_a_draft_and_a_national_matter_once(suite: Suite) -> None:
    await suite.start("gateway")
    for _ in range(2):
        context.begin()
        async with suite.apps["gateway"].state.database.transaction() as session:
            await demonstration.load(session)
    window = suite.desk("window-wh", "ONE_NET")
    draft = (await window.get("/gateway/v1/matters")).json()["items"]
    assert [(one["code"], one["state"], one["missing"]) for one in draft] == [
        ("SI_TRANSFER", "DRAFT", ["to_city"])
    ]
    desk = suite.desk("cw-si-ez", "ONE_NET")
    found = (await desk.get("/gateway/v1/matters", {"scope": "NATIONAL"})).json()["items"]
    assert [one["handoff"]["state"] for one in found] == ["PENDING"]
    assert await suite.worker("gateway").run_errands() == 0  # nobody is asked by itself
