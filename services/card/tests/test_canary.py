"""A number, a name and a card code that are unique: sealed columns hold them, and nothing else."""

import asyncio
import logging
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from hrss_kit.postgres_programs import find_binaries
from hrss_kit.testing import Suite
from hrss_kit.testing_canary import sweep

from .conftest import NOW, put

NUMBER, NAME, MOBILE = "420799195906110013", "金丝雀测癸", "14498765432"
CODE, CARD_NO, ACCOUNT = "420799CA4A51CA4A51CA4A51CA4A5101", "C98765432", "9999994207987654327"
OTHER_CODE, OTHER_NO = "420199CA4A51CA4A51CA4A51CA4A5102", "W98765432"
OTHER_ACCOUNT = "9999994207000000011"
CANARIES = (NUMBER, NAME, MOBILE, CODE, CARD_NO, ACCOUNT, OTHER_CODE, OTHER_NO, OTHER_ACCOUNT)
HEADING = (
    "identification_code", "card_no", "spec_version", "issued_on", "holder.name", "holder.doc_no",
    "holder.mobile",
)  # fmt: skip
PERSON = {"name": NAME, "doc_no": NUMBER, "mobile": MOBILE}
RECORD = {
    "holder": PERSON,
    "card_no": CARD_NO,
    "spec_version": "3.00",
    "issued_on": "2021-12-03",
    "valid_to": "2031-12-02",
    "bank_account": ACCOUNT,
}
LINE = f"420799|{NUMBER}|{CARD_NO}|{CODE}|{NAME}|3B|3.00|20211203|20311202|"


async def _everything(card: Suite) -> list[Any]:
    """Calls every route with the canaries, rightly and wrongly."""
    clerk = card.desk("cw-card-ez", purpose="CARD_SERVICE", now=NOW)
    wuhan = card.desk("cw-card-wh", purpose="CARD_SERVICE", now=NOW)
    alive = card.desk("cw-si-ez", purpose="LIFE_CERT", now=NOW)
    verifications = "/card/v1/verifications"
    made = await clerk.post("/card/v1/holders", {"person": PERSON, "ethnicity": "15"})
    holder = f"/card/v1/holders/{made.json()['id']}"
    registered = await put(clerk, CODE, RECORD)
    one = f"/card/v1/cards/{registered.json()['id']}"
    answers = [
        made,
        registered,
        await clerk.post("/card/v1/holders", {"person": PERSON}),
        await clerk.post("/card/v1/holders", {"person": PERSON, "gender": "2"}),
        await clerk.post("/card/v1/holders", {"person": PERSON, NUMBER: NUMBER}),
        await put(wuhan, CODE, RECORD),
        await put(clerk, CODE, {**RECORD, "social_state": "TEMP_LOST"}),
        await put(clerk, CODE, {**RECORD, "holder": {**PERSON, "name": "另测癸"}}),
        await put(clerk, CODE + "0", RECORD),
        await clerk.post("/card/v1/cards", {**RECORD, "identification_code": CODE}),
        await clerk.post("/card/v1/cards", {**RECORD, "identification_code": CODE, "atr": NUMBER}),
        await clerk.post(verifications, {"name": NAME, "doc_no": NUMBER}),
        await clerk.post(verifications, {"name": NAME, "doc_no": NUMBER, "reader_line": LINE}),
        await clerk.post(verifications, {"doc_no": NUMBER}),
        await clerk.post(verifications, {"name": "另测癸", "doc_no": NUMBER}),
        await clerk.post(verifications, {"reader_line": LINE}),
        await clerk.post(verifications, {"reader_line": LINE.replace("3.00", "7.00")}),
        await clerk.post(verifications, {"ecard_token": NUMBER}),
        *[
            await clerk.post(f"/card/v1/{look_up}", body)
            for look_up in ("status-lookups", "profile-lookups")
            for body in (
                {"name": NAME, "doc_no": NUMBER},
                {"name": "另测癸", "doc_no": NUMBER},
                {"name": NAME, "card_no": CARD_NO},
                {"name": NAME, "identification_code": CODE},
                {"reader_line": LINE},
                {"doc_no": NUMBER},
                {"name": NAME, "doc_no": NUMBER, "card_no": CARD_NO},
                {"name": NAME, "card_no": NUMBER},
                {"name": NAME, NUMBER: NUMBER},
            )
        ],
        *[
            await alive.post("/card/v1/batch-verifications", {"pairs": pairs})
            for pairs in (
                [{"name": NAME, "doc_no": NUMBER}, {"name": "另测癸", "doc_no": NUMBER}],
                [{"name": NAME, "doc_no": NUMBER, "doc_type": "01"}, {"doc_no": NUMBER}],
                [{"name": NAME, "doc_no": NUMBER[:-1] + "9"}],
                [NUMBER],
                {NUMBER: NAME},
            )
        ],
    ]
    answers += await _with_an_ecard(card, registered.json()["id"])
    for path in ("/card/v1/holders", "/card/v1/cards", holder, one):
        answers += [await clerk.get(path), await wuhan.get(path)]
        if path in (holder, one):
            answers.append(await clerk.get(f"{path}/timeline"))
    answers.append(await clerk.get("/card/v1/cards", {"state": NUMBER}))
    answers.append(await card.desk("partner.ezhou").get("/card/v1/events"))
    answers.append(await wuhan.post(f"{holder}/reveal", {"fields": [NUMBER], "reason": "canary"}))
    return answers


async def _with_an_ecard(card: Suite, card_id: str) -> list[Any]:
    """Uses, applications, certificates, payments and what an auditor reads, rightly and wrongly."""
    clerk = card.desk("cw-card-ez", purpose="CARD_SERVICE", now=NOW)
    payer = card.desk("cw-li-ez", purpose="BENEFIT_PAY", now=NOW)
    one_net = card.desk("window-wh", purpose="ONE_NET", now=NOW)
    auditor = card.desk("auditor", purpose="AUDIT", now=NOW)
    bad = {"name": NAME, "doc_no": NUMBER, NUMBER: NAME}
    uses, applications = "/card/v1/card-use-events", "/card/v1/applications"
    place = {"division": "420704"}
    use = {"use_code": "BENEFIT", "assurance": "HIGH", "place": place, "reader_line": LINE}
    post = {"delivery": "POST", "delivery_address": NAME * 2}
    return [
        await clerk.post("/card/v1/ecards", {"card_id": card_id, "issue_no": NUMBER}),
        await clerk.post(uses, use),
        await clerk.post(uses, {**use, "name": "另测癸"}),
        await clerk.post(uses, {**use, "reader_line": NUMBER}),
        await clerk.post(uses, {**use, "use_code": NUMBER, NUMBER: NUMBER}),
        await clerk.get(uses),
        await clerk.post(applications, {"person": PERSON}),
        await clerk.post(applications, {"person": {**PERSON, "name": "另测癸"}, **post}),
        await clerk.post(applications, {"person": PERSON, "bank_code": NUMBER}),
        await payer.post("/card/v1/payment-account-lookups", {"name": NAME, "doc_no": NUMBER}),
        await payer.post("/card/v1/payment-account-lookups", bad),
        await one_net.post("/card/v1/certificate-lookups", {"ecard_token": NUMBER}),
        await one_net.post("/card/v1/certificate-lookups", {"ecard_token": [NUMBER]}),
        await auditor.get("/card/v1/lookup-logs"),
        await auditor.get("/card/v1/lookup-logs", {"person_ref": NUMBER}),
        await auditor.get("/card/v1/lookup-counts", {"client_id": NUMBER}),
        await card.desk("svc.gateway").get("/card/v1/access-entries", {"person_ref": NUMBER}),
        await auditor.get("/card/v1/indicators", {"period": NUMBER}),
    ]


async def _with_applications(card: Suite) -> list[Any]:
    """Applications, requests, the catalogue, prefill and a file, as they are meant to be used."""
    clerk = card.desk("cw-card-ez", purpose="CARD_SERVICE", now=NOW)
    wuhan = card.desk("cw-card-wh", purpose="CARD_SERVICE", now=NOW)
    item = {
        "use_code": "BENEFIT", "name_zh": "领取待遇", "name_en": "benefits", "domain": "si",
        "accepts": ["CARD", "ECARD"],
    }  # fmt: skip
    catalogue, applications = "/card/v1/application-catalogue", "/card/v1/applications"
    kept = await clerk.post(catalogue, item)
    entry = f"{catalogue}/{kept.json()['id']}"
    changed = await clerk.patch(entry, kept.json(), {"min_assurance": "HIGH"})
    answers = [kept, changed, await clerk.act(f"{entry}/withdraw", changed.json())]

    posted = {"delivery": "POST", "delivery_address": NAME * 2, "bank_code": "999"}
    row = await wuhan.post(applications, {"person": PERSON, **posted})
    path = f"{applications}/{row.json()['id']}"
    opened = {"photo_checked": True, "bank_code": "999", "bank_account": OTHER_ACCOUNT}
    made = {"identification_code": OTHER_CODE, "card_no": OTHER_NO, "issued_on": "2026-06-01"}
    proof = {"name": NAME, "doc_no": NUMBER}
    answers.append(row)
    for action, body in (
        ("make", {**made, "card_no": NUMBER}),
        ("preopen", {**opened, "bank_account": NUMBER}),
        ("preopen", opened),
        ("make", made),
        ("hand-over", {"proof": {**proof, "name": "另测癸"}}),
        ("hand-over", {"proof": proof}),
    ):
        answers.append(await wuhan.act(f"{path}/{action}", row.json(), body))
        if answers[-1].status_code == 200:
            row = answers[-1]
    assert row.json()["state"] == "DONE"
    one = f"/card/v1/cards/{row.json()['card_id']}"
    active = await wuhan.act(
        f"{one}/activate", (await wuhan.get(one)).json(), {"proof": {**proof, "mobile": MOBILE}}
    )
    assert active.json()["state"] == "ACTIVE", active.text
    answers.append(active)
    card_id = active.json()["id"]

    requests = "/card/v1/card-service-requests"
    wish = {"kind": "CORRECT_INFO", "card_id": card_id, "correction": f"{NAME} {NUMBER}"}
    answers += [
        await wuhan.post(requests, {**wish, "proof": {**proof, "mobile": NUMBER}}),
        await wuhan.post(requests, {**wish, "proof": {**proof, "mobile": MOBILE}}),
        await wuhan.get(requests),
    ]
    file = ",".join(HEADING) + "\n" + f"{OTHER_CODE[:-1]}9,{OTHER_NO[:-1]}1,3.00,2021-12-03,"
    file += f"{NAME},{NUMBER},{MOBILE}\n{NUMBER},{NUMBER},{NUMBER},{NUMBER},{NAME},1,1\n"
    sent = await wuhan.upload("/card/v1/cards/imports", file.encode(), name="cards.csv")
    await card.worker("card").run_imports()
    job = await wuhan.get(sent.headers["location"])
    # A second active card of one person, and a row with nothing right in it.
    assert (job.json()["state"], job.json()["failed"]) == ("DONE", 2), job.text
    answers += [sent, job, await wuhan.get(f"{sent.headers['location']}/errors")]
    # A one-time code opens the form with the person in it: that answer is meant to name them.
    new = {"card_id": card_id, "issue_no": "ISSUE000000000001"}
    ecard = (await wuhan.post("/card/v1/ecards", new)).json()
    wish = {"ecard_id": ecard["id"], "authorised": True}
    token = (await wuhan.post("/card/v1/ecard-tokens", wish)).json()["token"]
    inside = card.desk("svc.gateway", purpose="ONE_NET", now=NOW)
    form = await inside.post("/card/v1/prefill-lookups", {"ecard_token": token})
    assert form.json()["person"]["doc_no"] == NUMBER
    answers.append(await inside.post("/card/v1/prefill-lookups", {"ecard_token": token}))
    return answers


async def _every_route(card: Suite, card_id: str) -> list[Any]:
    """Each route of the contract, as several callers, a canary wherever a value goes."""
    contract = card.apps["card"].openapi()
    known = {"card_id": card_id, "identification_code": CODE}
    asked: set[str] = set()
    answers = []
    for desk in (
        card.desk("cw-card-ez", purpose="CARD_SERVICE", now=NOW),
        card.desk("svc.gateway", purpose="ONE_NET", now=NOW),
        card.desk("auditor", purpose="AUDIT", now=NOW),
    ):
        async for operation, answer in sweep(desk, contract, NUMBER, known):
            asked.add(operation)
            answers.append(answer)
    assert len(asked) == sum(len(one) for one in contract["paths"].values()) > 60
    return answers


@pytest.mark.req("CARD-1a")
async def test_personal_data_is_found_nowhere_but_under_seal(
    card: Suite, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    # The log of the test's own client is no log of ours.
    caplog.set_level(logging.WARNING, logger="httpx")
    answers = await _everything(card)
    card_id = str(await card.databases["card"].value("SELECT id FROM cards LIMIT 1"))
    answers += await _with_applications(card)
    answers += await _every_route(card, card_id)
    assert all(answer.status_code < 500 for answer in answers), [
        answer.text for answer in answers if answer.status_code >= 500
    ]
    for answer in answers:
        for canary in CANARIES:
            assert canary not in answer.text, answer.text
            assert canary not in str(answer.headers)

    database = card.databases["card"]
    tables = await database.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    assert len(tables) > 10
    # A row as text shows bytes as hex, so both forms are looked for.
    forms = [f"%{form}%" for one in CANARIES for form in (one, one.encode().hex())]
    for (table,) in tables:
        found = await database.value(
            f'SELECT count(*) FROM "{table}" AS row WHERE row::text ILIKE ANY ($1)', forms
        )
        assert found == 0, table
    assert await database.value(
        "SELECT count(*) FROM holders AS row WHERE row::text ILIKE $1", "%cw-card-ez%"
    )

    # What a copy of the database and the server's own log would give away.
    words = [str(find_binaries() / "pg_dump"), "--inserts", database.superuser_url]
    dump = await asyncio.to_thread(subprocess.run, words, check=True, capture_output=True)
    dumped: bytes = dump.stdout
    server_log = Path(os.environ["HRSS_TEST_SECRETS"]).with_name("pg") / "postgres.log"
    for held in (dumped.lower(), server_log.read_bytes().lower()):
        for canary in CANARIES:
            assert canary.lower().encode() not in held
            assert canary.encode().hex().encode() not in held
    assert b"insert into public.holders" in dumped.lower()

    metrics = (await card.client().get("/metrics")).text
    captured = capsys.readouterr()
    written = "\n".join((metrics, caplog.text, captured.out, captured.err))
    for canary in CANARIES:
        assert canary not in written
        assert canary.lower() not in written
    assert 'operation="PUT /card/v1/cards/{identification_code}"' in metrics
