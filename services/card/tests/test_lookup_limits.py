"""So many look-ups a day: exactly, whoever asks at once, and the auditor hears of it once."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import CODE, NOW, ZHOU, put

VERIFICATIONS, BATCH = "/card/v1/verifications", "/card/v1/batch-verifications"
STATUS, LOGS, COUNTS = "/card/v1/status-lookups", "/card/v1/lookup-logs", "/card/v1/lookup-counts"
RIGHT = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}
UNKNOWN = {"name": "李测甲", "doc_no": "420799198003120038"}
LEFT = """
    SELECT (SELECT count(*) FROM audit_entries WHERE result = 'OK' AND operation LIKE '%tions')
               AS answered,
           (SELECT count(*) FROM audit_entries WHERE result = 'LOOKUP_LIMIT') AS refused,
           (SELECT count(*) FROM lookup_logs) AS logged,
           (SELECT count(*) FROM verifications) AS verified,
           (SELECT count(*) FROM outbox_events WHERE type = 'card.lookups.exceeded.v1') AS alerts
"""


async def limit(suite: Suite, *, system: int, person: int) -> None:
    await suite.databases["card"].fetch(
        "UPDATE policy_parameters SET value = jsonb_build_object('system', $1::int, 'person', "
        "$2::int) WHERE key = 'card.lookup_daily_limit'",
        system,
        person,
    )


async def left(suite: Suite) -> dict[str, int]:
    return dict((await suite.databases["card"].fetch(LEFT))[0])


@pytest.mark.req("CARD-1a")
async def test_of_fifty_at_once_exactly_as_many_as_allowed_are_answered(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    await put(clerk, CODE, record)
    await limit(card, system=5000, person=17)
    window = card.desk("window-wh", purpose="LI_COMPLAINT", now=NOW)
    answers = await asyncio.gather(
        *(window.post(VERIFICATIONS, RIGHT if n % 2 else UNKNOWN) for n in range(50))
    )
    assert Counter(one.status_code for one in answers) == {200: 17, 429: 33}
    found = await left(card)
    assert found == {"answered": 17, "refused": 33, "logged": 17, "verified": 17, "alerts": 1}
    refused = next(one for one in answers if one.status_code == 429)
    assert_problem(refused, 429, "LOOKUP_LIMIT")
    assert int(refused.headers["retry-after"]) == 15 * 3600 + 1  # nine in the morning
    # Whoever is refused learns nothing, whomever they asked about.
    assert {one.json()["code"] for one in answers if one.status_code == 429} == {"LOOKUP_LIMIT"}
    seen = await card.databases["card"].value(
        "SELECT count(*) FROM audit_entries WHERE result = 'LOOKUP_LIMIT' "
        "AND cardinality(fields) = 0 AND cardinality(person_refs) = 1"
    )
    assert seen == 33


@pytest.mark.req("CARD-1a")
async def test_a_day_and_a_person_have_a_limit_each(card: Suite) -> None:
    await limit(card, system=3, person=1)
    for user, allowed in (("window-wh", 1), ("window-ez", 1), ("partner.wuhan", 3)):
        for moment in ("2026-06-01T23:59:00+08:00", "2026-06-02T00:01:00+08:00"):
            desk = card.desk(user, purpose="CARD_SERVICE", now=moment)
            answers = [(await desk.post(STATUS, UNKNOWN)).status_code for _ in range(allowed + 1)]
            assert answers == [200] * allowed + [429], (user, moment)
    # A row of the policy table for one city goes before the common one.
    await card.databases["card"].fetch(
        "INSERT INTO policy_parameters SELECT gen_random_uuid(), key, '420700', "
        "'{\"system\": 9, \"person\": 2}', unit, '2026-06-03', NULL, source_doc, source_article, "
        "confidence, status, approved_by, note, version, created_at, created_by "
        "FROM policy_parameters WHERE key = 'card.lookup_daily_limit'"
    )
    desk = card.desk("window-ez", purpose="CARD_SERVICE", now="2026-06-03T09:00:00+08:00")
    answers = [(await desk.post(STATUS, UNKNOWN)).status_code for _ in range(3)]
    assert answers == [200, 200, 429]


@pytest.mark.req("CARD-1a")
async def test_a_batch_counts_each_pair_and_is_answered_whole_or_not_at_all(card: Suite) -> None:
    await limit(card, system=10, person=10)
    desk = card.desk("partner.ezhou", purpose="LIFE_CERT", now=NOW)
    assert (await desk.post(BATCH, {"pairs": [UNKNOWN] * 4})).status_code == 200
    problem = assert_problem(await desk.post(BATCH, {"pairs": [UNKNOWN] * 7}), 429, "LOOKUP_LIMIT")
    assert "errors" not in problem or not problem["errors"]
    assert (await desk.post(BATCH, {"pairs": [UNKNOWN] * 6})).status_code == 200
    assert (await desk.post(BATCH, {"pairs": [UNKNOWN]})).status_code == 429
    assert (await desk.post(BATCH, {"pairs": [UNKNOWN] * 11})).status_code == 429
    found = await left(card)
    assert (found["answered"], found["refused"], found["logged"]) == (2, 3, 10)
    assert found["alerts"] == 1
    refused = await card.databases["card"].fetch(
        "SELECT person_refs, fields FROM audit_entries WHERE result = 'LOOKUP_LIMIT'"
    )
    assert all(len(row["person_refs"]) == 1 and not row["fields"] for row in refused)
    # Batches and single look-ups draw on the same counter.
    single = card.desk("partner.ezhou", purpose="SI_TRANSFER", now=NOW)
    assert_problem(await single.post(VERIFICATIONS, UNKNOWN), 429, "LOOKUP_LIMIT")


async def test_batches_at_once_never_go_over(card: Suite) -> None:
    await limit(card, system=95, person=10)
    desk = card.desk("partner.ezhou", purpose="STAT", now=NOW)
    answers = await asyncio.gather(
        *(desk.post(BATCH, {"pairs": [UNKNOWN] * 10}) for _ in range(20))
    )
    assert Counter(one.status_code for one in answers) == {200: 9, 429: 11}
    assert (await left(card))["logged"] == 90


@pytest.mark.req("CARD-1a")
async def test_the_auditor_and_the_callers_city_hear_of_it_once(card: Suite) -> None:
    await limit(card, system=1, person=1)
    desk = card.desk("partner.ezhou", purpose="SI_TRANSFER", now=NOW)
    for _ in range(4):
        await desk.post(VERIFICATIONS, UNKNOWN)
    (event,) = await card.events("card", "card.lookups.exceeded.v1")
    assert event["audience"] == ["420700"]
    assert event["data"] == {
        "client_id": "partner.ezhou",
        "actor": "partner.ezhou",
        "kind": "SYSTEM",
        "limit": 1,
        "counted_on": "2026-06-01",
    }
    auditor = card.desk("auditor", purpose="AUDIT", now=NOW)
    (counter,) = (await auditor.get(COUNTS, {"exceeded": True})).json()["items"]
    assert (counter["answered"], counter["turned_away"], counter["limit"]) == (1, 3, 1)
    head = card.desk("supervisor-wh", purpose="CARD_SERVICE")
    assert (await head.get(COUNTS)).json()["items"] == []
    assert_problem(await card.desk("window-ez").get(COUNTS), 403, "SCOPE_MISSING")
    # The service's own clients have no city: both are told.
    inside = card.desk("svc.employment", purpose="EMP_MATCH", now=NOW)
    for _ in range(2):
        await inside.post(VERIFICATIONS, UNKNOWN)
    assert (await card.events("card", "card.lookups.exceeded.v1"))[-1]["audience"] == [
        "420100",
        "420700",
    ]


@pytest.mark.req("CARD-1a")
async def test_the_auditor_sees_look_ups_with_their_purposes_and_nobody_in_them(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    await put(clerk, CODE, record)
    for user, purpose in (("window-wh", "LI_COMPLAINT"), ("cw-si-ez", "SI_TRANSFER")):
        desk = card.desk(user, purpose=purpose, now=NOW)
        await desk.post(VERIFICATIONS, RIGHT)
        await desk.post(STATUS, {**RIGHT, "name": "周测庚"})
    auditor = card.desk("auditor", purpose="AUDIT", now=NOW)
    answer = await auditor.get(LOGS)
    found = answer.json()["items"]
    assert [(one["purpose"], one["city"], one["hit"]) for one in found] == [
        ("SI_TRANSFER", "420700", False),
        ("SI_TRANSFER", "420700", True),
        ("LI_COMPLAINT", "420100", False),
        ("LI_COMPLAINT", "420100", True),
    ]
    assert ZHOU["name"] not in answer.text
    assert ZHOU["doc_no"] not in answer.text
    pages, cursor = [], None
    while True:
        params = {"limit": 3, "sort": "at", **({"cursor": cursor} if cursor else {})}
        page = (await auditor.get(LOGS, params)).json()
        pages += page["items"]
        if (cursor := page["next_cursor"]) is None:
            break
    assert pages == found[::-1]
    by_kind = {"q": "status-lookups", "hit": False, "at_from": NOW}
    assert len((await auditor.get(LOGS, by_kind)).json()["items"]) == 2
    head = card.desk("supervisor-wh", purpose="CARD_SERVICE")
    assert {one["city"] for one in (await head.get(LOGS)).json()["items"]} == {"420100"}
    assert_problem(await card.desk("auditor").get(LOGS), 400, "PURPOSE_REQUIRED")
    assert_problem(await clerk.get(LOGS), 403, "SCOPE_MISSING")
