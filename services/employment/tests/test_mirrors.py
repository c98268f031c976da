"""Mirrors: what the other city holds of a posting, and what it reports of one."""

import asyncio

import pytest

from hrss_kit import clock
from hrss_kit.peers import PeerDown
from hrss_kit.testing import assert_problem

from .conftest import Employment, follow

MIRRORS = "/employment/v1/posting-mirrors"
REPORTS = "/employment/v1/posting-reports"
FALSE = {"kind": "FALSE_INFORMATION", "facts": "该岗位不存在"}


@pytest.mark.req("EMP-2b")
async def test_a_change_is_mirrored_and_the_other_city_may_not_change_it(
    employment: Employment,
) -> None:
    row = await employment.published()
    await follow(employment)
    (held,) = (await employment.wuhan_clerk.get(MIRRORS)).json()["items"]
    assert (held["origin_id"], held["origin_version"], held["stale"]) == (row["id"], 1, False)
    assert (held["owner_city"], held["mirror_city"]) == ("420700", "420100")
    assert held["snapshot"]["title"] == "仓储管理员"
    assert held["snapshot"]["employer_name"] == "鄂州测试物流"
    path = f"{MIRRORS}/{held['id']}"
    for desk in (employment.wuhan_clerk, employment.wuhan, employment.clerk):
        refused = await desk.patch(path, held, {"headcount": 9})
        assert_problem(refused, 403, "NOT_YOUR_CITY")
    changed = await employment.ezhou.patch(
        f"/employment/v1/postings/{row['id']}", row, {"headcount": 6}
    )
    assert (await employment.wuhan_clerk.get(path)).json()["stale"] is True
    assert len((await employment.wuhan_clerk.get(MIRRORS, {"stale": "true"})).json()["items"]) == 1
    await follow(employment)
    now = (await employment.wuhan_clerk.get(path)).json()
    assert (now["origin_version"], now["stale"], now["snapshot"]["headcount"]) == (2, False, 6)
    await employment.act(employment.clerk, changed.json(), "withdraw")
    await follow(employment)
    assert (await employment.wuhan_clerk.get(path)).json()["state"] == "WITHDRAWN"


async def test_after_an_outage_everything_comes_in_order_and_nothing_twice(
    employment: Employment,
) -> None:
    row = await employment.published()
    path = f"/employment/v1/postings/{row['id']}"
    for count in (6, 7, 8):
        row = (await employment.ezhou.patch(path, row, {"headcount": count})).json()
    other = await employment.published(employer_id=row["employer_id"], title="押运员")
    assert (await employment.wuhan.get(MIRRORS)).json()["items"] == []
    await follow(employment)
    held = {one["origin_id"]: one for one in (await employment.wuhan.get(MIRRORS)).json()["items"]}
    assert (held[row["id"]]["origin_version"], held[row["id"]]["snapshot"]["headcount"]) == (4, 8)
    assert held[other["id"]]["origin_version"] == 1
    await employment.database.fetch("DELETE FROM feed_cursors WHERE peer = 'employment'")
    await employment.database.fetch("DELETE FROM inbox_events")
    await follow(employment)
    again = {one["origin_id"]: one for one in (await employment.wuhan.get(MIRRORS)).json()["items"]}
    assert again[row["id"]]["version"] == held[row["id"]]["version"]


@pytest.mark.req("EMP-2b")
async def test_after_an_hour_without_the_peer_the_copies_come_in_the_order_of_the_feed(
    employment: Employment,
) -> None:
    """The worker cannot read for an hour; then every change arrives, at the time it arrives."""
    row = await employment.published()
    path = f"/employment/v1/postings/{row['id']}"
    worker = employment.suite.worker("employment")
    employment.suite.down.add("employment")
    with pytest.raises(PeerDown):
        await asyncio.create_task(worker.follow("employment"))
    employment.suite.down.clear()
    for minute in (10, 30, 50):  # its own city goes on meanwhile
        desk = employment.desk("partner.ezhou", now=f"2026-10-12T09:{minute}:00+08:00")
        row = (await desk.patch(path, row, {"headcount": minute})).json()
    assert (await employment.wuhan.get(MIRRORS)).json()["items"] == []
    with clock.at(clock.datetime.fromisoformat("2026-10-12T10:05:00+08:00")):
        while await asyncio.create_task(worker.follow("employment")):
            pass
    handled = await employment.database.fetch(
        "SELECT o.position, (o.data->>'version')::int FROM inbox_events i "
        "JOIN outbox_events o ON o.id = i.id WHERE o.type LIKE 'employment.posting.%' "
        "ORDER BY i.ctid"
    )
    seen = [tuple(one) for one in handled]
    assert [version for _, version in seen] == [1, 2, 3, 4]
    assert seen == sorted(seen)
    (held,) = (await employment.wuhan.get(MIRRORS)).json()["items"]
    assert (held["origin_version"], held["snapshot"]["headcount"]) == (4, 50)
    assert held["received_at"].startswith("2026-10-12T02:05:00")


async def test_what_is_no_longer_shared_is_no_longer_held(employment: Employment) -> None:
    row = await employment.published()
    await follow(employment)
    await employment.ezhou.patch(f"/employment/v1/postings/{row['id']}", row, {"share_with": []})
    await follow(employment)
    assert (await employment.wuhan.get(MIRRORS)).json()["items"] == []


async def test_a_founded_report_takes_the_posting_off(employment: Employment) -> None:
    row = await employment.published()
    await follow(employment)
    (held,) = (await employment.wuhan.get(MIRRORS)).json()["items"]
    path = f"{MIRRORS}/{held['id']}/reports"
    assert_problem(await employment.clerk.post(path, FALSE), 403, "NOT_YOUR_CITY")
    answers = await asyncio.gather(*(employment.wuhan_clerk.post(path, FALSE) for _ in range(8)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 7
    report = next(one for one in answers if one.status_code == 201)
    made = report.json()
    assert report.headers["location"] == f"{REPORTS}/{made['id']}"
    # 2026-10-12 is a Monday: three working days later is Thursday.
    assert (made["due_on"], made["owner_city"]) == ("2026-10-15", "420700")
    say = {"founded": True, "answer": "核实无此岗位，已下架"}
    answer = f"{REPORTS}/{made['id']}/answer"
    assert_problem(await employment.wuhan_clerk.act(answer, made, say), 403, "NOT_YOUR_CITY")
    done = (await employment.clerk.act(answer, made, say)).json()
    assert (done["state"], done["deadlines"][0]["status"]) == ("FOUNDED", "MET")
    assert (await employment.clerk.get(f"/employment/v1/postings/{row['id']}")).json()[
        "state"
    ] == "SUSPENDED"
    again = await employment.clerk.act(answer, done, say)
    assert_problem(again, 409, "STATE_CONFLICT")
    items = (await employment.wuhan.get(f"{REPORTS}/{made['id']}/timeline")).json()["items"]
    assert [one["action"] for one in items] == ["report", "answer"]


async def test_an_unfounded_report_leaves_it_on_offer(employment: Employment) -> None:
    row = await employment.published()
    await follow(employment)
    (held,) = (await employment.wuhan.get(MIRRORS)).json()["items"]
    made = (await employment.wuhan.post(f"{MIRRORS}/{held['id']}/reports", FALSE)).json()
    say = {"founded": False, "answer": "岗位属实"}
    await employment.clerk.act(f"{REPORTS}/{made['id']}/answer", made, say)
    posting = (await employment.clerk.get(f"/employment/v1/postings/{row['id']}")).json()
    assert posting["state"] == "PUBLISHED"
