"""The feed of a service with nothing of its own."""

import asyncio
from typing import ClassVar

from hrss_kit import outbox
from hrss_kit.testing import EZHOU, WUHAN, Suite, assert_problem


class NoteTaken(outbox.Event):
    type: ClassVar[str] = "talent.note.taken.v1"
    number: int


async def _publish(suite: Suite, number: int, audience: list[str]) -> None:
    async with suite.apps["talent"].state.database.transaction() as session:
        outbox.publish(
            session,
            NoteTaken(number=number),
            source="talent",
            subject=f"N-{number}",
            city=EZHOU,
            audience=audience,
        )


async def test_a_stranger_reads_no_events(suite: Suite) -> None:
    await suite.start("talent")
    answer = await suite.client().get("/talent/v1/events")
    assert_problem(answer, 401, "UNAUTHENTICATED")


async def test_a_caller_sees_events_of_its_city_and_can_read_on_from_any_point(
    suite: Suite,
) -> None:
    await suite.start("talent")
    for number, audience in enumerate(([EZHOU], [WUHAN, EZHOU], [WUHAN])):
        await _publish(suite, number, audience)
    ezhou = suite.desk("partner.ezhou")
    first = (await ezhou.get("/talent/v1/events", {"limit": 1})).json()
    assert [item["data"]["number"] for item in first["items"]] == [0]
    rest = (await ezhou.get("/talent/v1/events", {"after": first["next_cursor"]})).json()
    assert [item["data"]["number"] for item in rest["items"]] == [1]
    assert rest["items"][0]["specversion"] == "1.0"


async def test_a_late_commit_comes_later_and_is_never_skipped(suite: Suite) -> None:
    await suite.start("talent")
    ezhou = suite.desk("partner.ezhou")
    database = suite.apps["talent"].state.database
    async with database.sessions() as late, late.begin():
        outbox.publish(
            late, NoteTaken(number=1), source="talent", subject="L", city=EZHOU, audience=[EZHOU]
        )
        await late.flush()
        await _publish(suite, 2, [EZHOU])
        seen = (await ezhou.get("/talent/v1/events")).json()
        assert [item["data"]["number"] for item in seen["items"]] == [2]
    after = (await ezhou.get("/talent/v1/events", {"after": seen["next_cursor"]})).json()
    assert [item["data"]["number"] for item in after["items"]] == [1]


async def test_a_long_poll_ends_as_soon_as_there_is_an_event(suite: Suite) -> None:
    await suite.start("talent")
    waiting = asyncio.create_task(
        suite.desk("partner.ezhou").get("/talent/v1/events", {"wait": 20})
    )
    await asyncio.sleep(0.3)
    await _publish(suite, 7, [EZHOU])
    answer = await asyncio.wait_for(waiting, 10)
    assert [item["data"]["number"] for item in answer.json()["items"]] == [7]


async def test_an_unknown_event_id_is_a_bad_cursor(suite: Suite) -> None:
    await suite.start("talent")
    answer = await suite.desk("partner.ezhou").get(
        "/talent/v1/events", {"after": "01890000-0000-7000-8000-000000000000"}
    )
    assert_problem(answer, 400, "CURSOR")


async def test_timers_run_only_for_operations(suite: Suite) -> None:
    await suite.start("talent")
    path = "/talent/v1/timers/run"
    assert_problem(await suite.desk("partner.ezhou").post(path), 403, "SCOPE_MISSING")
    answer = await suite.desk("ops", now="2026-09-23T09:00:00+08:00").post(path)
    assert {"deadlines", "idempotency", "files"} <= set(answer.json()["timers"])


async def test_without_the_test_clock_there_is_no_timer_route(suite: Suite) -> None:
    suite.test_clock = False
    await suite.start("talent")
    assert_problem(await suite.desk("ops").post("/talent/v1/timers/run"), 404, "NOT_FOUND")


async def test_readiness_says_whether_the_database_is_at_head(suite: Suite) -> None:
    await suite.start("talent")
    ready = await suite.client().get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")
    metrics = await suite.client().get("/metrics")
    assert "hrss_requests" in metrics.text
