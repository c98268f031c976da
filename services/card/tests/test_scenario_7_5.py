"""Scenario 7.5: look-up, loss and replacement across the cities, told step by step."""

from datetime import datetime
from typing import Any

import pytest

from card import synthetic
from card.synthetic import CAST
from hrss_kit import clock, sealing
from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import CODE

CARDS, REQUESTS = "/card/v1/cards", "/card/v1/card-service-requests"
VERIFICATIONS, TOKENS = "/card/v1/verifications", "/card/v1/ecard-tokens"
ZHOU = CAST[0]
ID = {"name": ZHOU.name, "doc_no": ZHOU.doc_no}
NEW_CODE = "420799D15600000500BF7C7A48FB0002"
# More than a hundred persons at once are read for a case (domain §4.3).
TICKET = {"X-Case-No": "CA-EZ-20260601-000001"}


def desk(suite: Suite, user: str, moment: str) -> Desk:
    return suite.desk(user, purpose="CARD_SERVICE", now=f"2026-{moment}:00+08:00")


async def ask(who: Desk, kind: str, **more: Any) -> Any:
    answer = await who.post(REQUESTS, {"kind": kind, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def act(who: Desk, path: str, row: dict[str, Any], action: str, body: Any = None) -> Any:
    answer = await who.act(f"{path}/{row['id']}/{action}", row, body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def code_of(who: Desk, ecard: dict[str, Any], **more: Any) -> dict[str, str]:
    answer = await who.post(TOKENS, {"ecard_id": ecard["id"], **more})
    assert answer.status_code == 201, answer.text
    return {"ecard_token": answer.json()["token"]}


@pytest.mark.req("CARD-1a")
@pytest.mark.req("CARD-1b")
@pytest.mark.req("CARD-1c")
async def test_look_up_loss_and_replacement(card: Suite, seeded: Any) -> None:
    window = desk(card, "window-wh", "06-01T09:00")
    clerk = desk(card, "cw-card-ez", "06-01T09:00")

    # 1: 周测己 holds an EZ G3 card.
    found = (await clerk.get(CARDS, {"limit": 200, "sort": "biz_no"}, TICKET)).json()["items"]
    (old,) = [
        one
        for one in found
        if one["card_no"] == "E*****019" and (one["bank_account"] or "")[-4:] == "0011"
    ]
    assert (old["generation"], old["state"], old["valid_to"]) == ("G3", "ACTIVE", "2031-12-02")
    (ecard,) = (await clerk.get("/card/v1/ecards", {"bound_card_id": old["id"]})).json()["items"]
    assert ecard["state"] == "USABLE"

    # 2: read contactless in Wuhan, with the name.
    line = f"420799|||{CODE}|||3.00|20211203|20311202|"
    read = (await window.post(VERIFICATIONS, {"reader_line": line, "name": ZHOU.name})).json()
    assert (read["match"], read["card_state"]) == (True, "ACTIVE")

    by_code = {"identification_code": CODE, "name": ZHOU.name}
    status = (await window.post("/card/v1/status-lookups", by_code)).json()
    assert (status["state"], status["issuing_city"]) == ("ACTIVE", "420700")
    assert status["card_no"] == "E*****019"

    # 3: one factor is refused; a wrong name looks like an unknown number.
    assert_problem(await window.post(VERIFICATIONS, {"doc_no": ZHOU.doc_no}), 422, "SECOND_FACTOR")
    wrong = (await window.post(VERIFICATIONS, {**ID, "name": "周测庚"})).json()
    nobody = {"doc_no": "420799198003110040", "name": "周测庚"}
    unknown = (await window.post(VERIFICATIONS, nobody)).json()
    assert {**wrong, "verification_id": ""} == {**unknown, "verification_id": ""}
    assert wrong["match"] is False

    # 4: right: good for thirty minutes.
    right = (await window.post(VERIFICATIONS, ID)).json()
    for moment, status in (("06-01T09:30", 200), ("06-01T09:31", 409)):
        inspection = desk(card, "svc.labor-inspection", moment)
        answer = await inspection.get(f"{VERIFICATIONS}/{right['verification_id']}")
        assert answer.status_code == status

    # 5: lost, told by telephone: at once.
    window = desk(card, "window-wh", "06-10T09:00")
    row = await ask(window, "TEMP_LOSS", card_id=old["id"], proof={**ID, "bank_last4": "0011"})
    assert (row["state"], row["card_state"]) == ("DONE", "TEMP_LOST")
    (event,) = await card.events("card", "card.temp_lost.v1")
    assert "420700" in event["audience"]
    assert event["data"]["issuing_city"] == "420700"
    now = (await clerk.get(f"/card/v1/ecards/{ecard['id']}")).json()
    assert now["state"] == "USABLE_WITH_AUTH"

    # 6: the e-card at a Wuhan counter, with authorisation; its code is good once.
    window = desk(card, "window-wh", "06-12T09:00")
    clerk = desk(card, "cw-card-ez", "06-12T09:00")
    refused = await clerk.post(TOKENS, {"ecard_id": ecard["id"]})
    assert_problem(refused, 409, "ECARD_AUTHORISATION")
    code = await code_of(clerk, ecard, authorised=True)
    used = (await window.post(VERIFICATIONS, code)).json()
    assert (used["match"], used["ecard_state"]) == (True, "USABLE_WITH_AUTH")
    assert_problem(await window.post(VERIFICATIONS, code), 409, "TOKEN_USED")

    # 7: without more it would end on 20 June.
    lost = (await window.get(f"{CARDS}/{old['id']}")).json()
    assert lost["temp_loss_ends_on"] == "2026-06-20"

    # 8: formally lost, and a new card asked for, in Wuhan.
    window = desk(card, "window-wh", "06-15T10:00")
    row = await ask(window, "FORMAL_LOSS", card_id=old["id"], proof=ID)
    assert row["card_state"] == "LOST"
    undo = {"kind": "UNDO_TEMP_LOSS", "card_id": old["id"], "proof": ID}
    assert_problem(await window.post(REQUESTS, undo), 409, "STATE_CONFLICT")
    wish = {"card_id": old["id"], "proof": ID, "delivery": "POST"}
    row = await ask(window, "REPLACE_LOST", delivery_address="武汉市江岸区测试路1号", **wish)
    assert row["state"] == "SENT_TO_ISSUER"
    assert [(one["code"], one["due_on"]) for one in row["deadlines"]] == [("MAKE", "2026-07-07")]
    with clock.at(datetime.fromisoformat("2026-06-22T09:00:00+08:00")):
        assert (await card.worker("card").run_timers())["temporary-losses"] == 0

    # 9: Ezhou makes the new card and sends it to Wuhan, sealed.
    clerk = desk(card, "cw-card-ez", "06-24T09:00")
    (queued,) = (
        await clerk.get(REQUESTS, {"issuing_city": "420700", "state": "SENT_TO_ISSUER"})
    ).json()["items"]
    made = {
        "identification_code": NEW_CODE,
        "card_no": "E00000027",
        "spec_version": "3.00",
        "issued_on": "2026-06-24",
    }
    row = await act(clerk, REQUESTS, queued, "execute", {"new_card": made})
    new = (await clerk.get(f"{CARDS}/{row['new_card_id']}")).json()
    assert (new["generation"], new["state"]) == ("G3", "SEALED")
    assert (new["issued_on"], new["valid_to"]) == ("2026-06-24", "2036-06-23")
    history = (await clerk.get(f"{CARDS}/{new['id']}/timeline")).json()["items"]
    assert [one["to_state"] for one in history] == ["PREOPENED", "MADE", "SEALED"]
    row = await act(clerk, REQUESTS, row, "deliver")

    # 10: handed over in Wuhan to whoever he is; the old card is gone, the e-card goes over.
    window = desk(card, "window-wh", "06-30T10:00")
    row = await act(window, REQUESTS, row, "hand-over", {"proof": ID})
    assert (row["state"], row["card_state"]) == ("DONE", "CANCELLED")
    now = (await window.get(f"/card/v1/ecards/{ecard['id']}")).json()
    assert (now["state"], now["bound_card_id"]) == ("USABLE", new["id"])
    cancelled = (await card.events("card", "card.cancelled.v1"))[-1]
    assert (cancelled["data"]["card_id"], cancelled["data"]["successor"]) == (old["id"], new["id"])
    active = "SELECT count(*) FROM cards WHERE holder_id = $1 AND social_state = 'ACTIVE'"
    assert await card.databases["card"].value(active, old["holder_id"]) == 1

    # 11: five wrong PINs and a right one; six in a row.
    new = (await window.get(f"{CARDS}/{new['id']}")).json()
    for correct in (*[False] * 5, True, *[False] * 6):
        assert new["state"] == "ACTIVE"
        new = await act(window, CARDS, new, "verify-pin", {"correct": correct})
    assert new["state"] == "LOCKED"
    row = await ask(window, "UNLOCK", card_id=new["id"], proof=ID)
    assert (row["state"], row["card_state"]) == ("DONE", "ACTIVE")

    # 12: the old card is presented: cancelled, and there is another, which is not named.
    shown = await window.post(VERIFICATIONS, {"reader_line": line, "name": ZHOU.name})
    assert (shown.json()["card_state"], shown.json()["ecard_state"]) == ("CANCELLED", "USABLE")
    presented = (await window.get(f"{CARDS}/{old['id']}")).json()
    assert (presented["state"], presented["has_successor"]) == ("CANCELLED", True)
    assert "E*****027" not in shown.text
    assert new["id"] not in str(presented)

    # 13: used at an Ezhou counter with a face check; social insurance hears how sure it was.
    counter = desk(card, "window-ez", "07-15T10:00")
    new = (await counter.get(f"{CARDS}/{new['id']}")).json()
    wish = {"use_code": "BENEFIT", "assurance": "HIGH", "card_id": new["id"]}
    answer = await counter.post(
        "/card/v1/card-use-events", {**wish, "place": {"division": "420704"}}
    )
    assert answer.status_code == 201, answer.text
    (event,) = await card.events("card", "card.used.v1")
    assert (event["data"]["assurance"], event["data"]["use_code"]) == ("HIGH", "BENEFIT")
    assert event["person_ref"] == sealing.person_ref(sealing.blind(ZHOU.doc_no))

    # 14: with the e-card a matter's form begins filled in; the matter itself is the gateway's.
    inside = card.desk("svc.gateway", "ONE_NET", "2026-07-16T09:00:00+08:00")
    clerk = desk(card, "cw-card-ez", "07-16T09:00")
    form = (await inside.post("/card/v1/prefill-lookups", await code_of(clerk, ecard))).json()
    assert (form["person"]["name"], form["person"]["doc_no"]) == (ZHOU.name, ZHOU.doc_no)
    window = card.desk("window-wh", "ONE_NET", "2026-07-16T09:00:00+08:00")
    answer = await window.post("/card/v1/certificate-lookups", await code_of(clerk, ecard))
    assert [one["kind"] for one in answer.json()["certificates"]] == [
        "SOCIAL_SECURITY_CARD",
        "ECARD",
    ]

    # 15: five hundred at once and no more; he is one holder; the auditor sees who asked and why.
    partner = card.desk("partner.ezhou", "LIFE_CERT", "2026-07-17T09:00:00+08:00")
    others = [one for one in synthetic.holders() if one.doc_no != ZHOU.doc_no][:499]
    pairs = [ID, *({"name": one.name, "doc_no": one.doc_no} for one in others)]
    answer = await partner.post("/card/v1/batch-verifications", {"pairs": pairs})
    assert [one["match"] for one in answer.json()["results"]] == [True] * 500
    too_many = await partner.post("/card/v1/batch-verifications", {"pairs": [*pairs, ID]})
    assert_problem(too_many, 413, "TOO_LARGE")
    reader = card.desk("svc.gateway", now="2026-07-17T09:00:00+08:00")
    found = await reader.get("/card/v1/indicators", {"period": "2026", "city": "420700"})
    holding = "SELECT count(DISTINCT id_hash) FROM cards WHERE owner_city = '420700' "
    holding += "AND social_state <> 'CANCELLED' AND issued_on <= '2026-07-17'"
    assert found.json()["items"][0]["value"] == await card.databases["card"].value(holding)
    auditor = card.desk("auditor", "AUDIT", "2026-07-18T09:00:00+08:00")
    asked = {"person_ref": event["person_ref"], "sort": "at"}
    rows = (await auditor.get("/card/v1/lookup-logs", asked)).json()["items"]
    assert len(rows) == 9
    assert [one["purpose"] for one in rows] == ["CARD_SERVICE"] * 6 + ["ONE_NET"] * 2 + [
        "LIFE_CERT"
    ]
