"""Indicators: asked of the services, frozen with inputs and hash, compared between the cities."""

from typing import Any

import asyncpg
import pytest

from hrss_kit.members import MEMBERS
from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem
from social_insurance.seed_standards import seed_standards

pytestmark = pytest.mark.req("P-0d")


async def test_a_service_that_is_silent_is_named_and_the_rest_is_told(suite: Suite) -> None:
    await suite.start("gateway", "card")
    head = suite.desk("supervisor-wh")
    answer = await head.get("/gateway/v1/indicators", params={"period": "2026", "city": EZHOU})
    assert answer.status_code == 200
    said = answer.json()
    assert {one["service"] for one in said["items"]} == {"card", "gateway"}
    assert {one["city"] for one in said["items"]} == {EZHOU}
    assert [one["id"] for one in said["items"]] == [
        "I-CARD-1", "I-CARD-2", "I-CARD-3", "I-CARD-4",
    ]  # fmt: skip
    assert said["incomplete"] == ["employment", "labor-inspection", "social-insurance", "talent"]

    refused = await head.post("/gateway/v1/indicator-snapshots", {"period": "2026"})
    assert assert_problem(refused, 503, "UNAVAILABLE")["origin"] == "employment"
    assert await suite.databases["gateway"].value("SELECT count(*) FROM indicator_snapshots") == 0


async def test_a_wrong_period_is_refused_everywhere(suite: Suite) -> None:
    await suite.start("gateway")
    head = suite.desk("supervisor-wh")
    for path in ("indicators", "scoreboard"):
        refused = await head.get(f"/gateway/v1/{path}", params={"period": "2026-13"})
        assert_problem(refused, 422, "PERIOD")
    refused = await head.post("/gateway/v1/indicator-snapshots", {"period": "26"})
    assert_problem(refused, 422, "PERIOD")
    wrong = await head.get("/gateway/v1/indicator-snapshots/none/recomputation")
    assert wrong.status_code == 422


async def frozen(suite: Suite, period: str) -> dict[str, Any]:
    joint = suite.desk("joint-admin-ez", now="2027-01-05T02:00:00Z")
    answer = await joint.post("/gateway/v1/indicator-snapshots", {"period": period})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


@pytest.mark.req("X-29")
async def test_what_was_frozen_stays_and_can_be_computed_again(suite: Suite) -> None:
    await suite.start(*MEMBERS)
    made = await frozen(suite, "2026-Q4")
    assert (made["is_final"], made["owner_city"], len(made["digest"])) == (True, EZHOU, 64)
    assert {one["city"] for one in made["figures"]} == {WUHAN, EZHOU}
    ids = {one["id"] for one in made["figures"]}
    assert {"I-CARD-1", "I-LI-1", "I-SI-4", "I-TAL-3", "I-EMP-4"} <= ids
    assert (await frozen(suite, "2027-01"))["is_final"] is False

    auditor = suite.desk("auditor", now="2027-01-05T02:00:00Z")
    path = f"/gateway/v1/indicator-snapshots/{made['id']}"
    assert (await auditor.get(path)).json() == made
    again = (await auditor.get(f"{path}/recomputation")).json()
    assert again == {"is_intact": True, "differences": [], "incomplete": []}

    trend = (await auditor.get("/gateway/v1/indicators/I-LI-6/trend")).json()
    assert [(one["period"], one["is_final"]) for one in trend["items"]] == [
        ("2026-Q4", True), ("2026-Q4", True), ("2027-01", False), ("2027-01", False),
    ]  # fmt: skip

    connection = await asyncpg.connect(suite.databases["gateway"].superuser_url)
    change = "UPDATE indicator_snapshots SET figures = '[]' WHERE period = '2026-Q4'"
    with pytest.raises(asyncpg.RaiseError, match="append-only"):
        await connection.execute(change)
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(change)
    await connection.close()
    assert (await auditor.get(f"{path}/recomputation")).json()["is_intact"] is False


async def test_only_heads_and_joint_officers_freeze_and_everybody_reads(suite: Suite) -> None:
    await suite.start("gateway", "card")
    clerk = suite.desk("cw-card-wh")
    refused = await clerk.post("/gateway/v1/indicator-snapshots", {"period": "2026"})
    assert_problem(refused, 403, "SCOPE_MISSING")
    board = await clerk.get("/gateway/v1/scoreboard", params={"period": "2026"})
    assert [one["id"] for one in board.json()["items"]] == ["I-CARD-3"]
    assert board.json()["items"][0]["values"] == {WUHAN: None, EZHOU: None}
    assert_problem(await suite.client().get("/gateway/v1/scoreboard"), 401, "UNAUTHENTICATED")


async def test_the_convergence_of_both_cities_is_the_worked_example(suite: Suite) -> None:
    """Domain §7.2 step 15 and C-9, asked of the gateway: gap 70, index 0.7939."""
    await suite.start("gateway", "social_insurance")
    async with suite.apps["social_insurance"].state.database.transaction() as session:
        await seed_standards(session)
    joint = suite.desk("joint-admin-wh", now="2026-01-01T09:00:00+08:00")
    answer = await joint.get("/gateway/v1/indicators", params={"period": "2026", "id": "I-SI-4"})
    assert answer.status_code == 200, answer.text
    found = answer.json()["items"]
    assert [(one["city"], one["service"]) for one in found] == [
        (WUHAN, "social-insurance"), (EZHOU, "social-insurance"),
    ]  # fmt: skip
    for one in found:
        assert one["value"] == pytest.approx(0.7939)
        assert one["inputs"]["gap"] == pytest.approx(70)
        assert one["inputs"]["ratio"] == pytest.approx(0.7358)
