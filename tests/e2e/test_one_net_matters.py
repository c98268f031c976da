"""One-net matters: with an e-card nothing is typed again, and one number follows everything."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey

from hrss_kit import clock, sealing
from hrss_kit.testing import EZHOU, WUHAN, Desk, Suite, assert_problem

SIMULATOR = Path(__file__).resolve().parents[2] / "examples" / "national_platform_simulator"
NOW = "2026-11-20T09:00:00+08:00"
MATTERS, HANDOFFS = "/gateway/v1/matters", "/gateway/v1/external-handoffs"
TRANSFERS = "/social-insurance/v1/transfer-cases"
LI = {"name": "李测甲", "doc_type": "01", "doc_no": "420799198003120038", "mobile": "14400000012"}
CARD = "420799D15600000500BF7C7A48FB0007"


async def hold_card(suite: Suite) -> dict[str, Any]:
    """李测甲 holds an Ezhou card and its e-card."""
    clerk = suite.desk("cw-card-ez", "CARD_SERVICE", NOW)
    holder = {"person": LI, "residence_division": "420702"}
    made = await clerk.post("/card/v1/holders", holder)
    assert made.status_code == 201, made.text
    record = {
        "holder_id": made.json()["id"],
        "card_no": "E00000035",
        "spec_version": "3.00",
        "issued_on": "2021-12-03",
        "valid_to": "2031-12-02",
        "bank_code": "999",
        "bank_account": "9999994207000000011",
    }
    headers = clerk._headers(None)
    answer = await clerk.http.put(f"/card/v1/cards/{CARD}", json=record, headers=headers)
    assert answer.status_code == 201, answer.text
    new = {"card_id": answer.json()["id"], "issue_no": "ISSUE000000000007"}
    ecard: dict[str, Any] = (await clerk.post("/card/v1/ecards", new)).json()
    return ecard


async def code_of(suite: Suite, ecard: dict[str, Any]) -> str:
    clerk = suite.desk("cw-card-ez", "CARD_SERVICE", NOW)
    answer = await clerk.post("/card/v1/ecard-tokens", {"ecard_id": ecard["id"]})
    code: str = answer.json()["token"]
    return code


async def insured(suite: Suite) -> None:
    """Wuhan 2018-01 to 2019-12, Ezhou 2020-04 to 2023-12."""
    for city, user, first, last in (
        (WUHAN, "partner.wuhan", "2018-01", "2019-12"),
        (EZHOU, "partner.ezhou", "2020-04", "2023-12"),
    ):
        stretch = {
            "person": LI, "scheme": "EMP", "city": city, "employer_uscc": "91420199MAWH00019J",
            "person_kind": "STAFF", "from_month": first, "to_month": last, "status": "STOPPED",
            "monthly_base": "4000.00",
        }  # fmt: skip
        desk = suite.desk(user, "SI_TRANSFER", NOW)
        answer = await desk.post("/social-insurance/v1/participations", stretch)
        assert answer.status_code == 201, answer.text


async def carried(suite: Suite, times: int = 3) -> None:
    """The gateway's worker goes round."""
    with clock.at(datetime.fromisoformat(NOW)):
        for _ in range(times):
            await suite.worker("gateway").run_errands()


async def reread(desk: Desk, row: dict[str, Any]) -> dict[str, Any]:
    answer = await desk.get(f"{MATTERS}/{row['id']}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.req("CARD-1d")
@pytest.mark.req("X-25")
async def test_a_transfer_is_opened_from_an_ecard_and_followed_to_its_end(suite: Suite) -> None:
    """Scenario 7.5, step 14, first half; J-9."""
    await suite.start("gateway", "card", "social_insurance")
    ecard = await hold_card(suite)
    await insured(suite)
    window = suite.desk("window-wh", "ONE_NET", NOW)
    offered = (await window.get("/gateway/v1/matter-catalogue", {"q": "社保关系"})).json()
    assert [one["code"] for one in offered["items"]] == ["SI_TRANSFER"]
    assert offered["items"][0]["scope"] == "PROVINCE"

    # A request that is not sound spends no code.
    code = await code_of(suite, ecard)
    wish = {"code": "SI_TRANSFER", "ecard_token": code, "form": {"from_city": "武汉"}}
    assert_problem(await window.post(MATTERS, wish), 422, "PATTERN")
    wish["form"] = {"from_city": WUHAN}
    key = "7b0f4d3c-3a53-4f0b-9c6e-0d6f3a1b2c4d"
    answer = await window.post(MATTERS, wish, key=key)
    assert answer.status_code == 201, answer.text
    row = answer.json()
    assert answer.headers["location"] == f"{MATTERS}/{row['id']}"
    # Nothing was typed: name, number, where one lives and where to came from the card.
    assert row["person"]["doc_no"] == "420***********0038"
    assert row["form"]["to_city"] == EZHOU
    assert row["form"]["hukou_division"] == "420702"
    assert (row["state"], row["is_verified"], row["channel"]) == ("SUBMITTED", True, "WINDOW")
    shown = row["materials"][0]
    assert (shown["is_shown"], shown["shown_by"]) == (True, "ELECTRONIC_PROOF")
    again = await window.post(MATTERS, wish, key=key)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json()["id"] == row["id"]
    assert_problem(await window.post(MATTERS, wish), 409, "TOKEN_USED")

    # The service is down: nothing is lost, and it is opened once.
    suite.down.add("social_insurance")
    await carried(suite, 1)
    suite.down.clear()
    waiting = await reread(window, row)
    assert (waiting["state"], waiting["steps"][0]["attempts"]) == ("SUBMITTED", 1)
    await make_due(suite)
    await carried(suite)
    row = await reread(window, row)
    step = row["steps"][0]
    assert (row["state"], step["state"], step["resource_state"]) == (
        "IN_PROGRESS", "OPENED", "APPLIED",
    )  # fmt: skip
    insurance = suite.desk("cw-si-ez", "SI_TRANSFER", NOW)
    case = (await insurance.get(step["resource"])).json()
    assert (case["biz_no"], case["card_verified"]) == (step["resource_no"], True)
    assert case["apply_city"] == WUHAN

    # What happens there is heard of, and read: one timeline over both.
    head = suite.desk("supervisor-ez", "SI_TRANSFER", NOW)
    done = await head.act(f"{TRANSFERS}/{case['id']}/complete", case)
    assert done.status_code == 200, done.text
    await suite.worker("gateway").follow("social_insurance")
    await carried(suite)
    row = await reread(window, row)
    assert (row["state"], row["without_visit"]) == ("COMPLETED", False)  # it began at a counter
    assert row["deadlines"][0]["status"] == "MET"
    told = (await window.get(f"{MATTERS}/{row['id']}/timeline")).json()["items"]
    assert {one["service"] for one in told} == {"gateway", "social-insurance"}
    assert [one["at"] for one in told] == sorted(one["at"] for one in told)
    assert "COMPLETED" in {one["to_state"] for one in told if one["service"] != "gateway"}

    tracked = await suite.client().post(
        "/gateway/v1/matter-tracking",
        json={"tracking_no": row["biz_no"], "doc_no": LI["doc_no"]},
    )
    assert (tracked.status_code, tracked.json()["state"]) == (200, "COMPLETED")
    other = {"tracking_no": row["biz_no"], "doc_no": "420799197508180058"}
    refused = await suite.client().post("/gateway/v1/matter-tracking", json=other)
    assert_problem(refused, 404, "NOT_FOUND")
    closed = (await suite.events("gateway", "gateway.matter.closed.v1"))[0]
    assert closed["data"] == {
        "code": "SI_TRANSFER", "scope": "PROVINCE", "state": "COMPLETED", "without_visit": False,
    }  # fmt: skip
    assert LI["doc_no"] not in json.dumps(await suite.events("gateway"), default=str)
    kept = await suite.databases["gateway"].fetch("SELECT * FROM matters")
    assert LI["doc_no"].encode() not in repr([dict(one) for one in kept]).encode()


async def make_due(suite: Suite) -> None:
    """Nobody sleeps for a pause."""
    await execute(suite, "UPDATE matter_steps SET next_at = now() WHERE next_at IS NOT NULL")
    await execute(suite, "UPDATE external_handoffs SET next_at = now() WHERE next_at IS NOT NULL")


async def execute(suite: Suite, statement: str) -> None:
    await suite.databases["gateway"].fetch(statement)


class Platform:
    """The simulator, in a process of its own, which can be killed and started again."""

    def __init__(self, home: Path) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.home = home
        self.process: subprocess.Popen[str] | None = None

    @property
    def keys(self) -> Path:
        return self.home / "keys.json"

    def start(self, *more: str) -> None:
        words = [sys.executable, str(SIMULATOR), "--port", str(self.port), "--keys",
                 str(self.keys), "--kept", str(self.home / "kept"), *more]  # fmt: skip
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        assert "listens" in self.process.stdout.readline()

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    @property
    def taken(self) -> dict[str, Any]:
        kept: dict[str, Any] = json.loads((self.home / "kept").read_text("utf-8"))["taken"]
        return kept


@pytest.fixture
def platform(tmp_path: Path) -> Iterator[Platform]:
    made = Platform(tmp_path)
    yield made
    made.kill()


def citizen(suite: Suite, doc_no: str = LI["doc_no"]) -> Desk:
    """Somebody who has signed in once with an e-card (RFC 8693)."""
    known = sealing.blind(doc_no)
    token = suite.tokens.mint(
        roles=["citizen"],
        sub=sealing.person_ref(known),
        city=None,
        client_id="citizen",
        id_hash=known.hex(),
    )
    desk = Desk(suite.client(token))
    desk.now = NOW
    return desk


@pytest.mark.req("CARD-1e")
async def test_a_national_matter_is_handed_over_and_a_signed_receipt_closes_it(
    suite: Suite, platform: Platform
) -> None:
    """Scenario 7.5, step 14, second half: little leaves, nothing is lost or believed."""
    await suite.start("gateway", "card")
    state = suite.apps["gateway"].state
    told = {
        "national_platform_url": f"http://127.0.0.1:{platform.port}",
        "national_platform_keys_file": platform.keys,
    }
    state.settings = state.settings.model_copy(update=told)
    await hold_card(suite)
    me = citizen(suite)
    form = {"from_city": "330100", "to_city": EZHOU, "reason": "回乡工作"}
    wish = {"code": "NAT_PENSION_TRANSFER", "form": form}
    # Of fifty at once one is started; five connections serve them, so some are told to come again.
    answers = await asyncio.gather(*(me.post(MATTERS, wish) for _ in range(50)))
    statuses = [one.status_code for one in answers]
    assert statuses.count(201) == 1, statuses
    assert set(statuses) <= {201, 409, 503}
    row = next(one.json() for one in answers if one.status_code == 201)
    assert (row["state"], row["steps"], row["owner_city"]) == ("SUBMITTED", [], EZHOU)
    second = assert_problem(await me.post(MATTERS, wish), 409, "DUPLICATE")
    assert second["existing_id"] == row["id"]

    # Nobody answers there: it waits, and is tried again.
    await carried(suite, 1)
    desk = suite.desk("cw-si-ez", now=NOW)
    waiting = (await desk.get(row["handoff"]["href"])).json()
    assert (waiting["state"], waiting["attempts"], waiting["last_problem"]) == (
        "PENDING",
        1,
        "DOWN",
    )
    head = suite.desk("supervisor-wh", now=NOW)
    assert_problem(await head.get(row["handoff"]["href"]), 404, "NOT_FOUND")
    head = suite.desk("supervisor-ez", now=NOW)
    assert (await head.act(f"{row['handoff']['href']}/resend", waiting)).status_code == 200

    # Killed after it took it: sent again, it is one hand-off.
    platform.start("--after", "2")
    await carried(suite, 1)
    platform.kill()
    await execute(suite, "UPDATE external_handoffs SET state = 'PENDING', platform_ref = NULL")
    platform.start("--after", "2")
    await make_due(suite)
    await carried(suite, 1)
    sent = (await desk.get(row["handoff"]["href"])).json()
    assert (sent["state"], sent["fields"]) == (
        "ACKNOWLEDGED", ["doc_no", "doc_type", "from_city", "name", "to_city"],
    )  # fmt: skip
    assert (await reread(me, row))["state"] == "IN_PROGRESS"
    taken = platform.taken
    assert list(taken) == [sent["biz_no"]]
    assert taken[sent["biz_no"]]["fields"] == sent["fields"]  # no mobile, no reason
    started = await reread(me, row)
    assert_problem(await me.act(f"{MATTERS}/{row['id']}/withdraw", started), 409, "STATE_CONFLICT")

    # Forged: another's key, another hand-off's content, another type. None of them closes it.
    province = suite.desk("province", now=NOW)
    own = json.loads((platform.home / "kept").read_text("utf-8"))["key"]
    said = {"iss": "NATIONAL", "handoff_no": sent["biz_no"], "digest": sent["digest"],
            "platform_ref": sent["platform_ref"], "receipt_no": "HZ-1",
            "outcome": "COMPLETED"}  # fmt: skip
    kid = json.loads(platform.keys.read_text("utf-8"))["keys"][0]["kid"]

    def signed(key: ECKey, typ: str = "handoff-receipt+jws", **changes: Any) -> dict[str, str]:
        header = {"alg": "ES256", "typ": typ, "kid": kid}
        content = json.dumps({**said, **changes}).encode()
        return {"receipt": jws.serialize_compact(header, content, key)}

    theirs, mine = ECKey.import_key(own), ECKey.generate_key("P-256")
    for forged in (
        signed(mine),
        signed(theirs, "handoff+jws"),
        signed(theirs, digest="0" * 64),
        signed(theirs, iss="SOMEBODY"),
        signed(theirs, handoff_no="GW-EZ-20261120-999999-0"),
        signed(theirs, platform_ref="GJ-OTHER"),
    ):
        refused = await province.post(f"{HANDOFFS}/receipts", forged)
        assert_problem(refused, 403, "RECEIPT_SIGNATURE")
    receipts = f"{HANDOFFS}/receipts"
    assert_problem(await desk.post(receipts, signed(theirs)), 403, "SCOPE_MISSING")
    assert (await desk.get(row["handoff"]["href"])).json()["state"] == "ACKNOWLEDGED"

    # The platform decides; its receipt closes hand-off and matter, once.
    for _ in range(2):
        await make_due(suite)
        await carried(suite, 1)
    closed = (await desk.get(row["handoff"]["href"])).json()
    assert (closed["state"], closed["receipt_no"][:3]) == ("COMPLETED", "HZ-")
    done = await reread(me, row)
    assert (done["state"], done["without_visit"]) == ("COMPLETED", True)
    twice = await province.post(receipts, {"receipt": closed["receipt"]})
    assert_problem(twice, 409, "DUPLICATE")
    kept = await suite.databases["gateway"].value("SELECT payload FROM external_handoffs")
    assert kept is None  # what left is not kept any longer than it is needed
    told = (await me.get(f"{MATTERS}/{row['id']}/timeline")).json()["items"]
    assert {one["service"] for one in told} == {"gateway", "national-platform"}
    sent_events = await suite.events("gateway", "gateway.handoff.closed.v1")
    assert [one["data"]["outcome"] for one in sent_events] == ["COMPLETED"]


@pytest.mark.req("CARD-1d")
@pytest.mark.req("X-23")
async def test_one_thing_is_one_form_one_number_and_one_timeline(suite: Suite) -> None:
    """高效办成一件事: unpaid wages over inspection and card, a move over talent; J-9."""
    await suite.start("gateway", "card", "labor_inspection", "talent")
    await hold_card(suite)
    me = citizen(suite)
    offered = (await suite.client().get("/gateway/v1/matter-catalogue")).json()["items"]
    assert len(offered) == 12  # asks nobody who they are
    assert {one["code"] for one in offered if one["is_one_thing"]} == {
        "TALENT_MOVE_ONE", "RETIREMENT_ONE", "WAGE_ARREARS_ONE",
    }  # fmt: skip

    # A form that is not full is a draft; it is completed, not begun again.
    form = {
        "employer_name": "鄂州测试建设", "employer_uscc": "91420799MAEH00016H",
        "work_division": "429999", "work_address": "花湖机场测试项目", "facts": "拖欠工资",
        "period_from": "2026-04",
    }  # fmt: skip
    answer = await me.post(MATTERS, {"code": "WAGE_ARREARS_ONE", "form": form})
    assert answer.status_code == 201, answer.text
    row = answer.json()
    assert (row["state"], row["missing"]) == ("DRAFT", ["amount_claimed"])
    assert (row["owner_city"], row["channel"]) == (EZHOU, "ONLINE")
    assert_problem(await me.act(f"{MATTERS}/{row['id']}/submit", row), 422, "REQUIRED")
    row = (
        await me.patch(f"{MATTERS}/{row['id']}", row, {"form": {"amount_claimed": "22000.00"}})
    ).json()
    row = (await me.act(f"{MATTERS}/{row['id']}/submit", row)).json()
    assert (row["state"], len(row["steps"])) == ("SUBMITTED", 2)

    # Inspection knows no such division: somebody puts it right, and only that is asked again.
    await carried(suite, 1)
    row = await reread(me, row)
    wrong, account = row["steps"]
    assert (row["state"], wrong["state"], account["state"]) == ("NEEDS_ATTENTION", "FAILED", "DONE")
    assert wrong["last_problem"]["errors"][0]["code"] == "DIVISION_UNKNOWN"
    clerk = suite.desk("cw-li-ez", "ONE_NET", NOW)
    waiting = (await clerk.get("/gateway/v1/work-items", {"kind": "matter"})).json()["items"]
    assert [one["biz_no"] for one in waiting] == [row["biz_no"]]
    other = suite.desk("cw-si-ez", "ONE_NET", NOW)  # who complains is not for every desk
    assert (await other.get(f"{MATTERS}/{row['id']}")).status_code == 404
    mended = await clerk.patch(f"{MATTERS}/{row['id']}", row, {"form": {"work_division": "420704"}})
    assert mended.status_code == 200, mended.text
    again = await clerk.act(f"{MATTERS}/{row['id']}/retry", mended.json())
    assert again.json()["state"] == "IN_PROGRESS"
    await carried(suite, 2)
    row = await reread(me, row)
    complaint = row["steps"][0]
    assert (complaint["state"], complaint["resource_state"]) == ("OPENED", "RECEIVED")

    # Inspection refuses it: the matter hears and ends, with what the card had to say done.
    desk = suite.desk("cw-li-ez", "LI_COMPLAINT", NOW)
    case = (await desk.get(complaint["resource"])).json()
    assert (case["is_migrant"], case["matter"]) == (True, ["WAGE.ARREARS"])
    refusal = {"reason": "不属于劳动保障监察范围", "where_to_go": "法院"}
    refused = await desk.act(f"{complaint['resource']}/not-accept", case, refusal)
    assert refused.status_code == 200, refused.text
    await suite.worker("gateway").follow("labor_inspection")
    await carried(suite, 1)
    row = await reread(me, row)
    assert (row["state"], row["steps"][0]["state"]) == ("PARTLY_DONE", "REFUSED")
    told = (await me.get(f"{MATTERS}/{row['id']}/timeline")).json()["items"]
    assert {one["service"] for one in told} == {"gateway", "journey", "labor-inspection"}
    stranger = citizen(suite, "420799197508180058")
    assert (await stranger.get(f"{MATTERS}/{row['id']}")).status_code == 404

    # A move: talent opens it in the receiving city, in the name of whoever asked.
    move = {"from_city": WUHAN, "to_city": EZHOU, "employer_name": "鄂州测试物流"}
    answer = await me.post(MATTERS, {"code": "TALENT_MOVE_ONE", "form": move})
    moving = answer.json()
    assert [one["state"] for one in moving["steps"]] == ["WAITING", "NOT_NEEDED"]
    assert_problem(
        await me.post(MATTERS, {"code": "TALENT_MOVE_ONE", "form": move}), 409, "DUPLICATE"
    )
    await carried(suite, 2)
    moving = await reread(me, moving)
    step = moving["steps"][0]
    assert (moving["state"], step["state"], step["city"]) == ("IN_PROGRESS", "OPENED", EZHOU)
    # The move begins a journey (J-2): the matter names it, and tells its steps with the rest.
    with clock.at(datetime.fromisoformat(NOW)):
        await suite.worker("gateway").follow("talent")
    moving = await reread(me, moving)
    assert [(one["kind"], one["id"]) for one in moving["journeys"]] == [
        ("TALENT_MOVE", moving["id"])
    ]
    told = (await me.get(f"{MATTERS}/{moving['id']}/timeline")).json()["items"]
    assert {one["service"] for one in told} == {"gateway", "journey", "talent"}
    seen = await suite.desk("cw-talent-ez", "TALENT_MOVE", NOW).get(step["resource"])
    assert seen.json()["journey_id"] == moving["id"]

    figures = await suite.desk("supervisor-ez", now=NOW).get(
        "/gateway/v1/indicators", {"period": "2026", "city": EZHOU, "id": "I-CARD-4"}
    )
    found = figures.json()["items"][0]
    assert found["inputs"] == {"city": 0, "province": 8, "national": 4}
    assert (found["value"], found["groups"][0]["suppressed"]) == (12, True)
