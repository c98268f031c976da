"""Cards and e-cards used at counters, the catalogue of what for, and what an e-card opens."""

import asyncio
from typing import Any

import pytest

from hrss_kit import sealing
from hrss_kit.auth import acting
from hrss_kit.testing import Desk, Suite, assert_problem

from .conftest import CODE, NOW, ZHOU, put

USES, CATALOGUE = "/card/v1/card-use-events", "/card/v1/application-catalogue"
CERTIFICATES, PREFILL = "/card/v1/certificate-lookups", "/card/v1/prefill-lookups"
PAYMENT = "/card/v1/payment-account-lookups"
REQUESTS = "/card/v1/card-service-requests"
LINE = f"420799|||{CODE}|||3.00|20211203|20311202|"
RIGHT = {"name": ZHOU["name"], "doc_no": ZHOU["doc_no"]}
PLACE = {"org_id": "org-ez-counter-3", "division": "420704"}
USE = {"use_code": "BENEFIT", "assurance": "HIGH", "place": PLACE, "reader_line": LINE}


@pytest.fixture
async def zhou(clerk: Desk, record: dict[str, Any]) -> dict[str, Any]:
    """周测己 holds his card."""
    made: dict[str, Any] = (await put(clerk, CODE, record)).json()
    return made


@pytest.fixture
def counter(card: Suite) -> Desk:
    """A counter in Ezhou."""
    return card.desk("window-ez", purpose="CARD_SERVICE", now=NOW)


async def code_of(clerk: Desk, card: dict[str, Any]) -> str:
    found = (await clerk.get("/card/v1/ecards", {"bound_card_id": card["id"]})).json()["items"]
    if not found:
        new = {"card_id": card["id"], "issue_no": "ISSUE000000000001"}
        found = [(await clerk.post("/card/v1/ecards", new)).json()]
    wish = {"ecard_id": found[0]["id"], "authorised": True}
    token: str = (await clerk.post("/card/v1/ecard-tokens", wish)).json()["token"]
    return token


@pytest.mark.req("CARD-1c")
async def test_a_use_at_a_counter_is_told_with_what_life_certification_needs(
    card: Suite, counter: Desk, zhou: dict[str, Any]
) -> None:
    answer = await counter.post(USES, USE)
    assert answer.status_code == 201, answer.text
    use = answer.json()
    assert answer.headers["location"] == f"{USES}/{use['id']}"
    assert (use["way"], use["assurance"], use["place"]) == ("CARD", "HIGH", PLACE)
    assert use["person"]["name"] == "周**"
    (event,) = await card.events("card", "card.used.v1")
    assert event["data"] == {
        "use_code": "BENEFIT", "assurance": "HIGH", "division": "420704", "data_only": False,
    }  # fmt: skip
    assert event["person_ref"] == sealing.person_ref(sealing.blind(ZHOU["doc_no"]))
    assert set(event["audience"]) == {"420100", "420700"}
    assert (await counter.get(f"{USES}/{use['id']}")).json() == use
    # Read at the other city's desks only when it is their card.
    other = card.desk("cw-card-wh", purpose="CARD_SERVICE", now=NOW)
    assert_problem(await other.get(f"{USES}/{use['id']}"), 404, "NOT_FOUND")
    issuer = card.desk("cw-card-ez", purpose="CARD_SERVICE", now=NOW)
    assert len((await issuer.get(USES, {"use_code": "BENEFIT"})).json()["items"]) == 1


@pytest.mark.req("CARD-1c")
async def test_an_ecard_and_a_verification_may_be_shown_instead(
    card: Suite, clerk: Desk, counter: Desk, zhou: dict[str, Any]
) -> None:
    plain = {name: value for name, value in USE.items() if name != "reader_line"}
    token = await code_of(clerk, zhou)
    shown = await asyncio.gather(
        *(counter.post(USES, {**plain, "ecard_token": token}) for _ in range(5))
    )
    assert sorted(one.status_code for one in shown) == [201] + [409] * 4
    (good,) = [one.json() for one in shown if one.status_code == 201]
    assert (good["way"], good["card_id"]) == ("ECARD", zhou["id"])
    verified = (await counter.post("/card/v1/verifications", RIGHT)).json()
    by_number = await counter.post(USES, {**plain, "verification_id": verified["verification_id"]})
    assert by_number.json()["way"] == "NUMBER"
    assert by_number.json()["card_id"] == zhou["id"]
    by_id = await counter.post(USES, {**plain, "card_id": zhou["id"]})
    assert by_id.json()["way"] == "CARD"
    wrong = (await counter.post("/card/v1/verifications", {**RIGHT, "name": "周测庚"})).json()
    bad = {**plain, "verification_id": wrong["verification_id"]}
    assert_problem(await counter.post(USES, bad), 409, "CARD_MISMATCH")


@pytest.mark.req("CARD-1c")
@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"reader_line": LINE.replace("20311202", "20311201")}, 409, "CARD_MISMATCH"),
        ({"reader_line": LINE.replace("0001", "0009")}, 409, "CARD_MISMATCH"),
        ({"name": "周测庚"}, 409, "CARD_MISMATCH"),
        ({"place": {"division": "420106"}}, 403, "NOT_YOUR_CITY"),
        ({"place": {"division": "999999"}}, 422, "DIVISION_UNKNOWN"),
        ({"reader_line": None}, 422, "ONE_WAY"),
        ({"card_id": "01890000-0000-7000-8000-000000000000"}, 422, "ONE_WAY"),
        ({"use_code": "benefit"}, 422, "PATTERN"),
        ({"assurance": "SURE"}, 422, "CODE"),
    ],
)
async def test_what_does_not_fit_is_refused(
    card: Suite, counter: Desk, zhou: dict[str, Any], change: dict[str, Any], status: int, code: str
) -> None:
    wish = {name: value for name, value in {**USE, **change}.items() if value is not None}
    assert_problem(await counter.post(USES, wish), status, code)
    assert await card.events("card", "card.used.v1") == []


@pytest.mark.req("CARD-1c")
async def test_a_card_that_is_not_good_is_not_taken(
    card: Suite, clerk: Desk, counter: Desk, zhou: dict[str, Any]
) -> None:
    proof = {**RIGHT, "bank_last4": "0011"}
    await code_of(clerk, zhou)
    row = (await clerk.act(f"/card/v1/cards/{zhou['id']}/temp-lose", zhou, {"proof": proof})).json()
    problem = assert_problem(await counter.post(USES, USE), 409, "STATE_CONFLICT")
    assert (problem["state"], "restore" in problem["allowed"]) == ("TEMP_LOST", True)
    # The e-card goes on, with the holder's word.
    token = await code_of(clerk, row)
    plain = {name: value for name, value in USE.items() if name != "reader_line"}
    assert (await counter.post(USES, {**plain, "ecard_token": token})).status_code == 201


@pytest.mark.req("CARD-1c")
async def test_what_a_counters_system_sends_twice_happened_once(
    card: Suite, zhou: dict[str, Any]
) -> None:
    partner = card.desk("partner.ezhou", purpose="CARD_SERVICE", now=NOW)
    sent = {**USE, "source_ref": "EZ-USE-0001"}
    answers = await asyncio.gather(*(partner.post(USES, sent) for _ in range(10)))
    assert sorted(one.status_code for one in answers) == [201] + [409] * 9
    (first,) = [one.json() for one in answers if one.status_code == 201]
    again = assert_problem(await partner.post(USES, sent), 409, "DUPLICATE")
    assert again["existing_id"] == first["id"]
    assert len(await card.events("card", "card.used.v1")) == 1


@pytest.mark.req("CARD-1c")
async def test_the_catalogue_says_what_cards_are_taken_for(
    card: Suite, clerk: Desk, counter: Desk, zhou: dict[str, Any]
) -> None:
    new = {
        "use_code": "BENEFIT", "name_zh": "领取待遇", "name_en": "benefits", "domain": "si",
        "accepts": ["CARD", "ECARD"], "min_assurance": "HIGH",
    }  # fmt: skip
    item = (await clerk.post(CATALOGUE, new)).json()
    assert (item["state"], item["allowed_actions"]) == ("OPEN", ["withdraw"])
    assert_problem(await clerk.post(CATALOGUE, new), 409, "DUPLICATE")
    low = await counter.post(USES, {**USE, "assurance": "LOW"})
    assert assert_problem(low, 409, "ASSURANCE_TOO_LOW")["min_assurance"] == "HIGH"
    item = (await clerk.patch(f"{CATALOGUE}/{item['id']}", item, {"min_assurance": "LOW"})).json()
    assert (await counter.post(USES, {**USE, "assurance": "LOW"})).status_code == 201
    item = (await clerk.act(f"{CATALOGUE}/{item['id']}/withdraw", item)).json()
    assert_problem(await counter.post(USES, USE), 409, "APPLICATION_WITHDRAWN")
    other = card.desk("cw-card-wh", now=NOW)
    assert_problem(await other.act(f"{CATALOGUE}/{item['id']}/restore", item), 403, "NOT_YOUR_CITY")
    found = (await other.get(CATALOGUE, {"q": "领取", "state": "WITHDRAWN"})).json()["items"]
    assert [one["id"] for one in found] == [item["id"]]
    history = (await other.get(f"{CATALOGUE}/{item['id']}/timeline")).json()["items"]
    assert [one["action"] for one in history] == ["create", "change", "withdraw"]


@pytest.mark.req("CARD-1d")
async def test_an_ecard_shows_its_certificates_and_begins_a_form(
    card: Suite, clerk: Desk, zhou: dict[str, Any]
) -> None:
    window = card.desk("window-wh", purpose="ONE_NET", now=NOW)
    answer = await window.post(CERTIFICATES, {"ecard_token": await code_of(clerk, zhou)})
    assert answer.status_code == 200, answer.text
    shown = {one["kind"]: one for one in answer.json()["certificates"]}
    assert shown["SOCIAL_SECURITY_CARD"]["number"] == "E*****019"
    assert shown["SOCIAL_SECURITY_CARD"]["valid_to"] == "2031-12-02"
    assert (shown["ECARD"]["state"], shown["ECARD"]["number"][-4:]) == ("USABLE", "0001")
    assert ZHOU["doc_no"] not in answer.text

    token = await code_of(clerk, zhou)
    assert_problem(await window.post(PREFILL, {"ecard_token": token}), 403, "SCOPE_MISSING")
    inside = card.desk("svc.gateway", purpose="ONE_NET", now=NOW)
    form = (await inside.post(PREFILL, {"ecard_token": token})).json()
    assert form["person"] == {**ZHOU, "mobile": None}
    assert (form["match"], form["card_state"]) == (True, "ACTIVE")
    read = await inside.get(f"/card/v1/verifications/{form['verification_id']}")
    assert read.json()["match"] is True
    assert_problem(await inside.post(PREFILL, {"ecard_token": token}), 409, "TOKEN_USED")
    kinds = await card.databases["card"].fetch(
        "SELECT operation FROM lookup_logs WHERE purpose = 'ONE_NET' ORDER BY id"
    )
    assert [row["operation"].rpartition("/")[2] for row in kinds] == [
        "certificate-lookups",
        "prefill-lookups",
    ]


@pytest.mark.req("CARD-1c")
async def test_wages_go_to_the_workers_own_active_card_or_a_remedy_is_named(
    card: Suite, clerk: Desk, zhou: dict[str, Any]
) -> None:
    """J-10: the payer keeps a reference that is the same for the same account."""
    payer = card.desk("cw-li-ez", purpose="BENEFIT_PAY", now=NOW)
    good = (await payer.post(PAYMENT, RIGHT)).json()
    assert (good["match"], good["payable"], good["bank_last4"]) == (True, True, "0011")
    assert good["suggestion"] is None
    assert (await payer.post(PAYMENT, RIGHT)).json()["account_ref"] == good["account_ref"]
    assert "9999994207" not in str(good)
    wrong = (await payer.post(PAYMENT, {**RIGHT, "name": "周测庚"})).json()
    unknown = (await payer.post(PAYMENT, {"name": "李", "doc_no": "420799198003120038"})).json()
    assert wrong == unknown
    assert (wrong["match"], wrong["payable"]) == (False, False)

    proof = {**RIGHT, "bank_last4": "0011"}
    row = (await clerk.act(f"/card/v1/cards/{zhou['id']}/temp-lose", zhou, {"proof": proof})).json()
    lost = (await payer.post(PAYMENT, RIGHT)).json()
    assert (lost["payable"], lost["account_ref"]) == (False, None)
    assert lost["suggestion"] == {"kind": "UNDO_TEMP_LOSS", "card_id": zhou["id"]}
    asked = {"kind": "UNDO_TEMP_LOSS", "card_id": lost["suggestion"]["card_id"], "proof": RIGHT}
    window = card.desk("window-wh", purpose="CARD_SERVICE", now=NOW)
    done = (await window.post("/card/v1/card-service-requests", asked)).json()
    assert (done["state"], done["card_state"]) == ("DONE", "ACTIVE")
    assert (await payer.post(PAYMENT, RIGHT)).json()["account_ref"] == good["account_ref"]
    assert row["state"] == "TEMP_LOST"


@pytest.mark.req("CARD-1c")
async def test_wages_for_a_card_that_is_not_active_leave_a_task_to_activate_it(
    card: Suite, clerk: Desk, record: dict[str, Any]
) -> None:
    """J-10: the payer asks, a counter of the city finds it among its work and does it."""
    sealed = (await put(clerk, CODE, {**record, "social_state": "SEALED"})).json()
    payer = card.desk("cw-li-ez", purpose="BENEFIT_PAY", now=NOW)
    told = (await payer.post(PAYMENT, RIGHT)).json()
    assert (told["payable"], told["suggestion"]) == (
        False,
        {"kind": "ACTIVATE", "card_id": sealed["id"]},
    )
    asked = {"kind": told["suggestion"]["kind"], "person": dict(ZHOU)}
    assert_problem(await payer.post(REQUESTS, {**asked, "proof": RIGHT}), 403, "SCOPE_MISSING")
    other = {**asked, "kind": "CANCEL"}
    assert_problem(await payer.post(REQUESTS, other), 403, "SCOPE_MISSING")
    made = await payer.post(REQUESTS, asked)
    row = made.json()
    assert (made.status_code, row["state"], row["card_state"]) == (201, "CREATED", "SEALED")
    again = assert_problem(await payer.post(REQUESTS, asked), 409, "DUPLICATE")
    assert again["existing_id"] == row["id"]
    waiting = (await clerk.get("/card/v1/work-items", {"bucket": "to_claim"})).json()["items"]
    assert [(one["kind"], one["biz_no"]) for one in waiting] == [
        ("card_service_request", row["biz_no"])
    ]
    done = (await clerk.act(f"{REQUESTS}/{row['id']}/check-id", row, {"proof": RIGHT})).json()
    assert (done["state"], done["card_state"]) == ("DONE", "ACTIVE")
    assert (await payer.post(PAYMENT, RIGHT)).json()["payable"] is True


@pytest.mark.req("CARD-1d")
async def test_a_service_asks_for_a_holder_in_the_city_and_name_of_whom_it_acts_for(
    card: Suite, clerk: Desk, zhou: dict[str, Any]
) -> None:
    """J-9: a code opens the form and its proofs; the request is then a counter's in Wuhan."""
    inside = card.desk("svc.gateway", "ONE_NET", NOW)
    form = (await inside.post(PREFILL, {"ecard_token": await code_of(clerk, zhou)})).json()
    assert [one["kind"] for one in form["certificates"]] == ["SOCIAL_SECURITY_CARD", "ECARD"]
    known = sealing.blind(ZHOU["doc_no"]).hex()
    again = (await inside.post(PREFILL, {"id_hash": known})).json()
    assert again["person"] == form["person"]
    assert_problem(await inside.post(PREFILL, {}), 422, "ONE_WAY")

    asked = {
        "kind": "REPLACE_DAMAGED",
        "person": dict(ZHOU),
        "damage_proof": "芯片",
        "proof": RIGHT,
    }
    acting_for = acting("420100", "window-wh-7", "org-wh-3")
    made = await inside.post(REQUESTS, asked, headers=acting_for)
    assert made.status_code == 201, made.text
    assert (made.json()["serving_city"], made.json()["issuing_city"]) == ("420100", "420700")
    path = f"{REQUESTS}/{made.json()['id']}/timeline"
    entries = (await inside.get(path, headers=acting_for)).json()["items"]
    assert {(one["actor"], one["org_id"], one["city"]) for one in entries} == {
        ("window-wh-7", "org-wh-3", "420100")
    }
    # The header is a service's: from anybody else it says nothing.
    posing = await clerk.post(REQUESTS, {**asked, "kind": "RENEW"}, headers=acting_for)
    assert posing.status_code == 409 or posing.json()["serving_city"] == "420700"
    stranger = {**asked, "person": {**ZHOU, "name": "周测庚"}}
    refused = await inside.post(REQUESTS, stranger, headers=acting_for)
    assert_problem(refused, 422, "HOLDER_UNKNOWN")
