"""/card/v1/ecards, /card/v1/ecard-tokens and verification by a code."""

import asyncio
from hashlib import sha256
from typing import Any

import pytest

from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import CODE, NOW, ZHOU, put

CARDS, ECARDS, TOKENS = "/card/v1/cards", "/card/v1/ecards", "/card/v1/ecard-tokens"
VERIFICATIONS = "/card/v1/verifications"
PROOF = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}


@pytest.fixture
async def bound(clerk: Desk, record: dict[str, Any]) -> dict[str, Any]:
    """周测己's card."""
    made: dict[str, Any] = (await put(clerk, CODE, record)).json()
    return made


@pytest.fixture
async def ecard(clerk: Desk, bound: dict[str, Any]) -> dict[str, Any]:
    """The e-card derived from it."""
    answer = await clerk.post(ECARDS, {"card_id": bound["id"], "issue_no": "420000202112030001"})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def token(desk: Desk, ecard: dict[str, Any], **more: Any) -> str:
    answer = await desk.post(TOKENS, {"ecard_id": ecard["id"], **more})
    assert answer.status_code == 201, answer.text
    shown: str = answer.json()["token"]
    return shown


async def act(desk: Desk, card_id: str, action: str, proof: dict[str, str]) -> Any:
    card = (await desk.get(f"{CARDS}/{card_id}")).json()
    answer = await desk.act(f"{CARDS}/{card_id}/{action}", card, {"proof": proof})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_an_ecard_is_registered_once_by_the_city_of_its_card(
    card: Suite, clerk: Desk, bound: dict[str, Any], ecard: dict[str, Any]
) -> None:
    assert (ecard["state"], ecard["level"], ecard["issued_on"]) == ("USABLE", 1, "2026-06-01")
    assert ecard["issue_no"] == "**************0001"
    again = {"card_id": bound["id"], "issue_no": "420000202112030002"}
    problem = assert_problem(await clerk.post(ECARDS, again), 409, "DUPLICATE")
    assert problem["existing_id"] == ecard["id"]
    derived = await clerk.post(ECARDS, {**again, "level": 2})
    assert derived.status_code == 201
    wuhan = card.desk("cw-card-wh", now=NOW)
    third = {"card_id": bound["id"], "issue_no": "420000202112030003", "level": 2}
    assert_problem(await wuhan.post(ECARDS, third), 403, "NOT_YOUR_CITY")
    unknown = {**third, "card_id": "01890000-0000-7000-8000-000000000000"}
    assert_problem(await clerk.post(ECARDS, unknown), 422, "CARD_UNKNOWN")
    listed = (await clerk.get(ECARDS, {"bound_card_id": bound["id"]})).json()["items"]
    assert {row["id"] for row in listed} == {ecard["id"], derived.json()["id"]}
    stored = await card.databases["card"].fetch("SELECT issue_no FROM ecards")
    assert all(b"4200002021" not in row["issue_no"] for row in stored)


async def test_a_card_not_yet_active_has_no_ecard(clerk: Desk, record: dict[str, Any]) -> None:
    row = (await put(clerk, CODE, {**record, "social_state": "SEALED"})).json()
    wish = {"card_id": row["id"], "issue_no": "420000202112030001"}
    assert_problem(await clerk.post(ECARDS, wish), 409, "STATE_CONFLICT")


@pytest.mark.req("CARD-1d")
async def test_a_code_says_who_it_is_once(
    card: Suite, clerk: Desk, window: Desk, ecard: dict[str, Any]
) -> None:
    answer = await clerk.post(TOKENS, {"ecard_id": ecard["id"]})
    shown = answer.json()
    assert shown["expires_at"] == "2026-06-01T01:03:00Z"
    code = shown["token"]
    seen = (await window.post(VERIFICATIONS, {"ecard_token": code})).json()
    assert (seen["match"], seen["card_state"], seen["ecard_state"]) == (True, "ACTIVE", "USABLE")
    again = await window.post(VERIFICATIONS, {"ecard_token": code})
    assert_problem(again, 409, "TOKEN_USED")
    assert code not in again.text
    told = (await clerk.get(answer.headers["location"])).json()
    assert (told["state"], "token" in told) == ("USED", False)
    (row,) = await card.databases["card"].fetch("SELECT token_hash FROM ecard_tokens")
    assert row["token_hash"] == sha256(code.encode()).digest()


async def test_a_code_is_good_briefly(card: Suite, clerk: Desk, ecard: dict[str, Any]) -> None:
    code = await token(clerk, ecard)
    late = card.desk("window-wh", purpose="CARD_SERVICE", now="2026-06-01T09:03:01+08:00")
    assert_problem(await late.post(VERIFICATIONS, {"ecard_token": code}), 409, "TOKEN_EXPIRED")
    invented = {"ecard_token": "no-such-code-was-ever-issued"}
    assert_problem(await late.post(VERIFICATIONS, invented), 409, "TOKEN_EXPIRED")
    punctual = card.desk("window-wh", purpose="CARD_SERVICE", now="2026-06-01T09:03:00+08:00")
    assert (await punctual.post(VERIFICATIONS, {"ecard_token": code})).json()["match"] is True


async def test_of_fifty_uses_at_once_one_is_the_first(
    clerk: Desk, window: Desk, ecard: dict[str, Any]
) -> None:
    asked = {"ecard_token": await token(clerk, ecard)}
    answers = await asyncio.gather(*(window.post(VERIFICATIONS, asked) for _ in range(50)))
    # A busy server (503) has used nothing, or has: either way no second one is let in.
    found = sorted(answer.status_code for answer in answers if answer.status_code != 503)
    assert found.count(200) <= 1
    assert set(found) <= {200, 409}
    if len(found) == 50:
        assert found == [200] + [409] * 49


async def test_while_the_card_is_lost_the_holder_authorises_each_use(
    clerk: Desk, window: Desk, bound: dict[str, Any], ecard: dict[str, Any]
) -> None:
    before = await token(clerk, ecard)
    await act(window, bound["id"], "temp-lose", {**PROOF, "card_no": "E00000019"})
    now = (await clerk.get(f"{ECARDS}/{ecard['id']}")).json()
    assert now["state"] == "USABLE_WITH_AUTH"
    answer = await window.post(VERIFICATIONS, {"ecard_token": before})
    assert_problem(answer, 409, "ECARD_AUTHORISATION")
    answer = await clerk.post(TOKENS, {"ecard_id": ecard["id"]})
    assert_problem(answer, 409, "ECARD_AUTHORISATION")
    code = await token(clerk, ecard, authorised=True)
    seen = (await window.post(VERIFICATIONS, {"ecard_token": code})).json()
    assert (seen["match"], seen["ecard_state"]) == (True, "USABLE_WITH_AUTH")


async def test_an_ecard_goes_over_to_the_new_card(
    clerk: Desk,
    window: Desk,
    record: dict[str, Any],
    bound: dict[str, Any],
    ecard: dict[str, Any],
) -> None:
    await act(window, bound["id"], "lose", PROOF)
    new = {**record, "card_no": "E00000027", "social_state": "SEALED"}
    new = (await put(clerk, f"420799{27:026X}", new)).json()
    await act(window, new["id"], "activate", PROOF)
    now = (await clerk.get(f"{ECARDS}/{ecard['id']}")).json()
    assert (now["state"], now["bound_card_id"]) == ("USABLE", new["id"])
    history = (await clerk.get(f"{ECARDS}/{ecard['id']}/timeline")).json()["items"]
    assert [entry["action"] for entry in history] == ["register", "rebind"]
    seen = await window.post(VERIFICATIONS, {"ecard_token": await token(clerk, ecard)})
    assert seen.json()["card_state"] == "ACTIVE"


async def test_a_code_is_asked_for_an_ecard_that_is_known(card: Suite, clerk: Desk) -> None:
    nobody = {"ecard_id": "01890000-0000-7000-8000-000000000000"}
    assert_problem(await clerk.post(TOKENS, nobody), 404, "NOT_FOUND")
    assert_problem(await card.client().post(TOKENS, json=nobody), 401, "UNAUTHENTICATED")
    labour = card.desk("cw-li-wh", purpose="LI_COMPLAINT")
    assert_problem(await labour.post(TOKENS, nobody), 403, "SCOPE_MISSING")
