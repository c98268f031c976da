"""A person's worklist over every domain they hold."""

from datetime import date
from typing import Any

import pytest

from hrss_kit.testing import EZHOU, WUHAN, Desk, Suite, assert_problem

WORKLIST = "/gateway/v1/worklist"
NOW = "2026-11-24T09:00:00+08:00"
BUCKETS = ("mine", "to_claim", "waiting", "due_soon", "overdue", "done")


async def give(suite: Suite, member: str, kind: str, *due: str | None) -> None:
    """Work items of Ezhou as the triggers leave them."""
    for day in due:
        await suite.databases[member].fetch(
            "INSERT INTO work_items (id, kind, collection, biz_no, title, state, owner_city, "
            "turn_cities, cities, is_open, due_on, due_key, provisional, created_at, "
            "closed_cities, closed_holders) SELECT gen_random_uuid(), $1::varchar, 'x', 'N', $1, "
            "'OPEN', $2::varchar, ARRAY[$2]::varchar[], ARRAY[$2]::varchar[], true, $3::date, "
            "coalesce($3, DATE '9999-12-31'), false, now(), '{}', '{}'",
            kind,
            EZHOU,
            date.fromisoformat(day) if day else None,
        )


async def walk(desk: Desk, bucket: str, limit: int = 2) -> list[dict[str, Any]]:
    """Every row of a bucket, page by page."""
    found: list[dict[str, Any]] = []
    params: dict[str, Any] = {"bucket": bucket, "limit": limit}
    while True:
        answer = await desk.get(WORKLIST, params)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return found
        params["cursor"] = answer.json()["next_cursor"]


@pytest.mark.req("P-0b")
async def test_one_list_over_all_domains_oldest_deadline_first(suite: Suite) -> None:
    await suite.start("gateway", "card", "labor_inspection")
    await give(suite, "card", "card_application", "2026-11-25", "2026-11-20", None)
    await give(suite, "labor_inspection", "case", "2026-11-21", "2026-12-24", "2026-11-20")
    token = suite.tokens.mint(
        roles=["cw.card.ez", "cw.li.ez"], sub="both", staff_no="both", city=EZHOU
    )
    both = Desk(suite.client(token))
    both.now = NOW
    found = await walk(both, "to_claim")
    assert [one["due_on"] for one in found] == [
        "2026-11-20", "2026-11-20", "2026-11-21", "2026-11-25", "2026-12-24", None,
    ]  # fmt: skip
    assert {one["domain"] for one in found} == {"card", "li"}
    assert all(
        one["href"] == f"/{one['service']}/v1/{one['collection']}/{one['id']}" for one in found
    )
    counts = (await both.get(f"{WORKLIST}/counts")).json()
    for bucket in BUCKETS:
        assert len(await walk(both, bucket, 200)) == counts[bucket], bucket
    assert (counts["to_claim"], counts["overdue"], counts["due_soon"]) == (6, 3, 1)
    per_domain = {one["domain"]: one["overdue"] for one in counts["domains"]}
    assert per_domain == {"card": 1, "li": 2, "gateway": 0}
    # Claimed where it is, it is mine here too.
    first = found[0]
    await both.post(f"/{first['service']}/v1/work-items/{first['id']}/claim")
    assert [one["id"] for one in await walk(both, "mine")] == [first["id"]]
    # One domain alone; the other's clerk sees nothing of it; the other city nothing at all.
    one = await both.get(WORKLIST, {"bucket": "to_claim", "domain": "card"})
    assert {row["domain"] for row in one.json()["items"]} == {"card"}
    clerk = suite.desk("cw-card-ez", now=NOW)
    assert {row["domain"] for row in await walk(clerk, "to_claim")} == {"card"}
    assert await walk(suite.desk("cw-li-wh", now=NOW), "overdue") == []
    # A service that is down is named, and the others are still there.
    suite.down.add("card")
    rest = (await both.get(WORKLIST, {"bucket": "to_claim"})).json()
    assert (rest["incomplete"], len(rest["items"])) == (["card"], 3 - (first["domain"] == "li"))
    assert (await both.get(f"{WORKLIST}/counts")).json()["incomplete"] == ["card"]
    suite.down.clear()
    assert_problem(await both.get(WORKLIST, {"bucket": "all"}), 422, "CODE")
    assert_problem(await both.get(WORKLIST, {"cursor": "AAAA"}), 400, "CURSOR")
    auditor = suite.desk("auditor")
    assert_problem(await auditor.get(WORKLIST), 403, "SCOPE_MISSING")


@pytest.mark.req("P-0b")
async def test_a_common_figure_waits_for_the_city_that_has_not_approved_it(suite: Suite) -> None:
    await suite.start("gateway")
    [row] = await suite.databases["gateway"].fetch(
        "INSERT INTO policy_parameters (id, key, city, value, unit, effective_from, source_doc, "
        "source_article, confidence, status, approved_by, note, version, created_at, created_by) "
        "VALUES (gen_random_uuid(), 'test.figure', '*', '1', 'x', '2027-01-01', 'd', 'a', 'H', "
        "'DRAFT', '{}', '', 1, now(), 'editor') RETURNING id"
    )
    desks = {
        city: suite.desk(f"policy-approver-{letters}", now=NOW)
        for city, letters in ((WUHAN, "wh"), (EZHOU, "ez"))
    }
    for desk in desks.values():
        (item,) = await walk(desk, "to_claim")
        assert (item["title"], item["href"]) == (
            "政策参数 · test.figure · *",
            f"/gateway/v1/policy-parameters/{row['id']}",
        )
    await suite.databases["gateway"].fetch(
        "INSERT INTO policy_approvals VALUES ($1, 'somebody', $2, now())", row["id"], WUHAN
    )
    assert await walk(desks[WUHAN], "to_claim") == []
    assert len(await walk(desks[EZHOU], "to_claim")) == 1
