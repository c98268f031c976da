"""Journeys: steps in several services, each once, through faults; a supervisor mends them."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from gateway.journeys import engine, rules
from gateway.journeys.kinds import KINDS
from hrss_kit import context
from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem

pytestmark = pytest.mark.req("P-0c")

PATH = "/gateway/v1/journeys"
WANG = {"name": "王测乙", "doc_type": "01", "doc_no": "420199199207151022", "mobile": "14400000002"}
MOVE = {
    "kind": "TALENT_MOVE",
    "input": {"person": WANG, "from_city": WUHAN, "employer_uscc": "91420799MAEH00024C"},
}


async def work(suite: Suite) -> int:
    """The gateway's worker calls what is due."""
    context.begin()
    return await engine.run(suite.worker("gateway"))


async def listen(suite: Suite, *members: str) -> None:
    """The gateway's worker reads what the members have published."""
    worker = suite.worker("gateway")
    for member in members:
        context.begin()
        async with asyncio.timeout(30):
            await worker.follow(member)


def steps(row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["code"]: one for one in row["steps"]}


async def read(suite: Suite, journey_id: str, user: str = "cw-talent-ez") -> dict[str, Any]:
    answer = await suite.desk(user).get(f"{PATH}/{journey_id}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def started(suite: Suite, **changes: Any) -> dict[str, Any]:
    answer = await suite.desk("cw-talent-ez").post(PATH, {**MOVE, **changes})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def due_now(suite: Suite) -> None:
    """As if the pauses were over and the leases had run out."""
    await suite.databases["gateway"].fetch(
        "UPDATE journey_steps SET next_at = now() WHERE next_at IS NOT NULL"
    )


async def test_a_step_that_was_called_and_not_recorded_has_exactly_one_effect(
    suite: Suite,
) -> None:
    await suite.start("gateway", "talent")
    suite.down.add("talent")
    journey = await started(suite)
    assert (journey["state"], journey["rule"], journey["owner_city"]) == ("RUNNING", "J-2", EZHOU)

    assert await work(suite) == 1
    step = steps(await read(suite, journey["id"]))["OPEN_MOVE"]
    assert (step["state"], step["attempts"], step["last_problem"]["code"]) == (
        "RUNNING", 1, "PEER_DOWN",
    )  # fmt: skip
    suite.down.clear()

    # A worker is gone between the call and its record: another takes the step over.
    await due_now(suite)
    context.begin()
    lost = await engine.lease(suite.worker("gateway"))
    assert lost is not None
    outcome = await engine.call(suite.worker("gateway"), lost)
    assert outcome.taken is not None
    assert await work(suite) == 0, "what is leased is left alone"
    await due_now(suite)
    await work(suite)
    assert await suite.databases["talent"].value("SELECT count(*) FROM moves") == 1
    await engine.record(suite.worker("gateway"), lost, outcome)  # it was only slow

    row = await read(suite, journey["id"])
    step = steps(row)["OPEN_MOVE"]
    assert (step["state"], step["attempts"], step["last_problem"]) == ("DONE", 3, None)
    move = (await suite.desk("cw-talent-ez", "TALENT_MOVE").get(step["resource"])).json()
    assert (move["journey_id"], move["biz_no"]) == (journey["id"], step["resource_no"])
    known = await suite.databases["gateway"].value("SELECT personal FROM journeys")
    assert b"420199199207151022" not in known


async def test_fifty_workers_call_a_step_once(suite: Suite) -> None:
    await suite.start("gateway", "talent")
    await started(suite)
    context.begin()
    worker = suite.worker("gateway")
    held = await asyncio.gather(*(engine.lease(worker) for _ in range(50)))
    assert len([one for one in held if one is not None]) == 1


async def test_a_refusal_is_told_in_both_languages_and_mended_by_a_head_of_the_city(
    suite: Suite,
) -> None:
    await suite.start("gateway", "talent")
    wrong = {**MOVE["input"], "from_city": EZHOU}  # type: ignore[dict-item]
    journey = await started(suite, input=wrong)
    await work(suite)
    row = await read(suite, journey["id"])
    problem = steps(row)["OPEN_MOVE"]["last_problem"]
    assert row["state"] == "FAILED"
    assert problem["code"] == "CITY"
    assert "from_city" in problem["message_zh"]
    assert "other city" in problem["message_en"]
    assert "须为另一试点城市" in problem["message_zh"]
    assert await suite.events("gateway", "gateway.journey.failed.v1")

    # It waits in the head's work list, and nowhere else.
    waiting = {"bucket": "to_claim", "kind": "journey"}
    for user, count in (("supervisor-ez", 1), ("supervisor-wh", 0), ("cw-talent-ez", 0)):
        listed = await suite.desk(user).get("/gateway/v1/work-items", params=waiting)
        assert len(listed.json()["items"]) == count, listed.text

    skip = f"{PATH}/{journey['id']}/steps/OPEN_MOVE/skip"
    reason = {"reason": "已在柜台办理"}
    assert_problem(await suite.desk("cw-talent-ez").act(skip, row, reason), 403, "SCOPE_MISSING")
    head = suite.desk("supervisor-ez")
    assert_problem(await head.act(skip, {"version": 99}, reason), 412, "VERSION_MISMATCH")
    missing = f"{PATH}/{journey['id']}/steps/NONE/skip"
    assert (await head.act(missing, row, reason)).status_code == 404
    # The other city has no part in it as long as the move is not known.
    assert (await suite.desk("supervisor-wh").act(skip, row, reason)).status_code == 404
    retried = await head.act(skip.replace("skip", "retry"), row, reason)
    assert retried.status_code == 200, retried.text
    await work(suite)
    row = await read(suite, journey["id"])
    skipped = (await head.act(skip, row, reason)).json()
    assert steps(skipped)["OPEN_MOVE"]["state"] == "NOT_NEEDED"
    assert_problem(await head.act(skip, skipped, reason), 409, "STATE_CONFLICT")
    done = await head.act(f"{PATH}/{journey['id']}/cancel", skipped, reason)
    assert done.json()["state"] == "CANCELLED"
    told = (await head.get(f"{PATH}/{journey['id']}/timeline")).json()["items"]
    assert [one["reason"] for one in told if one["actor"] == "supervisor-ez"][:2] == [
        "已在柜台办理", "已在柜台办理",
    ]  # fmt: skip


async def test_lists_find_by_kind_state_and_number_and_only_what_can_be_started_is(
    suite: Suite,
) -> None:
    await suite.start("gateway", "talent")
    journey = await started(suite)
    await work(suite)
    number = steps(await read(suite, journey["id"]))["OPEN_MOVE"]["resource_no"]
    desk = suite.desk("cw-card-ez")
    for wanted, count in (
        ({"kind": "J-2"}, 1),
        ({"kind": "TALENT_MOVE", "state": "RUNNING"}, 1),
        ({"state": "FAILED"}, 0),
        ({"q": number}, 1),
        ({"q": journey["biz_no"]}, 1),
        ({"service": "social-insurance"}, 1),
        ({"service": "nowhere"}, 0),
        ({"due_on_to": "2026-01-01"}, 0),
    ):
        found = (await desk.get(PATH, params=wanted)).json()["items"]
        assert len(found) == count, wanted
    refused = await desk.post(PATH, {"kind": "NOTHING", "input": {}})
    assert_problem(refused, 422, "KIND")
    named = {**MOVE, "input": {"journey_id": str(uuid4())}}
    assert_problem(await desk.post(PATH, named), 422, "FIXED")


def test_every_kind_is_whole() -> None:
    """Steps are named once, wait for steps that exist, and listeners speak of existing ones."""
    for kind in KINDS.values():
        codes = [one.code for one in kind.steps]
        assert len(codes) == len(set(codes)), kind.code
        for place, step in enumerate(kind.steps):
            assert set(step.after) <= set(codes[:place]), (kind.code, step.code)
        assert {one.step for one in kind.hears} <= set(codes), kind.code
        assert rules.whole(kind, dict.fromkeys(codes, "DONE")) == "DONE"
        assert rules.whole(kind, dict.fromkeys(codes, "WAITING")) == "RUNNING"
