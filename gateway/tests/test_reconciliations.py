"""Both sides are compared every day: what was lost, doubled or spoilt is found and mended."""

import hashlib
from typing import Any

from gateway.reconciliations import rules
from hrss_kit.holdings import HeldRow
from hrss_kit.testing import WUHAN, Suite, assert_problem

RECONCILIATIONS = "/gateway/v1/reconciliations"
DAY = "2026-11-{:02}T03:00:00+08:00"


def test_each_kind_of_difference_is_told_apart() -> None:
    def rows(*pairs: str) -> list[HeldRow]:
        return [HeldRow(key=pair[0], digest=pair[1:]) for pair in pairs]

    assert rules.differences(
        rows("a1", "b1", "c1", "d1", "f1", "f2"), rows("a1", "b2", "d1", "d1", "e1", "f1")
    ) == {"b": "CORRUPTED", "c": "LOST", "d": "DUPLICATED", "e": "SURPLUS", "f": "LOST"}


async def compare(suite: Suite, day: int) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """What a day's run said, and what differed by resource and copy."""
    ops = suite.desk("ops", now=DAY.format(day))
    ran = await ops.post(f"{RECONCILIATIONS}/runs")
    assert ran.status_code == 200, ran.text
    found: dict[str, dict[str, str]] = {}
    listed = await ops.get(RECONCILIATIONS, {"day": f"2026-11-{day:02}", "limit": 200})
    for row in listed.json()["items"]:
        if row["result"] == "DIFFERENT":
            answer = await ops.get(f"{RECONCILIATIONS}/{row['id']}/differences")
            kinds = {one["key"]: one["kind"] for one in answer.json()["items"]}
            assert len(kinds) == row["differences"]
            assert row["requested_at"] is not None
            found[f"{row['resource']}@{row['copy_at']}"] = kinds
    return ran.json(), found


async def test_loss_doubling_and_corruption_are_found_exactly_and_mended(suite: Suite) -> None:
    await suite.start("gateway", "employment")
    gateway, employment = suite.databases["gateway"], suite.databases["employment"]
    ran, found = await compare(suite, 2)
    # What a database starts with is alike everywhere.
    assert (ran["compared"], ran["different"], found) == (3, 0, {})
    assert set(ran["incomplete"]) >= {"card", "talent"}
    assert (await compare(suite, 2))[0]["compared"] == 0  # once a day

    days = "INSERT INTO calendar_days (day, is_workday, reason, source) VALUES ('2027-10-01'"
    for number, said in ((1, "'国庆'"), (2, "'国庆'"), (3, "'国庆'")):
        statement = f"{days}::date + {number}, false, {said}, 'x')"
        await gateway.fetch(statement)
        if number != 1:  # the first is lost on its way
            await employment.fetch(statement)
    await employment.fetch("UPDATE calendar_days SET is_workday = true WHERE day = '2027-10-03'")
    await employment.fetch("INSERT INTO calendar_days VALUES ('2027-12-31', false, '编造', 'x')")
    [lost, spoilt, doubled] = await employment.fetch(
        "SELECT id, key || '|' || city || '|' || effective_from AS key FROM policy_parameters "
        "WHERE status = 'ACTIVE' ORDER BY key, city, effective_from LIMIT 3"
    )
    await employment.fetch("DELETE FROM policy_parameters WHERE id = $1", lost["id"])
    await employment.fetch(
        "UPDATE policy_parameters SET value = '\"spoilt\"' WHERE id = $1", spoilt["id"]
    )
    await employment.fetch(
        "ALTER TABLE policy_parameters DROP CONSTRAINT ex_policy_parameters_period"
    )
    await employment.fetch(
        "INSERT INTO policy_parameters SELECT gen_random_uuid(), key, city, value, unit, "
        "effective_from, effective_to, source_doc, source_article, confidence, status, "
        "approved_by, note, version, created_at, created_by FROM policy_parameters WHERE id = $1",
        doubled["id"],
    )
    _, found = await compare(suite, 3)
    assert found == {
        "calendar_day@employment": {
            "2027-10-02": "LOST", "2027-10-03": "CORRUPTED", "2027-12-31": "SURPLUS",
        },
        "policy_parameter@employment": {
            lost["key"]: "LOST", spoilt["key"]: "CORRUPTED", doubled["key"]: "DUPLICATED",
        },
    }  # fmt: skip
    assert (await compare(suite, 4))[1] == {}  # mended
    assert await employment.value(
        "SELECT is_workday FROM calendar_days WHERE day = '2027-10-03'"
    ) is False  # fmt: skip


def digest(*words: str) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def told(day: str, rows: dict[str, str]) -> dict[str, Any]:
    """What a partner's system posts: the recipe of the contract, written down once more."""
    buckets: dict[int, list[str]] = {}
    for key, version in rows.items():
        place = hashlib.sha256(key.encode()).digest()[0]
        buckets.setdefault(place, []).append(digest(key, version))
    said = {
        str(place): {
            "count": len(held),
            "digest": hashlib.sha256("".join(sorted(held)).encode()).hexdigest(),
        }
        for place, held in buckets.items()
    }
    lines = [f"{place}:{said[str(place)]['digest']}" for place in sorted(buckets)]
    return {
        "day": day, "resource": "card", "count": len(rows),
        "digest": digest(*lines), "buckets": said,
    }  # fmt: skip


async def test_a_partner_tells_what_it_has_and_is_told_what_to_send_again(suite: Suite) -> None:
    await suite.start("gateway", "card")
    from card.seed import seed

    async with suite.apps["card"].state.database.transaction() as session:
        await seed(session)
    rows = await suite.databases["card"].fetch(
        "SELECT id::text, version::text, owner_city FROM cards ORDER BY id"
    )
    own = {row["id"]: row["version"] for row in rows if row["owner_city"] == WUHAN}
    assert len(own) >= 2
    partner = suite.desk("partner.wuhan", now=DAY.format(2))
    agreed = await partner.post(RECONCILIATIONS, told("2026-11-02", own))
    assert agreed.status_code == 201, agreed.text
    assert (agreed.json()["result"], agreed.json()["differing_buckets"]) == ("AGREED", [])

    lost, stale = sorted(own)[:2]
    theirs = {**own, stale: "99", "01890000-0000-7000-8000-00000000abcd": "1"}
    del theirs[lost]
    opened = (await partner.post(RECONCILIATIONS, told("2026-11-03", theirs))).json()
    assert opened["result"] == "OPEN"
    sent = [{"key": key, "digest": digest(key, version)} for key, version in theirs.items()]
    path = f"{RECONCILIATIONS}/{opened['id']}"
    answer = await partner.post(f"{path}/rows", {"rows": sent})
    assert (answer.json()["result"], answer.json()["differences"]) == ("DIFFERENT", 3), answer.text
    found = (await partner.get(f"{path}/differences")).json()["items"]
    assert {one["key"]: one["kind"] for one in found} == {
        lost: "SURPLUS", stale: "CORRUPTED", "01890000-0000-7000-8000-00000000abcd": "LOST",
    }  # fmt: skip
    assert_problem(await partner.post(f"{path}/rows", {"rows": sent}), 409, "STATE_CONFLICT")
    # Nobody else's; a sum that does not fit its parts; a service that is down.
    other = suite.desk("partner.ezhou", now=DAY.format(3))
    assert_problem(await other.get(path), 404, "NOT_FOUND")
    wrong = {**told("2026-11-03", own), "count": 7}
    assert_problem(await partner.post(RECONCILIATIONS, wrong), 422, "DIGEST")
    assert_problem(await partner.post(RECONCILIATIONS, {}), 422, "REQUIRED")
    suite.down.add("card")
    again = await partner.post(RECONCILIATIONS, told("2026-11-03", own))
    assert_problem(again, 503, "UNAVAILABLE")
    assert_problem(await suite.desk("cw-si-ez").get(RECONCILIATIONS), 403, "SCOPE_MISSING")


async def test_copies_of_postings_are_made_again(suite: Suite) -> None:
    await suite.start("gateway", "employment")
    from employment.seed import seed

    employment = suite.databases["employment"]
    async with suite.apps["employment"].state.database.transaction() as session:
        await seed(session)  # postings, which nobody has told the other city of yet
    shared = await employment.fetch(
        "SELECT id || '|' || unnest(share_with) AS key FROM postings WHERE published_at IS NOT NULL"
    )
    lost = {row["key"]: "LOST" for row in shared}
    _, found = await compare(suite, 2)
    assert found.pop("posting_mirror@employment", {}) == lost
    assert found == {}
    assert (await compare(suite, 3))[1] == {}
    assert await employment.value("SELECT count(*) FROM posting_mirrors") == len(lost)
    if lost:
        await employment.fetch("UPDATE posting_mirrors SET snapshot = '{}', origin_version = 99")
        spoilt = dict.fromkeys(lost, "CORRUPTED")
        assert (await compare(suite, 4))[1] == {"posting_mirror@employment": spoilt}
        assert (await compare(suite, 5))[1] == {}


async def test_copies_of_the_arrears_list_are_mended(suite: Suite) -> None:
    await suite.start("gateway", "labor_inspection", "talent")
    inspection, talent = suite.databases["labor_inspection"], suite.databases["talent"]
    for name in ("case_id_cases", "order_id_case_orders"):
        await inspection.fetch(
            f"ALTER TABLE arrears_list_entries DROP CONSTRAINT fk_arrears_list_entries_{name}"
        )
    await inspection.fetch(
        "INSERT INTO arrears_list_entries (id, biz_no, owner_city, version, created_at, "
        "created_by, updated_at, updated_by, state, case_id, case_no, order_id, order_due_on, "
        "employer_name, employer_uscc, criteria, workers_unpaid, amount_unpaid, inspectors, "
        "proposed_on, proposed_by, listed_on, expires_on) VALUES (gen_random_uuid(), 'LI-1', "
        "'420700', 1, now(), 's', now(), 's', 'LISTED', gen_random_uuid(), 'C-1', "
        "gen_random_uuid(), '2026-10-01', '测试公司', '91420799MAEH00016H', '{}', 1, 1, '{}', "
        "'2026-10-02', 's', '2026-11-01', '2029-11-01')"
    )
    await inspection.fetch(
        "INSERT INTO outbox_events (id, type, source, time, subject, city, audience, "
        "schema_version, trace_id, data) VALUES (gen_random_uuid(), 'li.arrears.listed.v1', 'li', "
        "now(), 'LI-1', '420700', '{}', 1, 't', "
        """'{"uscc": "91420799MAEH00016H", "from": "2026-11-01", "to": "2029-11-01"}')"""
    )
    assert (await compare(suite, 2))[1] == {"arrears_entry@talent": {"LI-1": "LOST"}}
    await talent.fetch("UPDATE blocked_employers SET blocked_to = '2027-01-01'")
    await talent.fetch(
        "INSERT INTO blocked_employers VALUES ('X-1', 'u', '420700', '2026-01-01', '2027-01-01')"
    )
    spoilt = {"arrears_entry@talent": {"LI-1": "CORRUPTED", "X-1": "SURPLUS"}}
    assert (await compare(suite, 3))[1] == spoilt
    assert (await compare(suite, 4))[1] == {}
