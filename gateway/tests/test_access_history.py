"""Who looked at my data: a citizen with an e-card asks, every service answers over HTTP."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from card.synthetic import CAST
from gateway.oauth.issuer import ECARD_TOKEN, TOKEN_EXCHANGE
from gateway.testing import Front, Stage
from hrss_kit import sealing
from hrss_kit.peers import Peers
from hrss_kit.testing import Desk, InProcess, Suite, assert_problem

HISTORY = "/gateway/v1/access-history"
NOW = "2026-06-12T09:00:00+08:00"
# More than a hundred persons at once are read for a case (domain §4.3).
TICKET = {"X-Case-No": "CA-EZ-20260601-000001"}
ZHOU = CAST[0]
ID = {"name": ZHOU.name, "doc_no": ZHOU.doc_no}
EVERY_SERVICE = ("employment", "social_insurance", "talent", "labor_inspection", "card")


def ref() -> str:
    return sealing.person_ref(sealing.blind(ZHOU.doc_no))


async def citizen(suite: Suite) -> tuple[Desk, dict[str, Any]]:
    """The card service with 周测己 in it, a clerk of his city, and his e-card."""
    from card.seed import seed

    await suite.start("card")
    async with suite.apps["card"].state.database.transaction() as session:
        await seed(session)
    clerk = suite.desk("cw-card-ez", purpose="CARD_SERVICE", now=NOW)
    cards = (await clerk.get("/card/v1/cards", {"limit": 200, "sort": "biz_no"}, TICKET)).json()[
        "items"
    ]
    (card,) = [
        one
        for one in cards
        if one["card_no"] == "E*****019" and (one["bank_account"] or "")[-4:] == "0011"
    ]
    (ecard,) = (await clerk.get("/card/v1/ecards", {"bound_card_id": card["id"]})).json()["items"]
    return clerk, ecard


async def code(clerk: Desk, ecard: dict[str, Any]) -> str:
    answer = await clerk.post("/card/v1/ecard-tokens", {"ecard_id": ecard["id"]})
    token: str = answer.json()["token"]
    return token


async def ask(suite: Suite, token: str, **params: Any) -> Any:
    asker = Desk(suite.client())
    asker.now = NOW
    return await asker.get(HISTORY, params, headers={"X-Ecard-Token": token})


@pytest.mark.req("CARD-1a")
async def test_a_citizen_sees_who_looked_when_where_and_what_for(suite: Suite) -> None:
    await suite.start("gateway", *EVERY_SERVICE[:-1])
    clerk, ecard = await citizen(suite)
    window = suite.desk("window-wh", purpose="LI_COMPLAINT", now="2026-06-10T09:00:00+08:00")
    await window.post("/card/v1/verifications", ID)
    payer = suite.desk("cw-si-wh", purpose="LIFE_CERT", now="2026-06-11T09:00:00+08:00")
    await payer.post("/card/v1/batch-verifications", {"pairs": [ID]})

    answer = await ask(suite, await code(clerk, ecard))
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["incomplete"] == []
    looked = {one["operation"].rpartition("/")[2]: one for one in body["items"]}
    single = looked["verifications"]
    assert (single["service"], single["city"], single["purpose"]) == (
        "card",
        "420100",
        "LI_COMPLAINT",
    )
    assert (single["at"][:10], single["org_id"], single["actor"]) == (
        "2026-06-10", "org-420100", "window-wh",
    )  # fmt: skip
    assert single["purpose_zh"] == "投诉举报办理"
    assert {"match", "card_state"} <= set(single["fields"])
    assert looked["batch-verifications"]["purpose"] == "LIFE_CERT"
    moments = [one["at"] for one in body["items"]]
    assert moments == sorted(moments, reverse=True)
    assert all(
        one["case_no"] is one["subject"] is one["client_id"] is None for one in body["items"]
    )
    for secret in (ZHOU.name, ZHOU.doc_no):
        assert secret not in answer.text
    # Asking is on record as well, at the gateway.
    rows = await suite.databases["gateway"].fetch(
        "SELECT actor, purpose, result, person_refs FROM audit_entries WHERE operation LIKE $1",
        "%access-history",
    )
    assert [dict(row) for row in rows] == [
        {"actor": ref(), "purpose": "ONE_NET", "result": "OK", "person_refs": [ref()]}
    ]


@pytest.mark.req("CARD-1a")
async def test_a_code_opens_the_history_once(suite: Suite) -> None:
    await suite.start("gateway")
    clerk, ecard = await citizen(suite)
    token = await code(clerk, ecard)
    answers = await asyncio.gather(*(ask(suite, token) for _ in range(12)))
    assert sorted(one.status_code for one in answers) == [200] + [409] * 11
    assert_problem(await ask(suite, token), 409, "TOKEN_USED")
    assert_problem(await ask(suite, "never-was-a-code"), 409, "TOKEN_EXPIRED")
    assert_problem(await suite.client().get(HISTORY), 401, "UNAUTHENTICATED")
    both = {"X-Ecard-Token": token}
    assert_problem(await suite.desk("auditor").get(HISTORY, headers=both), 401, "UNAUTHENTICATED")
    suite.down.add("card")
    assert_problem(await ask(suite, token), 503, "UNAVAILABLE")


async def walk(suite: Suite, reader: Desk, limit: int) -> list[dict[str, Any]]:
    """Every page; a service that was down is back after the first."""
    found: list[dict[str, Any]] = []
    asked: dict[str, Any] = {"limit": limit, "person_ref": ref()}
    while True:
        answer = await reader.get(HISTORY, asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += page["items"]
        suite.down.clear()
        if page["next_cursor"] is None:
            return found
        asked["cursor"] = page["next_cursor"]


@pytest.mark.req("CARD-1a")
async def test_a_service_that_is_down_is_named_and_nothing_is_lost(suite: Suite) -> None:
    await suite.start("gateway", *EVERY_SERVICE[:-1])
    await citizen(suite)
    for day in range(1, 6):
        window = suite.desk("window-wh", purpose="LI_COMPLAINT", now=f"2026-06-0{day}T09:00+08:00")
        await window.post("/card/v1/verifications", ID)
    for member in EVERY_SERVICE[:-1]:  # entries as any look-up there leaves them
        await suite.databases[member].fetch(
            "INSERT INTO audit_entries (id, at, actor, client_id, roles, operation, person_refs, "
            "fields, result, trace_id) SELECT gen_random_uuid(), "
            "'2026-06-01T00:00Z'::timestamptz + n * interval '7 hours', 'a', 'c', '{}', 'READ', "
            "ARRAY[$1], '{}', 'OK', 't' FROM generate_series(1, 7) AS n",
            ref(),
        )
    auditor = suite.desk("auditor", purpose="AUDIT", now=NOW)
    suite.down.add("talent")
    first = (await auditor.get(HISTORY, {"limit": 3, "person_ref": ref()})).json()
    assert first["incomplete"] == ["talent"]
    assert all(one["service"] != "talent" for one in first["items"])

    suite.down.add("talent")
    found = [one for one in await walk(suite, auditor, 3) if one["service"] != "gateway"]
    by_service = {name: [one for one in found if one["service"] == name] for name in
                  {one["service"] for one in found}}  # fmt: skip
    assert {name: len(entries) for name, entries in by_service.items() if name != "card"} == {
        name.replace("_", "-"): 7 for name in EVERY_SERVICE[:-1]
    }
    assert len({one["id"] for one in found}) == len(found)
    assert sum(one["purpose"] == "LI_COMPLAINT" for one in by_service["card"]) == 5


async def test_an_auditor_says_whose_and_why_and_a_citizen_sees_only_their_own(
    suite: Suite,
) -> None:
    await suite.start("gateway")
    clerk, ecard = await citizen(suite)
    auditor = suite.desk("auditor", now=NOW)
    assert_problem(await auditor.get(HISTORY, {"person_ref": ref()}), 400, "PURPOSE_REQUIRED")
    auditor.purpose = "AUDIT"
    assert_problem(await auditor.get(HISTORY), 422, "REQUIRED")
    assert_problem(await auditor.get(HISTORY, {"person_ref": ZHOU.doc_no}), 422, "PATTERN")
    seen = (await auditor.get(HISTORY, {"person_ref": ref()})).json()
    assert all(one["client_id"] for one in seen["items"])
    other = "0" * 24
    answer = await ask(suite, await code(clerk, ecard), person_ref=other)
    assert_problem(answer, 404, "NOT_FOUND")
    clerk.purpose = "ONE_NET"
    assert_problem(await clerk.get(HISTORY, {"person_ref": ref()}), 403, "SCOPE_MISSING")
    forged = await auditor.get(HISTORY, {"person_ref": ref(), "cursor": "AAAA"})
    assert_problem(forged, 400, "CURSOR")


# --- RFC 8693 -------------------------------------------------------------------------------


@pytest.fixture
async def front(stage: Stage, suite: Suite) -> Front:
    """A gateway whose peers are the suite's members in this process."""
    await stage.seed()
    made = await stage.gateway(test_clock=True)
    made.replica.own.state.peers = Peers(
        suite.settings("gateway", stage.database), transport=InProcess(suite)
    )
    return made


def exchange(token: str, **more: str) -> dict[str, str]:
    return {
        "grant_type": TOKEN_EXCHANGE,
        "client_id": "citizen",
        "subject_token": token,
        "subject_token_type": ECARD_TOKEN,
        **more,
    }


@pytest.mark.req("CARD-1c")
async def test_a_code_is_exchanged_once_for_a_short_token_of_the_citizen(
    front: Front, suite: Suite
) -> None:
    clerk, ecard = await citizen(suite)
    headers = {"X-Test-Now": NOW}
    form = exchange(await code(clerk, ecard))
    answers = await asyncio.gather(
        *(front.http.post("/oauth/token", data=form, headers=headers) for _ in range(8))
    )
    good = [one for one in answers if one.status_code == 200]
    assert len(good) == 1
    assert {one.json()["error"] for one in answers if one not in good} == {"invalid_grant"}
    granted = good[0].json()
    assert granted["expires_in"] == 300
    assert granted["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token"
    caller = front.replica.verifier.verify(granted["access_token"])
    assert (caller.roles, caller.sub, caller.person_ref) == (("citizen",), ref(), ref())
    assert caller.id_hash == sealing.blind(ZHOU.doc_no)

    mine = {"Authorization": f"Bearer {granted['access_token']}", **headers}
    for _ in range(2):  # the token may be used again, the code not
        answer = await front.http.get(HISTORY, headers=mine)
        assert answer.status_code == 200, answer.text
        assert "talent" in answer.json()["incomplete"]  # only the card service runs here
    refused = await front.http.get("/gateway/v1/policy-parameters", headers=mine)
    assert_problem(refused, 403, "SCOPE_MISSING")


async def test_an_exchange_refuses_what_it_does_not_know(front: Front, suite: Suite) -> None:
    clerk, ecard = await citizen(suite)
    token = await code(clerk, ecard)
    for wrong, error in (
        (exchange(token, subject_token_type="urn:x"), "invalid_request"),
        (exchange(token, requested_token_type="urn:x"), "invalid_request"),
        (exchange(token, actor_token="x"), "invalid_request"),
        (exchange(token, scope="pii:reveal"), "invalid_scope"),
        (exchange("no-such-code-at-all"), "invalid_grant"),
        (exchange(token, client_id="console"), "unauthorized_client"),
        (exchange(token, client_id="nobody"), "invalid_client"),
    ):
        answer = await front.http.post("/oauth/token", data=wrong, headers={"X-Test-Now": NOW})
        assert answer.json()["error"] == error, wrong
        assert token not in answer.text
    late = datetime.fromisoformat(NOW).replace(hour=10).isoformat()
    form = exchange(token)
    answer = await front.http.post("/oauth/token", data=form, headers={"X-Test-Now": late})
    assert answer.json()["error"] == "invalid_grant"
    suite.down.add("card")
    answer = await front.http.post("/oauth/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (503, "temporarily_unavailable")
