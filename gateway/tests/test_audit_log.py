"""The audit logs of every service as one, and what verifying them has found."""

from typing import Any

from hrss_kit.testing import EZHOU, WUHAN, Desk, Suite, assert_problem

AUDIT = "/gateway/v1/audit"
NOW = "2026-11-24T09:00:00+08:00"


async def record(suite: Suite, member: str, count: int, **changes: Any) -> None:
    """Entries as requests leave them, hours apart."""
    said = {
        "actor": "a", "client_id": "console", "city": EZHOU, "operation": "GET /x",
        "purpose": "AUDIT", "result": "OK", **changes,
    }  # fmt: skip
    await suite.databases[member].fetch(
        "INSERT INTO audit_entries (id, at, actor, client_id, roles, city, operation, purpose, "
        "person_refs, fields, result, trace_id) SELECT "
        # As UUIDv7 do, the ids say when they were made.
        "(lpad(to_hex(1780000000000 + n), 12, '0') || '7' || "
        "substr(md5($1 || $7 || n::text), 1, 3) || '8' || "
        "substr(md5(n::text || $1 || $7), 1, 15))::uuid, "
        "'2026-06-01T00:00Z'::timestamptz + n * interval '7 hours', $2, $3, ARRAY['cw.li.ez'], "
        "$4, $5, $6, ARRAY['0123456789abcdef01234567'], ARRAY['name'], $8, 't' "
        "FROM generate_series(1, $9::int) AS n",
        member,
        *(said[name] for name in ("actor", "client_id", "city", "operation", "purpose")),
        str(sorted(said.items())),
        said["result"],
        count,
    )


async def walk(desk: Desk, limit: int = 3, **filters: Any) -> list[dict[str, Any]]:
    """Every entry, page by page."""
    found: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": limit, **filters}
    while True:
        answer = await desk.get(AUDIT, params)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next_cursor"] is None:
            return found
        params["cursor"] = answer.json()["next_cursor"]


async def test_an_auditor_reads_all_a_supervisor_their_city_and_a_partner_its_own_calls(
    suite: Suite,
) -> None:
    await suite.start("gateway", "card")
    await record(suite, "card", 5)
    await record(suite, "card", 2, city=WUHAN, actor="b", result="NOT_YOUR_CITY")
    await record(suite, "gateway", 3, client_id="partner.wuhan", city=WUHAN)
    auditor = suite.desk("auditor", now=NOW)
    first = await auditor.get(AUDIT, {"limit": 3})
    assert set(first.json()["incomplete"]) == {
        "employment", "labor-inspection", "social-insurance", "talent",
    }  # fmt: skip
    found: list[dict[str, Any]] = []
    params: dict[str, Any] = {"limit": 3}
    for _ in range(5):  # who is down is waited for, so the list does not end
        page = (await auditor.get(AUDIT, params)).json()
        found += page["items"]
        params["cursor"] = page["next_cursor"]
    assert len({one["id"] for one in found}) == len(found) == 10
    assert [one["at"] for one in found] == sorted((one["at"] for one in found), reverse=True)
    assert {one["service"] for one in found} == {"card", "gateway"}
    assert found[0]["person_refs"] == ["0123456789abcdef01234567"]
    card = {"service": "card"}
    assert len(await walk(auditor, **card)) == 7
    assert len(await walk(auditor, **card, result="NOT_YOUR_CITY", actor="b")) == 2
    assert len(await walk(auditor, **card, city=EZHOU, at_from="2026-06-01T20:00:00Z")) == 3
    assert await walk(auditor, **card, operation="POST") == []
    # A city's own, and a partner's own; somebody else's is nothing, not a refusal.
    head = suite.desk("supervisor-wh", now=NOW)
    assert {one["city"] for one in await walk(head, **card)} == {WUHAN}
    assert await walk(head, **card, city=EZHOU) == []
    partner = suite.desk("partner.wuhan", now=NOW)
    assert await walk(partner, **card) == []
    assert len(await walk(partner, service="gateway")) == 3
    assert await walk(partner, service="gateway", client_id="console") == []
    assert_problem(await suite.desk("cw-card-ez").get(AUDIT), 403, "SCOPE_MISSING")
    assert_problem(await auditor.get(AUDIT, {"city": "x"}), 422, "PATTERN")


async def test_a_broken_log_is_told_to_the_auditor(suite: Suite) -> None:
    await suite.start("gateway", "card")
    await record(suite, "card", 4)
    worker = suite.worker("card")
    assert await worker.seal_audit() == 4
    assert await worker.verify_audit() == "INTACT"
    assert await worker.verify_audit() == "LATER"
    auditor = suite.desk("auditor")
    states = {
        one["service"]: one for one in (await auditor.get(f"{AUDIT}/verifications")).json()["items"]
    }
    assert (states["card"]["tree_size"], states["card"]["result"]) == (4, "INTACT")
    assert (states["gateway"]["tree_size"], states["gateway"]["result"]) == (0, None)
    database = suite.databases["card"]
    for statement in (
        "ALTER TABLE audit_entries DISABLE TRIGGER USER",
        "UPDATE audit_entries SET actor = 'nobody' WHERE id = (SELECT min(id::text)::uuid "
        "FROM audit_entries)",
        "UPDATE audit_verifications SET verified_at = now() - interval '2 days'",
    ):
        await database.fetch(statement)
    assert await worker.verify_audit() == "BROKEN"
    answer = await auditor.get(f"{AUDIT}/verifications")
    [card] = [one for one in answer.json()["items"] if one["service"] == "card"]
    assert (card["result"], card["detail"][-33:]) == ("BROKEN", "(number 0): changed after sealing")
    assert_problem(
        await suite.desk("supervisor-ez").get(f"{AUDIT}/verifications"), 403, "SCOPE_MISSING"
    )
